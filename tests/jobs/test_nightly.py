"""The nights that nobody sees: ten in a row, ten made up at once, ten made up by one who was killed twice."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from app import moments
from app.calendar.actions import load_calendar
from app.calendar.read import CalendarFile
from app.calendar.version import pending
from app.cases import clocks, journal, proof, seals
from app.cases.models import Case, JournalEntry, Task
from app.cases.recompute import recompute_open
from app.cases.steps import STEPS
from app.extensions import db
from app.feedback import actions as feedback
from app.jobs import nightly
from app.moments import CST
from app.people.settings import setting
from app.process import actions as process
from app.receive import actions as receive
from app.refusals import OutOfTurn
from tests import backoffice, sample

FIRST = datetime(2026, 2, 3, 9, 0, tzinfo=CST)
NIGHTS = [datetime(2026, 2, 10, 0, 5, tzinfo=CST) + timedelta(days=n) for n in range(22)]  # over Spring Festival
CLERK, ISSUER = "wf-01.clerk", "wf-01.issuer"


def a_desk_full() -> None:
    """On 3 February, one case for each thing that the calendar does."""
    clerk = sample.actor(CLERK)
    with moments.at(FIRST):
        for n, code in enumerate(("MZ-001", "SJ-002", "MZ-004"), start=1):  # nobody says a word: deemed accepted
            backoffice.received(code, n)
        for n in (11, 12):  # a correction that never comes
            case = backoffice.received("SJ-002", n, line0="missing")
            lines = [{"material_id": None, "name": "小餐饮登记申请书", "problem": "未提交"}]
            receive.request_correction(case, clerk, lines)
        case = backoffice.received("SJ-002", 21, line1="missing")  # a pledge that is not kept
        receive.accept_tolerant(case, clerk, 7, True)
        case = backoffice.taken_up("SJ-002", 31)  # a procedure that nobody ends
        process.pause(case, sample.actor("market_regulation.approver"), "现场核查", 5, "working_day", "当面")
        case = backoffice.proposed("SJ-001", 41)  # a result that nobody fetches
        process.conclude(case, sample.actor("market_regulation.approver"), **dict(_proposal(case)))
        feedback.issue_result(case, sample.actor(ISSUER), certificate_no="1")
        feedback.make_ready(case, sample.actor(ISSUER))


def _proposal(case: Case) -> dict:
    return db.session.scalar(db.select(Task).filter_by(case_id=case.id, last=True)).proposal


def what_happened() -> tuple[list, list, list]:
    """Journal, clocks and tasks, without the moments of execution."""
    rows = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.case_id, JournalEntry.seq))
    told = [(r.case_id, r.seq, r.action, r.actor_name, r.from_state, r.to_state, r.facts, r.notice) for r in rows
            if r.action != "receive"]  # fmt: skip
    cases = db.session.scalars(db.select(Case).order_by(Case.id)).all()
    faces = [(case.state, case.accepted_on, case.due_on, clocks.face_of(case)) for case in cases]
    tasks = db.session.execute(db.select(Task.state, Task.due_on, Task.office_id).order_by(Task.id)).all()
    return told, faces, tasks


def proved() -> None:
    for case in db.session.scalars(db.select(Case)):
        assert clocks.rebuild(case, journal.entries_of(case.id), STEPS) == clocks.face_of(case)
    assert list(proof.broken_entries()) == [] and list(seals.broken()) == []


@pytest.fixture
def world(database, databases, tmp_path):
    """`with world("name"):` a desk full of cases on its own database, the app context open."""

    def open_one(name: str):
        folder = tmp_path / name
        folder.mkdir()
        return databases.fresh(database, folder)

    return open_one


def test_an_outage_leaves_the_journal_of_nights_on_time_but_for_the_moments(world):
    with world("on-time") as app, app.app_context():
        a_desk_full()
        done = [nightly.run(night) for night in NIGHTS]
        on_time = what_happened()
        proved()
        moments_on_time = _moments()
    kinds = {name for one in done for name, count in one.items() if count}
    assert {"resume", "deem_accepted", "remind_correction", "propose_withdrawal", "remind_supplement", "remind_collect"} <= kinds

    with world("outage") as app, app.app_context():
        a_desk_full()
        nightly.run(NIGHTS[0])
        nightly.run(NIGHTS[-1])  # three weeks later
        outage = what_happened()
        proved()
        assert _moments()[-1] == NIGHTS[-1]
        assert _moments() != moments_on_time
    assert outage == on_time

    with world("killed") as app, app.app_context():
        a_desk_full()
        nightly.run(NIGHTS[0])
        for commits in (2, 5, 9, 14):
            with dies_at_commit(commits), suppress(KeyboardInterrupt):
                nightly.run(NIGHTS[-1])
            db.session.remove()
            assert setting(nightly.DONE) < NIGHTS[-1].date().isoformat()
        nightly.run(NIGHTS[-1])
        killed = what_happened()
        proved()
        assert not any(count for name, count in nightly.run(NIGHTS[-1]).items())  # once more changes nothing
        assert what_happened() == killed
    assert killed == on_time


def _moments() -> list[datetime]:
    return sorted(db.session.scalars(db.select(JournalEntry.at)))


class dies_at_commit:  # noqa: N801 - reads as a sentence
    """The plug is pulled while the n-th transaction is about to be kept."""

    def __init__(self, n: int):
        self.left = n

    def __enter__(self):
        event.listen(db.session, "before_commit", self.count)

    def __exit__(self, *_about):
        event.remove(db.session, "before_commit", self.count)

    def count(self, _session):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def test_what_fell_due_in_the_outage_says_the_day_it_was_made_up_for(inside, clock):
    clock("2026-02-03 09:00")
    case = backoffice.received("SJ-002", 1, line0="missing")
    receive.request_correction(case, sample.actor(CLERK), [{"material_id": None, "name": "小餐饮登记申请书", "problem": "未提交"}])
    assert clocks.face_of(case).running("correction").due_on.isoformat() == "2026-02-24"
    clock("2026-03-02 08:30")
    nightly.run()
    case = again()
    said = [(e.facts["mark"], e.facts["on"], e.at.date().isoformat()) for e in _entries(case) if e.action in ("remind", "propose_withdrawal")]
    # three working days before the 24th: 12, 13 and 14 (a make-up Saturday) February
    assert said == [("T-3", "2026-02-12", "2026-03-02"), ("T-1", "2026-02-14", "2026-03-02"), ("over", "2026-02-25", "2026-03-02")]
    supervisor = sample.actor("wf-01.supervisor")
    with pytest.raises(OutOfTurn, match="今天才提醒"):  # the applicant has heard of it a minute ago
        receive.deem_withdrawn(case, supervisor)
    clock("2026-03-03 08:30")
    receive.deem_withdrawn(case, supervisor)


def _entries(case: Case) -> list[JournalEntry]:
    return journal.entries_of(case.id)


def again() -> Case:
    """The only case there is, as it stands now."""
    return db.session.scalars(db.select(Case)).one()


def test_a_new_window_wants_its_own_reminder_and_its_own_proposal(inside, clock):
    clock("2026-02-03 09:00")
    case, lines = backoffice.received("SJ-002", 1, line0="missing"), [{"material_id": None, "name": "小餐饮登记申请书", "problem": "未提交"}]
    receive.request_correction(case, sample.actor(CLERK), lines)
    clock("2026-02-28 00:05")
    nightly.run()
    case = again()
    supervisor = sample.actor("wf-01.supervisor")
    receive.request_correction(case, supervisor, lines, override_reason="首次告知有误")
    clock("2026-03-01 09:00")
    with pytest.raises(OutOfTurn):
        receive.deem_withdrawn(case, supervisor)
    clock("2026-03-20 00:05")
    assert nightly.run()["propose_withdrawal"] == 1


def test_after_ninety_days_the_result_is_proposed_to_go_back_and_from_thirty_other_ways_are_offered(inside, clock):
    clock("2026-02-03 09:00")
    case = backoffice.proposed("SJ-001", 1)
    process.conclude(case, sample.actor("market_regulation.approver"), **dict(_proposal(case)))
    feedback.issue_result(case, sample.actor(ISSUER), certificate_no="1")
    feedback.make_ready(case, sample.actor(ISSUER))
    clock("2026-05-20 00:05")
    nightly.run()
    said = [(e.action, e.facts["mark"], e.facts.get("offer")) for e in _entries(again()) if e.facts.get("mark")]
    ways = ["door", "proxy", "post"]
    assert said == [("remind", "D+3", None), ("remind", "D+10", None), ("remind", "D+30", ways), ("remind", "D+90", ways),
                    ("propose_return", "over", None)]  # fmt: skip
    assert nightly.run() == dict.fromkeys(nightly.run(), 0)


def test_a_clock_that_is_set_back_by_an_hour_over_midnight_turns_no_date_back(inside, clock):
    clock("2026-02-04 00:20")
    case = backoffice.received("SJ-002", 1)
    clock("2026-02-03 23:40")
    receive.accept(case, sample.actor(CLERK))
    assert case.accepted_on.isoformat() == "2026-02-04"
    face = clocks.face_of(case)
    assert face.running("promise").started_on.isoformat() == "2026-02-04"
    assert [entry.seq for entry in _entries(case)] == [1, 2]
    assert clocks.rebuild(case, _entries(case), STEPS) == face


def test_a_clock_that_was_days_ahead_and_is_put_right_loses_no_night(inside, clock):
    clock("2026-02-03 09:00")
    backoffice.received("SJ-002", 1)
    clock("2026-02-07 00:05")
    nightly.run()
    clock("2026-02-04 00:05")
    assert nightly.days_to_do() == [datetime(2026, 2, 4).date()]
    nightly.run()
    clock("2026-02-11 00:05")
    assert nightly.run()["deem_accepted"] == 1


def test_nothing_is_written_into_a_day_that_is_sealed_when_the_clock_goes_back(inside):
    backoffice.received("SJ-002", 1)
    ahead = moments.now() + timedelta(days=2)
    nightly.run(ahead)
    case = backoffice.received("SJ-002", 2)  # the clock is right again, and two sealed days too early
    assert _entries(case)[0].at == moments.first_of(ahead.date().isoformat())
    assert list(seals.broken()) == [] == list(proof.broken_entries())


def test_a_calendar_that_changed_is_reckoned_in_batches_and_goes_on_after_a_stop(inside, clock):
    clock("2026-03-02 09:00")
    cases = [backoffice.accepted("SJ-002", n) for n in range(1, 8)]
    before = cases[0].due_on
    year = {"source": "停电通知", "holidays": [{"name": "停电", "from": before, "to": before}]}
    load_calendar(CalendarFile.model_validate({"centres": {"wf-01": {2026: year}}}))
    with dies_at_commit(2), suppress(KeyboardInterrupt):
        list(recompute_open(batch=3))
    db.session.remove()
    assert pending() == before
    moved = list(recompute_open(batch=3))
    assert {one.clock for one in moved} == {"promise", "statutory", "task"} and pending() is None
    assert len({one.case_no for one in moved}) == 4  # three were done before the stop
    for case in db.session.scalars(db.select(Case)).all():
        rows = [entry for entry in _entries(case) if entry.action == "recompute"]
        assert len(rows) == 1 and rows[0].notice == "recomputed"
        assert case.due_on > before
    proved()


def test_a_step_taken_before_the_batch_came_by_says_first_what_the_calendar_moved(inside, clock):
    clock("2026-03-02 09:00")
    case = backoffice.on_the_table("SJ-002", 1)
    before = case.due_on
    year = {"source": "停电通知", "holidays": [{"name": "停电", "from": before, "to": before}]}
    load_calendar(CalendarFile.model_validate({"centres": {"wf-01": {2026: year}}}))
    process.take_up(case, sample.actor("market_regulation.officer"))
    assert [entry.action for entry in _entries(case)][-2:] == ["recompute", "take_up"]
    assert case.due_on > before
    proved()
