"""The forms of the counter: their shape only. What the law wants is asked by the verbs."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField
from wtforms.validators import ValidationError
from wtforms.widgets import DateTimeLocalInput

from app.documents.facts.receiving import REFUSALS
from app.documents.wording import ID_TYPES
from app.moments import CST, now
from app.web import numbers
from app.web.choices import MultiSelect, Radio, Select, offered
from app.web.fields import Day, IdNumber, Number, Phone, Read, Text, TextArea
from app.web.moulds import DeskForm, Form
from app.web.text import narrow

KINDS = {
    "person": _l("个人"),
    "household": _l("家庭"),
    "organisation": _l("单位"),
    "anonymous": _l("匿名"),
}
KINDS_OF = {  # catalogue: who may apply -> the kinds of applicant on the page
    "person": ("person",),
    "household": ("household",),
    "organisation": ("organisation",),
    "person_or_organisation": ("person", "organisation"),
    "any": ("person", "household", "organisation", "anonymous"),
}
DELIVERY = [("window", _l("窗口领取")), ("post", _l("邮寄")), ("community", _l("社区代领")), ("door", _l("上门"))]
# What is usually wrong with a paper: the notice is put together from these, nobody types (domain 7.2, point 7).
PHRASES = (
    "未提交", "填写不完整", "未签名或未盖章", "复印件不清晰，无法辨认", "复印件未与原件核对一致",
    "已过有效期", "内容与其他材料不一致", "份数不足", "不符合规定的格式",
)  # fmt: skip
TICKS = offered(("held", _l("有")), ("missing", _l("缺")), ("exempt", _l("免")))


def _moment(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(narrow(text).replace("/", "-"))
    except ValueError:
        raise ValueError(_("时间不对，请照 2026-12-03T09:30 的样子填写。")) from None
    when = when.replace(tzinfo=CST) if when.tzinfo is None else when.astimezone(CST)
    if when > now():
        raise ValueError(_("收件时间不能晚于现在。"))
    return when


class When(Read):
    """A moment at the desk, not in the future."""

    read = staticmethod(_moment)
    widget = DateTimeLocalInput()
    keys = {"autocomplete": "off"}

    def written(self) -> str:
        return self.data.strftime("%Y-%m-%dT%H:%M") if isinstance(self.data, datetime) else str(self.data or "")


class IntakeForm(DeskForm):
    """The person, and how the result reaches them. The item's own questions are added (web.forms.build_item_form)."""

    id_number = Text(
        _l("证件号码"), longest=40, render_kw={"autocomplete": "off", "spellcheck": "false", "class": "digits"}
    )
    applicant_name = Text(_l("姓名（名称）"), longest=60)
    phone = Phone(_l("手机号"))
    id_type = Select(_l("证件类型"), choices=list(ID_TYPES.items()), default="resident_id")
    applicant_kind = Radio(_l("申请人"), choices=list(KINDS.items()), required=True)
    residence_address = Text(_l("现住址"))
    household_address = Text(_l("户籍地址"))
    legal_representative = Text(_l("法定代表人（负责人）"), longest=60)
    delivery_mode = Radio(_l("结果送达"), choices=DELIVERY, default="window", required=True)
    components = MultiSelect(_l("一并办理（可选）"))

    has_agent = BooleanField(_l("由他人代办（委托、单位经办人）"))
    agent_name = Text(_l("代办人姓名"), longest=60)
    agent_id_number = IdNumber(_l("代办人公民身份号码"))
    agent_phone = Phone(_l("代办人电话"))
    agent_relation = Text(_l("与申请人关系"), longest=30)
    has_guardian = BooleanField(_l("由监护人办理（未成年人、无民事行为能力人）"))
    guardian_name = Text(_l("监护人姓名"), longest=60)
    guardian_id_number = IdNumber(_l("监护人公民身份号码"))
    guardian_phone = Phone(_l("监护人电话"))
    guardian_relation = Text(_l("监护关系"), longest=30)

    identity_checked = BooleanField(_l("已核对领取人身份，结果当场交给领取人"))
    duplicate_reason = Text(_l("再收一件的理由"), longest=200)
    channel = Radio(_l("来件方式"), choices=[("window", _l("现场")), ("paper", _l("补录纸质收件"))], default="window")
    received_at = When(_l("纸质收件的实际时间"))
    hand_receipt = Text(
        _l("手工凭证编号（扫码或输入）"), longest=20, render_kw={"data-scan": "hand code", "autocomplete": "off", "class": "digits"}
    )

    def validate_id_number(self, field):
        """The number must fit the kind of paper it stands on; an anonymous report has none."""
        if self.applicant_kind.data == "anonymous" or self.id_type.data == "none":
            field.data = None
        elif not field.data:
            raise ValidationError(_("请填写证件号码；没有证件的，证件类型选“无证件”。"))
        else:
            field.data = self._read_number(field.data)

    def _read_number(self, typed: str) -> str:
        if self.applicant_kind.data == "organisation" and self.id_type.data == "resident_id":
            self.id_type.data = "uscc"
        read = {"resident_id": numbers.id_number, "uscc": numbers.uscc}.get(self.id_type.data)
        try:
            return read(typed) if read else narrow(typed).upper()
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def validate_applicant_name(self, field):
        if not field.data and self.applicant_kind.data != "anonymous":
            raise ValidationError(_("请填写姓名或单位名称。"))

    def validate_agent_name(self, field):
        self._present(self.has_agent, field)

    def validate_agent_id_number(self, field):
        self._present(self.has_agent, field)

    def validate_guardian_name(self, field):
        self._present(self.has_guardian, field)

    def validate_guardian_id_number(self, field):
        self._present(self.has_guardian, field)

    def validate_received_at(self, field):
        if self.channel.data != "paper":  # it does not count then, nor may it keep anybody from being taken in
            field.data, field.errors = None, []
        elif not field.data and not field.errors:
            raise ValidationError(_("补录纸质收件须填写实际收件时间。"))

    @staticmethod
    def _present(ticked, field):
        if ticked.data and not field.data and not field.errors:
            raise ValidationError(_("请填写这一项，或取消上面的勾选。"))


