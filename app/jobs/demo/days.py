"""The same working days somewhere else in the calendar."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta

from app.calendar.days import Calendar
from app.documents import wording
from app.jobs.demo.words import Day

FROM, UNTIL = date(2015, 1, 1), date(2032, 1, 1)
_1970, _EIGHT_HOURS, _A_DAY = date(1970, 1, 1).toordinal(), 8 * 3_600_000_000, 86_400_000_000
NEAR = timedelta(days=400)  # a day that is farther from a story than this is none of its days (a birthday)


def day_of(micros: int) -> date:
    """The day in China of a moment as the database keeps it."""
    return date.fromordinal(_1970 + (micros + _EIGHT_HOURS) // _A_DAY)


class Week:
    """The working days of one calendar, numbered."""

    def __init__(self, calendar: Calendar):
        self.calendar = calendar
        days = (FROM + timedelta(days=n) for n in range((UNTIL - FROM).days))
        self.working = [day for day in days if calendar.is_working(day)]

    def works(self, day: date) -> bool:
        return self.calendar.is_working(day)

    def next(self, day: date) -> date:
        return self.working[bisect_left(self.working, day)]

    def number(self, day: date) -> int:
        """Of this working day, or of the last one before."""
        return bisect_right(self.working, day) - 1


class Shift:
    """Days of a story that began on `old`, for one that begins on `new`: before it so many days, after it so many
    working days."""

    def __init__(self, week: Week, old: date, new: date):
        self._week, self._old, self._new = week, old, new
        self._by = week.number(new) - week.number(old)
        self._known: dict[date, date] = {}

    def __call__(self, day: date) -> date:
        moved = self._known.get(day)
        if moved is None:
            moved = self._known[day] = self._moved(day)
        return moved

    def moment(self, micros: int) -> int:
        """The same hour of the day it moves to."""
        told = day_of(micros)
        return micros + (self(told) - told).days * _A_DAY

    def text(self, day: Day, dues: dict[date, date], tentative_from: int) -> str:
        if day.form == "due":
            due = dues.get(day.day) or self(day.day)
            return wording.due(due, due.year >= tentative_from)
        return self(day.day).isoformat() if day.form == "iso" else wording.day(self(day.day))

    def _moved(self, day: date) -> date:
        if abs(day - self._old) > NEAR:
            return day
        if day < self._old:
            return day + (self._new - self._old)
        number = self._week.number(day)
        return self._week.working[number + self._by] + (day - self._week.working[number])
