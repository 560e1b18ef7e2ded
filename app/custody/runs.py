"""流转班次: when the next courier leaves for an office, and over which stations. Pure: routes and a calendar in, legs out."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from app.calendar.days import Calendar
from app.people.find import Route

ALL = "all_departments"
AHEAD = 30  # days looked at; longer than any holiday


class Leg(NamedTuple):
    """One hop: from an office to another with the run that leaves at `at`."""

    from_id: str
    to_id: str
    at: datetime


def journey(routes: Sequence[Route], start: str, end: str, departments: frozenset[str], now: datetime,
            calendar: Calendar) -> tuple[Leg, ...]:  # fmt: skip
    """The earliest way from `start` to `end`, directly or over one station; empty when nobody goes there.

    A courier comes back the way they went: a route is a run in both directions.
    """
    if start == end:
        return ()
    hops = [(one, other, route) for route in routes for one, other in _pairs(route, departments)]
    direct = [(leave(route, now, calendar), None, None) for one, other, route in hops if (one, other) == (start, end)]
    over = [
        (leave(second, leave(first, now, calendar), calendar), first, (other, second))
        for one, other, first in hops if one == start
        for via, last, second in hops if via == other and last == end
    ]  # fmt: skip
    if direct:
        return (Leg(start, end, min(at for at, _first, _rest in direct)),)
    if not over:
        return ()
    at, first, (via, _second) = min(over, key=lambda way: way[0])
    return Leg(start, via, leave(first, now, calendar)), Leg(via, end, at)


def leave(route: Route, after: datetime, calendar: Calendar) -> datetime:
    """The first run of a working day that leaves later than `after`."""
    for ahead in range(AHEAD):
        day = after.date() + timedelta(days=ahead)
        if calendar.is_working(day):
            runs = (datetime.combine(day, time.fromisoformat(run), after.tzinfo) for run in sorted(route.runs))
            if found := next((run for run in runs if run > after), None):
                return found
    return after + timedelta(days=AHEAD)


def _pairs(route: Route, departments: frozenset[str]):
    ends = sorted(departments - {route.from_office_id}) if route.to_office_id == ALL else [route.to_office_id]
    for end in ends:
        yield route.from_office_id, end
        yield end, route.from_office_id
