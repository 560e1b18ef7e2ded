"""日清: the drawer is counted blind, held against the account, explained, signed by two, and never changed again."""

import pytest

from app.cases.standing import Standing
from app.custody import actions as custody
from app.custody import closeout
from app.custody.drawer import Drawer, groups
from app.custody.models import CloseOut
from app.documents.actions import read
from app.documents.models import Document
from app.extensions import db
from app.hall import actions as hall
from app.refusals import Incomplete, NotAllowed, OutOfTurn
from tests import backoffice, sample

CLERK, LEADER, TO = "wf-01.clerk", "wf-01.supervisor", "market_regulation"


@pytest.fixture
def evening(app, clock):
    """Two cases in the drawer of the first counter, at five."""
    clock("2026-11-23 16:40")
    with app.app_context():
        return [backoffice.received("SJ-001", n).case_no for n in (1, 2)]


def counts(app, login: str = CLERK) -> dict[str, str]:
    with app.app_context():
        by = sample.actor(login)
        return {f"count_{group.key}": str(group.papers) for group in groups(Drawer(by.office_id, by.desk_id or ""))}


def test_the_count_is_blind_and_what_agrees_is_signed_by_two(app, evening, desk_of):
    clerk, leader = desk_of(CLERK), desk_of(LEADER)
    right = counts(app)
    page = clerk.get("/desk/close-out")
    assert evening[0] in page.get_text()
    assert not [box["value"] for box in page.select("input[name^=count_]") if box["value"]]
    assert "账上" not in page.select_one("table").get_text()
    clerk.post("/desk/close-out", {}, expect=422)
    clerk.post("/desk/close-out", right)
    assert "清点与账相符" in clerk.get("/desk/close-out").get_text()
    record = clerk.post("/desk/close-out/sign", page="/desk/close-out").location
    clerk.post(record, {"remark": "自己签"}, expect=403)
    assert evening[0] in leader.get(record).get_text()
    assert record in str(leader.get("/desk/close-outs"))
    leader.post(record, {"remark": "属实"})
    leader.post(record, {"remark": "再签"}, expect=409)
    clerk.post("/desk/close-out", right, page="/desk/receive", expect=409)
    desk_of("gh-01.supervisor").get(record, 404)
    sheet = leader.get(record).select_one("[data-print]")["href"]
    assert leader.fetch(sheet).data.startswith(b"%PDF-")


def test_a_difference_an_open_ticket_and_an_unsent_slip_need_a_reason(app, evening, desk_of):
    with app.app_context():
        by = sample.actor(CLERK)
        case = backoffice.again(evening[1])
        custody.pack(by, TO, [Standing(case, by).papers[0].id])
        hall.take_ticket(by, "wf-01")
        hall.call_next(by)
    clerk, typed = desk_of(CLERK), counts(app)
    clerk.post("/desk/drafts", {"item_code": "SJ-001"}, page="/desk/receive")
    first = next(iter(typed))
    clerk.post("/desk/close-out", typed | {first: "0", "others": "无主身份证一张"})
    page = clerk.get("/desk/close-out")
    reasons = [box["name"] for box in page.select("input[name^=reason_]")]
    assert {f"reason_{first.removeprefix('count_')}", "reason_others", "reason_slips", "reason_drafts", "reason_tickets"} <= set(reasons)
    clerk.post("/desk/close-out/sign", dict.fromkeys(reasons, ""), page="/desk/close-out", expect=422)
    clerk.post("/desk/close-out/sign", dict.fromkeys(reasons, "明早查清"), page="/desk/close-out")
    with app.app_context():
        row = db.session.scalar(db.select(CloseOut))
        assert {one["reason"] for one in row.facts["exceptions"]} == {"明早查清"}
        assert row.signed_name == sample.actor(CLERK).name


def test_what_moves_after_the_count_is_counted_again(app, evening):
    with app.app_context():
        by = sample.actor(CLERK)
        right = {group.key: group.papers for group in groups(closeout.drawer_of(by))}
        with pytest.raises(OutOfTurn):
            closeout.sign(by, {})
        closeout.count(by, right)
        backoffice.received("SJ-001", 3)
        with pytest.raises(OutOfTurn, match="重新清点"):
            closeout.sign(by, {})
        with pytest.raises(Incomplete):
            closeout.count(by, right)
        closeout.count(by, {group.key: group.papers for group in groups(closeout.drawer_of(by))})
        assert closeout.sign(by, {}).facts["rounds"] == 2


def test_every_paper_of_an_office_lies_in_exactly_one_drawer_or_on_the_shelf(app, evening):
    with app.app_context():
        from app.people.find import desks_of

        courier, clerk = sample.actor("wf-01.courier"), sample.actor(CLERK)
        case = backoffice.accepted("SJ-001", 4)
        slip = custody.pack(clerk, TO, [paper.id for paper in Standing(case, clerk).papers])
        custody.send(slip, clerk, "钱乙")
        custody.take(slip, sample.actor(f"{TO}.officer"))
        back = custody.pack(sample.actor(f"{TO}.officer"), "wf-01", [paper.id for paper in Standing(case, clerk).papers])
        custody.send(back, sample.actor(f"{TO}.officer"), "钱乙")
        custody.take(back, courier)  # has no counter: what he takes lies on the shelf
        drawers = [Drawer("wf-01", desk.id) for desk in desks_of("wf-01")] + [Drawer("wf-01", "")]
        seen = [group.key for drawer in drawers for group in groups(drawer)]
        assert len(seen) == len(set(seen)) == 3
        assert [group.case_no for group in groups(Drawer("wf-01", ""))] == [case.case_no]


def test_a_signed_record_cannot_be_changed_without_being_found_out(app, evening):
    with app.app_context():
        by, leader = sample.actor(CLERK), sample.actor(LEADER)
        closeout.count(by, {group.key: group.papers for group in groups(closeout.drawer_of(by))})
        row = closeout.sign(by, {})
        with pytest.raises(NotAllowed):
            closeout.close(row, sample.actor("gh-01.supervisor"))
        closeout.close(row, leader)
        assert closeout.broken() == []
        sheet = db.session.scalar(db.select(Document).filter_by(kind="closeout_record"))
        assert row.digest in str(sheet.facts) and read(sheet).startswith(b"%PDF-")
        row = db.session.scalar(db.select(CloseOut))
        db.session.execute(db.update(CloseOut).values(facts=row.facts | {"rounds": 9}))
        assert len(closeout.broken()) == 1
        db.session.rollback()
