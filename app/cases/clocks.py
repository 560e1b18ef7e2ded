"""The clocks of a case in the database: turned with each step, rebuilt from the journal to prove them."""

from datetime import date

from app.calendar.find import calendar_for
from app.cases import clockwork
from app.cases.clockwork import Face, Run, Span
from app.cases.models import Case, ClockRun, JournalEntry, Pause
from app.catalog.find import spec_of
from app.extensions import db

_RUN = ("kind", "started_on", "amount", "unit", "started_seq", "extended", "stopped_on", "due_on", "tentative")
_SPAN = ("procedure", "amount", "unit", "started_on", "planned_until", "seq", "ended_on")


def face_of(case: Case) -> Face:
    """The stored clocks and pauses of a case."""
    runs = db.session.scalars(db.select(ClockRun).filter_by(case_id=case.id).order_by(ClockRun.id))
    pauses = db.session.scalars(db.select(Pause).filter_by(case_id=case.id).order_by(Pause.id))
    return Face(
        [Run(**{name: getattr(row, name) for name in _RUN}) for row in runs],
        [Span(**{name: getattr(row, name) for name in _SPAN}) for row in pauses],
    )


def turn(case: Case, face: Face, clocks: tuple, on: date, facts: dict) -> None:
    """Move the clocks by one step and keep the result; called by lifecycle.advance() only."""
    if clocks:
        calendar = calendar_for(case.centre_id)
        clockwork.turn(face, clocks, on, facts, case.seq, spec_of(case.item_version_id), calendar)
        keep(case, face)
    show(case, face)


def show(case: Case, face: Face) -> None:
    """Cache on the case the date that matters in its present state."""
    run = clockwork.shown(face, case.state)
    case.due_kind, case.due_on = (run.kind, run.due_on) if run else (None, None)
    case.due_tentative = bool(run and run.tentative)


def rebuild(case: Case, entries: list[JournalEntry], steps: dict) -> Face:
    """Every clock again, from the journal alone. Equal to face_of(case), or something is wrong."""
    face, spec, calendar = Face(), spec_of(case.item_version_id), calendar_for(case.centre_id)
    for entry in entries:
        on = day_of(entry)
        clockwork.turn(face, steps[entry.action].clocks, on, entry.facts, entry.seq, spec, calendar)
    return face


def day_of(entry: JournalEntry) -> date:
    """The day a step counts from: `on` in its facts where the law says another day than that of the entry."""
    said = entry.facts.get("on")
    return date.fromisoformat(said) if said else entry.at.date()


def keep(case: Case, face: Face) -> None:
    """Write what differs. Rows are matched by (kind, the journal row that started them)."""
    runs = {(row.kind, row.started_seq): row for row in _rows(ClockRun, case)}
    for run in face.runs:
        _keep_one(ClockRun, runs.get((run.kind, run.started_seq)), case, run, _RUN)
    spans = {row.seq: row for row in _rows(Pause, case)}
    for span in face.pauses:
        _keep_one(Pause, spans.get(span.seq), case, span, _SPAN)


def _rows(model, case: Case):
    return db.session.scalars(db.select(model).filter_by(case_id=case.id))


def _keep_one(model, row, case: Case, value, names: tuple[str, ...]) -> None:
    if row is None:
        row = model(case_id=case.id)
        db.session.add(row)
    for name in names:
        if getattr(row, name) != getattr(value, name):
            setattr(row, name, getattr(value, name))
