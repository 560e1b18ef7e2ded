"""What the pages say is what the journal says; and they ask as much of the database for few cases as for many."""

from datetime import date, datetime, timedelta

import pytest

from app.cases import figures
from app.cases.models import Case
from app.catalog.find import items
from app.extensions import db, one_transaction
from app.feedback import actions as feedback
from app.feedback.models import Rating
from app.jobs import nightly
from app.jobs.demo import cases as demo_cases
from app.moments import CST, today
from app.oversight import actions, register, statistics, trips
from app.oversight.asked import Asked
from app.oversight.watch import WATCHES, counts, every_line, lines
from app.receive import actions as receive
from tests import backoffice, sample
from tests.oversight import copies, recount

FEW = 40
HERE, CITY = "wf-01.supervisor", "service_admin.supervisor"
PAGES = ("/oversight", "/oversight/red", "/oversight/yellow", "/oversight/register", "/oversight/statistics", "/oversight/trips")


@pytest.fixture
def filled(inside, clock):
    """Forty days of demo cases, orders, a bad rating, a night."""
    clock("2026-11-23 15:00")
    made = list(demo_cases.load(FEW, seed=4))
    for case in [case for case in made if case.state in ("accepted", "processing")][:3]:
        actions.supervise(case, sample.actor(CITY), "order", case.centre_id, "久拖", "说明", today())
    done = next(case for case in made if case.state in ("delivered", "archived") and not db.session.get(Rating, case.id))
    feedback.rate(done, 1)
    nightly.run()
    return made


def test_every_figure_equals_a_slow_recount_and_asks_no_more_for_many_cases_than_for_few(app, filled, desk_of):
    told, by, street = recount.stories(), sample.actor(CITY), sample.actor(HERE)
    own = [one for one in told if one.case.street_id == street.street_id]
    assert 0 < len(own) < len(told)
    for since, until in (("2026-10-01", "2026-11-23"), ("2026-11-05", "2026-11-12"), ("2026-11-20", "2026-11-20")):
        asked = Asked(since=date.fromisoformat(since), until=date.fromisoformat(until))
        assert recount.differences(by, told, asked) == {}
        assert recount.differences(street, own, asked) == {}
    found = counts(by)
    assert found["red"] and found["rated"] and found["orders"], "the demo cases must have something to count"
    assert {name: len(list(every_line(by, name))) for name in WATCHES} == found

    for one in (by, street):
        assert list(figures.broken()) == [] and counts(one) == _counted_one_by_one(one)
    supervisor = desk_of(CITY)
    few = {page: _asked(app, supervisor, page) for page in PAGES}
    assert copies.multiply(2000 // FEW + 1) > 2000
    db.session.rollback()
    assert {page: _asked(app, supervisor, page) for page in PAGES} == few
    assert max(few.values()) <= 16


def _counted_one_by_one(by) -> dict:
    """What a filter that narrows nothing counts: every case of any item."""
    found = [counts(by, Asked(item=one.code)) for one in items()]
    by_case = {name: sum(one[name] for one in found) for name in WATCHES}
    return by_case | {name: counts(by)[name] for name in WATCHES if WATCHES[name].slips}  # one slip, several items


def test_figures_are_folded_without_a_change_and_a_wrong_one_is_named(inside, filled):
    by = sample.actor(CITY)
    shown, figures.SPARE = counts(by), 1
    try:
        assert figures.fold() > 0 and figures.fold() == 0
    finally:
        figures.SPARE = 500
    assert counts(by) == shown and list(figures.broken()) == []
    with one_transaction():
        case = db.session.scalar(db.select(Case).where(Case.counted != "").limit(1))
        kept = case.counted
        db.session.execute(db.update(Case).where(Case.id == case.id).values(counted=""))
    assert case.case_no in next(figures.broken()) and len(list(figures.broken())) > 1
    with one_transaction():
        db.session.execute(db.update(Case).where(Case.id == case.id).values(counted=kept))
    figures.rebuild()


def _asked(app, supervisor, page: str) -> int:
    supervisor.get(page)  # what a process remembers is remembered now
    with backoffice.statements(app) as asked:
        supervisor.get(page)
    return len(asked)


def test_filters_in_the_address_narrow_every_figure_and_list(inside, clock, desk_of):
    clock("2026-09-01 09:00")
    case = backoffice.accepted("SJ-001", 1)
    backoffice.accepted("CG-002", 2)
    clock("2026-10-30 09:00")
    by = sample.actor(CITY)
    everything, narrowed = counts(by), counts(by, Asked(item="SJ-001"))
    assert (everything["red"] + everything["black"], narrowed["red"] + narrowed["black"]) == (2, 1)
    assert counts(by, Asked(centre="gh-01"))["black"] == 0
    assert counts(by, Asked(department="market_regulation"))["black"] == 1
    clerk = sample.actor(backoffice.CLERK)
    assert counts(by, Asked(person=clerk.id))["black"] == everything["black"]
    page = desk_of(CITY).get("/oversight/black?item=SJ-001&centre=wf-01&department=nonsense&person=x")
    assert [a.get_text() for a in page.select("tbody a[href^='/desk/cases/']")][0] == case.case_no
    assert len(page.select("tbody tr")) == 1
    desk_of(CITY).get("/oversight/black?after=nonsense~1")


def test_a_long_list_comes_in_pages_and_none_twice(inside, clock):
    clock("2026-09-01 09:00")
    backoffice.accepted("SJ-001", 1)
    copies.multiply(120)
    by = sample.actor(CITY)
    for when, name in (("2026-10-30 09:00", "black"), ("2026-09-02 09:00", "today"), ("2026-09-01 15:00", "yellow")):
        clock(when)
        seen, after = [], ""
        while after is not None:
            found, after = lines(by, name, after=after)
            seen += [line.case_no for line in found]
        assert (len(seen), len(set(seen))) == (120, 120), name


def test_the_register_says_what_was_carried_over_what_was_late_and_what_came_back(inside, clock):
    clock("2026-09-01 09:00")
    late, back = backoffice.accepted("SJ-001", 1), backoffice.received("MZ-001", 2, line2="missing")
    asked = [{"material_id": p.id, "name": p.name, "problem": "未提交", "standard": ""} for p in backoffice.Standing(back, None).missing]
    receive.request_correction(back, sample.actor(backoffice.CLERK), asked)
    by, month = sample.actor(HERE), Asked(since=date(2026, 9, 1), until=date(2026, 9, 30))
    clock("2026-10-15 09:00")
    assert register.summary(by, month, today())._asdict() == {
        "carried": 0, "received": 2, "ended": 0, "open": 2, "late": 1, "returned": 1}  # fmt: skip
    october = month._replace(since=date(2026, 10, 1), until=date(2026, 10, 31))
    rows, more = register.page(by, october, today())
    assert {row[0]: row[-1] for row in rows} == {late.case_no: "结转 超期 未结", back.case_no: "结转 退件 未结"}
    assert more is None and rows[0][3] == "王**"
    assert trips.worst(by, month).rows[0][2:4] == (asked[0]["name"], 1)


def test_a_link_is_measured_from_the_moment_the_one_before_it_ended():


    at = datetime(2026, 11, 2, 9, tzinfo=CST)
    states = {"received": at, "accepted": at + timedelta(hours=2), "decided": at + timedelta(days=2)}
    month = Asked(since=date(2026, 11, 1), until=date(2026, 11, 30))
    assert statistics.spans(states, month) == [("收件", timedelta(hours=2)), ("办理", timedelta(hours=46))]
    assert statistics.spans(states, month._replace(until=date(2026, 11, 2))) == [("收件", timedelta(hours=2))]

