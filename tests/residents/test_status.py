"""A resident follows a case with a code; what is not theirs is not there, and guessing is slow."""

import pytest

from app.cases.models import Case
from app.cases.standing import Standing
from app.documents.models import Document
from app.extensions import db, limiter
from app.feedback import actions as feedback
from app.feedback.models import Rating
from app.process import actions as process
from tests import backoffice, sample
from tests.desk import tries_until_refused

NAME = "王小明"


@pytest.fixture(autouse=True)
def fresh_limits(app):
    with app.app_context():
        limiter.reset()


@pytest.fixture
def accepted(app):
    """(code, last four) of a case whose papers are still at the window."""
    with app.app_context():
        case = backoffice.accepted("MZ-001")
        return case.status_code, case.id_number[-4:]


@pytest.fixture
def delivered(app):
    with app.app_context():
        case = backoffice.proposed("CG-002")
        process.conclude(case, sample.actor("urban_management.approver"), "denied", **DENIED)
        feedback.deliver(case, sample.actor("wf-01.issuer"), NAME, identity_checked=True, relation="self")
        return case.status_code, case.id_number[-4:]


DENIED = {"reason": "不符合条件", "basis": "示例依据", "review_body": "市政府", "court": "市法院"}


def test_the_code_shows_where_it_stands_and_nobody_s_name(accepted, desk):
    code, last_four = accepted
    typed = f" {code[:4]}-{code[4:9]} {code[9:]} ".lower()
    answer = desk.post("/status", {"code": typed}, page="/")
    assert answer.location == f"/status/{code}"
    words = desk.get(answer.location).get_text()
    assert "已经受理" in words
    assert "预计" in words
    for secret in (NAME, "王**", last_four, "138"):
        assert secret not in words.replace(f"{code[:4]}-{code[4:9]}-{code[9:]}", "").replace(code, "")


def test_missing_foreign_and_malformed_codes_get_one_answer(accepted, desk):
    code, _last_four = accepted
    other = ("0" if code[0] != "0" else "1") + code[1:]
    answers = [desk.post("/status", {"code": typed}, expect=422, page="/status") for typed in (other, "123", "ÄÖ" * 9)]
    said = {answer.text.split('id="code-error"')[1].split("</p>")[0] for answer in answers}
    assert len(said) == 1
    assert desk.get(f"/status/{other}", 404).select_one(".error").get_text() == desk.get("/status/123", 404).select_one(
        ".error"
    ).get_text()


def test_the_eleventh_wrong_try_of_a_minute_waits(app, desk):
    tries = 10 // app.config["WEB_WORKERS"]
    form = token(desk) | {"code": "nothing"}
    assert tries_until_refused(lambda: desk.send("/status", form, expect=None), tries) >= tries
    assert tries_until_refused(lambda: desk.fetch("/status/nothing", expect=None), tries) in (0, tries)
    desk.get("/status")  # the form itself is still there


def test_looking_at_the_own_case_is_never_too_often(app, accepted, desk):
    for _look in range(12):
        desk.get(f"/status/{accepted[0]}")


def token(desk) -> dict:
    return {"csrf_token": desk.get("/").select_one("input[name=csrf_token]")["value"]}


def test_the_second_proof_opens_masked_details_for_this_code_only(app, accepted, desk):
    code, last_four = accepted
    with app.app_context():
        other = backoffice.received("SJ-001", 2).status_code
    desk.post("/status", {"code": code, "last_four": "0000"}, expect=422, page="/status")
    desk.post("/status", {"code": code, "last_four": last_four}, page="/status")
    words = desk.get(f"/status/{code}").get_text()
    assert "王**" in words
    assert f"529999********{last_four}" in words
    assert NAME not in words
    assert "看详细内容和单据" in desk.get(f"/status/{other}").get_text()


