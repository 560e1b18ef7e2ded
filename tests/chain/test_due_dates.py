"""A due date is the same three ways: as it is stored, rebuilt from the journal, and as the sum over its ledger.

Thousands of histories turn the clocks of the table of steps without a database; some go through the real verbs
(`bin/check-deep chain` takes ten thousand of the first).
A fourth way, counting on the fingers, is in this file and shares no line with the product.
"""

import json
import os
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.calendar.actions import load_calendar
from app.calendar.days import Calendar, Layer
from app.calendar.due import UNITS, ledger
from app.calendar.models import CalendarEdition
from app.calendar.read import CalendarFile, read_calendar
from app.calendar.version import pending, stand
from app.cases import clocks, clockwork, journal
from app.cases.clockwork import PAUSABLE, Face, Run
from app.cases.models import Case
from app.cases.recompute import recompute_open
from app.cases.standing import Standing
from app.cases.steps import STEPS
from app.catalog.find import current_spec
from app.extensions import db
from app.jobs import nightly
from app.jobs.city import read_catalogue
from app.queues.ledger import lines_of, sheets
from app.receive.actions import receive
from app.refusals import Refusal
from tests import backoffice, sample
from tests.taking import TAKE

DATA = Path(__file__).parents[2] / "data" / "duyun"
FILE = read_calendar(DATA / "calendar.yaml")
BOTH = FILE.calendar("national", "local")
SPECS = read_catalogue(DATA / "catalogue.yaml").specs()
ONE = timedelta(days=1)


def on_the_fingers(run: Run, face: Face, calendar: Calendar) -> date:
    """The due date by walking over days and ticking them off."""
    lost = set()
    if run.kind in ("promise", "statutory"):
        for span in face.pauses:
            until = span.ended_on or span.planned_until
            lost |= {span.started_on + ONE * n for n in range(1, (until - span.started_on).days + 1)}

    def rests(day: date) -> bool:
        return not calendar.is_working(day)

    day, ticks = run.started_on, []
    while len(ticks) < run.amount:
        day += ONE
        if day not in lost and not (run.unit == "working_day" and rests(day)):
            ticks.append(day)
    while day in lost or rests(day):
        day += ONE
    for _more in range(run.extended):
        day += ONE
        while day in lost or rests(day):
            day += ONE
    return day


def agrees(face: Face, rebuilt: Face, calendar_of) -> None:
    assert rebuilt.runs == face.runs
    assert rebuilt.pauses == face.pauses
    spans = [(span.started_on, span.ended_on or span.planned_until) for span in face.pauses]
    for run in face.runs:
        calendar = calendar_of(run.calendar)
        lines = ledger(run.started_on, run.amount, run.unit, calendar, spans if run.kind in PAUSABLE else (), run.extended)
        assert lines[-1].day == run.due_on, run
        assert sum(line.count is not None for line in lines) == run.amount + run.extended
        assert on_the_fingers(run, face, calendar) == run.due_on, run
        assert run.tentative == calendar.is_tentative(run.due_on)


# ── ten thousand histories without a database ────────────────────────────────────────────────────────────────


