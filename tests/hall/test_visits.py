"""到访: the machine of a visit, numbers without a gap, and the pages of the hall."""

import pytest

from app.extensions import db
from app.hall import actions
from app.hall.models import Visit
from app.hall.visits import MOVES, STATE_WORDS, why_not
from app.refusals import Incomplete, NotAllowed, OutOfTurn
from tests import backoffice, sample

CENTRE, CLERK = "wf-01", "wf-01.clerk"
ALLOWED = {  # state-machines 6, arrow by arrow
    ("waiting", "call"): "called", ("called", "call"): "called", ("called", "arrive"): "serving",
    ("missed", "arrive"): "serving", ("serving", "finish"): "done", ("waiting", "leave"): "left",
    ("called", "leave"): "left", ("serving", "leave"): "left", ("parked", "leave"): "left",
    ("missed", "leave"): "left", ("called", "miss"): "missed", ("serving", "park"): "parked",
    ("parked", "come_back"): "waiting", ("missed", "come_back"): "waiting",
}  # fmt: skip


def test_the_table_says_what_the_machine_says():
    table = {(source, name): step.target for name, step in MOVES.items() for source in step.sources}
    assert table == ALLOWED
    assert {state for state, _name in table} | set(table.values()) == set(STATE_WORDS)


@pytest.mark.parametrize("action", MOVES)
@pytest.mark.parametrize("state", STATE_WORDS)
def test_every_arrow_that_is_not_drawn_has_a_reason(state, action, app_once):
    visit = Visit(centre_id=CENTRE, ticket_no=1, state=state, priority=False)
    clerk = type("Clerk", (), {"centre_id": CENTRE, "may": lambda self, *_can: True})()
    assert (why_not(visit, action, clerk) is None) == ((state, action) in ALLOWED)


def test_numbers_have_no_gap_and_stay_after_coming_back(inside, clock):
    clock("2026-11-23 09:00")
    clerk = sample.actor(CLERK)
    taken = [actions.take_ticket(clerk, CENTRE).ticket_no for _ in range(3)]
    assert taken == [1, 2, 3]
    with pytest.raises(NotAllowed):
        actions.take_ticket(clerk, "gh-01")
    visit = actions.call_next(clerk)
    actions.arrive(visit, clerk)
    actions.park(visit, clerk)
    actions.come_back(visit, clerk)
    assert (visit.ticket_no, visit.state) == (1, "waiting")
    assert actions.call_next(clerk).ticket_no == 1
    clock("2026-11-24 09:00")
    assert actions.take_ticket(clerk, CENTRE).ticket_no == 1


def test_priority_goes_first_and_nobody_is_called_twice(inside):
    clerk = sample.actor(CLERK)
    actions.take_ticket(clerk, CENTRE)
    actions.take_ticket(clerk, CENTRE, priority=True)
    assert [actions.call_next(clerk).ticket_no for _ in range(2)] == [2, 1]
    with pytest.raises(OutOfTurn):
        actions.call_next(clerk)


def test_every_visit_ends_with_an_outcome(inside):
    clerk = sample.actor(CLERK)
    case = backoffice.received("MZ-001")
    visit = actions.take_ticket(clerk, CENTRE)
    actions.arrive(actions.call(visit, clerk), clerk)
    with pytest.raises(Incomplete):
        actions.finish(visit, clerk, "")
    with pytest.raises(Incomplete):
        actions.finish(visit, clerk, "case")
    actions.finish(visit, clerk, "case", case.case_no)
    assert (visit.state, visit.outcome, visit.case_id) == ("done", "case", case.id)
    assert None not in (visit.taken_at, visit.called_at, visit.serving_at, visit.done_at)


def test_a_day_at_the_counter(app, desk_of, desk):
    clerk = desk_of(CLERK)
    clerk.post("/desk/visits", {"item_code": "MZ-001", "priority": "y"})
    desk.post("/kiosk?centre=wf-01", {"centre_id": CENTRE}, page="/kiosk?centre=wf-01")
    clerk.post("/desk/visits/next", page="/desk/visits")
    assert "优001" in desk.get("/hall/wf-01").get_text()
    with app.app_context():
        visit_id = db.session.scalar(db.select(Visit.id).filter_by(ticket_no=1))
    clerk.post(f"/desk/visits/{visit_id}/arrive", page="/desk/visits")
    clerk.post(f"/desk/visits/{visit_id}/finish", {"outcome": "case"}, expect=422)
    clerk.post(f"/desk/visits/{visit_id}/finish", {"outcome": "consult", "note": "问高龄津贴"})
    assert "咨询" in clerk.get("/desk/visits").get_text()
    desk_of("gh-01.clerk").get(f"/desk/visits/{visit_id}/finish", 404)
    desk.get("/hall/nowhere", 404)
