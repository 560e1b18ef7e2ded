"""办理任务: the departments' shares of a case, planned from the item's chain, claimed by one officer each."""

from datetime import date, datetime
from math import ceil

from sqlalchemy import update

from app.calendar.due import due, working_days_between
from app.calendar.find import calendar_for
from app.calendar.hours import ALL_DAY, working_minutes
from app.cases.clockwork import Face, intervals
from app.cases.models import Task
from app.cases.standing import LIVE, Standing
from app.catalog.stages import stages
from app.extensions import db
from app.moments import now
from app.people.find import city, offices_of_department
from app.refusals import OutOfTurn

# state-machines 2: action → (from, to). The only writer of task.state is move().
MOVES = {
    "open": (("waiting",), "open"),
    "claim": (("open",), "claimed"),
    "release": (("claimed",), "open"),
    "wait": (("open", "claimed"), "waiting"),
    "finish": (("claimed",), "done"),
    "cancel": (LIVE, "cancelled"),
}
FREE = {"claimed_by": None, "claimed_name": None, "claimed_at": None}


def move(task: Task, action: str, **values) -> None:
    """One conditional write: of two officers exactly one gets it (OutOfTurn for the other)."""
    sources, target = MOVES[action]
    if target in ("open", "waiting"):
        values["opened_at"] = now() if target == "open" else None
    moved = db.session.execute(
        update(Task).where(Task.id == task.id, Task.state.in_(sources)).values(state=target, **values)
    )
    if moved.rowcount != 1:
        raise OutOfTurn("任务刚被别人处理，请刷新后再看。")
    db.session.refresh(task)


# How many wait of what a clock runs for (cases/clockwork.py, "while").
WAITING = {
    "ack": lambda s: 0 if s.at_desk else sum(task.state == "open" for task in s.tasks),
    "transfer": lambda s: sum(paper.state == "in_transit" for paper in s.materials),
}


def plan(s: Standing) -> None:
    """One task per office and stage; the first stage opens when its paper is there. Each has its share of the limit."""
    case, found = s.case, stages(s.spec)
    calendar = calendar_for(case.centre_id)
    for number, stage in enumerate(found, start=1):
        until = share_ends(s.spec, number, case.accepted_on, calendar)
        for unit in stage.departments:
            for office in offices_of_department(unit, case.street_id):
                task = Task(case_id=case.id, stage=number, rule=stage.rule, office_id=office.id, state="waiting")
                task.last, task.due_on = number == len(found), until
                db.session.add(task)
    db.session.flush()
    s.__dict__.pop("tasks", None)
    open_ready(s)


def retime(s: Standing, calendar) -> None:
    """The shares move with the promise: pauses are not counted, an extension is added, a calendar may have changed."""
    for task, until in shares(s, s.face, calendar):
        task.due_on = until


def shares(s: Standing, face: Face, calendar) -> list[tuple[Task, date]]:
    """Each live task with the day on which its office's share of the running promise is over."""
    run = face.running("promise")
    if run is None:
        return []
    pauses = intervals(run, face)
    return [
        (task, share_ends(s.spec, task.stage, run.started_on, calendar, pauses, run.extended))
        for task in s.live_tasks
    ]


def share_ends(spec, stage: int, started: date, calendar, pauses=(), extended: int = 0) -> date:
    """The day by which this stage should be over: so much of the promise, in the item's unit."""
    share = ceil(spec.promised_days * stage / len(stages(spec)))
    return due(started, share, spec.time_unit, calendar, pauses, extended).on


def open_ready(s: Standing) -> None:
    """Open what waits no longer: the stage before is done and the paper has arrived at the stage's office."""
    waiting = [task for task in s.tasks if task.state == "waiting"]
    if not waiting or s.case.state not in ("accepted", "processing"):
        return
    stage = min(task.stage for task in s.live_tasks)
    offices = {task.office_id for task in s.live_tasks if task.stage == stage}
    if s.paper_is_at(offices):
        for task in waiting:
            if task.stage == stage:
                move(task, "open")


def claim(s: Standing) -> None:
    """The officer takes it; in an `any` stage the other offices' tasks end there and then."""
    task = s.my_task
    move(task, "claim", claimed_by=s.by.id, claimed_name=s.by.name, claimed_at=now())
    if task.rule == "any":
        for other in s.live_tasks:
            if other.stage == task.stage and other.id != task.id:
                move(other, "cancel")


def finish(s: Standing, result: str, opinion: str = "") -> None:
    """The office's share is done; the next stage opens if its paper is there."""
    move(s.my_task, "finish", done_at=now(), result=result, opinion=opinion)
    open_ready(s)


def reassign(s: Standing, task: Task, office_id: str) -> None:
    """Clear the holder, and give the task to another office where asked; the history stays in the journal."""
    if task.state == "claimed":
        move(task, "release", **FREE)
    if office_id != task.office_id:
        if task.state == "open":
            move(task, "wait")
        task.office_id = office_id
        task.proposal = task.proposed_by = task.proposed_name = None
        open_ready(s)


def lost_time(s: Standing, task: Task, until: datetime) -> dict:
    """How long the task lay with an office it did not belong to, in working minutes and days, and who sent it there:
    whoever dispatched it last, else the receiving centre. Booked to the sender, while the promise runs on."""
    earlier = next((e for e in reversed(s.entries) if e.action == "reassign" and e.facts.get("task_id") == task.id), None)
    began = task.opened_at or task.claimed_at or (earlier.at if earlier else None) or s.last_moment("accepted") or until
    calendar = calendar_for(s.case.centre_id)
    return {
        "lost": {
            "minutes": working_minutes(began, until, calendar, city().get("hours") or ALL_DAY),
            "days": working_days_between(began.date(), until.date(), calendar),
            "office": task.office_id,
            "sender": earlier.office_id if earlier and earlier.office_id else s.case.centre_id,
        }
    }


def cancel_all(s: Standing) -> None:
    for task in s.live_tasks:
        move(task, "cancel")
