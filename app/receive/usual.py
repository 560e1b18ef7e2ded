"""What this counter takes in most: the list of items begins with it."""

from collections import Counter

from sqlalchemy import select

from app.cases.models import Case
from app.catalog.find import Listed, items
from app.extensions import db

LAST = 300  # cases looked at
TOP = 10


def often_here(by) -> dict[str, int]:
    """How many of the centre's last cases were of each item. One question, along an index."""
    rows = select(Case.item_code).where(Case.centre_id == (by.centre_id or by.office_id), Case.parent_id.is_(None))
    return Counter(db.session.scalars(rows.order_by(Case.received_at.desc()).limit(LAST)))


def usual(often: dict[str, int]) -> list[Listed]:
    """The items used most here, at most ten, the most used first."""
    used = sorted((one for one in items() if often.get(one.code)), key=lambda one: -often[one.code])
    return used[:TOP]
