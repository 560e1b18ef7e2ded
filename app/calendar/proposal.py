"""A calendar that does not stand yet: what it would change, and how days would count with it. Nothing is written."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from typing import NamedTuple

from app.calendar.days import NATIONAL, Calendar, Layer
from app.calendar.due import ONE_DAY
from app.calendar.find import REST, WORK, calendar_of, layers_of
from app.calendar.models import CalendarDay, CalendarYear
from app.calendar.read import CalendarFile, Holiday, Year
from app.extensions import db


class Change(NamedTuple):
    """A day of a layer that would be another one: `rest` 休, `work` 班 or "" (the week decides), with its name."""

    layer: str
    day: date
    before: tuple[str, str]
    after: tuple[str, str]


class Proposal:
    """The standing calendar with the years of `read` in place of its own."""

    def __init__(self, read: CalendarFile):
        self.years = {name: years for name, years in read.years().items() if years}
        self._read = read

    def changes(self) -> list[Change]:
        """Each day that differs, in order."""
        found = []
        for name, years in self.years.items():
            old, new = _listed(calendar_of(name).layers[0], years), _listed(self._read.layer(name), years)
            found += [
                Change(name, day, old.get(day, ("", "")), new.get(day, ("", "")))
                for day in sorted(old.keys() | new.keys()) if old.get(day) != new.get(day)
            ]  # fmt: skip
        return found

    def published(self) -> dict[int, bool]:
        """Years whose dates would be firm now (True), or tentative again (False)."""
        old = calendar_of(NATIONAL).layers[0].published
        years = self.years.get(NATIONAL, {})
        return {number: not year.provisional for number, year in years.items() if (number in old) == year.provisional}

    def since(self) -> date | None:
        """The first day from which a date could move; None when nothing would."""
        days = [change.day for change in self.changes()] + [date(year, 1, 1) for year in self.published()]
        return min(days, default=None)

    def calendar_for(self) -> Callable[[str], Calendar]:
        """The calendar of a centre as it would be, by the centre's id."""

        @cache
        def of(centre_id: str) -> Calendar:
            return Calendar([self._layer(name) for name in layers_of(centre_id)])

        return of

    def _layer(self, name: str) -> Layer:
        stands, years, new = calendar_of(name).layers[0], self.years.get(name, {}), self._read.layer(name)

        def merged(old: dict, added: dict) -> dict:
            return {day: said for day, said in old.items() if day.year not in years} | added

        published = frozenset(year for year in stands.published if year not in years) | new.published
        return Layer(name, merged(stands.rest, new.rest), merged(stands.work, new.work), published)


def year_of(layer: str, number: int) -> Year:
    """One year as it stands, in the form of the file."""
    row = db.session.get(CalendarYear, (layer, number))
    days = db.session.execute(
        db.select(CalendarDay.day, CalendarDay.kind, CalendarDay.name)
        .where(CalendarDay.layer == layer, CalendarDay.day.between(date(number, 1, 1), date(number, 12, 31)))
        .order_by(CalendarDay.day)
    ).all()
    return make_year(
        row.source if row else None, row.provisional if row else False,
        {day: name for day, kind, name in days if kind == REST}, [day for day, kind, _name in days if kind == WORK],
    )  # fmt: skip


def make_year(source: str | None, provisional: bool, rest: dict[date, str], work: list[date]) -> Year:
    """Neighbouring days of one name become one holiday."""
    numbered = enumerate(sorted(rest.items()))
    runs = groupby(numbered, key=lambda one: (one[1][1], one[1][0] - timedelta(days=one[0])))
    holidays = []
    for (name, _offset), found in runs:
        days = [day for _n, (day, _name) in found]
        holidays.append(Holiday(**{"name": name or "放假", "from": days[0], "to": days[-1]}))
    return Year(source=source, provisional=provisional, holidays=holidays, work=sorted(work))


def with_days(year: Year, first: date, last: date, kind: str, name: str) -> Year:
    """The year with these days as rest, as work, or as the week says (kind "")."""
    days = [first + ONE_DAY * n for n in range((last - first).days + 1)]
    rest = {day: said for day, said in year.rest().items() if day not in days}
    work = [day for day in year.work if day not in days]
    if kind == REST:
        rest |= dict.fromkeys(days, name)
    if kind == WORK:
        work += days
    return make_year(year.source, year.provisional, rest, work)


def written(layer: str, number: int, year: Year) -> str:
    """The year as an operator would write it into calendar.yaml."""
    lines = [f"  {number}:"] if layer in ("national", "local") else ["  " + f"{layer}:", f"    {number}:"]
    deep = "    " if layer in ("national", "local") else "      "
    head = f"{layer}:" if layer in ("national", "local") else "centres:"
    if year.source:
        lines.append(f"{deep}source: {_quoted(year.source)}")
    if year.provisional:
        lines.append(f"{deep}provisional: true")
    if year.holidays:
        lines.append(f"{deep}holidays:")
        lines += [f"{deep}- {{name: {_quoted(h.name)}, from: {h.first}, to: {h.last}}}" for h in year.holidays]
    if year.work:
        lines.append(f"{deep}work: [{', '.join(map(str, year.work))}]")
    if len(lines[-1]) and lines[-1].endswith(f"{number}:"):
        lines[-1] += " {provisional: true}"
    return "\n".join([head, *lines]) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _listed(layer: Layer, years) -> dict[date, tuple[str, str]]:
    """What a layer lists in these years."""
    rest = {day: (REST, name) for day, name in layer.rest.items() if day.year in years}
    return rest | {day: (WORK, "") for day in layer.work if day.year in years}
