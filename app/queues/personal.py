"""What a case says about people, as label and value: masked, or open for somebody who gave a reason. Pure."""

import re
from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.documents import wording
from app.web import masking

APPLICANTS = {"person": _l("个人"), "household": _l("家庭"), "organisation": _l("单位"), "anonymous": _l("不具名")}
DELIVERY = {
    "window": _l("到窗口领取"), "post": _l("邮寄送达"), "community": _l("社区代领"), "door": _l("上门送达"),
}  # fmt: skip
OTHERS = {
    "agent": _l("代理人"), "guardian": _l("监护人"), "handler": _l("经办人"), "legal_representative": _l("法定代表人"),
}  # fmt: skip
ADDRESSES = {
    "address": _l("地址"), "household_address": _l("户籍地址"), "residence_address": _l("居住地址"),
    "post_address": _l("邮寄地址"),
}  # fmt: skip

LONG_NUMBER = re.compile(r"\d{7,}[\dXx]?")
Mask = Callable[[str], str]


def mask_address(value: str | None) -> str:
    """The district and the street, not the door: the first eight characters."""
    text = str(value or "")
    return text if len(text) <= 4 else text[:8] + "＊＊＊"


MASKS: dict[str, Mask] = {
    "name": masking.mask_name,
    "id_number": masking.mask_id,
    "phone": masking.mask_phone,
    "bank": masking.mask_account,
    "address": mask_address,
}


def mask_numbers(text: str) -> str:
    """In free text what looks like a phone, an account or an ID: all but the last four of seven digits or more."""
    return LONG_NUMBER.sub(lambda found: masking.mask_account(found[0]), text)


def _plain(kind: str, value, bare: bool) -> str:
    text = str(value or "")
    return text if bare else MASKS.get(kind, mask_numbers)(text)


def applicant(case, bare: bool = False) -> list[tuple[str, str]]:
    """The person or unit, how to reach them, and who acts for them. `bare` shows everything."""
    told = case.particulars or {}
    rows = [
        (_("申请人"), case.applicant_name if bare else masking.mask_applicant(case.applicant_name, case.applicant_kind)),
        (_("类别"), str(APPLICANTS.get(case.applicant_kind, case.applicant_kind))),
        (wording.ID_TYPES.get(case.id_type, _("证件号码")), _plain("id_number", case.id_number, bare)),
        (_("电话"), _plain("phone", case.phone, bare)),
        *((str(word), _plain("address", told.get(key), bare)) for key, word in ADDRESSES.items()),
        *((str(word), _somebody(told.get(key) or {}, bare)) for key, word in OTHERS.items()),
        (_("领取方式"), str(DELIVERY.get(case.delivery_mode, case.delivery_mode))),
    ]
    return [(label, value) for label, value in rows if value]


def answers(spec, form: dict | None, bare: bool = False) -> list[tuple[str, str]]:
    """The item's own questions and what was answered."""
    rows = ((one.label, _answer(one.type, (form or {}).get(one.key), bare)) for one in spec.fields)
    return [(label, value) for label, value in rows if value]


def _somebody(who, bare: bool) -> str:
    if not isinstance(who, dict):
        return _plain("name", who, bare)
    parts = (
        _plain("name", who.get("name"), bare),
        str(who.get("relation") or ""),
        _plain("id_number", who.get("id_number"), bare),
        _plain("phone", who.get("phone"), bare),
    )
    return "，".join(part for part in parts if part)


def _answer(kind: str, value, bare: bool) -> str:
    if value in (None, "", [], {}):
        return ""
    if kind == "image":
        return _("已上传图片")
    if kind == "bool":
        return _("是") if value in (True, "yes", "y", "是", "true") else _("否")
    if kind == "people":
        return "；".join(_somebody(one, bare) for one in value)
    if kind == "date":
        return wording.day(value)
    if isinstance(value, list):
        value = "、".join(str(one) for one in value)
    return _plain(kind, value, bare)
