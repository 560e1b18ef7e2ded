"""Demonstration accounts: one for each role and office in which the role makes sense. Never in production."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.extensions import db, one_transaction
from app.moments import now
from app.people.actions import disable_user
from app.people.find import Place, desks_of, directory, offices, role
from app.people.models import User
from app.people.passwords import hashed

PASSWORD = "one-window-demo-2026"  # printed by bin/serve; production refuses to start with these accounts

CENTRE = ("guide", "clerk", "clerk2", "agent", "courier", "issuer", "supervisor", "archivist")
STATION = ("clerk", "grid_worker")
OFFICE = ("officer", "officer2", "reviewer", "approver", "issuer")
MORE = {
    "mediation_committee": ("mediator",),
    "service_admin": ("supervisor", "admin", "auditor", "courier"),
    "subdistrict_office": ("supervisor",),
    "governance_centre": ("supervisor",),
}
ROLE_OF = {
    "clerk2": "clerk", "officer": "case_officer", "officer2": "case_officer", "admin": "org_admin",
}  # fmt: skip
SITS_AT = {
    "clerk": ("general", 0), "clerk2": ("general", 1), "issuer": ("issuing", 0), "agent": ("assisted", 0),
}  # fmt: skip

FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN_NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True)
class Seat:
    """A place in an office that somebody sits in."""

    login: str
    role: str
    office: Place
    desk_id: str | None = None


def make_accounts() -> int:
    """Add the accounts that are not there yet; returns how many. Their one password is hashed once."""
    kept = hashed(PASSWORD)
    made = 0
    with one_transaction():
        there = set(db.session.scalars(db.select(User.login)))
        for number, seat in enumerate(seats()):
            if seat.login in there:
                continue
            db.session.add(
                User(
                    login=seat.login,
                    name=sample_name(number),
                    roles=[seat.role],
                    office_id=seat.office.id,
                    desk_id=seat.desk_id,
                    password_hash=kept,
                    must_change_password=False,
                    demo=True,
                    created_at=now(),
                )  # fmt: skip
            )
            made += 1
    return made


def accounts() -> list[tuple[str, str, str, str]]:
    """Login, name, role and office of each demo account that may sign in, in the order they were made."""
    rows = db.session.execute(
        db.select(User.login, User.name, User.roles, User.office_id)
        .where(User.demo, User.disabled_at.is_(None))
        .order_by(User.id)
    )
    places = directory().offices
    return [
        (login, name, "、".join(role(held).name for held in roles), places[office_id].name)
        for login, name, roles, office_id in rows
    ]


def demo_accounts_exist() -> bool:
    """True while a demo account could sign in: a production server must not start then."""
    query = db.select(User.id).where(User.demo, User.disabled_at.is_(None)).limit(1)
    return db.session.scalar(query) is not None


def disable_accounts() -> int:
    """End the demonstration: none of its accounts can sign in any more. Returns how many there were."""
    logins = [row[0] for row in accounts()]
    with one_transaction():
        for login in logins:
            disable_user(login)
    return len(logins)


def seats() -> Iterator[Seat]:
    """Who sits where. The order is that of the office ids, so that names stay with their accounts."""
    known = directory().roles
    for place in offices():
        for word in _words(place):
            held = ROLE_OF.get(word, word)
            if held in known:
                yield Seat(f"{place.id}.{word}", held, place, _desk(place, word))


def sample_name(number: int) -> str:
    """A name that nobody takes for a real person: 赵甲, 钱乙 …"""
    family, given = FAMILY_NAMES[number % len(FAMILY_NAMES)], GIVEN_NAMES[number % len(GIVEN_NAMES)]
    again = number // (len(FAMILY_NAMES) * len(GIVEN_NAMES) // 2)
    return family + given + (GIVEN_NAMES[again - 1] if again else "")


def _words(place: Place) -> tuple[str, ...]:
    if place.kind == "service_centre":
        return CENTRE
    if place.kind == "station":
        return STATION if "receive" in place.services else ()
    if place.kind == "self_service":
        return ()
    return OFFICE + MORE.get(place.department_id, ())


def _desk(place: Place, word: str) -> str | None:
    """The two clerks sit at the first two general counters; an issuer at the issuing one, if there is one."""
    if place.kind != "service_centre" or word not in SITS_AT:
        return None
    kind, number = SITS_AT[word]
    fitting = [desk.id for desk in desks_of(place.id) if desk.kind == kind]
    return fitting[number] if number < len(fitting) else None
