"""Real threads on a real database: of two hands exactly one is first, and nobody sees a raw database error."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import text

from app.cases import proof
from app.cases.journal import entries_of
from app.cases.models import Case, JournalEntry, Material, Task
from app.cases.numbering import next_serial
from app.catalog.find import current_spec
from app.custody import actions as custody
from app.documents.models import Document
from app.extensions import db, one_transaction
from app.jobs.audit_commands import holes
from app.process import actions as process
from app.receive import actions as receive
from app.refusals import Refusal
from tests import sample


@pytest.fixture
def at_once(app):
    """Run these functions at the same moment, each in a thread of its own; answers and refusals in their order."""

    def run(*deeds):
        start = Barrier(len(deeds))

        def one(deed):
            with app.app_context():
                start.wait()
                try:
                    return deed()
                except Refusal as refusal:
                    return refusal
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(one, deeds))

    return run


def _received(code="MZ-001", key="race", n=1):
    spec = current_spec(code)
    return receive.receive(sample.actor("wf-01.clerk"), key, code, sample.applicant(n), sample.everything(spec), {}).id


def _papers(case_id):
    rows = db.select(Material.id).where(Material.case_id == case_id, Material.state == "held", Material.form != "electronic")
    return list(db.session.scalars(rows))


def _case(case_id):
    return db.session.get_one(Case, case_id)


def test_of_eight_officers_only_one_claims(app, at_once):
    with app.app_context():
        case = _case(_received("SJ-001"))
        clerk, officer = sample.actor("wf-01.clerk"), sample.actor("market_regulation.officer")
        receive.accept(case, clerk)
        papers = _papers(case.id)
        slip = custody.pack(clerk, "market_regulation", papers)
        custody.send(slip, clerk, "流转员")
        custody.take(slip, officer)
        case_id = case.id
        officers = [sample.one_more("case_officer", "market_regulation", n) for n in range(8)]
    answers = at_once(*[lambda by=by: process.take_up(_case(case_id), by).actor_name for by in officers])
    winners = [answer for answer in answers if isinstance(answer, str)]
    assert len(winners) == 1
    with app.app_context():
        task = db.session.scalar(db.select(Task).filter_by(case_id=case_id))
        assert task.state == "claimed"
        assert task.claimed_name == winners[0]
        assert [entry.action for entry in entries_of(case_id)].count("take_up") == 1


def test_of_eight_clerks_only_one_accepts(app, at_once):
    with app.app_context():
        case_id = _received()
        clerks = [sample.one_more("clerk", "wf-01", n) for n in range(8)]
    answers = at_once(*[lambda by=by: receive.accept(_case(case_id), by).seq for by in clerks])
    assert sum(isinstance(answer, int) for answer in answers) == 1
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Document).filter_by(kind="acceptance_notice")) == 1
        assert db.session.scalar(db.select(db.func.count()).select_from(Task).filter_by(case_id=case_id)) == 3


def test_the_same_intake_sent_four_times_at_once_is_one_case(app, at_once):
    answers = at_once(*[lambda: _received(key="same-form") for _ in range(4)])
    assert len(set(answers)) == 1
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Case)) == 1
        assert db.session.scalar(db.select(db.func.count()).select_from(JournalEntry)) == 1


def test_two_hundred_intakes_at_once_leave_no_gap_and_no_duplicate(app, at_once):
    def some(start):
        return [_received(key=f"many-{n}", n=n + 1) for n in range(start, start + 25)]

    answers = at_once(*[lambda start=start: some(start) for start in range(0, 200, 25)])
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert not refused
    with app.app_context():
        numbers = sorted(db.session.scalars(db.select(Case.case_no)))
        assert len(numbers) == len(set(numbers)) == 200
        assert [int(number[15:20]) for number in numbers] == list(range(1, 201))
        assert list(holes()) == []
        assert list(proof.broken_entries()) == []


def test_who_waits_for_a_number_is_served_in_turn(app):
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("one writer at a time is let in: nobody waits for a number")
    taken, first_is_through = [], Event()

    def take(name, until=None):
        with app.app_context(), one_transaction():
            taken.append((name, next_serial("race")))
            if until:
                until.wait(60)

    with ThreadPoolExecutor(6) as pool, app.app_context():
        deeds = [pool.submit(take, 0, first_is_through)]
        for name in range(1, 6):
            _wait_until(lambda: taken)
            deeds.append(pool.submit(take, name))
            _wait_until(lambda name=name: db.session.scalar(WAITING) == name)
            db.session.rollback()
        first_is_through.set()
        for deed in deeds:
            deed.result()
    assert taken == [(name, name + 1) for name in range(6)]


WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
)


def _wait_until(holds):
    for _look in range(3000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came about")


def test_a_paper_is_packed_on_one_slip_only(app, at_once):
    with app.app_context():
        case_id = _received()
        papers = _papers(case_id)
        clerks = [sample.actor("wf-01.clerk"), sample.actor("wf-01.clerk2")] * 2
    answers = at_once(*[lambda by=by: custody.pack(by, "civil_affairs", papers).slip_no for by in clerks])
    assert sum(isinstance(answer, str) for answer in answers) == 1
