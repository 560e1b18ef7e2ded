"""The page of a case: what each role may do with it, what it tells, and whose names it does not."""

import pytest

from app.cases.journal import entries_of
from app.cases.steps import STEPS
from app.feedback import actions as feedback
from app.process import actions as process
from app.queues import actions as queues
from app.receive import actions as receive
from tests import sample
from tests.backoffice import accepted, again, on_the_table, proposed, received, statements, taken_up

ROLES = ("wf-01.clerk", "wf-01.issuer", "wf-01.supervisor", "wf-01.archivist", "wf-01.courier",
         "urban_management.officer", "urban_management.reviewer", "urban_management.approver")  # fmt: skip


def file_of(desk, case_no: str):
    return desk.get(f"/desk/cases/{case_no}")


def words(page, where: str) -> set[str]:
    return {step.find(string=True).strip() if where == "a.step" else step.span.get_text() for step in page.select(where)}


@pytest.mark.parametrize("make", [received, accepted, on_the_table, taken_up, proposed], ids=lambda f: f.__name__)
def test_every_step_of_the_state_is_offered_or_greyed_with_its_reason(app, desk_of, make):
    with app.app_context():
        case = make()
        case_no, state = case.case_no, case.state
    here = {step.word for step in STEPS.values() if step.room and state in step.sources}
    for login in ROLES[:5] if state == "received" else ROLES:  # the department does not know of it yet
        page = file_of(desk_of(login), case_no)
        offered, greyed = words(page, "a.step"), words(page, ".step[aria-disabled]")
        assert offered | greyed >= here, login
        assert not offered & greyed, login
        assert all(step.small.get_text() for step in page.select(".step[aria-disabled]")), login


def test_each_role_is_offered_its_own_steps(app, desk_of):
    with app.app_context():
        case_no = proposed().case_no
    assert "审批办结" in words(file_of(desk_of("urban_management.approver"), case_no), "a.step")
    assert "审核" in words(file_of(desk_of("urban_management.reviewer"), case_no), "a.step")
    officer = file_of(desk_of("urban_management.officer"), case_no)
    assert "审批办结" not in words(officer, "a.step")
    assert "拟办" in words(officer, ".step[aria-disabled]")


