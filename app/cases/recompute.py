"""After the calendar changed: every running clock of every open case derived anew, a journal row for each that moved."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from app.calendar.find import calendar_for
from app.cases import clocks, clockwork
from app.cases.lifecycle import advance
from app.cases.models import OPEN, Case
from app.catalog.find import spec_of
from app.extensions import db, one_transaction
from app.people.actor import SYSTEM


class Moved(NamedTuple):
    """A due date that the changed calendar moved."""

    case_no: str
    clock: str
    before: date
    after: date


def recompute_open(by=SYSTEM, batch: int = 200) -> Iterator[Moved]:
    """Batches of open cases, one transaction each; safe to run again after a stop in the middle."""
    last = 0
    while True:
        with one_transaction():
            rows = db.select(Case).where(db.text(f"state in {OPEN}"), Case.id > last).order_by(Case.id).limit(batch)
            cases = list(db.session.scalars(rows))
            moved = [one for case in cases for one in _recompute(case, by)]
            last = cases[-1].id if cases else last
        yield from moved
        if len(cases) < batch:
            return


def _recompute(case: Case, by) -> list[Moved]:
    face = clocks.face_of(case)
    before = {(run.kind, run.started_seq): run.due_on for run in face.runs}
    spec, calendar = spec_of(case.item_version_id), calendar_for(case.centre_id)
    clockwork.turn(face, (), case.received_at.date(), {}, case.seq, spec, calendar)
    moved = [run for run in face.runs if before[run.kind, run.started_seq] != run.due_on]
    if not moved:
        return []
    found = [Moved(case.case_no, r.kind, before[r.kind, r.started_seq], r.due_on) for r in moved]
    said = [{"clock": m.clock, "before": m.before.isoformat(), "after": m.after.isoformat()} for m in found]
    advance(case, "recompute", by, moved=said)
    clocks.keep(case, face)
    clocks.show(case, face)
    return found
