"""Which calendar stands: a number for people, and a digest of its days by which processes remember it."""

import hashlib

from sqlalchemy import column, table

from app.calendar.models import CalendarDay, CalendarYear
from app.extensions import db

VERSION, DIGEST = "calendar_version", "calendar_digest"
# The settings belong to the room beside this one (people), which a room does not look into.
_settings = table("setting", column("key"), column("value"))


def calendar_version() -> int:
    """Raised by one with every change of any layer; 0 when no calendar was ever loaded."""
    return int(_read(VERSION) or 0)


def digest() -> str | None:
    """What the days of the standing calendar hash to. A number could come again with other days (a restored
    backup); a digest cannot. None when no calendar was ever loaded.
    """
    return _read(DIGEST)


def wait_for_others() -> None:
    """Two who load a calendar at the same time do it one after the other."""
    db.session.execute(db.select(_settings.c.value).where(_settings.c.key == VERSION).with_for_update())


def raise_version() -> None:
    """Inside one_transaction(), after the days are written: from now on every process reads them anew."""
    db.session.flush()
    _keep(VERSION, str(calendar_version() + 1))
    _keep(DIGEST, _digest_now())


def _digest_now() -> str:
    years = db.session.execute(
        db.select(
            CalendarYear.layer, CalendarYear.year, CalendarYear.source, CalendarYear.provisional
        ).order_by(CalendarYear.layer, CalendarYear.year)
    )
    days = db.session.execute(
        db.select(CalendarDay.layer, CalendarDay.day, CalendarDay.kind, CalendarDay.name)
        .order_by(CalendarDay.layer, CalendarDay.day)
    )  # fmt: skip
    said = repr([[tuple(row) for row in rows] for rows in (years, days)])
    return hashlib.sha256(said.encode()).hexdigest()


def _read(key: str) -> str | None:
    return db.session.scalar(db.select(_settings.c.value).where(_settings.c.key == key))


def _keep(key: str, value: str) -> None:
    write = _settings.insert().values(key=key, value=value)
    if _read(key) is not None:
        write = _settings.update().where(_settings.c.key == key).values(value=value)
    db.session.execute(write)
