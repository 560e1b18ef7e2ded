"""督办 and 吹哨: asked, answered, climbing when nobody answers; a bad rating put right."""

from datetime import date, datetime

import pytest

from app.calendar.actions import load_calendar
from app.calendar.read import CalendarFile
from app.cases import journal
from app.cases.orders import Supervision, WhistleCall
from app.documents.models import Document
from app.extensions import db, one_transaction
from app.feedback import actions as feedback
from app.feedback.models import Rectification
from app.feedback.rectifying import rectify_by
from app.moments import CST
from app.oversight import actions, climb
from app.oversight.watch import counts
from app.process import actions as process
from app.refusals import Incomplete, NotAllowed, OutOfTurn
from tests import backoffice, sample

SUPERVISOR, LEADER, CLERK = "wf-01.supervisor", "subdistrict_office-wenfeng.supervisor", "wf-01.clerk"
DENIAL = {"reason": "不符合条件", "basis": "清单", "review_body": "市政府", "court": "市法院"}


def actor(login: str):
    return sample.actor(login)


@pytest.fixture
def case(inside, clock):
    """CG-002 on the table of 综合执法局, on a Monday."""
    clock("2026-11-02 09:00")
    return backoffice.taken_up("CG-002", 1)


def order(case, **more):
    office = backoffice.first_office(case)
    asked = {"kind": "order", "office_id": office, "problem": "已经超期", "demand": "说明原因并办结", "reply_by": date(2026, 11, 4)}
    return actions.supervise(case, actor(SUPERVISOR), **asked | more)


def fresh(row) -> None:
    """As it is now: the pages write on connections of their own."""
    db.session.rollback()
    db.session.refresh(row)


def seen() -> dict:
    db.session.rollback()
    return counts(actor(SUPERVISOR))


def officer_of(case) -> str:
    return f"{backoffice.first_office(case)}.officer"


def test_an_order_prints_its_slip_and_waits_in_the_office(case, desk_of):
    order(case, person="赵甲")
    kinds = list(db.session.scalars(db.select(Document.kind).where(Document.case_id == case.id)))
    assert "supervision_order" in kinds
    assert seen()["orders"] == 1
    officer = desk_of(officer_of(case))
    assert "督办" in officer.get("/office").select_one("ul.slips").get_text()
    officer.post(f"/desk/cases/{case.case_no}/reply-supervision", {"reply": "明日办结"})
    row = db.session.scalars(db.select(Supervision)).one()
    fresh(row)
    assert (row.reply, row.replied_at is not None) == ("明日办结", True)
    assert seen()["orders"] == 0
    assert not officer.get("/office").select("ul.slips")


def test_a_reminder_has_no_slip_and_never_climbs(case, clock):
    order(case, kind="reminder")
    assert "supervision_order" not in list(db.session.scalars(db.select(Document.kind)))
    clock("2026-12-02 09:00")
    assert climb.escalate_due() == 0


def test_an_order_may_be_given_from_every_line_and_from_the_case(case, desk_of):
    supervisor = desk_of(SUPERVISOR)
    form = {"kind": "order", "office_id": backoffice.first_office(case), "problem": "久拖不决", "demand": "三日内办结",
            "reply_by": "2026-11-06"}  # fmt: skip
    supervisor.post(f"/desk/cases/{case.case_no}/supervise", form)
    line = supervisor.get("/oversight/orders").select_one("tbody tr")
    assert line.select_one("a[href$=supervise]")
    supervisor.post(f"/desk/cases/{case.case_no}/supervise", form | {"reply_by": "2026-11-01"}, 422)
    assert "督办中" in supervisor.get(f"/desk/cases/{case.case_no}").get_text()
    desk_of(CLERK).post(f"/desk/cases/{case.case_no}/supervise", form, 403)


def test_an_unanswered_order_climbs_to_the_street_and_to_the_city_by_the_clock(case, clock):
    order(case)
    row = db.session.scalars(db.select(Supervision)).one()
    clock("2026-11-04 23:59")
    assert climb.escalate_due() == 0
    clock("2026-11-05 00:01")
    assert (climb.escalate_due(), climb.escalate_due()) == (1, 0)
    fresh(row)
    assert (row.level, row.reply_by) == ("street", date(2026, 11, 9))
    clock("2026-11-10 00:01")
    assert climb.escalate_due() == 1
    fresh(row)
    assert row.level == "city"
    clock("2026-12-30 00:01")
    assert climb.escalate_due() == 0


def test_after_days_without_a_night_an_order_climbs_as_if_every_night_had_been(case, clock):
    order(case)
    clock("2026-11-30 00:05")
    assert climb.escalate_due() == 2  # levels of the one order
    rows = [e for e in journal.entries_of(case.id) if e.action == "escalate"]
    assert [e.facts["reply_by"] for e in rows] == ["2026-11-09", "2026-11-12"]


def test_only_a_street_leader_whistles(case):
    asked = (["urban_management"], "routine", "占道", "到场处置")
    with pytest.raises(NotAllowed):
        actions.whistle(case, actor(SUPERVISOR), *asked)
    with pytest.raises(NotAllowed):
        actions.whistle(case, actor("subdistrict_office-guanghui.supervisor"), *asked)
    actions.whistle(case, actor(LEADER), *asked)
    with pytest.raises(OutOfTurn):
        actions.whistle(case, actor(LEADER), *asked)
    with pytest.raises(Incomplete):
        actions.whistle(backoffice.taken_up("CG-002", 2), actor(LEADER), [], "routine", "占道", "到场处置")


