"""The ledger of a case: anyone can read, day by day, why a date is what it is."""

import pytest

from app.cases import clocks
from app.documents.models import Document
from app.extensions import db
from app.jobs.tell import words
from app.process import actions as process
from app.queues.ledger import sheets
from tests import backoffice, sample

OFFICER, APPROVER = "market_regulation.officer", "market_regulation.approver"


@pytest.fixture
def case_no(app, clock):
    """小餐饮登记, accepted on 3 February 2026; a site check of two working days from the 4th, five days more asked for."""
    clock("2026-02-03 09:00")
    with app.app_context():
        case = backoffice.taken_up("SJ-002")
        clock("2026-02-04 09:00")
        process.pause(case, sample.actor(APPROVER), "现场核查", 2, "working_day", "当面送达")
        clock("2026-02-06 17:00")
        process.resume(case, sample.actor(APPROVER))
        process.request_extension(case, sample.actor(OFFICER), 5, "案情复杂", "许可法第42条")
        process.extend(case, sample.actor(APPROVER))
        return case.case_no


def lines(page) -> dict[str, list[str]]:
    table = page.select_one(".ledger-sheet.chief table")
    return {row.select_one("td").get_text(" ", strip=True): [cell.get_text(" ", strip=True) for cell in row.select("td")[1:]]
            for row in table.select("tbody tr")}  # fmt: skip


def test_promise_and_statutory_stand_side_by_side_with_notice_and_name(desk_of, case_no):
    page = desk_of(OFFICER).get(f"/desk/cases/{case_no}/ledger")
    days = lines(page)
    assert days["2026年2月3日（周二）"][:2] == ["起算日，不计入（民法典第201条）"] * 2
    assert days["2026年2月4日（周三）"][:2] == ["计入第 1 个工作日"] * 2
    promised, statutory, why = days["2026年2月5日（周四）"]
    assert (promised, statutory) == ("暂停，不计入", "暂停，不计入")
    approver = sample_name(desk_of, APPROVER)
    assert "〔2026〕" in why and "现场核查" in why and approver in why
    assert days["2026年2月14日（周六）"] == ["计入第 7 个工作日", "计入第 7 个工作日", "调休上班"]
    assert days["2026年2月16日（周一）"] == ["放假，不计入", "放假，不计入", "春节"]
    promised, statutory, why = days["2026年2月24日（周二）"]
    assert (promised, statutory) == ("延长，计入第 8", "计入第 8 个工作日")
    assert "〔2026〕" in why and approver in why
    end = next(day for day, cells in days.items() if cells[0].endswith("到期"))
    assert end == "2026年2月28日（周六）"
    assert "计入 6 日" in page.get_text() and "调休上班计入 1 日" in page.get_text() and "延长 5 日" in page.get_text()


def sample_name(desk_of, login: str) -> str:
    with desk_of(login).app.app_context():
        return sample.actor(login).name


def test_each_sheet_ends_on_the_stored_date_and_its_sums_are_its_days(app, case_no):
    with app.app_context():
        case = backoffice.again(case_no)
        found = sheets(case)
        assert [[column.run.kind for column in sheet.columns] for sheet in found][0] == ["promise", "statutory"]
        assert sum(len(sheet.columns) for sheet in found) == len(clocks.face_of(case).runs)
        for sheet in found:
            assert sheet.days[-1].day == max(column.run.due_on for column in sheet.columns)
            assert sum(day.due for day in sheet.days) == len({column.run.due_on for column in sheet.columns})
            assert sheet.days[0].day == min(column.run.started_on for column in sheet.columns)
        db.session.rollback()


def test_the_sheet_for_paper_says_which_case_who_printed_it_and_nothing_to_click(desk_of, case_no):
    page = desk_of(OFFICER).get(f"/desk/cases/{case_no}/ledger?print=1")
    assert not page.select("header.bar")
    text = page.select_one("main").get_text(" ", strip=True)
    assert case_no in text and sample_name(desk_of, OFFICER) in text and "打印" in text
    assert page.select_one("h1").get_text(strip=True) == "期限逐日推算"


def test_the_command_and_the_page_say_the_same_words(app, desk_of, clock):
    clock("2026-02-03 09:00")
    with app.app_context():
        case_no = backoffice.accepted("SJ-002").case_no
    told = app.test_cli_runner().invoke(args=["calendar", "due", "2026-02-03", "7", "--explain"]).stdout
    for day, cells in lines(desk_of("wf-01.clerk").get(f"/desk/cases/{case_no}/ledger")).items():
        if cells[0] != "—":
            assert cells[0].removesuffix(" 到期") in told, day


def test_a_date_in_a_year_without_a_notice_is_marked_wherever_it_is_printed(app, desk_of, desk, clock):
    """The days off of 2027 are not published: screen, paper and short message say so."""
    clock("2026-12-28 09:00")
    with app.app_context():
        case = backoffice.accepted("MZ-001")
        no, code = case.case_no, case.status_code
        notice = db.session.scalar(db.select(Document).filter_by(case_id=case.id, kind="acceptance_notice"))
        assert notice.facts["promise_due"].endswith("，暂定）") and "2027" in notice.facts["promise_due"]
        assert "（暂定）" in words("accepted", case)
    for page in (desk.get(f"/status/{code}"), desk_of("wf-01.clerk").get(f"/desk/cases/{no}")):
        assert "（暂定）" in page.select_one(".rail").get_text()
    clock("2027-02-20 09:00")
    supervisor = desk_of("wf-01.supervisor")
    assert "（暂定）" in supervisor.get("/oversight/red").select_one("tbody").get_text()
    assert "暂定" in supervisor.get("/oversight/register?since=2026-12-01&until=2027-02-20").select_one("tbody").get_text()
