"""What the calendar does: the steps that nobody takes, day after day, none left out. Doing it twice changes nothing."""

import logging
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import Select, and_, func, or_, select, tuple_

from app import moments
from app.calendar.due import WORKING_DAY, due, working_days_between
from app.calendar.find import calendar_for
from app.cases import clocks, seals
from app.cases.guards import OVER
from app.cases.models import Case, ClockRun, JournalEntry, Pause
from app.cases.recompute import recompute_open
from app.documents import uploads
from app.extensions import db, one_transaction
from app.feedback import actions as feedback
from app.jobs import retention
from app.moments import today
from app.oversight import climb
from app.people.actor import SYSTEM
from app.people.find import receiving_offices
from app.people.settings import SEALED_UNTIL, keep, setting
from app.process import actions as process
from app.receive import actions as receive
from app.receive.drafts import forget_abandoned
from app.refusals import Refusal

log = logging.getLogger(__name__)

REMIND_AT = (3, 1)  # working days before a correction window or a pledge ends
COLLECT_AT = (3, 10, 30, 90)  # days a result has waited to be collected
OFFERED_AT = 30  # from here on: brought to the door, taken by a proxy, sent by post
OFFERS = ("door", "proxy", "post")
DONE = "nightly_day"  # the setting that keeps the last day that was done in full
ONE_DAY = timedelta(days=1)
BATCH = 500


class Duty(NamedTuple):
    """`find`: the cases it may concern, as rows of (key …, case id) that can be paged by their columns; `take`: the
    step on one of them, False when there is nothing to do."""

    find: Callable[[], Select]
    take: Callable[[Case], object]


def run(at: datetime | None = None) -> dict[str, int]:
    """Every day since the last one that was done, each as if it were that day; then `at` (default now). Returns how
    many of each were done.

    The journal says the true moment, and the day it was done for as `on`: but for the moments, an outage leaves no
    trace. Killed in the middle, the next run begins with the day that was not finished.
    """
    with moments.at(at) if at else nullcontext():
        done = dict.fromkeys((*DUTIES, "recompute", "seal", "forget", "erase", "sweep"), 0)
        done["recompute"] = sum(1 for _moved in recompute_open())
        for day in days_to_do():
            with moments.on(day):
                for name, duty in DUTIES.items():
                    done[name] += _each(duty)
                done["seal"] += seal_days(day)
            with one_transaction():
                keep(DONE, day.isoformat())
        done["forget"] = forget_abandoned(current_app.config["DRAFT_DAYS"])
        done["erase"] = retention.run(before) if (before := retention.limit()) else 0
        done["sweep"] = _swept()
    return done


def _swept() -> int:
    try:
        return uploads.sweep()
    except Refusal as refusal:  # the store of scans is away: the next night
        log.warning("nightly: files of scans: %s", refusal)
        return 0


def days_to_do() -> list[date]:
    """From the day after the last one done (or the first in the journal) to today, today always once more."""
    last = setting(DONE)
    if last:
        first = date.fromisoformat(last) + ONE_DAY
    else:
        earliest = db.session.scalar(select(func.min(JournalEntry.at)))
        first = earliest.date() if earliest else today()
    first = min(first, today())
    return [first + timedelta(days=n) for n in range((today() - first).days + 1)]


def _each(duty: Duty) -> int:
    """One transaction a case: one that is refused (somebody was quicker) does not stop the others."""
    done = 0
    for case_id in _paged(duty.find):
        try:
            if duty.take(db.session.get_one(Case, case_id)):
                done += 1
        except Refusal as refusal:
            log.warning("nightly: case %s: %s", case_id, refusal)
        finally:
            db.session.remove()
    return done


def _paged(find: Callable[[], Select]) -> Iterator[int]:
    """Case ids, a batch at a time in the order of the keys: what is done on the way neither hides nor repeats any."""
    after = None
    while True:
        rows = find()
        keys = tuple(rows.selected_columns)
        if after:
            rows = rows.where(tuple_(*keys) > after)
        found = [tuple(row) for row in db.session.execute(rows.order_by(*keys).limit(BATCH))]
        for row in found:
            yield row[-1]
        if len(found) < BATCH:
            return
        after = found[-1]


# ── whom it concerns ─────────────────────────────────────────────────────────────────────────────────────────


