"""A walk at random over all steps, with everybody at every desk: what must always hold, holds after each one."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app import moments
from app.cases import clocks, journal, proof, seals
from app.cases.lifecycle import offers
from app.cases.models import Case, CorrectionLine, Material, Task
from app.cases.standing import Standing
from app.cases.steps import ENDS, STEPS
from app.catalog.find import current_spec
from app.custody import actions as custody
from app.custody.balance import unbalanced
from app.custody.models import Slip, SlipLine
from app.extensions import db
from app.jobs import nightly
from app.jobs.audit_commands import holes
from app.people.actor import SYSTEM
from app.receive.actions import receive
from app.refusals import Refusal
from tests import sample
from tests.taking import TAKE

LOGINS = (
    "wf-01.clerk", "wf-01.issuer", "wf-01.supervisor", "wf-01.archivist", "gh-01.clerk", "wf-01.guide",
    "community-wenfeng.officer", "subdistrict_office-wenfeng.officer", "civil_affairs.officer", "civil_affairs.officer2",
    "civil_affairs.approver", "market_regulation.officer", "market_regulation.approver", "public_security.officer",
    "public_security.approver", "subdistrict_office-wenfeng.approver", "service_admin.admin", "service_admin.auditor",
    "wf-01.courier", "wf-01.agent", "wf-s01.grid_worker", "civil_affairs.reviewer",
    "mediation_committee-wenfeng.mediator",
)  # fmt: skip
ITEMS = ("MZ-001", "MZ-004", "SJ-001", "SJ-002", "GA-001", "SQ-001", "LB-001")
TAKEABLE = [name for name, step in STEPS.items() if step.room and name not in ("receive", "open_personal_data")]


class Walk(RuleBasedStateMachine):
    fresh = None  # a function that makes an app on its own copy of the sample city

    def __init__(self):
        super().__init__()
        self.world = ExitStack()
        self.app = self.world.enter_context(self.fresh())
        self.world.enter_context(self.app.app_context())
        self.day = moments.datetime.fromisoformat("2026-02-03T09:00:00+08:00")
        self.frozen = None
        self._turn_clock(0)
        self.actors = {login: sample.actor(login) for login in LOGINS}
        self.cases: list[int] = []
        self.expected: dict[int, str] = {}
        self.people = 0

    def teardown(self):
        self.frozen.__exit__(None, None, None)
        db.session.remove()
        self.world.close()

    def _turn_clock(self, days):
        if self.frozen:
            self.frozen.__exit__(None, None, None)
        self.day += moments.timedelta(days=days)
        self.frozen = moments.at(self.day)
        self.frozen.__enter__()

    # ── what may happen ──────────────────────────────────────────────────────────────────────────────────────

    @rule(code=st.sampled_from(ITEMS), gap=st.sampled_from(["", "", "", "证明", "申请", "户口簿"]))
    def a_resident_comes(self, code, gap):
        spec = current_spec(code)
        self.people += 1
        person = sample.applicant(self.people, sample.kind_of(spec))
        ticks = sample.without(spec, gap) if gap else sample.everything(spec)
        case = receive(self.actors["wf-01.clerk"], f"walk-{id(self)}-{self.people}", code, person, ticks, sample.answers(spec))
        self.cases.append(case.id)
        self._note()

    @precondition(lambda self: self.cases)
    @rule(pick=st.integers(0, 10**6), login=st.sampled_from(LOGINS), action=st.sampled_from(TAKEABLE), seed=st.integers(0, 9))
    def somebody_tries_a_step(self, pick, login, action, seed):
        self._try(self._case(pick), action, self.actors[login], seed)

    @precondition(lambda self: self.cases)
    @rule(pick=st.integers(0, 10**6), turn=st.integers(0, 10**6), seed=st.integers(0, 9))
    def the_right_person_takes_a_step(self, pick, turn, seed):
        """Random hits are rare: choose among what the table offers, so that cases get somewhere."""
        case = self._case(pick)
        possible = [
            (offer.action, login)
            for login, by in self.actors.items()
            for offer in offers(case, by)
            if offer.reason is None and offer.action in TAKEABLE
        ]
        if possible:
            action, login = possible[turn % len(possible)]
            self._try(case, action, self.actors[login], seed)

    @precondition(lambda self: self.cases)
    @rule(pick=st.integers(0, 10**6), lost=st.booleans())
    def papers_travel_to_where_they_are_awaited(self, pick, lost):
        case = self._case(pick)
        waiting = next((t for t in Standing(case, SYSTEM).live_tasks if t.state == "waiting"), None)
        here = [p for p in Standing(case, SYSTEM).papers if p.state == "held" and p.slip_id is None]
        target = waiting.office_id if waiting else case.centre_id
        by_office = {actor.office_id: actor for actor in self.actors.values()}
        movable = [p for p in here if p.office_id in by_office and p.office_id != target]
        if not movable:
            return
        sender = by_office[movable[0].office_id]
        papers = [p.id for p in movable if p.office_id == sender.office_id]
        try:
            slip = custody.pack(sender, target, papers)
            custody.send(slip, sender, "流转员")
            if target in by_office:
                custody.take(slip, by_office[target], papers[:1] if lost else ())
        except Refusal:
            pass
        self._note()

    @rule(pick=st.integers(0, 10**6), how=st.sampled_from(["found", "lost", "returned"]))
    def a_discrepancy_is_settled(self, pick, how):
        lines = db.session.scalars(
            db.select(SlipLine).join(Slip).where(Slip.state == "discrepancy", SlipLine.found.is_(False), SlipLine.settled.is_(None))
        ).all()
        by_office = {actor.office_id: actor for actor in self.actors.values()}
        if lines:
            line = lines[pick % len(lines)]
            slip = db.session.get_one(Slip, line.slip_id)
            if slip.from_office_id in by_office:
                custody.settle(slip, by_office[slip.from_office_id], line.material_id, how, "查找一个工作日")
        self._note()

    @rule(days=st.integers(1, 9))
    def days_go_by(self, days):
        self._turn_clock(days)
        nightly.run(self.day)
        self._note()

    # ── what must always hold ────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def table_and_database_agree(self):
        for case in self._all():
            assert case.state == self.expected[case.id]

    @invariant()
    def every_open_case_has_an_owner_and_a_queue(self):
        for case in self._all():
            if case.state in ENDS:
                assert case.state == "forwarded" or case.waits_office_id is None
            else:
                assert case.waits_office_id and case.waits_for, case.state

    @invariant()
    def every_paper_has_exactly_one_holder(self):
        for paper in db.session.scalars(db.select(Material)):
            assert (paper.office_id is not None) == (paper.state in ("held", "in_transit", "archived")), paper.state
            assert paper.state != "in_transit" or paper.slip_id
        assert unbalanced() == []

    @invariant()
    def every_task_is_in_one_hand(self):
        for task in db.session.scalars(db.select(Task)):
            assert (task.claimed_by is not None) == (task.state in ("claimed", "done"))

    @invariant()
    def due_dates_follow_from_the_journal(self):
        for case in self._all():
            rebuilt = clocks.rebuild(case, journal.entries_of(case.id), STEPS)
            stored = clocks.face_of(case)
            assert rebuilt.runs == stored.runs
            assert rebuilt.pauses == stored.pauses

    @invariant()
    def what_waits_between_two_offices_has_a_clock_that_runs(self):
        """A paper on its way, a task that may be taken up: exactly as long as it waits."""
        for case in self._all():
            face, s = clocks.face_of(case), Standing(case, SYSTEM)
            assert bool(face.running("transfer")) == any(paper.state == "in_transit" for paper in s.materials)
            assert bool(face.running("ack")) == (not s.at_desk and any(task.state == "open" for task in s.tasks))

    @invariant()
    def journal_and_registers_hold(self):
        assert list(proof.broken_entries()) == []
        assert list(seals.broken()) == []
        assert list(holes()) == []

    # ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────

    def _all(self):
        db.session.rollback()
        return db.session.scalars(db.select(Case)).all()

    def _case(self, pick):
        return db.session.get_one(Case, self.cases[pick % len(self.cases)])

    def _note(self):
        """The model learns only from journal rows: each must be a row of the table, from where the case stood."""
        db.session.rollback()
        for case in self._all():
            state = "new"
            for entry in journal.entries_of(case.id):
                step = STEPS[entry.action]
                assert entry.from_state == state and state in step.sources
                state = step.target or state
                assert entry.to_state == state
            self.expected[case.id] = state

    def _try(self, case, action, by, seed):
        before = self._picture(case)
        try:
            TAKE[action](case, by, seed)
        except Refusal as refusal:
            assert str(refusal)
            assert self._picture(case) == before, f"{action} was refused and still changed something"
        self._note()

    def _picture(self, case):
        db.session.rollback()
        columns = {name: getattr(case, name) for name in ("state", "seq", "head", "due_on", "waits_office_id", "outcome")}
        papers = [(p.id, p.state, p.office_id) for p in Standing(case, SYSTEM).materials]
        tasks = [(t.id, t.state, t.claimed_by) for t in Standing(case, SYSTEM).tasks]
        lines = db.session.scalar(db.select(db.func.count()).select_from(CorrectionLine))
        serials = db.session.execute(db.text("select series, value from serial order by series")).all()
        return columns, papers, tasks, lines, serials


def test_what_must_always_hold_holds_on_a_random_walk(database, databases, tmp_path):
    def fresh():
        data_dir = Path(tempfile.mkdtemp(dir=tmp_path))
        return databases.fresh(database, data_dir)

    Walk.fresh = staticmethod(fresh)
    run_state_machine_as_test(
        Walk,
        settings=settings(max_examples=int(os.environ.get("WALKS", 6)), stateful_step_count=40, deadline=None, print_blob=True,
                          phases=[Phase.generate],  # a shrink replays for minutes; the blob replays it by hand
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