class History:
    """One case at the hands of chance: only what moves clocks, through the clock column of the table of steps."""

    def __init__(self, dice: Random):
        self.dice, self.spec = dice, dice.choice(SPECS)
        self.editions = [Calendar(BOTH.layers, 1)]
        self.today = date(2025, 12, 1) + timedelta(days=dice.randrange(420))
        self.face, self.entries, self.counted_with = Face(), [], 1
        self.open_tasks = self.moving = 0
        self.take("receive", on=self.today)

    def take(self, action: str, on: date | None = None, **facts) -> None:
        if action not in ("receive", "recompute"):
            self.reckon()
        step, calendar = STEPS[action], self.editions[-1]
        if on:
            facts["on"] = on.isoformat()
        waiting = {"ack": self.open_tasks, "transfer": self.moving, "on": self.today.isoformat()}
        facts |= {"calendar": calendar.number, "waiting": waiting}
        self.entries.append((action, self.today, json.dumps(facts)))
        clockwork.turn(self.face, step.clocks, on or self.today, facts, len(self.entries), self.spec, calendar)

    def reckon(self) -> None:
        """As lifecycle does: a case that was not reckoned with the new calendar is, before anything else happens."""
        if self.counted_with != self.editions[-1].number:
            self.counted_with = self.editions[-1].number
            after = clocks.recounted(self.face, self.spec, self.editions[-1])
            if clockwork.moved(self.face, after):
                self.take("recompute")
                assert self.face == after

    def rebuilt(self) -> Face:
        face = Face()
        for seq, (action, day, kept) in enumerate(self.entries, start=1):
            facts = json.loads(kept)
            on = date.fromisoformat(facts["on"]) if "on" in facts else day
            clockwork.turn(face, STEPS[action].clocks, on, facts, seq, self.spec, self.editions[facts["calendar"] - 1])
        return face

    def edit_the_calendar(self) -> None:
        """A day off, a make-up day, a year published or taken back; on any layer."""
        dice, old = self.dice, self.editions[-1]
        layers = {layer.name: layer for layer in old.layers}
        name = dice.choice(["national", "local", "wf-01"])
        layer = layers.get(name, Layer(name, {}, {}))
        day = self.today + timedelta(days=dice.randrange(-10, 60))
        rest, work = dict(layer.rest), dict(layer.work)
        for book in (rest, work):
            book.pop(day, None)
        if dice.random() < 0.8:
            (work if day.weekday() > 4 else rest)[day] = "改"
        published = layer.published ^ ({2027} if name == "national" and dice.random() < 0.3 else set())
        layers[name] = Layer(name, rest, work, frozenset(published), layer.provisional)
        self.editions.append(Calendar(list(layers.values()), old.number + 1))
        if dice.random() < 0.5:
            self.reckon()

    def live(self) -> None:
        """To the end, or until the story has been told for long enough."""
        state = "received"
        for _turn in range(self.dice.randint(3, 16)):
            self.today += timedelta(days=self.dice.choice([0, 0, 1, 1, 2, 3, 5, 9, 20, -1]))  # -1: a clock set back at midnight
            if self.dice.random() < 0.25:
                self.edit_the_calendar()
            state = getattr(self, f"in_{state}")()
            if state is None:
                return

    def after(self, day: date | None = None) -> date:
        return max(day or self.today, self.face.latest())

    def accept(self, action: str = "accept", day: date | None = None, **facts) -> str:
        self.open_tasks = self.dice.choice([0, 1, 2])
        self.take(action, on=self.after(day), **facts)
        return "accepted"

    def in_received(self):
        what = self.dice.random()
        if what < 0.3:
            return self.correct()
        if what < 0.5:
            return self.accept("accept_tolerant", supplement_days=self.dice.randint(1, 20), correcting=False)
        if what < 0.6:
            return self.accept("deem_accepted", self.face.running("intake").started_on)
        if what < 0.65:
            return self.take("refuse")
        return self.accept()

    def correct(self):
        self.take("request_correction", correction_days=self.dice.randint(1, 15))
        return "correction"

    def in_correction(self):
        what = self.dice.random()
        if what < 0.4 and self.face.running("correction"):
            self.take("supplement", complete=self.dice.random() < 0.7, correcting=True)
        elif what < 0.5:
            self.take("remind", about="correction", mark=self.dice.choice(["T-3", "T-1"]))
        elif what < 0.6:
            return self.correct()
        elif what < 0.9:
            last = [(day, facts) for action, day, facts in self.entries if action == "supplement" and json.loads(facts)["complete"]]
            return self.accept(day=last[-1][0] if last else None)
        else:
            return self.take("withdraw")
        return "correction"

    def in_accepted(self):
        what = self.dice.random()
        if what < 0.3 and not self.face.open_pause():
            self.take("pause", procedure="鉴定", amount=self.dice.randint(1, 40), unit=self.dice.choice(UNITS))
        elif what < 0.5 and self.face.open_pause():
            self.take("resume")
        elif what < 0.6 and not self.face.running("promise").extended:
            self.take("extend", days=self.dice.randint(1, 15))
        elif what < 0.7:
            self.take("supplement", complete=self.dice.random() < 0.5, correcting=False)
        elif what < 0.8:
            self.moving = self.dice.choice([0, 1])
            self.take(self.dice.choice(["papers_sent", "papers_taken", "papers_short"]))
        elif what < 0.9:
            self.open_tasks = self.dice.choice([0, 1])
            self.take(self.dice.choice(["take_up", "claim", "release", "reassign", "give_opinion"]))
        elif what < 0.94:
            return self.take(self.dice.choice(["withdraw", "terminate"]))
        elif not self.face.open_pause():
            self.take("conclude")
            return "decided"
        return "accepted"

    def in_decided(self):
        self.take("make_ready")
        return "ready"

    def in_ready(self):
        if self.dice.random() < 0.5:
            self.take("remind", about="collect", mark="D+3")
            return "ready"
        self.take("deliver")
        return self.take("archive")


@settings(max_examples=int(os.environ.get("HISTORIES", 1500)), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**63))
def test_thousands_of_histories_end_on_the_same_days_whichever_way_they_are_counted(seed):
    history = History(Random(seed))
    history.live()
    agrees(history.face, history.rebuilt(), lambda number: history.editions[number - 1])


# ── some through the real verbs ─────────────────────────────────────────────────────────────────────