def _running(kind: str, until: date, *states: str) -> Select:
    """Cases in these states whose clock of this kind runs out before or on `until`, earliest first."""
    return (
        select(ClockRun.due_on, ClockRun.id, ClockRun.case_id).join(Case, Case.id == ClockRun.case_id)
        .where(ClockRun.kind == kind, ClockRun.stopped_on.is_(None), ClockRun.due_on <= until, Case.state.in_(states))
    )  # fmt: skip


def _near() -> date:
    """The latest date that is three working days away by the calendar of any centre."""
    centres = {None, *(place.id for place in receiving_offices())}
    return max(due(today(), max(REMIND_AT), WORKING_DAY, calendar_for(centre)).on for centre in centres)


def pauses_over() -> Select:
    return select(Pause.id, Pause.case_id).where(Pause.ended_on.is_(None), Pause.planned_until < today())


def five_days_over() -> Select:
    return _running("intake", today() - ONE_DAY, "received")


def corrections_near() -> Select:
    return _running("correction", _near(), "correction").where(ClockRun.mark.notin_(("T-1", OVER)))


def windows_over() -> Select:
    """Over, and reminded of; a supervisor confirms, not on the day of the reminder."""
    return _running("correction", today() - ONE_DAY, "correction").where(ClockRun.mark.notin_(("", OVER)))


def pledges_near() -> Select:
    return _running("supplement", _near(), "accepted", "processing").where(ClockRun.mark != "T-1")


def uncollected() -> Select:
    """Results that have waited three, ten, thirty, ninety days, and whose applicant was not yet told so."""
    reached, ages = [], [f"D+{days}" for days in COLLECT_AT]
    for place, days in enumerate(COLLECT_AT):
        since = today() - timedelta(days=days)
        reached.append(and_(ClockRun.started_on <= since, ClockRun.mark.notin_((*ages[place:], OVER))))
    return _running("collect", date.max, "ready").where(or_(*reached))


def ninety_days_over() -> Select:
    return _running("collect", date.max, "ready").where(ClockRun.mark == f"D+{COLLECT_AT[-1]}")


# ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────


def remind_before_end(kind: str) -> Callable[[Case], bool]:
    """T-3 and T-1 working days, each once; late, if no reminder was sent in time."""

    def take(case: Case) -> bool:
        run = clocks.face_of(case).running(kind)
        left = working_days_between(today(), run.due_on, calendar_for(case.centre_id)) if run.due_on > today() else 0
        wanted = [f"T-{days}" for days in REMIND_AT if left <= days]
        if not wanted or run.mark == wanted[-1]:
            return False
        receive.remind(case, SYSTEM, about=kind, mark=wanted[-1], due=run.due_on.isoformat())
        return True

    return take


def remind_to_collect(case: Case) -> bool:
    """Told again at each age; from the thirtieth day also what can be done for who cannot come (domain 4.4)."""
    run = clocks.face_of(case).running("collect")
    age = max(days for days in COLLECT_AT if (today() - run.started_on).days >= days)
    offer = {"offer": OFFERS} if age >= OFFERED_AT else {}
    receive.remind(case, SYSTEM, about="collect", mark=f"D+{age}", due=run.due_on.isoformat(), **offer)
    return True


def seal_days(until: date) -> int:
    """Every day before `until` that has no seal yet, oldest first."""
    days = seals.unsealed_days(until)
    for day in days:
        with one_transaction():
            seals.seal(day)
    with one_transaction():
        keep(SEALED_UNTIL, max(until.isoformat(), setting(SEALED_UNTIL, "")))  # also when the clock was set back
    return len(days)


# In the order of the law: what ends a pause moves the dates by which the others judge.
DUTIES = {
    "resume": Duty(pauses_over, lambda case: process.resume(case, SYSTEM)),
    "deem_accepted": Duty(five_days_over, lambda case: receive.deem_accepted(case, SYSTEM)),
    "remind_correction": Duty(corrections_near, remind_before_end("correction")),
    "propose_withdrawal": Duty(windows_over, lambda case: receive.propose_withdrawal(case, SYSTEM)),
    "remind_supplement": Duty(pledges_near, remind_before_end("supplement")),
    "remind_collect": Duty(uncollected, remind_to_collect),
    "propose_return": Duty(ninety_days_over, lambda case: feedback.propose_return(case, SYSTEM)),
    "escalate": Duty(climb.overdue, climb.escalate),
}
