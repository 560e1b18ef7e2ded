"""Reading offices, desks, streets, roles and users. Offices change seldom: a process remembers them."""

import json
from dataclasses import dataclass

from app.extensions import db
from app.people.models import Desk, Office, Role, Setting, Street, TransferRoute, User
from app.people.scope import WINDOWS
from app.people.settings import remembered
from app.refusals import NotThere


@dataclass(frozen=True)
class Place:
    """An office as read: the columns of Office, detached from the database."""

    id: str
    department_id: str
    name: str
    short: str
    kind: str
    level: str | None
    street_id: str | None
    parent_id: str | None
    centre_id: str | None
    document_code: str | None
    services: tuple[str, ...]
    closed: bool

    @property
    def is_window(self) -> bool:
        return self.kind in WINDOWS


@dataclass(frozen=True)
class StreetFacts:
    id: str
    name: str
    short: str
    code: str
    document_code: str


@dataclass(frozen=True)
class DeskFacts:
    id: str
    office_id: str
    name: str
    kind: str
    accessible: bool


@dataclass(frozen=True)
class RoleFacts:
    id: str
    name: str
    can: frozenset[str]


@dataclass(frozen=True)
class Route:
    """A courier's run: `to_office_id` may be `all_departments`; `runs` are times of day, "10:30"."""

    id: str
    from_office_id: str
    to_office_id: str
    runs: tuple[str, ...]


@dataclass(frozen=True)
class Directory:
    """The whole organisation, sorted by id."""

    offices: dict[str, Place]
    streets: dict[str, StreetFacts]
    desks: dict[str, DeskFacts]
    roles: dict[str, RoleFacts]
    routes: tuple[Route, ...]
    city: dict


def directory() -> Directory:
    """The organisation as loaded; one read per version and process."""
    return remembered("organisation", _read_directory)


def office(office_id: str) -> Place:
    """NotThere when no such office was ever loaded; a closed one is still found (old cases name it)."""
    found = directory().offices.get(office_id)
    if found is None:
        raise NotThere("没有这个单位。")
    return found


def street(street_id: str) -> StreetFacts:
    found = directory().streets.get(street_id)
    if found is None:
        raise NotThere("没有这个街道。")
    return found


def desk(desk_id: str) -> DeskFacts:
    found = directory().desks.get(desk_id)
    if found is None:
        raise NotThere("没有这个窗口。")
    return found


def role(role_id: str) -> RoleFacts:
    found = directory().roles.get(role_id)
    if found is None:
        raise NotThere("没有这个岗位。")
    return found


def places() -> tuple[str, ...]:
    """The streets of the city by their full names, as an address begins."""
    return tuple(f"{city().get('name', '')}{one.name}" for one in directory().streets.values())


def city() -> dict:
    """Facts of the city: name, code, hours, townships, governance_windows."""
    return directory().city


def offices() -> list[Place]:
    """Every office that is open, sorted by id."""
    return [place for place in directory().offices.values() if not place.closed]


def offices_of_department(department_id: str, street_id: str | None = None) -> list[Place]:
    """The offices behind a department id of the catalogue or a chain.

    A city department is one office; of one that every street has, the street's own, or without a street all.
    """
    found = [place for place in offices() if place.department_id == department_id]
    return [place for place in found if street_id is None or place.street_id in (None, street_id)]


def centre_of(place: Place | str) -> Place | None:
    """The street centre an office belongs to; None for an office of the whole city."""
    if isinstance(place, str):
        place = office(place)
    if place.centre_id:
        return office(place.centre_id)
    of_street = (one for one in receiving_offices() if one.kind == "service_centre")
    return next((one for one in of_street if place.street_id and one.street_id == place.street_id), None)


def receiving_offices() -> list[Place]:
    """Where a resident can hand something in: centres, and stations that receive."""
    return [
        place
        for place in offices()
        if place.kind == "service_centre" or (place.kind == "station" and "receive" in place.services)
    ]


def desks_of(office_id: str) -> list[DeskFacts]:
    return [desk for desk in directory().desks.values() if desk.office_id == office_id]


def get_user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotThere("没有这位工作人员。")
    return user


def user_by_login(login: str) -> User | None:
    return db.session.scalar(db.select(User).where(User.login == login))


def staff_of(office_id: str, role_id: str | None = None) -> list[User]:
    """Who works in the office and may sign in, in that role if one is named."""
    query = db.select(User).where(User.office_id == office_id, User.disabled_at.is_(None)).order_by(User.id)
    return [user for user in db.session.scalars(query) if role_id is None or role_id in user.roles]


def _read_directory() -> Directory:
    city_row = db.session.scalar(db.select(Setting.value).where(Setting.key == "city"))
    return Directory(
        offices={row.id: _place(row) for row in _rows(Office)},
        streets={row.id: StreetFacts(*row) for row in _rows(Street)},
        desks={row.id: DeskFacts(*row) for row in _rows(Desk)},
        roles={row.id: RoleFacts(row.id, row.name, frozenset(row.can)) for row in _rows(Role)},
        routes=tuple(
            Route(row.id, row.from_office_id, row.to_office_id, tuple(row.runs)) for row in _rows(TransferRoute)
        ),
        city=json.loads(city_row) if city_row else {},
    )


def _rows(model):
    return db.session.execute(db.select(*model.__table__.columns).order_by(model.id))


def _place(row) -> Place:
    return Place(
        id=row.id, department_id=row.department_id, name=row.name, short=row.short, kind=row.kind,
        level=row.level, street_id=row.street_id, parent_id=row.parent_id, centre_id=row.centre_id,
        document_code=row.document_code, services=tuple(row.services), closed=row.closed_at is not None,
    )  # fmt: skip
