"""The forms of the back office: shape only; what the law asks of them is asked by the steps."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.process.fields import GRANTED
from app.web import numbers
from app.web.choices import Radio
from app.web.fields import Number, Text, TextArea
from app.web.moulds import DeskForm

OUTCOMES = [("granted", _l("准予")), ("denied", _l("不予"))]
DENIAL = ("reason", "basis", "review_body", "court")


def whole(text: str) -> int:
    """A number of days has no fraction."""
    number = numbers.quantity(text)
    if not isinstance(number, int):
        raise ValueError(_("请填整数。"))
    return number


class Days(Number):
    read = staticmethod(whole)


class VisitForm(DeskForm):
    officers = Text(_l("核查人（两人以上）"), required=True, help=_l("姓名之间用顿号分开。"))
    finding = TextArea(_l("核查情况"), required=True)

    @property
    def names(self) -> list[str]:
        return [name for name in re.split(r"[、，,;；\s]+", self.officers.data or "") if name]


class PauseForm(DeskForm):
    """`procedure` is offered from the item's list; without a number of days the list's own counts."""

    procedure = Radio(_l("特别程序"), required=True)
    amount = Days(_l("天数"), help=_l("不填则按事项清单所列天数。"))
    served_by = Text(_l("告知书怎样送达申请人"), required=True, help=_l("例如：当面送达、电话告知后邮寄。"))
    reason = TextArea(_l("事由"), longest=500)


class ExtensionForm(DeskForm):
    days = Days(_l("延长几个工作日"), required=True, help=_l("一次为限，最多 10 个工作日，联办最多 15 个。"))
    reason = TextArea(_l("理由"), required=True, longest=500)
    basis = Text(_l("依据"), required=True)


class OpinionForm(DeskForm):
    opinion = TextArea(_l("本环节意见"), required=True)


class ReviewForm(DeskForm):
    remark = TextArea(_l("审核意见"), required=True)


class ReturnForm(DeskForm):
    reason = TextArea(_l("退回的原因"), required=True, longest=500)


class EndForm(DeskForm):
    """An end without a decision."""

    reason = TextArea(_l("理由"), required=True, longest=500)
    basis = Text(_l("依据"), required=True)


class ConcludeForm(DeskForm):
    """The approver takes the proposal as it stands; `seen` says which one was on the page."""

    seen = HiddenField()


class DecisionForm(DeskForm):
    """拟办: outcome and opinion, what the result needs, and for a denial its reason, basis and remedies (许可法 38)."""

    outcome = Radio(_l("结论"), required=True, choices=OUTCOMES)
    opinion = TextArea(_l("意见"))

    def grounds(self) -> dict:
        """What was given, as the journal keeps it; of grant and denial only what belongs to the one chosen."""
        other = self.of_grant if self.outcome.data == "denied" else DENIAL
        given = {field.name: field.plain() for field in self if hasattr(field, "plain") and field.name not in other}
        return {name: value for name, value in given.items() if value is not None}


def decision_form(kind: str, **defaults) -> DecisionForm:
    """The form for one kind of result; `defaults` are typed in already."""
    asked = {name: field(label, **settings) for name, field, label, settings in GRANTED.get(kind, ())}
    denial = {
        "reason": TextArea(_l("不予的理由")),
        "basis": Text(_l("不予的依据")),
        "review_body": Text(_l("行政复议机关"), help=_l("收到决定之日起六十日内可以申请复议。")),
        "court": Text(_l("行政诉讼法院"), help=_l("收到决定之日起六个月内可以起诉。")),
    }
    shape = type("DecisionForm", (DecisionForm,), asked | denial | {"of_grant": tuple(asked)})
    return shape(data=defaults)


def pause_form(special) -> PauseForm:
    form = PauseForm()
    form.procedure.choices = [(one.name, f"{one.name}（{_days(one)}）") for one in special]
    return form


def _days(one) -> str:
    return _("%(n)s 个工作日", n=one.days) if one.unit == "working_day" else _("%(n)s 日", n=one.days)


class ClaimForm(DeskForm):
    """Which cases are ticked is read by the view: the list is as long as the inbox."""


