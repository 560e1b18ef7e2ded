"""What time it is at the desk: moments in China Standard Time, a clock that a command may set, a day made up for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock_time

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeDecorator

CST = timezone(timedelta(hours=8), "CST")  # GB/T 7408: +08:00, China has had no summer time since 1991
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC).astimezone(CST), timedelta(microseconds=1)

# Counts on while the machine sleeps, where there is such a clock: a session does not live through a night with it.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_STARTED, _SINCE = datetime.now(CST), time.clock_gettime(_STEADY)  # of the supervisor; what it forks inherits them

_set_to: ContextVar[datetime | None] = ContextVar("desk_clock", default=None)
_made_up: ContextVar[date | None] = ContextVar("desk_day", default=None)


def now() -> datetime:
    """This moment, aware, in +08:00."""
    return _set_to.get() or datetime.now(CST)


def steady() -> datetime:
    """This moment by a clock that nobody can set: what the machine's clock showed when the desk started, plus what has passed."""
    return _set_to.get() or _STARTED + timedelta(seconds=time.clock_gettime(_STEADY) - _SINCE)


def is_set() -> bool:
    """Has a command or a test set the clock?"""
    return _set_to.get() is not None


def first_of(day: str) -> datetime:
    """The first moment of a day written as ISO 8601."""
    return datetime.combine(date.fromisoformat(day), clock_time(), CST)


def today() -> date:
    """The day by which limits are judged: that of now(), or the one that is being made up for."""
    return _made_up.get() or now().date()


def day_made_up() -> date | None:
    """The day that on() names, None in ordinary work."""
    return _made_up.get()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Work as if it were `moment` (naive means +08:00): `nightly --at`, paper slips keyed in later, tests."""
    token = _set_to.set(moment.astimezone(CST) if moment.tzinfo else moment.replace(tzinfo=CST))
    try:
        yield
    finally:
        _set_to.reset(token)


@contextmanager
def on(day: date) -> Iterator[None]:
    """Do what belonged to `day`: today() says so, now() stays the true moment (`nightly` after an outage)."""
    token = _made_up.set(day)
    try:
        yield
    finally:
        _made_up.reset(token)


class Moment(TypeDecorator):
    """An aware datetime kept as microseconds since 1970 UTC: the same on SQLite and PostgreSQL, and sortable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value, dialect):
        return None if value is None else _EPOCH + timedelta(microseconds=value)
