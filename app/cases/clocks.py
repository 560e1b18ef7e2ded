"""The clocks of a case in the database: turned with each step, rebuilt from the journal to prove them."""

from copy import deepcopy
from datetime import date

from app.calendar.find import calendar_then
from app.cases import clockwork
from app.cases.clockwork import Face, Run, Span
from app.cases.models import Case, ClockRun, JournalEntry, Pause
from app.catalog.find import spec_of
from app.extensions import db

_RUN = ("kind", "started_on", "amount", "unit", "started_seq", "extended", "stopped_on", "due_on", "tentative",
        "calendar", "mark")  # fmt: skip
_SPAN = ("procedure", "amount", "unit", "started_on", "planned_until", "seq", "ended_on")


def face_of(case: Case) -> Face:
    """The stored clocks and pauses of a case."""
    return faces_of([case.id])[case.id]


def faces_of(case_ids: list[int]) -> dict[int, Face]:
    """The same for many cases, in two queries."""
    faces = {case_id: Face() for case_id in case_ids}
    for row in db.session.scalars(db.select(ClockRun).where(ClockRun.case_id.in_(case_ids)).order_by(ClockRun.id)):
        faces[row.case_id].runs.append(Run(**{name: getattr(row, name) for name in _RUN}))
    for row in db.session.scalars(db.select(Pause).where(Pause.case_id.in_(case_ids)).order_by(Pause.id)):
        faces[row.case_id].pauses.append(Span(**{name: getattr(row, name) for name in _SPAN}))
    return faces


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
    """Write what differs. Rows are matched by (kind, the journal row that started them); the first step finds none."""
    runs = {(row.kind, row.started_seq): row for row in _rows(ClockRun, case)}
    for run in face.runs:
        _keep_one(ClockRun, runs.get((run.kind, run.started_seq)), case, run, _RUN)
    spans = {row.seq: row for row in _rows(Pause, case)}
    for span in face.pauses:
        _keep_one(Pause, spans.get(span.seq), case, span, _SPAN)


def _rows(model, case: Case):
    if case.seq == 1:
        return []
    return db.session.scalars(db.select(model).filter_by(case_id=case.id))


def _keep_one(model, row, case: Case, value, names: tuple[str, ...]) -> None:
    if row is None:
        row = model(case_id=case.id)
        db.session.add(row)
    for name in names:
        if getattr(row, name) != getattr(value, name):
            setattr(row, name, getattr(value, name))
