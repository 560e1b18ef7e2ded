"""What the calendar does: the steps that nobody takes. Doing it twice changes nothing; a stop in the middle is made up."""

import logging
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date, datetime, timedelta

from app import moments
from app.calendar.due import working_days_between
from app.calendar.find import calendar_for
from app.cases import seals
from app.cases.models import Case, ClockRun, Pause
from app.cases.standing import Standing
from app.extensions import db, one_transaction
from app.moments import today
from app.people.actor import SYSTEM
from app.process import actions as process
from app.receive import actions as receive
from app.refusals import Refusal

log = logging.getLogger(__name__)

REMIND_AT = (3, 1)  # working days before a correction window or a pledge ends
COLLECT_AT = (3, 10, 30, 90)  # days a result has waited to be collected


def run(at: datetime | None = None) -> dict[str, int]:
    """Everything that is due at `at` (default now), in the order of the law. Returns how many of each were done."""
    with moments.at(at) if at else nullcontext():
        done = {name: _each(find, take) for name, (find, take) in DUTIES.items()}
        done["seal"] = seal_days(today())
    return done


def _each(find: Callable[[], Iterator[int]], take: Callable[[Case], object]) -> int:
    """One transaction a case: one that is refused (somebody was quicker) does not stop the others."""
    done = 0
    for case_id in list(find()):
        try:
            if take(db.session.get_one(Case, case_id)):
                done += 1
        except Refusal as refusal:
            log.warning("nightly: case %s: %s", case_id, refusal)
        finally:
            db.session.remove()
    return done


def _running(kind: str, until: date, *states: str) -> list[int]:
    """Cases in these states whose clock of this kind runs out before or on `until`, earliest first."""
    rows = (
        db.select(ClockRun.case_id).join(Case, Case.id == ClockRun.case_id)
        .where(ClockRun.kind == kind, ClockRun.stopped_on.is_(None), ClockRun.due_on <= until, Case.state.in_(states))
        .order_by(ClockRun.due_on, ClockRun.case_id)
    )  # fmt: skip
    return list(db.session.scalars(rows))


def _yesterday() -> date:
    return today() - timedelta(days=1)


def pauses_over() -> list[int]:
    rows = db.select(Pause.case_id).where(Pause.ended_on.is_(None), Pause.planned_until <= _yesterday())
    return list(db.session.scalars(rows.order_by(Pause.case_id)))


def five_days_over() -> list[int]:
    return _running("intake", _yesterday(), "received")


def corrections_near() -> list[int]:
    return _running("correction", today() + timedelta(days=20), "correction")


def windows_over() -> list[int]:
    return _running("correction", _yesterday(), "correction")


def pledges_near() -> list[int]:
    return _running("supplement", today() + timedelta(days=20), "accepted", "processing")


def uncollected() -> list[int]:
    return _running("collect", date.max, "ready")


def remind_before_end(kind: str) -> Callable[[Case], bool]:
    """T-3 and T-1 working days, each once; late, if no reminder was sent in time."""

    def take(case: Case) -> bool:
        run = Standing(case, SYSTEM).face.running(kind)
        if run is None:
            return False
        left = working_days_between(today(), run.due_on, calendar_for(case.centre_id)) if run.due_on > today() else 0
        wanted = [days for days in REMIND_AT if left <= days]
        return bool(wanted) and _remind_once(case, kind, f"T-{min(wanted)}", run.due_on)

    return take


def remind_to_collect(case: Case) -> bool:
    run = Standing(case, SYSTEM).face.running("collect")
    waited = (today() - run.started_on).days
    reached = [days for days in COLLECT_AT if waited >= days]
    return bool(reached) and _remind_once(case, "collect", f"D+{max(reached)}", run.due_on)


def _remind_once(case: Case, about: str, mark: str, due: date) -> bool:
    said = (entry.facts for entry in Standing(case, SYSTEM).entries if entry.action == "remind")
    if any((facts["about"], facts["mark"], facts["due"]) == (about, mark, due.isoformat()) for facts in said):
        return False
    receive.remind(case, SYSTEM, about=about, mark=mark, due=due.isoformat())
    return True


def propose_withdrawal_once(case: Case) -> bool:
    if Standing(case, SYSTEM).has_done("propose_withdrawal"):
        return False
    receive.propose_withdrawal(case, SYSTEM)
    return True


def seal_days(until: date) -> int:
    """Every day before `until` that has no seal yet, oldest first."""
    days = seals.unsealed_days(until)
    for day in days:
        with one_transaction():
            seals.seal(day)
    return len(days)


DUTIES = {
    "resume": (pauses_over, lambda case: process.resume(case, SYSTEM)),
    "deem_accepted": (five_days_over, lambda case: receive.deem_accepted(case, SYSTEM)),
    "remind_correction": (corrections_near, remind_before_end("correction")),
    "propose_withdrawal": (windows_over, propose_withdrawal_once),
    "remind_supplement": (pledges_near, remind_before_end("supplement")),
    "remind_collect": (uncollected, remind_to_collect),
}
