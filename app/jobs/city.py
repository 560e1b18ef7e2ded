"""The city from its three files: organisation, catalogue, calendar. All is right, or nothing is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.calendar.actions import load_calendar
from app.calendar.read import CalendarFile, read_calendar
from app.calendar.yamlfile import BrokenFile, Lines, explain, field_name, load
from app.cases.models import Case, Material, Task
from app.cases.recompute import recompute_open
from app.catalog import checks
from app.catalog.load import load_catalogue
from app.catalog.spec import Catalogue
from app.custody.models import Slip
from app.extensions import db, one_transaction
from app.people import offices
from app.people import read as people
from app.people.load import Changes, load_organisation
from app.people.models import Office
from app.people.parts import Problem
from app.people.read import Organisation

Model = TypeVar("Model", bound=BaseModel)

LIVE_TASKS = ("waiting", "open", "claimed")
LIVE_SLIPS = ("packing", "sent", "discrepancy")
FILES = ("organisation.yaml", "catalogue.yaml", "calendar.yaml")


@dataclass(frozen=True)
class City:
    """The three files, read and found right together."""

    organisation: Organisation
    catalogue: Catalogue
    calendar: CalendarFile


class _Rehearsal(Exception):
    """Everything was done as if for real; now undo it."""


def read_city(folder: Path | str) -> City:
    """Raises BrokenFile with every problem of the three files: file, line, field, what would be right."""
    folder, broken, found = Path(folder), [], {}
    readers = {
        "organisation": read_organisation,
        "catalogue": lambda path: read_catalogue(path, found.get("organisation")),
        "calendar": lambda path: _read_calendar(path, found.get("organisation")),
    }
    for (name, reader), file in zip(readers.items(), FILES, strict=True):
        try:
            found[name] = reader(folder / file)
        except BrokenFile as problem:
            broken += problem.problems
    if broken:
        raise BrokenFile(broken)
    return City(**found)


def read_organisation(path: Path | str) -> Organisation:
    """Raises BrokenFile with every problem of the file."""
    return _read(path, Organisation, lambda org: people.problems(org) or list(offices.problems(org)))


def read_catalogue(path: Path | str, organisation: Organisation | None = None) -> Catalogue:
    """Without an organisation the names of departments are not checked."""

    def problems(catalogue: Catalogue) -> list[Problem]:
        departments = {part.id for part in organisation.departments} if organisation else None
        found = checks.problems(catalogue, departments)
        if organisation and catalogue.city_code != organisation.city.code:
            found.append((("city_code",), f"{catalogue.city_code} 是另一个城市，应为 {organisation.city.code}"))
        return found

    return _read(path, Catalogue, problems)


def load_city(folder: Path | str, dry_run: bool = False) -> list[Changes]:
    """Bring the database to what the files say, in one transaction; a second time changes nothing.

    Raises BrokenFile when a file is wrong and OutOfTurn when an office that still holds something is missing.
    """
    city = read_city(folder)
    changes: list[Changes] = []
    try:
        with one_transaction():
            changes += load_organisation(city.organisation, why_not_close)
            changes.append(load_catalogue(city.catalogue.specs()))
            changed = load_calendar(city.calendar)
            changes.append(Changes("日历", changed=int(changed), unchanged=int(not changed)))
            if dry_run:
                raise _Rehearsal
    except _Rehearsal:
        pass
    return changes


def load_if_empty(folder: Path | str) -> bool:
    """Load the city into a database that has none; False, and nothing touched, when there is one."""
    if db.session.scalar(db.select(Office.id).limit(1)) is not None:
        return False
    load_city(folder)
    list(recompute_open())  # nothing is open yet; from now on nothing waits to be reckoned
    return True


def why_not_close(office_id: str) -> str | None:
    """What an office still holds; None when it may vanish."""
    its_slip = (Slip.from_office_id == office_id) | (Slip.to_office_id == office_id) | (Slip.at_office_id == office_id)
    reasons = (
        ("还保管着材料", Material.id, (Material.office_id == office_id, Material.state.in_(("held", "in_transit")))),
        ("还有未办结的办件", Case.id, (Case.centre_id == office_id, Case.ended_at.is_(None))),
        ("还有办件等它办理", Case.id, (Case.waits_office_id == office_id,)),
        ("还有未完成的任务", Task.id, (Task.office_id == office_id, Task.state.in_(LIVE_TASKS))),
        ("还有未了的交接单", Slip.id, (its_slip, Slip.state.in_(LIVE_SLIPS))),
    )
    queries = ((why, db.select(column).where(*rows).limit(1)) for why, column, rows in reasons)
    return next((why for why, query in queries if db.session.scalar(query) is not None), None)


def _read_calendar(path: Path, organisation: Organisation | None) -> CalendarFile:
    read = read_calendar(path)
    if organisation is not None:
        centres = {part.id for part in organisation.centres}
        strangers = [key for key in read.centres if key not in centres]
        if strangers:
            _, lines = load(path)
            said = "没有这个中心，应为 organisation.yaml 中 centres 的编号"
            raise BrokenFile([_said(path, lines, ("centres", key), said) for key in strangers])
    return read


def _read(path: Path | str, model: type[Model], problems: Callable[[Model], list[Problem]]) -> Model:
    """The file as a model: shape first, then what must hold between its parts."""
    data, lines = load(path)
    try:
        read = model.model_validate(data)
    except ValidationError as error:
        raise BrokenFile(list(dict.fromkeys(explain(path, lines, error, model)))) from error
    if found := problems(read):
        raise BrokenFile([_said(path, lines, spot, said) for spot, said in sorted(found, key=_by_line(lines))])
    return read


def _by_line(lines: Lines) -> Callable[[Problem], int]:
    return lambda problem: _line(lines, problem[0])


def _said(path: Path | str, lines: Lines, spot: tuple, said: str) -> str:
    return f"{path}:{_line(lines, spot)} {field_name(spot)}：{said}"


def _line(lines: Lines, spot: tuple) -> int:
    """The line of the spot, or of what it should stand in when it was left out."""
    while spot and spot not in lines:
        spot = spot[:-1]
    return lines.get(spot, 1)
