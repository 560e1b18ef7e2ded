"""A case in each light and of each kind of lateness stands in exactly the lists where it belongs, and leaves them when
it was handled. The lists are asked over HTTP, as the people who look at them."""

import pytest

from app.cases.models import Case, Task
from app.cases.standing import Standing
from app.custody import actions as custody
from app.custody.models import Slip
from app.extensions import db
from app.feedback import actions as feedback
from app.jobs import nightly
from app.process import actions as process
from app.receive import actions as receive
from tests import backoffice, sample

CLERK, ISSUER, SUPERVISOR = "wf-01.clerk", "wf-01.issuer", "wf-01.supervisor"
OFFICER, APPROVER = "market_regulation.officer", "market_regulation.approver"
LISTS = ("today", "yellow", "red", "black", "tolerant", "lapsed", "transit", "discrepancy", "uncollected")
LIGHTS = {"green": "正常", "yellow": "临期", "red": "超期", "black": "超法定"}


@pytest.fixture
def lists(desk_of):
    """`lists(what)`: the supervisor's lists that name this case or slip."""

    def look(what: str) -> set[str]:
        desk = desk_of(SUPERVISOR).sign_in(SUPERVISOR)
        return {name for name in LISTS if what in desk.get(f"/oversight/{name}").get_text()}

    return look


@pytest.fixture
def inbox(desk_of):
    """`inbox(case_no)`: the light and the words of its line in the office, None when there is no line."""

    def look(case_no: str, login: str = OFFICER) -> tuple[str, str] | None:
        page = desk_of(login).sign_in(login).get("/office")
        row = next((row for row in page.select("tbody tr") if case_no in row.get_text()), None)
        if row is None:
            return None
        light = row.select_one(".light")["class"][1].removeprefix("light-")
        return light, row.get_text(" ", strip=True)

    return look


def conclude(case: Case) -> Case:
    process.propose(case, sample.actor(OFFICER), "granted", opinion="同意")
    task = Standing(case, sample.actor(OFFICER)).my_task
    process.conclude(case, sample.actor(APPROVER), **dict(db.session.get_one(Task, task.id).proposal))
    return case


# 小餐饮登记: seven working days promised (Monday 2 March → 11 March), twenty by law (→ 30 March).
@pytest.mark.parametrize(
    ("day", "light", "where"),
    [
        ("2026-03-05", "green", set()),
        ("2026-03-10", "yellow", {"yellow"}),
        ("2026-03-11", "yellow", {"yellow", "today"}),
        ("2026-03-12", "red", {"red"}),
        ("2026-03-30", "red", {"red"}),
        ("2026-03-31", "black", {"black"}),
    ],
)
def test_each_light_stands_in_its_lists_and_a_decided_case_in_none(app, clock, lists, inbox, day, light, where):
    clock("2026-03-02 09:00")
    with app.app_context():
        case_no = backoffice.taken_up("SJ-002").case_no
    clock(f"{day} 10:00")
    assert lists(case_no) == where
    shown, words = inbox(case_no)
    assert shown == light and LIGHTS[light] in words
    with app.app_context():
        conclude(backoffice.again(case_no))
    assert lists(case_no) == set()
    assert inbox(case_no) is None


def test_an_intake_that_nobody_answers_is_yellow_then_red_until_it_is_accepted(app, clock, lists):
    clock("2026-03-02 09:00")
    with app.app_context():
        case_no = backoffice.received("SJ-002").case_no
    for day, where in (("2026-03-03", set()), ("2026-03-06", {"yellow"}), ("2026-03-09", {"yellow", "today"}), ("2026-03-10", {"red"})):
        clock(f"{day} 10:00")
        assert lists(case_no) == where, day
    with app.app_context():
        receive.accept(backoffice.again(case_no), sample.actor(CLERK))
    assert lists(case_no) == set()


def test_a_promise_to_bring_a_paper_is_listed_until_it_is_kept(app, clock, lists):
    clock("2026-03-02 09:00")
    with app.app_context():
        case = backoffice.received("SJ-002", line1="missing")
        receive.accept_tolerant(case, sample.actor(CLERK), 5, True)
        case_no = case.case_no
    assert lists(case_no) == {"tolerant"}
    with app.app_context():
        case = backoffice.again(case_no)
        missing = [{"material_id": paper.id} for paper in Standing(case, sample.actor(CLERK)).missing]
        receive.supplement(case, sample.actor(CLERK), missing)
    assert lists(case_no) == set()


