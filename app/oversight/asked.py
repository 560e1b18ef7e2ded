"""What a supervisor asks for, as it stands in the address: centre, department, item, person, days."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, exists, or_

from app.cases.find import visible
from app.cases.models import Case, Task
from app.catalog.find import items
from app.extensions import db
from app.moments import CST, today
from app.people.find import directory
from app.people.models import User
from app.people.scope import sees
from app.people.settings import remembered, version

LONGEST = 366  # days of one register or statistic


class Asked(NamedTuple):
    """Empty values ask for everything. `since` and `until` are the first and the last day."""

    centre: str = ""
    department: str = ""
    item: str = ""
    person: int = 0
    since: date = date.min
    until: date = date.max

    @property
    def address(self) -> dict:
        """As arguments of url_for: what is asked for and nothing else."""
        plain = {"centre": self.centre, "department": self.department, "item": self.item, "person": self.person or ""}
        return {name: value for name, value in plain.items() if value}

    @property
    def tail(self) -> str:
        """The same as the end of an address."""
        return "?" + urlencode(self.address) if self.address else ""

    @property
    def period(self) -> dict:
        return self.address | {"since": self.since.isoformat(), "until": self.until.isoformat()}

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.since, time(), CST)

    @property
    def ends(self) -> datetime:
        """The moment after the last day."""
        return datetime.combine(self.until + timedelta(days=1), time(), CST)


def read(args: Mapping, by) -> Asked:
    """Only what exists and may be seen; anything else is not asked for. Days default to the present month."""
    first = day_of(args.get("since")) or _month(args.get("month")) or today().replace(day=1)
    last = day_of(args.get("until")) or (_month_end(first) if args.get("month") else today())
    last = min(max(last, first), first + timedelta(days=LONGEST))
    person = args.get("person", "")
    choices = {name: dict(found) for name, found in choices_for(by).items()}
    return Asked(
        *(args.get(name, "") if args.get(name) in choices[name] else "" for name in ("centre", "department", "item")),
        int(person) if person.isascii() and person.isdigit() and len(person) < 9 else 0, first, last,
    )  # fmt: skip


def choices_for(by) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: centres of the own street or of all, departments, items; value and word."""
    whose = "" if sees(by).kind == "city" else by.street_id
    kept = remembered("catalogue", _shelf)
    key = (version("organisation"), whose)
    if key not in kept:
        kept[key] = _choices(whose)
    return kept[key]


def _shelf() -> dict:
    """What is offered, by version of the organisation and street; a new one for each version of the catalogue."""
    return {}


def _choices(street_id: str | None) -> dict[str, list[tuple[str, str]]]:
    places = [place for place in directory().offices.values() if not place.closed]
    if street_id != "":
        places = [place for place in places if place.street_id in (None, street_id)]
    units = {place.department_id: _unit(place) for place in places if not place.is_window}
    return {
        "centre": [(place.id, place.name) for place in places if place.is_window],
        "department": sorted(units.items(), key=lambda unit: unit[1]),
        "item": [(one.code, one.name) for one in items()],
    }


def staff(asked: Asked) -> list[tuple[int, str]]:
    """People of the chosen centre or department; none while neither is chosen."""
    ids = [asked.centre] if asked.centre else offices_of(asked.department)
    rows = db.select(User.id, User.name).where(User.office_id.in_(ids), User.disabled_at.is_(None))
    return [tuple(row) for row in db.session.execute(rows.order_by(User.id))] if ids else []


def cases(by, asked: Asked) -> list[ColumnElement[bool]]:
    """WHERE clauses over Case: what this person may know of, narrowed to what is asked for."""
    wanted = [visible(by)]
    if asked.centre:
        wanted.append(Case.centre_id == asked.centre)
    if asked.item:
        wanted.append(Case.item_code == asked.item)
    if asked.department:
        ids = offices_of(asked.department)
        worked = exists().where(Task.case_id == Case.id, Task.office_id.in_(ids), Task.state != "cancelled").correlate(Case)
        wanted.append(or_(Case.waits_office_id.in_(ids), worked))
    if asked.person:
        held = exists().where(Task.case_id == Case.id, Task.claimed_by == asked.person).correlate(Case)
        wanted.append(or_(Case.received_by == asked.person, held))
    return wanted


def offices_of(department: str) -> list[str]:
    """Every office of a department, closed ones too: old cases name them."""
    return [place.id for place in directory().offices.values() if department and place.department_id == department]


def _unit(place) -> str:
    """A department of every street is named without the street."""
    if place.street_id is None:
        return place.name
    return place.name.removeprefix(directory().streets[place.street_id].name)


def day_of(text: str | None) -> date | None:
    """What an address says of a day; None for anything that is none."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _month(text: str | None) -> date | None:
    return day_of(f"{text}-01") if text else None


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
