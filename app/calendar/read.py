"""The calendar file: its shape, and everything that can be wrong with it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails

from app.calendar.days import LOCAL, MAKEUP_NAME, NATIONAL, Calendar, Layer
from app.calendar.yamlfile import BrokenFile, Place, explain, load, problem_at

LONGEST = 31  # days of one holiday; more is a mistyped month


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Holiday(_Strict):
    """Days off in one piece, first and last included."""

    name: str = Field(min_length=1, max_length=60)
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


class Year(_Strict):
    """One year of one layer. Without a notice it is `provisional` 暂定."""

    source: str | None = Field(default=None, min_length=1, max_length=300)
    provisional: bool = False
    holidays: list[Holiday] = []
    work: list[date] = []

    def rest(self) -> dict[date, str]:
        return {day: holiday.name for holiday in self.holidays for day in holiday.days()}


Years = dict[Annotated[int, Field(ge=1986, le=2100)], Year]
OfficeId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


class CalendarFile(_Strict):
    """calendar.yaml: years by layer. A file may bring one year only; what it does not name stays as it is."""

    version: str | None = None
    national: Years = {}
    local: Years = {}
    centres: dict[OfficeId, Years] = {}

    def years(self) -> dict[str, Mapping[int, Year]]:
        """By name of the layer: national, local, then the centres by office id."""
        return {NATIONAL: self.national, LOCAL: self.local, **self.centres}

    def layer(self, name: str) -> Layer:
        years = self.years().get(name, {})
        return Layer(
            name,
            rest={day: said for year in years.values() for day, said in year.rest().items()},
            work={day: MAKEUP_NAME for year in years.values() for day in year.work},
            published=frozenset(number for number, year in years.items() if not year.provisional),
            provisional=frozenset(number for number, year in years.items() if year.provisional),
        )

    def calendar(self, *names: str) -> Calendar:
        """The calendar of these layers, the national first; without names, national and local."""
        return Calendar([self.layer(name) for name in names or (NATIONAL, LOCAL)])


def read_calendar(path: Path | str, text: str | None = None) -> CalendarFile:
    """Read and check a calendar file, or a text that was pasted. Raises BrokenFile with every problem: file, line,
    field, remedy."""
    data, lines = load(path, text)
    try:
        read = CalendarFile.model_validate(data)
        if wrong := list(_wrong(read)):
            raise ValidationError.from_exception_data("CalendarFile", wrong)
    except ValidationError as error:
        raise BrokenFile(explain(path, lines, error, CalendarFile)) from error
    return read


# ── what the shape cannot say ─────────────────────────────────────────────────────────────


def _wrong(read: CalendarFile) -> Iterator[InitErrorDetails]:
    named = read.years()
    if not any(named.values()):
        yield problem_at((), "没有任何一年，应为 national、local 或 centres 下至少一年")
    for name in {NATIONAL, LOCAL} & read.centres.keys():
        yield problem_at(("centres", name), f"{name} 不能作中心的编号，应为机构编号")
    ranges_right = True
    for name, years in named.items():
        for number, year in years.items():
            at = (*_place(name), number)
            found = [*_wrong_ranges(number, year, at)]
            ranges_right = ranges_right and not found
            yield from found
            yield from () if found else _wrong_days(year, at)
    if ranges_right:
        yield from _work_on_weekdays(read)


def _wrong_ranges(number: int, year: Year, at: Place) -> Iterator[InitErrorDetails]:
    if not year.provisional and year.source is None:
        yield problem_at((*at, "source"), "没有通知来源，应为通知名称和文号，或 provisional: true（暂定）")
    for n, holiday in enumerate(year.holidays):
        here = (*at, "holidays", n)
        for field, day in (("from", holiday.first), ("to", holiday.last)):
            if day.year != number:
                yield problem_at((*here, field), f"{day} 不在 {number} 年，应为 {number} 年内的日期")
        if holiday.last < holiday.first:
            yield problem_at((*here, "to"), f"{holiday.last} 早于 from，应为 {holiday.first} 或以后")
        elif (holiday.last - holiday.first).days >= LONGEST:
            yield problem_at((*here, "to"), f"一个假期超过 {LONGEST} 天，应为更近的日期")
    for n, day in enumerate(year.work):
        if day.year != number:
            yield problem_at((*at, "work", n), f"{day} 不在 {number} 年，应为 {number} 年内的日期")


def _wrong_days(year: Year, at: Place) -> Iterator[InitErrorDetails]:
    seen: dict[date, str] = {}
    for n, holiday in enumerate(year.holidays):
        taken = next((day for day in holiday.days() if day in seen), None)
        if taken:
            yield problem_at((*at, "holidays", n), f"{taken} 已属于{seen[taken]}，应为互不重叠的日期")
        seen |= dict.fromkeys(holiday.days(), f"“{holiday.name}”")
    for n, day in enumerate(year.work):
        if day in seen:
            yield problem_at((*at, "work", n), f"{day} 已属于{seen[day]}，应为另一日期")
        seen[day] = "本年的 work"


def _work_on_weekdays(read: CalendarFile) -> Iterator[InitErrorDetails]:
    """A make-up day is a weekend day, or a day that a wider layer took off (as far as this file knows)."""
    named = read.years()
    for name, years in named.items():
        wider = {NATIONAL: (), LOCAL: (NATIONAL,)}.get(name, (NATIONAL, LOCAL))
        below = Calendar([read.layer(other) for other in wider])
        for number, year in years.items():
            if any(number not in named[other] for other in wider):
                continue
            for n, day in enumerate(year.work):
                if below.is_working(day):
                    said = f"{day} 本来就是工作日，应为周六、周日或放假的日子"
                    yield problem_at((*_place(name), number, "work", n), said)


def _place(name: str) -> Place:
    return (name,) if name in (NATIONAL, LOCAL) else ("centres", name)
