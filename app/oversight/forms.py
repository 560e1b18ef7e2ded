"""The supervisor's forms: an order, a whistle, their answers, what was put right."""

from flask_babel import lazy_gettext as _l

from app.oversight.actions import CALLED, LEVELS
from app.web.choices import MultiSelect, Radio, Select
from app.web.fields import Day, Text, TextArea
from app.web.moulds import DeskForm

KINDS = [("reminder", _l("催办（口头提醒，不出文书）")), ("order", _l("督办（出督办单，逾期不答复自动升级）"))]


class SuperviseForm(DeskForm):
    """To whom, what is wrong, what is wanted, until when."""

    kind = Radio(_l("方式"), required=True, choices=KINDS, default="order")
    office_id = Select(_l("发给哪个单位"), required=True)
    person = Text(_l("具体到人"), longest=50, help=_l("可以不填；填写姓名。"))
    problem = TextArea(_l("发现的问题"), required=True, longest=500)
    demand = TextArea(_l("办理要求"), required=True, longest=500)
    reply_by = Day(_l("答复期限"), required=True)


class ReplyForm(DeskForm):
    reply = TextArea(_l("办理情况"), required=True, longest=500)


class WhistleForm(DeskForm):
    office_ids = MultiSelect(_l("吹哨给哪些单位"), required=True)
    level = Radio(_l("响应级别"), required=True, choices=list(LEVELS.items()), default="routine")
    problem = TextArea(_l("发现的问题"), required=True, longest=500)
    demand = TextArea(_l("要求"), required=True, longest=500)


class ContactForm(DeskForm):
    contact = TextArea(_l("与谁联系、约定了什么"), required=True, longest=500)


class ReportForm(DeskForm):
    report = TextArea(_l("到场处置情况"), required=True, longest=500)


class RectifyForm(DeskForm):
    measures = TextArea(_l("整改情况"), required=True, longest=1000)


class CallBackForm(DeskForm):
    result = Radio(_l("回访结果"), required=True, choices=list(CALLED.items()))


class ExportForm(DeskForm):
    """A button; what is asked for travels beside it."""