class LineForm(Form):
    """One material: 有 缺 免, counted, the original compared, and a scan if there is one."""

    state = Radio(_l("有、缺、免"), choices=TICKS)
    copies = Number(_l("份数"), default=1)
    pages = Number(_l("页数"), default=1)
    original_seen = BooleanField(_l("原件已核"))
    remark = Text(_l("备注"), longest=100)
    scan = FileField(_l("扫描件"), render_kw={"accept": "image/jpeg,image/png,application/pdf"})
    upload_id = HiddenField()

    def tick(self) -> dict:
        """As receive/checklist.py reads it."""
        return {
            "state": self.state.data,
            "copies": int(self.copies.data or 0) or None,
            "pages": int(self.pages.data or 0) or None,
            "original_seen": self.original_seen.data,
            "remark": self.remark.data or "",
            "upload_id": int(self.upload_id.data) if self.upload_id.data else None,
        }


# ── the steps after it ───────────────────────────────────────────────────────────────────────────────────────


class TolerantForm(DeskForm):
    supplement_days = Number(_l("补齐期限（工作日）"), required=True)
    pledged = BooleanField(_l("申请人已签署《容缺受理承诺书》"))
    way = Text(_l("补交方式"), longest=100)


class OverrideForm(DeskForm):
    """The head of a notice; its lines are LineOfNotice forms."""

    override_reason = TextArea(_l("再次告知的理由"), longest=300)


class NoticeLine(Form):
    """One thing to put right: the phrase and, if that does not say it, words of one's own."""

    ticked = BooleanField(_l("需补正"))
    phrase = Select(_l("问题"), choices=[(str(number), phrase) for number, phrase in enumerate(PHRASES)])
    problem = Text(_l("问题说明"), longest=200)
    standard = Text(_l("补正要求"), longest=200)

    @property
    def words(self) -> str:
        """The problem as the notice says it."""
        said = [PHRASES[int(self.phrase.data)] if self.phrase.data else "", self.problem.data or ""]
        return "；".join(part for part in said if part)


class SupplementForm(DeskForm):
    """Its lines are ArrivedLine forms."""


class ArrivedLine(Form):
    arrived = BooleanField(_l("这次交来"))
    copies = Number(_l("份数"), default=1)
    pages = Number(_l("页数"), default=1)
    original_seen = BooleanField(_l("原件已核"))


class RefuseForm(DeskForm):
    reason = Radio(_l("不予受理的情形"), choices=list(REFUSALS.items()), required=True)
    reason_text = TextArea(_l("具体理由"), required=True, longest=500)
    basis = Text(_l("依据"), required=True, longest=300)
    competent = Text(_l("应向哪个机关申请"), longest=100)
    address = Text(_l("该机关地址和联系方式"), longest=200)
    review_body = Text(_l("行政复议机关"), required=True, longest=100)
    court = Text(_l("管辖法院"), required=True, longest=100)


class ForwardForm(DeskForm):
    office = Select(_l("转往本市单位"))
    outside = Text(_l("或本市以外的单位"), longest=100)
    reason = TextArea(_l("转办原因"), required=True, longest=300)
    address = Text(_l("地址"), longest=200)
    contact = Text(_l("联系人和电话"), longest=100)
    reply_by = Day(_l("请对方答复的期限"))

    def validate_outside(self, field):
        if not field.data and not self.office.data:
            raise ValidationError(_("请选择转往的单位，或写明本市以外的单位。"))


class ReplyForm(DeskForm):
    reply = TextArea(_l("对方的答复"), required=True, longest=1000)


class WithdrawForm(DeskForm):
    reason = TextArea(_l("撤回原因（申请人陈述）"), required=True, longest=300)
    signed = BooleanField(_l("申请人已签署《撤回申请书》"))


class FinishForm(DeskForm):
    """当场办结: the collector stands here."""

    collector = Text(_l("领取人"), required=True, longest=60)
    identity_checked = BooleanField(_l("已核对领取人身份"))