def test_documents_are_read_again_with_the_second_proof_only(app, accepted, desk):
    code, last_four = accepted
    with app.app_context():
        numbers = {one.kind: one.number for one in db.session.scalars(db.select(Document))}
    address = f"/status/{code}/documents/{numbers['intake_receipt']}.pdf"
    desk.get(address, 404)
    desk.post("/status", {"code": code, "last_four": last_four}, page="/status")
    links = [link["href"] for link in desk.get(f"/status/{code}").select(".papers a")]
    assert len(links) == 2
    assert desk.fetch(address).data.startswith(b"%PDF-")
    desk.post(f"/status/{code}/close", page=f"/status/{code}")
    desk.get(address, 404)


def test_a_resident_reads_no_paper_of_the_office_and_no_result_before_it_is_handed_over(app, desk):
    with app.app_context():
        case = backoffice.proposed("CG-002")
        process.conclude(case, sample.actor("urban_management.approver"), "denied", **DENIED)
        code, last_four = case.status_code, case.id_number[-4:]
        hidden = db.session.scalars(
            db.select(Document.number).where(Document.is_result | (Document.kind == "handover_sheet"))
        ).all()
    desk.post("/status", {"code": code, "last_four": last_four}, page="/status")
    assert len(hidden) == 2
    for number in hidden:
        desk.get(f"/status/{code}/documents/{number}.pdf", 404)


def test_the_timeline_carries_the_hashes_of_the_journal(app, accepted, desk):
    code, last_four = accepted
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        hashes = [entry.hash[:8] for entry in Standing(case, sample.actor("wf-01.clerk")).entries]
    desk.post("/status", {"code": code, "last_four": last_four}, page="/status")
    shown = [one.get_text() for one in desk.get(f"/status/{code}").select(".timeline code")]
    assert shown == hashes[::-1]


def test_a_case_is_rated_once_and_after_delivery(app, accepted, delivered, desk):
    desk.send(f"/status/{accepted[0]}/rating", token(desk) | {"stars": "5"}, expect=409)
    address = f"/status/{delivered[0]}/rating"
    desk.post(address, {}, expect=422, page=f"/status/{delivered[0]}")
    desk.post(address, {"stars": "2", "comment": "跑了两趟"}, page=f"/status/{delivered[0]}")
    assert "谢谢您" in desk.get(f"/status/{delivered[0]}").get_text()
    desk.send(address, token(desk) | {"stars": "5"}, expect=409)
    with app.app_context():
        assert [rating.stars for rating in db.session.scalars(db.select(Rating))] == [2]


def test_big_print_stays_big_along_the_way(accepted, desk):
    page = desk.get("/?big=1")
    assert "big" in page.html["class"]
    assert all("big=1" in link["href"] for link in page.select("main nav a"))
    answer = desk.post("/status?big=1", {"code": accepted[0]}, page="/?big=1")
    assert answer.location.endswith("?big=1")


def test_a_resident_reads_day_by_day_why_a_date_is_what_it_is_and_nobody_s_name(app, accepted, desk):
    code, _last_four = accepted
    page = desk.get(f"/status/{code}")
    link = page.select_one(f"a[href='/status/{code}/ledger']")
    assert link
    words = desk.get(link["href"]).get_text(" ", strip=True)
    assert "计入第 1 个工作日" in words and "承诺期限" in words and "到期" in words
    with app.app_context():
        clerk = sample.actor("wf-01.clerk")
        assert clerk.name not in words and NAME not in words
    assert "接办期限" not in words and "流转期限" not in words  # between offices, not the resident's
    desk.get("/status/000000000000AB/ledger", 404)


def test_the_page_of_a_code_asks_no_more_questions_for_a_thick_file(app, desk):
    with app.app_context():
        case = backoffice.taken_up()
        code, case_no = case.status_code, case.case_no
    desk.get(f"/status/{code}")
    with backoffice.statements(app) as short:
        desk.get(f"/status/{code}")
    with app.app_context():
        for n in range(5):
            found = db.session.scalar(db.select(Case).filter_by(case_no=case_no))
            process.site_visit(found, sample.actor("urban_management.officer"), ["张三", "李四"], f"第{n}次")
    with backoffice.statements(app) as long:
        desk.get(f"/status/{code}")
    assert len(short) == len(long) <= 8
    sealed = ("id_number", "phone", "particulars", "facts,", "opinion")
    assert not [one for one in long if any(word in one for word in sealed)]  # nothing of the person, nothing opened
