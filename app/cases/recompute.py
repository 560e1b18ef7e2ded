"""After the calendar changed: every running clock it can move derived anew, a journal row for each case that moved."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from app.calendar.days import Calendar
from app.calendar.version import settled, stand
from app.cases import clocks, lifecycle
from app.cases.find import lock_cases
from app.cases.models import Case, ClockRun, Task
from app.cases.standing import LIVE, Standing
from app.extensions import db, one_transaction
from app.people.actor import SYSTEM

BATCH = 200


class Moved(NamedTuple):
    """A due date that the changed calendar moves. `clock`: a kind of clock, or `task` for the share of `office_id`."""

    case_no: str
    clock: str
    before: date
    after: date
    tentative: bool
    item_name: str
    office_id: str | None


def recompute_open(by=SYSTEM, batch: int = BATCH) -> Iterator[Moved]:
    """Batches of cases, one transaction each, until none is left that was reckoned with an older calendar. Nothing to
    do when the calendar has not changed; after a stop in the middle it goes on."""
    stands, last = stand(), 0
    while stands.pending:
        with one_transaction():
            cases = lock_cases(_touched(stands.pending, last, batch))
            moved = [_moved(case, said) for case in cases for said in lifecycle.recount(case, by)]
            for case in cases:
                lifecycle.settle(case, by)  # no date moved, and yet a light may change on another day
            last = max((case.id for case in cases), default=last)
            if len(cases) < batch:
                again = not settled(stands.digest)
        yield from moved
        if len(cases) < batch:
            if not again:
                return
            stands, last = stand(), 0  # changed once more meanwhile


def preview(calendar_of: Callable[[str], Calendar], since: date, batch: int = BATCH) -> Iterator[Moved]:
    """What these calendars (by centre) would move; nothing is written. `since`: the first day that differs."""
    last = 0
    while case_ids := _touched(since, last, batch):
        for standing in _standings(case_ids):
            case = standing.case
            yield from (_moved(case, said) for said in lifecycle.moves(standing, calendar_of(case.centre_id)))
        last = case_ids[-1]


def _touched(since: date, last: int, batch: int) -> list[int]:
    """Cases with a clock that runs on `since` or later: no other date can move."""
    rows = (
        db.select(ClockRun.case_id)
        .where(ClockRun.stopped_on.is_(None), ClockRun.due_on >= since, ClockRun.case_id > last)
        .distinct().order_by(ClockRun.case_id).limit(batch)
    )  # fmt: skip
    return list(db.session.scalars(rows))


def _standings(case_ids: list[int]) -> Iterator[Standing]:
    """These cases with their clocks and live tasks, in four queries for all."""
    faces, tasks = clocks.faces_of(case_ids), {case_id: [] for case_id in case_ids}
    for task in db.session.scalars(db.select(Task).where(Task.case_id.in_(case_ids), Task.state.in_(LIVE)).order_by(Task.id)):
        tasks[task.case_id].append(task)
    for case in db.session.scalars(db.select(Case).where(Case.id.in_(case_ids)).order_by(Case.id)):
        standing = Standing(case, SYSTEM)
        standing.face, standing.tasks = faces[case.id], tasks[case.id]
        yield standing


def _moved(case: Case, said: dict) -> Moved:
    return Moved(
        case.case_no, said["clock"], date.fromisoformat(said["before"]), date.fromisoformat(said["after"]),
        said.get("tentative", False), case.item_name, said.get("office") or case.waits_office_id,
    )  # fmt: skip
