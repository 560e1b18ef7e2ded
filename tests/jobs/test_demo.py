"""Demonstration cases in bulk: copies of what the verbs did, and nobody can tell."""

from collections import Counter

import pytest

from app.cases import clocks, proof, seals
from app.cases.journal import entries_of
from app.cases.models import Case, ClockRun, NamePair
from app.cases.owners import owner
from app.cases.standing import Standing
from app.cases.steps import STEPS
from app.custody.balance import unbalanced
from app.extensions import db
from app.jobs import nightly
from app.jobs.audit_commands import holes
from app.jobs.demo import cases as demo_cases
from app.jobs.demo.bulk import Bulk
from app.people.actor import SYSTEM


@pytest.fixture
def city(inside, clock):
    """A hundred copies over two years beside two cases that were there before, thirty of them open."""
    clock("2026-11-23 15:00")
    list(demo_cases.load(2, seed=5))
    nightly.run()
    ticks = Counter()
    bulk = Bulk(100, seed=3, days=700, unfinished=30, stories=8)
    problems = list(bulk.run(lambda what: ticks.update([what])))
    return ticks, problems


def test_copies_are_what_the_verbs_would_have_written_and_every_check_holds(city):
    ticks, problems = city
    assert problems == [], "a copy told again by the verbs is another one"
    assert ticks["copied"] == 100
    assert ticks["told"] == ticks["checked"] == 8
    assert list(proof.broken_entries()) == list(seals.broken()) == []
    assert list(holes()) == []
    assert unbalanced() == []

    cases = list(db.session.scalars(db.select(Case)))
    assert 30 <= sum(case.ended_at is None for case in cases) < 80
    for case in cases:
        stored, rebuilt = clocks.face_of(case), clocks.rebuild(case, entries_of(case.id), STEPS)
        assert stored == rebuilt, case.case_no
        assert (case.waits_office_id, case.waits_for) == owner(Standing(case, SYSTEM)), case.case_no
    runs = db.session.scalar(db.select(db.func.count()).select_from(ClockRun).where(ClockRun.stopped_on > ClockRun.due_on))
    assert runs, "in two years somebody is late"
    assert db.session.scalar(db.select(db.func.count(NamePair.pair.distinct()))) > 60
    nightly.run()
    assert list(seals.broken()) == []


def test_many_cases_are_loaded_with_one_command(app):
    with app.app_context():
        said = app.test_cli_runner().invoke(args=["demo", "load", "--cases", "3", "--seed", "2"])
    assert said.exit_code == 0, said.output
    assert "已加入 3 个" in said.output


def test_a_desk_in_production_takes_no_sample_cases(app_once):
    app_once.config["DESK_MODE"] = "production"
    try:
        said = app_once.test_cli_runner().invoke(args=("demo", "load", "--cases", "1"))
    finally:
        app_once.config["DESK_MODE"] = "testing"
    assert said.exit_code == 1 and "正式环境不能加入示例办件" in said.output
