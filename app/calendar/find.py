"""The calendar that counts for a centre, remembered by this process until its days change."""

from functools import lru_cache

from app.calendar.days import LOCAL, MAKEUP_NAME, NATIONAL, Calendar, Layer
from app.calendar.models import CalendarDay, CalendarYear
from app.calendar.version import digest
from app.extensions import db

REST, WORK = "rest", "work"  # CalendarDay.kind


def calendar_for(centre_id: str | None) -> Calendar:
    """National, local and the centre's own days. One small query; take it once for a list, not once a row."""
    return calendar_of(NATIONAL, LOCAL, *([centre_id] if centre_id else []))


def national_calendar() -> Calendar:
    """The days of the State Council alone."""
    return calendar_of(NATIONAL)


def calendar_of(*names: str) -> Calendar:
    """These layers, the national first."""
    stands = digest()
    return _remembered(stands, names) if stands else Calendar([_layer(name) for name in names])


@lru_cache(maxsize=256)
def _remembered(stands: str, names: tuple[str, ...]) -> Calendar:
    """The digest stands for the days, so that no process can go on counting with old ones."""
    return Calendar([_layer(name) for name in names])


def _layer(name: str) -> Layer:
    days = db.session.execute(
        db.select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).where(CalendarDay.layer == name)
    ).all()
    years = db.session.execute(
        db.select(CalendarYear.year, CalendarYear.provisional).where(CalendarYear.layer == name)
    ).all()
    return Layer(
        name,
        rest={day: said for day, kind, said in days if kind == REST},
        work={day: said or MAKEUP_NAME for day, kind, said in days if kind == WORK},
        published=frozenset(year for year, provisional in years if not provisional),
        provisional=frozenset(year for year, provisional in years if provisional),
    )
