"""Slips are counted by both sides: what was sent, what was found, and who signed."""

import pytest

from app.cases.journal import entries_of
from app.cases.models import Material
from app.cases.standing import Standing
from app.custody import actions as custody
from app.custody.balance import unbalanced
from app.custody.models import Slip
from app.documents.models import Document
from app.extensions import db
from app.refusals import Incomplete, NotAllowed, OutOfTurn
from tests import backoffice, sample

CLERK, OFFICER, TO = "wf-01.clerk", "market_regulation.officer", "market_regulation"


@pytest.fixture
def sent(inside):
    """Three papers on their way from the window to the bureau: (case, slip, ids)."""
    case = backoffice.accepted("SJ-001")
    clerk = sample.actor(CLERK)
    ids = [paper.id for paper in Standing(case, clerk).papers][:3]
    slip = custody.pack(clerk, TO, ids)
    custody.send(slip, clerk, "钱乙")
    return case, slip, ids


def paper(material_id: int) -> Material:
    return db.session.get_one(Material, material_id, populate_existing=True)


def said(case, action: str) -> dict:
    return next(entry for entry in reversed(entries_of(case.id)) if entry.action == action).facts


def test_three_sent_and_two_found_the_third_stays_with_the_sender_and_both_signers_are_named(sent):
    case, slip, ids = sent
    officer = sample.actor(OFFICER)
    custody.take(slip, officer, [ids[2]], {ids[2]: "袋内未见"})
    assert slip.state == "discrepancy"
    assert [paper(one).office_id for one in ids] == [TO, TO, "wf-01"]
    assert paper(ids[2]).state == "in_transit"
    facts = said(case, "papers_short")
    assert facts["handed_by"] == sample.actor(CLERK).name
    assert facts["taken_by"] == officer.name
    assert facts["papers"] == [paper(ids[2]).name]
    assert unbalanced() == []


def test_one_scan_takes_the_whole_slip(sent, desk_of):
    _case, slip, ids = sent
    slip_id, slip_no = slip.id, slip.slip_no
    desk_of(OFFICER).post("/desk/slips", {"slip_no": slip_no.lower()})
    db.session.rollback()  # what was read before is another transaction's past
    assert {paper(one).office_id for one in ids} == {TO}
    assert db.session.get(Slip, slip_id, populate_existing=True).state == "received"


def test_what_was_recalled_is_held_by_the_sender_again(sent):
    case, slip, ids = sent
    custody.recall(slip, sample.actor(CLERK))
    assert slip.state == "recalled"
    assert {(paper(one).state, paper(one).office_id, paper(one).slip_id) for one in ids} == {("held", "wf-01", None)}
    with pytest.raises(OutOfTurn):
        custody.take(slip, sample.actor(OFFICER))


def test_what_was_taken_cannot_be_recalled(sent):
    _case, slip, _ids = sent
    custody.take(slip, sample.actor(OFFICER))
    with pytest.raises(OutOfTurn):
        custody.recall(slip, sample.actor(CLERK))


@pytest.mark.parametrize(("how", "state", "where"), [("found", "held", TO), ("returned", "held", "wf-01"), ("lost", "lost", None)])
def test_a_difference_is_settled_line_by_line(sent, how, state, where):
    case, slip, ids = sent
    custody.take(slip, sample.actor(OFFICER), ids[:2])
    custody.settle(slip, sample.actor(OFFICER), ids[0], how, "查明了")
    assert slip.state == "discrepancy", "one line is still open"
    assert (paper(ids[0]).state, paper(ids[0]).office_id) == (state, where)
    custody.settle(slip, sample.actor(CLERK), ids[1], "returned", "落在窗口")
    assert slip.state == "settled"
    again = db.session.scalar(db.select(Material).filter_by(substitute_of=ids[0]))
    assert (again is not None) == (how == "lost")
    assert unbalanced() == []


def test_a_stranger_settles_not_even_the_first_line(sent):
    _case, slip, ids = sent
    custody.take(slip, sample.actor(OFFICER), ids[:2])
    with pytest.raises(NotAllowed):
        custody.settle(slip, sample.actor("gh-01.clerk"), ids[0], "returned", "路过")
    with pytest.raises(Incomplete):
        custody.settle(slip, sample.actor(OFFICER), ids[0], "found", " ")


def test_whoever_handed_over_does_not_take(inside):
    case = backoffice.accepted("SJ-001")
    courier = sample.actor("wf-01.courier")
    slip = custody.pack(courier, TO, [paper.id for paper in Standing(case, courier).papers])
    custody.send(slip, courier, courier.name)
    with pytest.raises(NotAllowed):
        custody.take(slip, courier)


def test_a_courier_of_another_street_carries_nothing_here(sent):
    _case, slip, _ids = sent
    with pytest.raises(NotAllowed):
        custody.take(slip, sample.actor("gh-01.courier"))


def test_a_discarded_slip_leaves_a_paper_that_was_given_back_alone(inside):
    case = backoffice.received("SJ-001")
    clerk = sample.actor(CLERK)
    backoffice.receive.withdraw(case, clerk, "不办了", True)
    ids = [paper.id for paper in Standing(case, clerk).papers]
    slip = custody.pack(clerk, TO, ids)
    custody.return_material(case, clerk, [ids[0]], "王小明")
    with pytest.raises(OutOfTurn):
        custody.send(slip, clerk, "钱乙")
    custody.recall(slip, clerk)
    assert paper(ids[0]).state == "returned"
    assert {paper(one).state for one in ids[1:]} == {"held"}
    assert unbalanced() == []


def test_a_sent_slip_prints_its_sheet_and_an_empty_one_does_not_leave(sent):
    _case, slip, ids = sent
    sheet = db.session.scalar(db.select(Document).filter_by(slip_id=slip.id))
    assert sheet.kind == "handover_sheet"
    assert sheet.office_id == "wf-01"
    clerk = sample.actor(CLERK)
    with pytest.raises(Incomplete):
        custody.pack(clerk, TO, [])


def test_the_balance_names_a_paper_that_is_in_two_places(sent):
    _case, _slip, ids = sent
    db.session.execute(db.update(Material).where(Material.id == ids[0]).values(state="held"))
    db.session.flush()
    assert any("在手" in sentence and paper(ids[0]).name in sentence for sentence in unbalanced())
    db.session.rollback()
