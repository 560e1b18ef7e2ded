"""The forms of the answer: what is made, how it is told, into whose hands it goes."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.feedback.fields import FIELDS
from app.web.choices import Radio, Select
from app.web.fields import Text, TextArea
from app.web.moulds import DeskForm

RELATIONS = [("self", _l("本人")), ("proxy", _l("受托人（代领）")), ("guardian", _l("监护人")), ("handler", _l("单位经办人"))]
MODES = [
    ("direct", _l("窗口当面领取")), ("door", _l("上门送达")), ("community", _l("社区代送")), ("post", _l("邮寄")),
    ("leave", _l("留置送达")), ("electronic", _l("电子送达")), ("public", _l("公告送达")),
]  # fmt: skip
CHANNELS = ["电话", "短信", "上门", "社区代告"]
REACHED = ["已告知本人", "已告知家属", "无人接听，改日再联系", "号码有误"]


def result_form(kind: str, made_before: bool = False) -> type[DeskForm]:
    """The questions of one kind of result. `made_before`: for a corrected one nothing is asked for twice."""
    asked = {
        name: field(label, **(settings | {"required": False} if made_before else settings))
        for name, field, label, settings in FIELDS.get(kind, ())
    }
    return type("ResultForm", (DeskForm,), asked)


def reissue_form(kind: str) -> type[DeskForm]:
    reason = TextArea(_l("更正的原因"), required=True, longest=500)
    return type("ReissueForm", (result_form(kind, made_before=True),), {"reason": reason})


class NotifyForm(DeskForm):
    channel = Radio(_l("怎样通知"), required=True, choices=[(word, _l(word)) for word in CHANNELS])
    result = Select(_l("结果"), required=True, choices=[(word, _l(word)) for word in REACHED])


class DeliverForm(DeskForm):
    """Who collects, how it was made sure, and how it was handed over."""

    mode = Radio(_l("送达方式"), required=True, choices=MODES, default="direct")
    collector = Text(_l("领取人姓名"), longest=50, help=_l("本人领取可不填。"))
    relation = Radio(_l("与申请人的关系"), required=True, choices=RELATIONS, default="self")
    identity_checked = BooleanField(_l("已核对领取人身份证件"))
    authority_seen = BooleanField(_l("已查验授权委托书和双方身份证件（代领必须）"))
    place = Text(_l("送达地点"))
    witness = Text(_l("见证人"), help=_l("留置送达或领取人按手印时填写。"))
    note = Text(_l("备注"), help=_l("邮寄填快递单号。"))


class HandOverForm(DeskForm):
    """One collector for many cases; which, the boxes named case_no say."""

    collector = Text(_l("领取人姓名"), required=True, longest=50)
    relation = Radio(_l("与申请人的关系"), required=True, choices=RELATIONS[1:], default="handler")
    mode = Radio(_l("送达方式"), required=True, choices=[MODES[0], MODES[2]], default="direct")
    identity_checked = BooleanField(_l("已核对领取人身份证件"))
    authority_seen = BooleanField(_l("已查验授权委托书和双方身份证件（代领必须）"))
    note = Text(_l("备注"))
