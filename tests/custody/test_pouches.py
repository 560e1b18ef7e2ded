"""A sealed slip in a pouch: two hops, signed at each, opened only by its receiver."""

import pytest

from app.cases.journal import entries_of
from app.cases.models import Material
from app.cases.standing import Standing
from app.custody import actions as custody
from app.custody.balance import unbalanced
from app.custody.models import Slip
from app.custody.scanning import go_along, next_run, pack_case
from app.extensions import db
from app.refusals import NotAllowed, OutOfTurn
from tests import backoffice, sample

CLERK, HUB, OFFICER, TO = "wf-01.clerk", "service_admin.officer", "market_regulation.officer", "market_regulation"


@pytest.fixture
def sealed(inside, clock):
    """(case, sealed slip, the pouch around it), nothing sent yet."""
    clock("2026-11-23 09:30")
    case, clerk = backoffice.accepted("SJ-001"), sample.actor(CLERK)
    (slip,) = pack_case(clerk, case)
    assert slip.to_office_id == TO
    pouch = go_along(slip, clerk)
    return case, slip, pouch


def papers(slip: Slip) -> list[Material]:
    ids = db.select(Material).where(Material.slip_id == slip.id).execution_options(populate_existing=True)
    return list(db.session.scalars(ids))


def test_the_timetable_leads_over_the_service_centre_to_the_department_and_back(inside, clock):
    clock("2026-11-23 09:30")  # a Monday
    legs = next_run("wf-01", TO)
    assert [(leg.to_id, f"{leg.at:%d %H:%M}") for leg in legs] == [("service_admin", "23 10:30"), (TO, "23 11:00")]
    clock("2026-11-27 15:45")  # Friday, the last run from the street has left
    assert [f"{leg.at:%d %H:%M}" for leg in next_run("wf-01", TO)] == ["30 10:30", "30 11:00"]
    assert [leg.to_id for leg in next_run(TO, "gh-01")] == ["service_admin", "gh-01"]
    assert next_run("wf-01", "wf-01") == ()


def test_a_sealed_slip_goes_two_hops_and_every_hand_is_in_the_journal(sealed):
    case, slip, pouch = sealed
    clerk, hub, officer = sample.actor(CLERK), sample.actor(HUB), sample.actor(OFFICER)
    with pytest.raises(NotAllowed):
        custody.send(slip, clerk, "钱乙")  # it leaves with its pouch
    custody.send(pouch, clerk, "钱乙")
    assert (slip.state, {paper.state for paper in papers(slip)}) == ("sent", {"in_transit"})
    with pytest.raises(NotAllowed):
        custody.take(slip, officer)
    custody.take(pouch, hub)
    assert (slip.at_office_id, slip.state) == ("service_admin", "sent")
    with pytest.raises(NotAllowed):
        custody.recall(slip, clerk)  # signed for on the way
    onward = custody.open_slip(hub, TO)
    custody.add_pouch(onward, hub, slip.id)
    custody.send(onward, hub, "孙丙")
    custody.take(onward, officer)
    assert slip.at_office_id == TO
    assert unbalanced() == []
    count = len(papers(slip))
    custody.take(slip, officer)
    held = db.session.scalars(db.select(Material).filter_by(case_id=case.id, office_id=TO, state="held")).all()
    assert len(held) == count
    told = [(e.action, e.facts["from"], e.facts["to"]) for e in entries_of(case.id) if e.action.startswith("papers")]
    assert [one[0] for one in told] == ["papers_sent", "papers_passed", "papers_passed", "papers_taken"]
    assert told[1][2] == told[2][1]
    assert unbalanced() == []