def test_a_correction_that_lapsed_waits_for_the_supervisor_until_confirmed(app, clock, lists):
    clock("2026-03-02 09:00")
    with app.app_context():
        case = backoffice.received("SJ-002")
        receive.request_correction(case, sample.actor(CLERK), [{"material_id": None, "name": "申请书", "problem": "未签名"}])
        case_no = case.case_no
    clock("2026-03-17 00:05")
    with app.app_context():
        nightly.run()
    assert lists(case_no) == {"lapsed"}
    clock("2026-03-18 09:00")
    with app.app_context():
        receive.deem_withdrawn(backoffice.again(case_no), sample.actor(SUPERVISOR))
    assert lists(case_no) == set()


def test_a_slip_is_late_after_a_day_in_dispute_when_short_and_gone_when_settled(app, clock, lists, desk_of):
    clock("2026-03-02 09:00")
    with app.app_context():
        case, clerk = backoffice.accepted("SJ-002"), sample.actor(CLERK)
        papers = [paper.id for paper in Standing(case, clerk).papers]
        slip = custody.pack(clerk, "market_regulation", papers)
        custody.send(slip, clerk, "钱乙")
        slip_no, slip_id, case_no = slip.slip_no, slip.id, case.case_no
    assert lists(slip_no) == set()
    clock("2026-03-04 09:30")
    assert lists(slip_no) == {"transit"}
    assert "流转超时" in desk_of(SUPERVISOR).sign_in(SUPERVISOR).get(f"/desk/cases/{case_no}").get_text()
    with app.app_context():
        custody.take(db.session.get_one(Slip, slip_id), sample.actor(OFFICER), papers[:1])
    assert lists(slip_no) == {"discrepancy"}
    with app.app_context():
        custody.settle(db.session.get_one(Slip, slip_id), clerk, papers[0], "found", "夹在另一袋里")
    assert lists(slip_no) == set()
    assert "流转超时" not in desk_of(SUPERVISOR).get(f"/desk/cases/{case_no}").get_text()


def test_a_task_that_nobody_takes_up_is_late_after_a_working_day_until_somebody_does(app, clock, inbox):
    clock("2026-03-02 09:00")
    with app.app_context():
        case_no = backoffice.on_the_table("SJ-002").case_no
    clock("2026-03-03 16:00")
    assert "接办超时" not in inbox(case_no)[1]
    clock("2026-03-04 09:00")
    assert "接办超时" in inbox(case_no)[1]
    with app.app_context():
        process.take_up(backoffice.again(case_no), sample.actor(OFFICER))
    assert "接办超时" not in inbox(case_no)[1]


def test_a_result_that_nobody_fetches_ages_before_the_issuers_eyes_until_it_is_handed_over(app, clock, lists, desk_of):
    clock("2026-03-02 09:00")
    with app.app_context():
        case, issuer = conclude(backoffice.taken_up("SJ-001")), sample.actor(ISSUER)
        feedback.issue_result(case, issuer, certificate_no="1")
        feedback.make_ready(case, issuer)
        case_no = case.case_no

    def at_the_desk() -> str:
        return desk_of(ISSUER).sign_in(ISSUER).get("/desk").get_text()

    for day, words in (("2026-03-05", ""), ("2026-04-02", "可送上门、代领或邮寄"), ("2026-06-02", "请用交接单退回主管部门")):
        clock(f"{day} 08:00")
        with app.app_context():
            nightly.run()
        assert lists(case_no) == {"uncollected"}
        assert words in at_the_desk() and words in desk_of(ISSUER).get(f"/desk/cases/{case_no}").get_text()
    with app.app_context():
        feedback.deliver(backoffice.again(case_no), sample.actor(ISSUER), "王小明", identity_checked=True, relation="self")
    assert lists(case_no) == set()
    assert case_no not in at_the_desk()


def test_time_lost_by_a_wrong_dispatch_is_booked_to_the_sender(app, clock, desk_of):
    clock("2026-03-02 09:00")
    with app.app_context():
        case = backoffice.on_the_table("SJ-002")
        case_no, task_id = case.case_no, Standing(case, sample.actor(CLERK)).live_tasks[0].id
        before = case.due_on
    clock("2026-03-03 10:30")
    supervisor = desk_of(SUPERVISOR).sign_in(SUPERVISOR)
    form = {"task_id": str(task_id), "office_id": "urban_management", "reason": "单位不对", "wrong_unit": "y"}
    supervisor.post(f"/desk/cases/{case_no}/reassign", form)
    page = supervisor.get(f"/desk/cases/{case_no}").get_text()
    assert "派错单位，耽误 8 小时 30 分（工作时间），记在派出方" in page
    with app.app_context():
        case = backoffice.again(case_no)
        lost = Standing(case, sample.actor(SUPERVISOR)).last("reassign").facts["lost"]
        assert lost == {"minutes": 510, "days": 1, "office": "market_regulation", "sender": "wf-01"}
        assert case.due_on == before  # the promise runs on
