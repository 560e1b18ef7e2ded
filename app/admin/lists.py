"""Reading what the administrator looks after: people, items, events. Core rows only."""

from sqlalchemy import or_, select

from app.catalog.models import ItemVersion, ServiceItem
from app.extensions import db
from app.people.models import DeskEvent, User

MOST = 50


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
