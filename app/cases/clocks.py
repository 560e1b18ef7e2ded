"""The clocks of a case in the database: turned with each step, rebuilt from the journal to prove them."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import date

from sqlalchemy import Table, bindparam, insert, select, update

from app.calendar.find import calendar_then
from app.cases import clockwork
from app.cases.clockwork import Face, Run, Span
from app.cases.models import Case, ClockRun, JournalEntry, Pause
from app.catalog.find import spec_of
from app.extensions import read_rows, write_rows

_RUN = ("kind", "started_on", "amount", "unit", "started_seq", "extended", "stopped_on", "due_on", "tentative",
        "calendar", "mark")  # fmt: skip
_SPAN = ("procedure", "amount", "unit", "started_on", "planned_until", "seq", "ended_on")


class _Table:
    """One of the two tables behind a face: its statements put together once, its rows as values in the order of `names`.
    Within a case a row is known by `key`: the journal row that started it, and what."""

    def __init__(self, table: Table, names: tuple[str, ...], key: tuple[str, ...]):
        mine = select(table.c.case_id, *(table.c[name] for name in names)).order_by(table.c.id)
        self.of_one = mine.where(table.c.case_id == bindparam("case_id"))
        self.of_many = mine.where(table.c.case_id.in_(bindparam("case_ids", expanding=True)))
        self.insert = insert(table)
        same = (table.c[name] == bindparam(f"_{name}") for name in ("case_id", *key))
        self.update = update(table).where(*same).values({name: bindparam(name) for name in names if name not in key})
        self.names, self.key = names, key

    def keep(self, case_id: int, found: Iterable[Run | Span]) -> None:
        """Write what is new, and what is not as it was read."""
        new, changed = [], []
        for one in found:
            values = tuple(getattr(one, name) for name in self.names)
            if one.kept == values:
                continue
            row = dict(zip(self.names, values, strict=True))
            if one.kept is None:
                new.append(row | {"case_id": case_id})
            else:
                where = {f"_{name}": row.pop(name) for name in self.key}
                changed.append(row | where | {"_case_id": case_id})
            one.kept = values
        if new:
            write_rows(self.insert, new)
        if changed:
            write_rows(self.update, changed)


_RUNS = _Table(ClockRun.__table__, _RUN, ("kind", "started_seq"))
_SPANS = _Table(Pause.__table__, _SPAN, ("seq",))


OF_ONE = {"runs": _RUNS.of_one, "spans": _SPANS.of_one}  # asked with `case_id`


def face_of(case: Case) -> Face:
    """The stored clocks and pauses of a case."""
    return face_from(**{name: read_rows(rows, {"case_id": case.id}).all() for name, rows in OF_ONE.items()})


def face_from(runs: Iterable, spans: Iterable) -> Face:
    """The face whose rows were read by the statements OF_ONE."""
    return Face([_run(row) for row in runs], [_span(row) for row in spans])


def runs_of(case: Case) -> list[Run]:
    """Its clocks without the pauses, in the order in which they were started."""
    return [_run(row) for row in read_rows(_RUNS.of_one, {"case_id": case.id}).all()]


def faces_of(case_ids: list[int]) -> dict[int, Face]:
    """The faces of many cases, in two queries."""
    faces, asked = {case_id: Face() for case_id in case_ids}, {"case_ids": case_ids}
    for row in read_rows(_RUNS.of_many, asked).all():
        faces[row.case_id].runs.append(_run(row))
    for row in read_rows(_SPANS.of_many, asked).all():
        faces[row.case_id].pauses.append(_span(row))
    return faces


def _run(row) -> Run:
    said = tuple(row)[1:]
    return Run(**dict(zip(_RUN, said, strict=True)), kept=said)


def _span(row) -> Span:
    said = tuple(row)[1:]
    return Span(**dict(zip(_SPAN, said, strict=True)), kept=said)


def turn(case: Case, face: Face, clocks: tuple, on: date, facts: dict, calendar) -> None:
    """Move the clocks by one step and keep the result; called by lifecycle.advance() only."""
    if clocks:
        clockwork.turn(face, clocks, on, facts, case.seq, spec_of(case.item_version_id), calendar)
        keep(case, face)
    show(case, face)


def show(case: Case, face: Face) -> None:
    """Cache on the case the date that matters in its present state."""
    run = clockwork.shown(face, case.state)
    case.due_kind, case.due_on = (run.kind, run.due_on) if run else (None, None)
    case.due_tentative = bool(run and run.tentative)


def rebuild(case: Case, entries: list[JournalEntry], steps: dict) -> Face:
    """Every clock again, from the journal alone, each row with the calendar that counted then. Equal to
    face_of(case), or something is wrong."""
    face, spec = Face(), spec_of(case.item_version_id)
    for entry in entries:
        if moves := steps[entry.action].clocks:
            calendar = calendar_then(entry.facts.get("calendar", 0), case.centre_id)
            clockwork.turn(face, moves, day_of(entry), entry.facts, entry.seq, spec, calendar)
    return face


def recounted(face: Face, spec, calendar) -> Face:
    """What this calendar would make of the running clocks; the face itself stays as it is."""
    other = deepcopy(face)
    clockwork.turn(other, (("recount", "all"),), date.min, {}, 0, spec, calendar)
    return other


def day_of(entry: JournalEntry) -> date:
    """The day a step counts from: `on` in its facts where the law says another day than that of the entry."""
    return day_of_facts(entry.facts, entry.at.date())


def day_of_facts(facts: dict, written: date) -> date:
    """The same for a row that was written on that day."""
    said = facts.get("on")
    return date.fromisoformat(said) if said else written


def keep(case: Case, face: Face) -> None:
    """Write what differs from what was read; a face that was made anew (rebuild) has nothing to compare with."""
    _RUNS.keep(case.id, face.runs)
    _SPANS.keep(case.id, face.pauses)
