"""The calendar that counts for a centre, now or in an earlier edition, remembered by this process."""

from datetime import date
from functools import lru_cache

from app.calendar.days import LOCAL, MAKEUP_NAME, NATIONAL, Calendar, Layer
from app.calendar.models import CalendarDay, CalendarEdition, CalendarYear
from app.calendar.version import Stand, stand
from app.extensions import db

REST, WORK = "rest", "work"  # CalendarDay.kind


def calendar_for(centre_id: str | None, stands: Stand | None = None) -> Calendar:
    """National, local and the centre's own days. One small query, none with what stand() said; take it once for a
    list, not once a row."""
    return calendar_of(*layers_of(centre_id), stands=stands)


def calendar_then(number: int, centre_id: str | None) -> Calendar:
    """The same as it stood in that edition; the present one when the edition is not known."""
    stands = stand()
    if number in (0, stands.number):
        return calendar_for(centre_id)
    digest = db.session.scalar(db.select(CalendarEdition.digest).where(CalendarEdition.number == number))
    return _edition(digest, number, layers_of(centre_id)) if digest else calendar_for(centre_id)


def national_calendar() -> Calendar:
    """The days of the State Council alone."""
    return calendar_of(NATIONAL)


def layers_of(centre_id: str | None) -> tuple[str, ...]:
    return (NATIONAL, LOCAL, *([centre_id] if centre_id else []))


def calendar_of(*names: str, stands: Stand | None = None) -> Calendar:
    """These layers, the national first."""
    stands = stands or stand()
    if stands.digest:
        return _remembered(stands.digest, stands.number, names)
    return Calendar([_layer(name) for name in names])


@lru_cache(maxsize=256)
def _remembered(digest: str, number: int, names: tuple[str, ...]) -> Calendar:
    """The digest stands for the days, so that no process can go on counting with old ones."""
    return Calendar([_layer(name) for name in names], number)


@lru_cache(maxsize=256)
def _edition(digest: str, number: int, names: tuple[str, ...]) -> Calendar:
    kept = db.session.get_one(CalendarEdition, number).layers
    return Calendar([_layer_kept(name, kept[name]) for name in names if name in kept], number)


def _layer_kept(name: str, kept: dict) -> Layer:
    def days(kind: str) -> dict[date, str]:
        return {date.fromisoformat(day): said for day, said in kept[kind].items()}

    work = {day: said or MAKEUP_NAME for day, said in days(WORK).items()}
    return Layer(name, days(REST), work, frozenset(kept["published"]), frozenset(kept["provisional"]))


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
