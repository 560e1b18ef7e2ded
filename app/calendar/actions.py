"""Writing the calendar: only what differs, and then a new edition of it."""

from datetime import date

from app.calendar.days import NATIONAL
from app.calendar.find import REST, WORK
from app.calendar.models import CalendarDay, CalendarYear
from app.calendar.read import CalendarFile, Year
from app.calendar.version import raise_version, wait_for_others
from app.extensions import db, one_transaction


def load_calendar(read: CalendarFile) -> bool:
    """Write every year that the file brings, in full; other years stay. True when anything changed.

    Joins an open transaction. The open cases are then waiting to be reckoned (cases.recompute).
    """
    with one_transaction():
        wait_for_others()
        differs = [
            day
            for layer, years in read.years().items()
            for number, year in years.items()
            for day in (*_write_year(layer, number, year), *_write_days(layer, number, year))
        ]
        if differs:
            raise_version(min(differs))
    return bool(differs)


def _write_year(layer: str, number: int, year: Year) -> list[date]:
    """From which day on dates may differ: all of the year when it is published now or no longer, so that they are
    tentative no more or again; none of them for another wording (then the last day stands for “something”)."""
    row = db.session.get(CalendarYear, (layer, number))
    if row and (row.source, row.provisional) == (year.source, year.provisional):
        return []
    published = bool(row) and not row.provisional
    db.session.merge(CalendarYear(layer=layer, year=number, source=year.source, provisional=year.provisional))
    turned = layer == NATIONAL and published == year.provisional
    return [date(number, 1, 1) if turned else date(number, 12, 31)]


def _write_days(layer: str, number: int, year: Year) -> list[date]:
    """Which days are others than before."""
    wanted = {day: (REST, name) for day, name in year.rest().items()} | dict.fromkeys(year.work, (WORK, ""))
    rows = db.session.scalars(
        db.select(CalendarDay)
        .where(CalendarDay.layer == layer)
        .where(CalendarDay.day.between(date(number, 1, 1), date(number, 12, 31)))
    )
    stands = {row.day: row for row in rows}
    gone = sorted(stands.keys() - wanted.keys())
    for day in gone:
        db.session.delete(stands[day])
    new = [day for day, said in wanted.items() if day not in stands or (stands[day].kind, stands[day].name) != said]
    for day in new:
        kind, name = wanted[day]
        db.session.merge(CalendarDay(layer=layer, day=day, kind=kind, name=name))
    return gone + new
