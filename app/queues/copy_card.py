"""抄录卡: what a department's own screen asks for, each value as it is typed there, in that screen's order. Pure."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.documents import wording
from app.queues.personal import APPLICANTS, DELIVERY

PERSON = {"name": _l("姓名"), "id_number": _l("证件号码"), "phone": _l("电话"), "relation": _l("关系")}
OTHERS = {"agent": _l("代办人"), "guardian": _l("监护人")}
OWN = {
    "case_no": _l("办件编号"), "item_name": _l("事项"), "received_on": _l("收件日期"), "applicant_kind": _l("类别"),
    "applicant_name": _l("申请人"), "id_type": _l("证件类型"), "id_number": _l("证件号码"), "sex": _l("性别"), "born": _l("出生日期"),
    "phone": _l("电话"), "household_address": _l("户籍地址"), "residence_address": _l("居住地址"),
    "legal_representative": _l("法定代表人"),
}  # fmt: skip
PREFIX = "f_"  # of the item's own questions


class Cell(NamedTuple):
    """One thing to copy; several cells of the same key stand together."""

    key: str
    label: str
    value: str


def headings(spec) -> dict[str, str]:
    """Every key that a card of this item may have, in the usual order, with its word."""
    found = {key: str(word) for key, word in OWN.items()}
    found |= {who: str(word) for who, word in OTHERS.items()}
    found |= {PREFIX + asked.key: asked.label for asked in spec.fields if asked.type != "image"}
    return found | {"delivery_mode": _("领取方式")}


def cells(case, spec, order: list[str] | None = None) -> list[Cell]:
    """What is known of this case, in `order`; what is empty is left out."""
    words, values = headings(spec), _values(case, spec)
    found = [Cell(key, label, value) for key in (order or words) if key in words for label, value in values(key, words[key])]
    return [cell for cell in found if cell.value]


def _values(case, spec):
    told, form = case.particulars or {}, case.form or {}
    kinds = {asked.key: asked.type for asked in spec.fields}
    own = {
        "case_no": case.case_no, "item_name": case.item_name, "received_on": f"{case.received_at:%Y-%m-%d}",
        "applicant_kind": str(APPLICANTS.get(case.applicant_kind, case.applicant_kind)), "applicant_name": case.applicant_name,
        "id_type": wording.ID_TYPES.get(case.id_type, ""), "id_number": case.id_number, "phone": case.phone,
        "delivery_mode": str(DELIVERY.get(case.delivery_mode, case.delivery_mode)),
    }  # fmt: skip

    def values(key: str, word: str) -> list[tuple[str, str]]:
        if key in OTHERS:
            return _person(word, told.get(key) or {})
        if key.startswith(PREFIX):
            asked = key.removeprefix(PREFIX)
            return _answer(word, kinds[asked], form.get(asked))
        return [(word, str(own.get(key) or told.get(key) or ""))]

    return values


def _person(word: str, who) -> list[tuple[str, str]]:
    if not isinstance(who, dict):
        return [(word, str(who))]
    return [(f"{word} {PERSON[part]}", str(who.get(part) or "")) for part in PERSON]


def _answer(word: str, kind: str, value) -> list[tuple[str, str]]:
    if kind == "people":
        rows = enumerate(value or [], start=1)
        return [pair for number, one in rows for pair in _person(f"{word} {number}", one)]
    if kind == "bool":
        return [(word, "" if value is None else _("是") if value in (True, "yes", "y", "是", "true") else _("否"))]
    if isinstance(value, list):
        return [(word, "、".join(str(one) for one in value))]
    return [(word, "" if value is None else str(value))]