def test_called_departments_sign_make_contact_and_report(case, desk_of):
    offices = ["urban_management", "market_regulation"]
    desk_of(LEADER).post(f"/desk/cases/{case.case_no}/whistle", {"office_ids": offices, "level": "hard",
                         "problem": "占道经营反复", "demand": "到场会商"})  # fmt: skip
    db.session.rollback()
    assert "whistle_slip" in list(db.session.scalars(db.select(Document.kind)))
    called = desk_of("market_regulation.officer")  # has no task of this case, and sees it all the same
    called.post(f"/desk/cases/{case.case_no}/whistle-report", {"report": "已处置"}, 409)
    assert "签到" in called.get("/office").select_one("ul.slips").get_text()
    called.post(f"/desk/cases/{case.case_no}/whistle-sign")
    called.post(f"/desk/cases/{case.case_no}/whistle-contact", {"contact": "已与陈主任约定明日九时"})
    called.post(f"/desk/cases/{case.case_no}/whistle-report", {"report": "已清理并约谈"})
    assert not called.get("/office").select("ul.slips")
    assert seen()["whistles"] == 1


def test_a_whistle_nobody_hears_climbs_for_each_missed_mark(case, clock):
    actions.whistle(case, actor(LEADER), ["urban_management"], "routine", "占道", "到场处置")
    call = db.session.scalars(db.select(WhistleCall)).one()
    assert call.report_by == date(2026, 11, 5)
    clock("2026-11-02 09:59")
    assert climb.escalate_due() == 0
    for moment, mark in (("2026-11-02 10:01", "sign"), ("2026-11-03 09:01", "contact"), ("2026-11-06 00:01", "report")):
        clock(moment)
        assert (climb.escalate_due(), climb.escalate_due()) == (1, 0)
        fresh(call)
        assert call.missed == mark


def test_a_bad_rating_is_closed_by_a_call_back_and_by_nothing_else(case, clock, desk_of):
    case = finished(case)
    feedback.rate(case, 2, "等了太久")
    row, by = db.session.get(Rectification, case.id), actor(SUPERVISOR)
    assert rectify_by(row.opened_at, case.centre_id).on == date(2026, 11, 23)
    with pytest.raises(Incomplete):
        actions.call_back(case, by, "satisfied")
    assert seen()["rated"] == 1
    supervisor, address = desk_of(SUPERVISOR), f"/oversight/rated/{case.case_no}"
    supervisor.post(address, {"measures": "向申请人道歉，增开窗口"})
    assert seen()["rated"] == 1
    supervisor.post(address, {"result": "unreachable"})
    assert seen()["rated"] == 1
    supervisor.post(address, {"result": "satisfied"})
    assert seen()["rated"] == 0
    assert journal.entries_of(case.id)[-1].action == "call_back"


def test_the_limit_of_a_rectification_moves_with_the_calendar_and_is_tentative_without_a_notice(case, clock, desk_of):
    case = finished(case)
    feedback.rate(case, 2)
    address, closed = f"/oversight/rated/{case.case_no}", {"name": "停电", "from": date(2026, 11, 10), "to": date(2026, 11, 11)}
    assert "2026年11月23日（周一）" in desk_of(SUPERVISOR).get(address).get_text()
    year = {"source": "停电通知", "holidays": [closed]}
    load_calendar(CalendarFile.model_validate({"centres": {case.centre_id: {2026: year}}}))
    assert "2026年11月25日（周三）" in desk_of(SUPERVISOR).get(address).get_text()
    assert "11月25日" in desk_of(SUPERVISOR).get("/oversight/rated").select_one("tbody").get_text()
    with one_transaction():
        db.session.get(Rectification, case.id).opened_at = datetime(2027, 12, 24, 9, tzinfo=CST)
    clock("2027-12-27 09:00")
    assert "暂定" in desk_of(SUPERVISOR).sign_in(SUPERVISOR).get(address).get_text()
    assert "暂定" in desk_of(SUPERVISOR).get("/oversight/rated").select_one("tbody").get_text()


def test_the_clerk_does_not_see_who_rated_before_the_call_back(case, desk_of):
    case = finished(case)
    clerk, before = desk_of(CLERK), desk_of(CLERK).get(f"/desk/cases/{case.case_no}").select_one("#file").get_text()
    feedback.rate(case, 1, "态度差")
    actions.rectify(case, actor(SUPERVISOR), "已约谈")
    page = clerk.get(f"/desk/cases/{case.case_no}")
    assert page.select_one("#file").get_text() == before
    clerk.get(f"/oversight/rated/{case.case_no}", 403)
    clerk.get("/oversight/rated", 403)


def finished(case):
    """Denied, and the decision handed over."""
    office = backoffice.first_office(case)
    process.propose(case, actor(f"{office}.officer"), "denied", **DENIAL)
    process.conclude(case, actor(f"{office}.approver"), "denied", **DENIAL)
    feedback.deliver(case, actor("wf-01.issuer"), case.applicant_name, identity_checked=True, relation="self")
    return case
