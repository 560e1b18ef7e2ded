"""When a limit ends, and how it was counted, a line a day.

民法典 201: the first day is not counted; 203: a last day on a rest day rolls to the next working day.
许可法 42: an extension adds working days; 45: the time of a special procedure is not counted.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from app.calendar.days import MAKEUP, Calendar

WORKING_DAY, CALENDAR_DAY = "working_day", "calendar_day"
UNITS = (WORKING_DAY, CALENDAR_DAY)
ONE_DAY = timedelta(days=1)

# (started_on, ended_on): days after started_on up to and including ended_on are not counted.
# A third element, the number of the notice that paused, is shown in the ledger.
Pause = tuple[date, date] | tuple[date, date, str]


class Due(NamedTuple):
    on: date
    tentative: bool


class Line(NamedTuple):
    """One day of a ledger.

    `kind`: start | counted | makeup (counted too) | weekend | holiday | paused | rolled | extended.
    `count`: which day of the limit this is, extension included; None for a day that does not count.
    `note`: name of the holiday or make-up day, or number of the pausing notice.
    """

    day: date
    kind: str
    count: int | None
    note: str


def due(start: date, amount: int, unit: str, calendar: Calendar,
        pauses: Sequence[Pause] = (), extended: int = 0) -> Due:  # fmt: skip
    """The last day of `amount` units after `start`, and whether it is tentative 暂定.

    Amount 0 (即办) is the start day itself. In both units a last day that is a rest day or paused moves on to
    the next working day; `extended` working days are added after that. Raises ValueError for an unknown unit
    or a negative length, OverflowError beyond the year 9999.
    """
    _check(amount, unit, extended)
    works, runs = _tests(calendar, pauses)
    last = _count(start, amount, works if unit == WORKING_DAY else runs)
    while not works(last):
        last += ONE_DAY
    last = _count(last, extended, works)
    return Due(last, calendar.is_tentative(last))


def ledger(start: date, amount: int, unit: str, calendar: Calendar,
           pauses: Sequence[Pause] = (), extended: int = 0) -> list[Line]:  # fmt: skip
    """The same limit, a line a day from the start day to the due date; the last line is the due date."""
    _check(amount, unit, extended)
    works, runs = _tests(calendar, pauses)
    lines = [Line(start, "start", None, calendar.kind(start).name)]
    counts = works if unit == WORKING_DAY else runs

    def go_on(until: int, number: int, counts: Callable, kind: str) -> int:
        while number < until:
            day = lines[-1].day + ONE_DAY
            if counts(day):
                number += 1
                lines.append(_counted(day, kind, number, calendar))
            else:
                lines.append(_skipped(day, calendar, pauses))
        return number

    number = go_on(amount, 0, counts, "counted")
    while not works(lines[-1].day):
        day = lines[-1].day + ONE_DAY
        lines.append(Line(day, "rolled", None, calendar.kind(day).name) if works(day)
                     else _skipped(day, calendar, pauses))  # fmt: skip
    go_on(number + extended, number, works, "extended")
    return lines


def working_days_between(after: date, until: date, calendar: Calendar) -> int:
    """Working days from the day after `after` to `until` inclusive; negative when `until` is the earlier."""
    if until < after:
        return -working_days_between(until, after, calendar)
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(map(calendar.is_working, days))


def days_left(due_on: date, today: date, calendar: Calendar) -> int:
    """Working days left after today: 0 on the due date itself, negative once a working day has passed it.

    Overdue is `today > due_on`, not this number: on the Saturday after a due Friday none has passed.
    """
    return working_days_between(today, due_on, calendar)


def _check(amount: int, unit: str, extended: int) -> None:
    if unit not in UNITS:
        raise ValueError(f"unknown unit: {unit}")
    if amount < 0 or extended < 0:
        raise ValueError("a limit cannot be negative")


def _tests(calendar: Calendar, pauses: Sequence[Pause]) -> tuple[Callable, Callable]:
    """Two questions about a day: is it a working day on which the clock runs? does the clock run at all?"""
    if not pauses:
        return calendar.is_working, lambda day: True

    def runs(day: date) -> bool:
        return not any(after < day <= until for after, until, *_ in pauses)

    return (lambda day: calendar.is_working(day) and runs(day)), runs


def _count(day: date, amount: int, counts: Callable) -> date:
    while amount:
        day += ONE_DAY
        amount -= counts(day)
    return day


def _counted(day: date, kind: str, number: int, calendar: Calendar) -> Line:
    what, name, _ = calendar.kind(day)
    return Line(day, "makeup" if what == MAKEUP and kind == "counted" else kind, number, name)


def _skipped(day: date, calendar: Calendar, pauses: Sequence[Pause]) -> Line:
    for after, until, *notice in pauses:
        if after < day <= until:
            return Line(day, "paused", None, notice[0] if notice else "")
    return Line(day, calendar.kind(day).what, None, calendar.kind(day).name)
