"""Sample residents and answers: what a person at the window would say, for any item of the catalogue."""

from stdnum import luhn
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from app.people.actions import add_user
from app.people.actor import SYSTEM
from app.people.find import user_by_login
from app.people.sessions import actor_for
from app.receive.checklist import lines


def actor(login: str):
    """The member of staff behind a demo login, as the verbs take it."""
    return actor_for(user_by_login(login))


def one_more(role: str, office_id: str, n: int):
    """A further member of staff, beside those of the demonstration."""
    login = f"{office_id}.extra{n}"
    add_user(login, f"临时{n}", [role], office_id, "a long enough password", by=SYSTEM)
    return actor(login)


def id_number(n: int = 1) -> str:
    """A valid number in the unassigned division 529999; every n its own person."""
    body = f"529999{1940 + n // 3000 % 60}{1 + n // 250 % 12:02d}{1 + n // 10 % 25:02d}{n % 1000:03d}"
    return body + mod_11_2.calc_check_digit(body)


def company_code(n: int = 1) -> str:
    body = f"91529999MA{n:07d}"
    return body + uscc.calc_check_digit(body)


def applicant(n: int = 1, kind: str = "person", name: str = "王小明", **particulars) -> dict:
    """As receive/intake.py takes it."""
    number = company_code(n) if kind == "organisation" else id_number(n)
    return {
        "kind": kind, "name": name, "id_type": "uscc" if kind == "organisation" else "resident_id",
        "id_number": number, "phone": f"138{n % 10**8:08d}", "delivery_mode": "window",
        "particulars": {"residence_address": "文峰街道示例路1号", **particulars},
    }  # fmt: skip


def kind_of(spec) -> str:
    return {"person_or_organisation": "person", "any": "person"}.get(spec.applicant, spec.applicant)


def everything(spec, **other) -> list[dict]:
    """Ticks for a complete set; `other` maps a line's number to another tick state."""
    states = {int(place.lstrip("line")): state for place, state in other.items()}
    return [{"state": states.get(place, "held"), "copies": 1, "pages": 2, "original_seen": True}
            for place, _line in enumerate(lines(spec))]  # fmt: skip


def without(spec, *words: str) -> list[dict]:
    """Ticks in which the materials whose names contain one of the words are missing."""
    return [
        {"state": "missing" if any(word in line["name"] for word in words) else "held", "copies": 1, "pages": 1}
        for line in lines(spec)
    ]


ANSWERS = {
    "text": "示例内容", "textarea": "示例说明，情况属实。", "number": "2026", "money": "1200.50", "date": "2026-05-06",
    "bool": True, "phone": "13800000001", "bank": "622202000000000000" + luhn.calc_check_digit("622202000000000000"), "image": None,
    "address": "文峰街道示例路2号",
}  # fmt: skip


def answers(spec) -> dict:
    """A valid value for each of the item's own fields, by key."""
    return {field.key: _answer(field) for field in spec.fields}


def _answer(field):
    if field.type == "select":
        return field.options[0]
    if field.type == "multiselect":
        return field.options[:1]
    if field.type == "people":
        return [{"name": "王大明", "relation": "父亲", "id_number": id_number(77), "phone": ""}]
    if field.type == "id_number":
        return id_number(78)
    return ANSWERS[field.type]
