"""Reading what the administrator looks after: people, items, events. Core rows only."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.calendar.days import NATIONAL
from app.calendar.models import CalendarYear
from app.cases.models import Seal
from app.catalog.models import ItemVersion, ServiceItem
from app.extensions import db
from app.moments import today
from app.people.models import DeskEvent, SecondFactor, User
from app.people.second_factor import MUST
from app.people.upkeep import last_backup

MOST = 50


class Upkeep(NamedTuple):
    """What the first page says of each place. `bare`: may change people or decide, without a second factor. `years`:
    this one and the next while no notice for them was loaded."""

    active: int
    bare: int
    items: int
    years: tuple[int, ...]
    backup: datetime | None
    sealed: date | None


def upkeep() -> Upkeep:
    people = db.session.execute(
        select(User.roles, SecondFactor.user_id).outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(User.disabled_at.is_(None))
    ).all()  # fmt: skip
    listed = select(func.count()).where(ServiceItem.retired_at.is_(None)).select_from(ServiceItem)
    known = set(db.session.scalars(select(CalendarYear.year).where(CalendarYear.layer == NATIONAL, ~CalendarYear.provisional)))
    return Upkeep(
        len(people), sum(1 for roles, factor in people if not factor and not MUST.isdisjoint(roles)),
        db.session.scalar(listed), tuple(year for year in (today().year, today().year + 1) if year not in known),
        last_backup(), db.session.scalar(select(func.max(Seal.day))),
    )  # fmt: skip


def users(words: str = "", after: int = 0) -> list:
    """At most MOST and one more, by number; `words`: part of a login or a name."""
    rows = select(User.id, User.login, User.name, User.office_id, User.roles, User.demo, User.disabled_at)
    if words:
        rows = rows.where(or_(User.login.contains(words, autoescape=True), User.name.contains(words, autoescape=True)))
    return db.session.execute(rows.where(User.id > after).order_by(User.id).limit(MOST + 1)).all()


def item_versions() -> list:
    """Every version of every item, the newest of each first."""
    rows = select(ServiceItem.code, ServiceItem.name, ServiceItem.department_id, ServiceItem.retired_at,
                  ServiceItem.version_id, ItemVersion.id, ItemVersion.version, ItemVersion.published_at)  # fmt: skip
    rows = rows.join(ItemVersion, ItemVersion.item_code == ServiceItem.code)
    return db.session.execute(rows.order_by(ServiceItem.position, ServiceItem.code, ItemVersion.version.desc())).all()


def events(before: int = 0) -> list:
    """The newest events outside any case, at most MOST and one more."""
    rows = select(DeskEvent).order_by(DeskEvent.id.desc()).limit(MOST + 1)
    return list(db.session.scalars(rows.where(DeskEvent.id < before) if before else rows))
