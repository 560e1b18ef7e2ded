"""The pages of slips and papers, over HTTP, as the people on both sides use them."""

import pytest

from app.cases.standing import Standing
from app.custody import actions as custody
from app.custody.lists import wanted
from app.custody.models import Slip
from app.extensions import db
from tests import backoffice, sample

CLERK, OFFICER, TO = "wf-01.clerk", "market_regulation.officer", "market_regulation"


@pytest.fixture
def accepted(app):
    """(case number, ids of its papers) at the window."""
    with app.app_context():
        case = backoffice.accepted("SJ-001")
        return case.case_no, [paper.id for paper in Standing(case, sample.actor(CLERK)).papers]


def test_the_page_proposes_the_office_that_waits_and_ticks_its_papers(app, accepted, desk_of):
    _case_no, ids = accepted
    with app.app_context():
        assert [(one.office_id, one.papers) for one in wanted("wf-01")] == [(TO, len(ids))]
    page = desk_of(CLERK).get(f"/desk/slips/new?to={TO}")
    ticked = page.select("input[name=material_ids][checked]")
    assert {int(box["value"]) for box in ticked} == set(ids)
    assert page.select_one(f"option[value={TO}][selected]")


def test_a_slip_travels_from_desk_to_desk(app, accepted, desk_of):
    case_no, ids = accepted
    clerk, officer = desk_of(CLERK), desk_of(OFFICER)
    answer = clerk.post(f"/desk/slips/new?case={case_no}", {"to_office_id": TO, "seal_no": "F-1"})
    slip = answer.location
    clerk.post(f"{slip}/papers/{ids[0]}/remove", page=slip)
    clerk.post(f"{slip}/add", {"material_ids": [str(ids[0])]}, page=slip)
    clerk.post(f"{slip}/send", {"carrier_name": ""}, page=slip, expect=422)
    clerk.post(f"{slip}/send", {"carrier_name": "钱乙"}, page=slip)
    assert slip.rsplit("/", 1)[1] in officer.get("/desk/slips").get_text()
    short = {"missing_ids": [str(ids[0])], f"note_{ids[0]}": "没有", "seal_note": "号码是 F-2"}
    officer.post(f"{slip}/take", short, page=slip)
    assert "封签：号码是 F-2" in clerk.get(f"/desk/where?q={case_no}").get_text()
    assert "未到，仍记在交出单位名下" in officer.get(slip).get_text()
    settle = f"{slip}/papers/{ids[0]}/settle"
    officer.post(settle, {"note": ""}, expect=422)
    officer.post(settle, {"how": "found", "note": "夹在另一份里"})
    assert "差异已处理" in clerk.get(slip).get_text()
    clerk.fetch(clerk.get(slip).select_one("[data-print]")["href"])
    assert case_no in officer.get("/desk/papers").get_text()
    assert case_no not in clerk.get("/desk/papers").get_text()


def test_every_button_that_is_not_offered_says_why(accepted, desk_of):
    case_no, _ids = accepted
    slip = desk_of(CLERK).post(f"/desk/slips/new?case={case_no}", {"to_office_id": TO}).location
    words = desk_of(OFFICER).get(slip).get_text()
    assert "交出由交出单位办理" in words
    assert "交接单“装袋中”，不能接收" in words
    desk_of(OFFICER).post(f"{slip}/send", {"carrier_name": "钱乙"}, page=slip, expect=403)
    desk_of(CLERK).post(f"{slip}/recall", page=slip)
    assert "已撤回" in desk_of(CLERK).get(slip).get_text()


def test_a_slip_between_other_streets_is_not_there(app, accepted, desk_of):
    case_no, _ids = accepted
    slip = desk_of(CLERK).post(f"/desk/slips/new?case={case_no}", {"to_office_id": TO}).location
    desk_of("gh-01.clerk").get(slip, 404)
    desk_of("gh-01.courier").get(slip, 404)
    desk_of("wf-01.courier").get(slip)
    desk_of("service_admin.courier").get(slip)


def test_papers_are_given_back_one_by_one_against_a_signature(app, desk_of):
    with app.app_context():
        case = backoffice.received("SJ-001")
        backoffice.receive.withdraw(case, sample.actor(CLERK), "不办了", True)
        case_no = case.case_no
        ids = [paper.id for paper in Standing(case, sample.actor(CLERK)).papers]
    url = f"/desk/cases/{case_no}/return-material"
    desk_of(CLERK).post(url, {"taken_by": "王小明"}, expect=422)
    desk_of(CLERK).post(url, {"material_ids": [str(ids[0])], "taken_by": "王小明"})
    with app.app_context():
        states = [paper.state for paper in Standing(backoffice.again(case_no), sample.actor(CLERK)).materials]
        assert states.count("returned") == 1


def test_a_long_list_of_papers_asks_no_more_questions_than_a_short_one(app, desk_of):
    clerk = desk_of(CLERK)
    with app.app_context():
        backoffice.accepted("SJ-001", 1)
    few = _questions(app, lambda: clerk.get("/desk/slips"))
    with app.app_context():
        for n in range(2, 6):
            case = backoffice.accepted("SJ-001", n)
            custody.pack(sample.actor(CLERK), TO, [p.id for p in Standing(case, sample.actor(CLERK)).papers])
        assert db.session.scalar(db.select(db.func.count()).select_from(Slip)) == 4
    assert _questions(app, lambda: clerk.get("/desk/slips")) == few
    assert _questions(app, lambda: clerk.get("/desk/papers")) <= few + 2


def _questions(app, ask) -> int:
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    ask()  # whatever a process remembers is remembered now
    with app.app_context():
        engine = db.engine
    db.event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        db.event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def test_custody_check_says_that_the_account_closes(app, accepted):
    said = app.test_cli_runner().invoke(args=["custody", "check"])
    assert said.exit_code == 0
    assert "材料账已平" in said.output
