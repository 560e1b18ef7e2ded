"""Working time between two moments: the office hours of each working day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from app.calendar.days import Calendar

ALL_DAY = ("00:00-24:00",)


def working_minutes(start: datetime, end: datetime, calendar: Calendar, hours: Sequence[str]) -> int:
    """Whole minutes from `start` to `end` that lie in the office hours (“09:00-12:00”) of a working day; 0 when `end`
    is not later. Both moments in the same zone, that of the desk."""
    day, seconds = start.date(), 0.0
    while day <= end.date():
        if calendar.is_working(day):
            midnight = datetime.combine(day, time(), start.tzinfo)
            for opens, closes in map(_parse, hours):
                seconds += max(0.0, (min(end, midnight + closes) - max(start, midnight + opens)).total_seconds())
        day += timedelta(days=1)
    return int(seconds // 60)


def _parse(span: str) -> tuple[timedelta, timedelta]:
    (first, last) = (one.split(":") for one in span.split("-"))
    return timedelta(hours=int(first[0]), minutes=int(first[1])), timedelta(hours=int(last[0]), minutes=int(last[1]))