CLERK, SUPERVISOR, ISSUER = "wf-01.clerk", "wf-01.supervisor", "wf-01.issuer"
WHO = {  # who takes which step in which state; the office of the next task where it says "office"
    "received": (("accept", CLERK), ("accept", CLERK), ("accept_tolerant", CLERK), ("request_correction", CLERK), ("withdraw", CLERK)),
    "correction": (("supplement", CLERK), ("supplement", CLERK), ("accept", CLERK), ("request_correction", SUPERVISOR)),
    "accepted": (("carry", ""), ("take_up", "officer"), ("pause", "approver"), ("supplement", CLERK), ("reassign", SUPERVISOR)),
    "processing": (("carry", ""), ("pause", "approver"), ("pause", "approver"), ("resume", "approver"), ("release", "officer"), ("claim", "officer"),
                   ("request_extension", "officer"), ("extend", "approver"), ("give_opinion", "officer"), ("propose", "officer"), ("conclude", "approver")),
    "decided": (("issue_result", ISSUER), ("make_ready", ISSUER)),
    "ready": (("deliver", ISSUER),),
    "delivered": (("archive", "wf-01.archivist"),),
}  # fmt: skip
ITEMS = ("MZ-001", "MZ-004", "SJ-001", "SJ-002", "CG-002", "SF-001", "CL-001", "ZJ-001")
CASES = 150  # on each database


def test_histories_through_the_verbs_keep_the_dates_that_their_journal_tells(inside, clock):
    dice, now = Random(20260203), datetime(2026, 1, 26, 9, 0)
    clock(now)
    for n in range(1, CASES + 1):
        spec = current_spec(ITEMS[n % len(ITEMS)])
        ticks = sample.without(spec, dice.choice(["证明", "申请", "户口簿"])) if dice.random() < 0.4 else sample.everything(spec)
        receive(sample.actor(CLERK), f"due-{n}", spec.code, sample.applicant(n, sample.kind_of(spec)), ticks, sample.answers(spec))
    for round_ in range(9):
        now += timedelta(days=dice.randint(0, 6))
        clock(now)
        if round_ in (2, 5, 7):
            _edit(dice, now.date(), leave=round_ == 5)  # once, the steps come before the batch that recomputes
        for case_id in db.session.scalars(db.select(Case.id).order_by(Case.id)).all():
            with suppress(Refusal):
                _one_step(db.session.get_one(Case, case_id), dice)
    nightly.run(now + timedelta(days=3))
    assert pending() is None
    moved = 0
    for case in db.session.scalars(db.select(Case)).all():
        entries = journal.entries_of(case.id)
        moved += sum(entry.action == "recompute" for entry in entries)
        face = clocks.face_of(case)
        agrees(face, clocks.rebuild(case, entries, STEPS), lambda number, case=case: _then(number, case))
        for run in face.runs:
            assert lines_of(run, face, case.centre_id)[-1].day == run.due_on
        shown = clockwork.shown(face, case.state)
        assert case.due_on == (shown.due_on if shown else None)
        assert [column.run for sheet in sheets(case) for column in sheet.columns if column.run not in face.runs] == []
    assert moved > 10


def _then(number: int, case: Case) -> Calendar:
    """The calendar of that edition, built here from what was kept of it."""
    kept = db.session.get_one(CalendarEdition, number).layers
    layers = [
        Layer(name, {date.fromisoformat(day): said for day, said in kept[name]["rest"].items()},
              {date.fromisoformat(day): said for day, said in kept[name]["work"].items()}, frozenset(kept[name]["published"]))
        for name in ("national", "local", case.centre_id) if name in kept
    ]  # fmt: skip
    return Calendar(layers)


def _edit(dice: Random, today: date, leave: bool) -> None:
    """A centre closes for a day or two next week: 停电."""
    first = today + timedelta(days=dice.randint(1, 6))
    while first.weekday() > 2:
        first += ONE
    year = {"source": "停电通知", "holidays": [{"name": "停电", "from": first, "to": first + ONE * dice.randint(0, 1)}]}
    before = stand().number
    load_calendar(CalendarFile.model_validate({"centres": {"wf-01": {first.year: year}}}))
    assert stand().number == before + 1
    if not leave:
        assert list(recompute_open())
        assert not list(recompute_open())


def _one_step(case: Case, dice: Random) -> None:
    if case.state not in WHO:
        return None
    action, who = dice.choice(WHO[case.state])
    task = next(iter(Standing(case, sample.actor(CLERK)).live_tasks), None)
    if action == "carry":
        return _carry(case, task)
    if who in ("officer", "approver"):
        if task is None:
            return None
        who = f"{task.office_id}.{who}"
    TAKE[action](case, sample.actor(who), dice.randrange(8))
    return None


def _carry(case: Case, task) -> None:
    papers = [p for p in Standing(case, sample.actor(CLERK)).papers if p.state == "held"]
    if task and papers and papers[0].office_id != task.office_id:
        giver = "wf-01.clerk" if papers[0].office_id == "wf-01" else f"{papers[0].office_id}.officer"
        backoffice.carry(case, giver, f"{task.office_id}.officer")
