"""What time it is at the desk: moments in China Standard Time, and a clock that a command may set."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeDecorator

CST = timezone(timedelta(hours=8), "CST")  # GB/T 7408: +08:00, China has had no summer time since 1991

_set_to: ContextVar[datetime | None] = ContextVar("desk_clock", default=None)


def now() -> datetime:
    """This moment, aware, in +08:00."""
    return _set_to.get() or datetime.now(CST)


def today() -> date:
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Work as if it were `moment` (naive means +08:00): `nightly --at`, paper slips keyed in later, tests."""
    token = _set_to.set(moment.astimezone(CST) if moment.tzinfo else moment.replace(tzinfo=CST))
    try:
        yield
    finally:
        _set_to.reset(token)


class Moment(TypeDecorator):
    """An aware datetime kept as microseconds since 1970 UTC: the same on SQLite and PostgreSQL, and sortable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        since = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        return since // timedelta(microseconds=1)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)).astimezone(CST)