@pytest.mark.parametrize("how", ["found", "returned", "lost"])
def test_a_pouch_that_did_not_arrive_is_settled_and_a_lost_one_paper_by_paper(sealed, how):
    _case, slip, pouch = sealed
    clerk, hub = sample.actor(CLERK), sample.actor(HUB)
    custody.send(pouch, clerk, "钱乙")
    custody.take(pouch, hub, [], None, [slip.id])
    assert (pouch.state, pouch.search_until.isoformat()) == ("discrepancy", "2026-11-24")
    custody.settle_pouch(pouch, hub, slip.id, how, "查明了")
    assert pouch.state == "settled"
    where = {"found": ("sent", "service_admin"), "returned": ("sent", "wf-01"), "lost": ("discrepancy", None)}
    assert (slip.state, slip.at_office_id) == where[how]
    assert unbalanced() == []
    if how == "lost":
        assert (slip.handed_name, slip.taken_name) == (clerk.name, hub.name)
        for paper in papers(slip):
            custody.settle(slip, clerk, paper.id, "lost", "整袋遗失，补制")
        assert slip.state == "settled"
        assert unbalanced() == []


def test_a_recalled_pouch_gives_everything_back_and_a_discarded_one_too(sealed):
    _case, slip, pouch = sealed
    clerk = sample.actor(CLERK)
    custody.send(pouch, clerk, "钱乙")
    ids = [paper.id for paper in papers(slip)]
    custody.recall(pouch, clerk)
    rows = db.session.execute(db.select(Material.state, Material.office_id).where(Material.id.in_(ids))).all()
    assert set(rows) == {("held", "wf-01")}
    assert (slip.state, pouch.state) == ("recalled", "recalled")
    again = custody.pack(clerk, TO, ids)
    outer = go_along(again, clerk)
    custody.recall(outer, clerk)
    assert (again.state, again.inside_id) == ("packing", None)
    assert unbalanced() == []


def test_a_pouch_is_in_one_pouch_and_a_pouch_in_a_pouch_holds_none(sealed):
    _case, slip, pouch = sealed
    clerk = sample.actor(CLERK)
    other = custody.open_slip(clerk, "service_admin")
    with pytest.raises(OutOfTurn):
        custody.add_pouch(other, clerk, slip.id)
    with pytest.raises(OutOfTurn):
        custody.add_pouch(other, clerk, pouch.id)
    custody.remove_pouch(pouch, clerk, slip.id)
    custody.add_pouch(other, clerk, slip.id)
    assert unbalanced() == []


def test_over_http_a_case_is_packed_by_one_scan_and_goes_along(app, desk_of):
    with app.app_context():
        no = backoffice.accepted("SJ-001").case_no
    clerk, hub, officer = desk_of(CLERK), desk_of(HUB), desk_of(OFFICER)
    slip = clerk.post("/desk/slips", {"slip_no": no.lower()}).location
    clerk.post("/desk/slips", {"slip_no": no}, expect=422)  # nothing is left to be packed
    with app.app_context():
        second = backoffice.accepted("SJ-001", 2).case_no
    clerk.post(f"{slip}/scan", {"case_no": second}, page=slip)
    assert "原件" in clerk.get(slip).get_text()
    clerk.post(f"{slip}/seal", {"pouch_no": "P-1", "seal_no": "F-9"}, page=slip)
    pouch = clerk.post(f"{slip}/go-along", page=slip).location
    assert "F-9" in clerk.get(pouch).get_text()
    clerk.post(f"{pouch}/send", {"carrier_name": "钱乙"}, page=pouch)
    hub.post(f"{pouch}/take", page=pouch)
    inner = slip.rsplit("/", 1)[1]
    assert inner in hub.get("/desk/slips").get_text()
    onward = hub.post(f"{slip}/go-along", page=slip, expect=422)  # one hop is left: no pouch is needed for it
    assert "不经转送" in onward.get_data(as_text=True)
    officer.post("/desk/slips", {"slip_no": inner})
    assert second in officer.get("/desk/papers").get_text()
    with app.app_context():
        assert unbalanced() == []
        assert Standing(backoffice.again(no), sample.actor(OFFICER)).papers[0].office_id == TO
