"""Which calendar stands: a number for people, a digest for processes, and every edition that ever counted."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Label, column, table

from app.calendar.models import CalendarDay, CalendarEdition, CalendarYear
from app.extensions import among, db, noted, read_rows
from app.moments import now

VERSION, DIGEST, PENDING = "calendar_version", "calendar_digest", "calendar_pending"
# The settings belong to the room beside this one (people), which a room does not look into.
_settings = table("setting", column("key"), column("value"))
# Asked with every list and every step: put together once.
_STANDS = db.select(_settings.c.key, _settings.c.value).where(among(_settings.c.key, (VERSION, DIGEST, PENDING)))


class Stand(NamedTuple):
    """`number`: raised by one with every change of any layer, 0 when no calendar was ever loaded. `digest`: what the
    days hash to; a number could come again with other days (a restored backup), a digest cannot. `pending`: the first
    day that changed since the open cases were last reckoned; None when all of them are up to date."""

    number: int
    digest: str | None
    pending: date | None = None


def stand() -> Stand:
    """The calendar that stands now, in one small query a transaction."""
    return noted().get(VERSION) or note(dict(read_rows(_STANDS).all()))


def with_stand() -> tuple[Label, ...]:
    """Columns for a statement that is asked anyway (note): spares stand() its own."""
    return tuple(
        db.select(_settings.c.value).where(_settings.c.key == key).scalar_subquery().label(key)
        for key in (VERSION, DIGEST, PENDING)
    )


def note(found: Mapping[str, str | None]) -> Stand:
    """Keep for the rest of the transaction what was read of the three settings."""
    waiting = found.get(PENDING)
    stands = Stand(int(found.get(VERSION) or 0), found.get(DIGEST), date.fromisoformat(waiting) if waiting else None)
    noted()[VERSION] = stands
    return stands


def _read_anew() -> None:
    """What stands was changed by this transaction, or may have been by one that we waited for."""
    noted().pop(VERSION, None)


def calendar_version() -> int:
    return stand().number


def digest() -> str | None:
    return stand().digest


def wait_for_others() -> None:
    """Two who load a calendar at the same time do it one after the other."""
    db.session.execute(db.select(_settings.c.value).where(_settings.c.key == VERSION).with_for_update())
    _read_anew()


def raise_version(since: date) -> None:
    """Inside one_transaction(), after the days are written: from now on every process reads them anew, and the
    open cases are to be reckoned again, as far as their dates lie on or after `since`, the first day that differs."""
    db.session.flush()
    number, found = calendar_version() + 1, _digest_now()
    _keep(VERSION, str(number))
    _keep(DIGEST, found)
    waiting = pending()
    _keep(PENDING, min(since, waiting or since).isoformat())
    db.session.add(CalendarEdition(number=number, digest=found, made_at=now(), layers=_layers_now()))
    db.session.flush()


def pending() -> date | None:
    return stand().pending


def settled(edition: str | None) -> bool:
    """Inside one_transaction(): every open case was reckoned with this digest. False when it changed meanwhile."""
    if digest() != edition:
        return False
    db.session.execute(_settings.delete().where(_settings.c.key == PENDING))
    _read_anew()
    return True


def _layers_now() -> dict:
    """Every layer as JSON keeps it."""
    layers: dict[str, dict] = {}

    def layer(name: str) -> dict:
        return layers.setdefault(name, {"rest": {}, "work": {}, "published": [], "provisional": []})

    for row in db.session.scalars(db.select(CalendarYear).order_by(CalendarYear.layer, CalendarYear.year)):
        layer(row.layer)["provisional" if row.provisional else "published"].append(row.year)
    for row in db.session.scalars(db.select(CalendarDay).order_by(CalendarDay.layer, CalendarDay.day)):
        layer(row.layer)[row.kind][row.day.isoformat()] = row.name
    return layers


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
    _read_anew()