def test_an_offered_step_opens_its_form(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    for login in ("urban_management.officer", "urban_management.approver", "wf-01.clerk", "wf-01.supervisor"):
        desk = desk_of(login)
        for link in file_of(desk, case_no).select("a.step"):
            assert desk.get(link["href"]).select_one("main form[method=post]"), link["href"]


def test_a_step_that_is_not_possible_says_why_on_its_page(app, desk_of):
    with app.app_context():
        case_no = on_the_table().case_no
    desk = desk_of("urban_management.officer")
    page = desk.get(f"/desk/cases/{case_no}/propose", expect=409)
    assert "现在不能办这一步" in page.select_one("#step").get_text()
    assert not page.select("main form[method=post]")
    desk.get(f"/desk/cases/{case_no}/reassign", expect=403)
    desk.get(f"/desk/cases/{case_no}/withdraw", expect=403)


def test_another_office_and_another_street_see_nothing(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    for login in ("health.officer", "gh-01.clerk", "gh-01.supervisor"):
        desk = desk_of(login)
        for rest in ("", "/ledger", "/take-up", "/propose", "/open-personal-data", "/scans/1"):
            desk.get(f"/desk/cases/{case_no}{rest}", expect=404)


def test_personal_data_is_masked_and_opened_only_with_a_reason(app, desk_of):
    with app.app_context():
        case = received("MZ-001", n=3)
        case_no, number, phone, account = case.case_no, case.id_number, case.phone, case.form["account"]
    desk = desk_of("wf-01.clerk")
    page = desk.get(f"/desk/cases/{case_no}").get_text()
    assert number not in page
    assert phone not in page
    assert "王小明" not in page
    assert account not in page

    url = f"/desk/cases/{case_no}/open-personal-data"
    refused = desk.post(url, {"reason": ""}, expect=422)
    assert number not in refused.text
    opened = desk.post(url, {"reason": "核对发放账户"}, expect=200)
    for whole in (number, phone, "王小明", account):
        assert whole in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    with app.app_context():
        last = entries_of(again(case_no).id)[-1]
        assert (last.action, last.actor_name, last.facts["reason"]) == (
            "open_personal_data", sample.actor("wf-01.clerk").name, "核对发放账户",
        )  # fmt: skip
    assert "核对发放账户" in desk.get(f"/desk/cases/{case_no}").select_one(".timeline").get_text()


def test_the_rail_says_where_it_is_and_who_holds_it(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    links = file_of(desk_of("wf-01.clerk"), case_no).select(".rail li")
    assert [link["class"] for link in links] == [["done"], ["done"], ["now"], ["todo"]]
    assert "市综合行政执法局" in links[2].get_text()


def test_a_withdrawn_case_stops_where_it_was(app, desk_of):
    with app.app_context():
        case = taken_up()
        receive.withdraw(case, sample.actor("wf-01.clerk"), "不办了", True)
        case_no = case.case_no
    links = file_of(desk_of("wf-01.clerk"), case_no).select(".rail li")
    assert [link["class"] for link in links] == [["done"], ["done"], ["stopped"], ["todo"]]


def test_what_was_just_done_is_printed_from_the_page(app, desk_of):
    with app.app_context():
        case_no = accepted().case_no
    page = file_of(desk_of("wf-01.clerk"), case_no)
    assert "打印受理通知书" in page.select_one(".just [data-print]").get_text()
    assert not file_of(desk_of("wf-01.supervisor"), case_no).select(".just")


def test_looking_at_personal_data_is_nothing_that_was_done(app, desk_of):
    with app.app_context():
        case = accepted()
        queues.open_personal_data(case, sample.actor("wf-01.clerk"), "核对电话")
        case_no = case.case_no
    said = file_of(desk_of("wf-01.clerk"), case_no).select_one(".just").get_text()
    assert "刚才办了：受理" in said and "打印受理通知书" in said


def test_the_date_can_be_read_day_by_day(app, desk_of, clock):
    clock("2026-03-02 09:00")
    with app.app_context():
        case_no = taken_up().case_no
    page = desk_of("wf-01.clerk").get(f"/desk/cases/{case_no}/ledger")
    assert page.select_one("table.ledger tr.start")
    promise = page.select("table.ledger")[0]
    assert promise.select("tbody tr")[-1].td.get_text() in page.select_one("h2").get_text() + promise.get_text()


def test_the_parts_of_a_joint_case_are_one_click_away(app, desk_of):
    with app.app_context():
        parent = accepted("LB-001").case_no
    desk = desk_of("wf-01.clerk")
    links = [a["href"] for a in file_of(desk, parent).select(".read a") if "/desk/cases/" in a["href"]]
    child = next(href for href in links if parent not in href)
    assert parent in desk.get(child).select_one(".read").get_text()


def test_an_instant_item_can_be_finished_at_the_desk(app, desk_of):
    with app.app_context():
        ready = received("SQ-001", n=1).case_no
        lacking = received("SQ-001", n=2, line0="missing").case_no
    desk = desk_of("wf-01.clerk")
    assert "当场办结" in words(file_of(desk, ready), "a.step")
    assert "当场办结" in words(file_of(desk, lacking), ".step[aria-disabled]")
    assert "当场办结" not in file_of(desk_of("wf-01.courier"), ready).select_one(".do").get_text()


def test_a_page_in_every_late_state_can_be_read(app, desk_of):
    with app.app_context():
        case = proposed()
        approver, issuer = sample.actor("urban_management.approver"), sample.actor("urban_management.issuer")
        process.conclude(case, approver, "granted")
        feedback.issue_result(case, issuer)
        case_no = case.case_no
    page = file_of(desk_of("urban_management.issuer"), case_no)
    assert page.select_one(".rail li.now .link").get_text().startswith("反馈")
    assert "结果" in page.select_one(".read table").get_text()


def test_the_page_asks_no_more_questions_for_a_thick_file(app, desk_of):
    with app.app_context():
        case = taken_up()
        case_no = case.case_no
    desk = desk_of("urban_management.officer")
    desk.get(f"/desk/cases/{case_no}")
    with statements(app) as short:
        desk.get(f"/desk/cases/{case_no}")
    with app.app_context():
        for n in range(8):
            process.site_visit(again(case_no), sample.actor("urban_management.officer"), ["张三", "李四"], f"第{n}次")
    with statements(app) as long:
        desk.get(f"/desk/cases/{case_no}")
    assert len(long) == len(short)

