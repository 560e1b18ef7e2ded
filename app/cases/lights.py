"""How urgent, as a light, purely: state-machines, Clocks. A list asks for one calendar, not one a row."""

from calendar import isleap
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

from app.calendar.days import Calendar

GREEN, YELLOW, RED, BLACK = "green", "yellow", "red", "black"
ONE_DAY = timedelta(days=1)
A_FIFTH = 5  # yellow when 20 % of the limit is left


def light(due_on: date | None, started_on: date | None, statutory_due: date | None, today: date,
          calendar: Calendar) -> str | None:  # fmt: skip
    """green | yellow | red past the promise | black past the law; None for what has no date.

    Yellow from the earlier of one working day left and a fifth of the limit left. The limit is counted in the
    working days from its start to its due date, as they stand: extensions and pauses have already moved that date.
    """
    if statutory_due is not None and today > statutory_due:
        return BLACK
    if due_on is None:
        return None
    if today > due_on:
        return RED
    left = working_days(today, due_on, calendar)
    whole = working_days(started_on, due_on, calendar) if started_on else 0
    return YELLOW if left <= 1 or left * A_FIFTH <= whole else GREEN


def yellow_from(due_on: date, started_on: date, calendar: Calendar) -> date:
    """The first day on which light() says yellow, so that many cases can be asked for by their dates alone."""
    most, day = max(1, working_days(started_on, due_on, calendar) // A_FIFTH), due_on
    while working_days(day - ONE_DAY, due_on, calendar) <= most:
        day -= ONE_DAY
    return day


def light_of_dates(due_on: date | None, yellow_on: date | None, legal_on: date | None, today: date) -> str | None:
    """The same light from the days on which it changes; None for a case whose light is out."""
    if due_on is None or yellow_on is None:
        return None
    if legal_on is not None and today > legal_on:
        return BLACK
    return RED if today > due_on else YELLOW if today >= yellow_on else GREEN


def working_days(after: date, until: date, calendar: Calendar) -> int:
    """Working days from the day after `after` to `until`; 0 when `until` is not later."""
    if until <= after:
        return 0
    years = sum(_counted(calendar, year)[-1] for year in range(after.year, until.year))
    return years + _up_to(until, calendar) - _up_to(after, calendar)


def _up_to(day: date, calendar: Calendar) -> int:
    return _counted(calendar, day.year)[day.timetuple().tm_yday - 1]


@lru_cache(maxsize=64)  # a subtraction a row instead of a walk over its days
def _counted(calendar: Calendar, year: int) -> list[int]:
    """For each day of the year the working days up to and including it."""
    days = 366 if isleap(year) else 365
    return list(accumulate(calendar.is_working(date(year, 1, 1) + timedelta(n)) for n in range(days)))
