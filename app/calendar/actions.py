"""Writing the calendar: only what differs, and then a new version of it."""

from datetime import date

from app.calendar.find import REST, WORK
from app.calendar.models import CalendarDay, CalendarYear
from app.calendar.read import CalendarFile, Year
from app.calendar.version import raise_version, wait_for_others
from app.extensions import db, one_transaction


def load_calendar(read: CalendarFile) -> bool:
    """Write every year that the file brings, in full; other years stay. True when anything changed.

    Joins an open transaction. Whoever calls it also recomputes the open cases (cases.clocks).
    """
    with one_transaction():
        wait_for_others()
        changed = [
            _write_year(layer, number, year) | _write_days(layer, number, year)
            for layer, years in read.years().items()
            for number, year in years.items()
        ]
        if any(changed):
            raise_version()
    return any(changed)


def _write_year(layer: str, number: int, year: Year) -> bool:
    row = db.session.get(CalendarYear, (layer, number))
    if row and (row.source, row.provisional) == (year.source, year.provisional):
        return False
    db.session.merge(CalendarYear(layer=layer, year=number, source=year.source, provisional=year.provisional))
    return True


def _write_days(layer: str, number: int, year: Year) -> bool:
    wanted = {day: (REST, name) for day, name in year.rest().items()} | dict.fromkeys(year.work, (WORK, ""))
    rows = db.session.scalars(
        db.select(CalendarDay)
        .where(CalendarDay.layer == layer)
        .where(CalendarDay.day.between(date(number, 1, 1), date(number, 12, 31)))
    )
    stands = {row.day: row for row in rows}
    changed = False
    for day in stands.keys() - wanted.keys():
        db.session.delete(stands[day])
        changed = True
    for day, (kind, name) in wanted.items():
        row = stands.get(day)
        if row is None or (row.kind, row.name) != (kind, name):
            db.session.merge(CalendarDay(layer=layer, day=day, kind=kind, name=name))
            changed = True
    return changed
