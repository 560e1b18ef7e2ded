"""The forms of the hall: take a number, and how a visit ended."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.hall.visits import OUTCOMES
from app.web.choices import Radio, Select
from app.web.fields import Text
from app.web.moulds import DeskForm


class TicketForm(DeskForm):
    """`item_code`'s choices are set by the view."""

    item_code = Select(_l("办什么事"))
    priority = BooleanField(_l("老人、残疾人、军人优先"))


class KioskForm(TicketForm):
    centre_id = Select(_l("中心"), required=True)


class FinishForm(DeskForm):
    outcome = Radio(_l("结果"), required=True, choices=list(OUTCOMES.items()))
    case_no = Text(_l("办件编号"), longest=40, help=_l("收了件的填写。"))
    note = Text(_l("备注"))
