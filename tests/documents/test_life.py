"""What becomes of a document, as steps of its case; numbered paper; the register that accounts for all of it."""

import pytest

from app.cases.lifecycle import offers
from app.cases.models import Case, JournalEntry, Material
from app.cases.standing import Standing
from app.catalog.find import current_spec
from app.documents import actions, paper
from app.documents.models import Document, SecurityPaper
from app.documents.verify import check
from app.extensions import db, one_transaction
from app.feedback import actions as feedback
from app.instant.actions import settle_at_desk
from app.jobs.audit_commands import holes
from app.people.find import staff_of
from app.people.sessions import actor_for
from app.refusals import Incomplete, NotAllowed, OutOfTurn
from tests import sample
from tests.documents.test_batch import decided
from tests.documents.test_register import _case, _of
from tests.sample import actor


def settled(code="SQ-001", key="s", n=1):
    """A certificate in the hands of the resident."""
    spec = current_spec(code)
    return settle_at_desk(
        actor("wf-01.clerk"), key, code, sample.applicant(n), sample.everything(spec), sample.answers(spec),
        handed={"collector": "王小明", "identity_checked": True},
    )  # fmt: skip


def last(case) -> JournalEntry:
    return db.session.scalar(db.select(JournalEntry).filter_by(case_id=case.id).order_by(JournalEntry.seq.desc()))


def test_a_voided_number_stays_in_the_register_with_its_reason(inside):
    case, issuer = _case(), actor("wf-01.issuer")
    receipt = _of(case)
    actions.void_document(case, issuer, receipt.number, "打印错位")
    assert (receipt.state, receipt.state_reason) == ("void", "打印错位")
    assert (last(case).action, last(case).facts["number"]) == ("void_document", receipt.number)
    assert not list(holes())
    with one_transaction():
        receipt.state_reason = ""
    assert any(receipt.number in said for said in holes())


def test_our_own_error_is_put_right_in_one_step(inside):
    case = _case()
    old = _of(case)
    new = actions.void_document(case, actor("wf-01.issuer"), old.number, "纸张卡住", again=True)
    assert (old.state, new.state, new.serial, new.supersedes_id) == ("void", "valid", old.serial + 1, old.id)
    assert new.facts["materials"] == old.facts["materials"] and new.facts["number"] == new.number
    assert new.facts["verify_code"] != old.facts["verify_code"]
    assert check(old.verify_code).replaced_by == new.number


def test_only_an_issuer_voids_and_only_an_approver_revokes(inside):
    case = settled()
    result = db.session.scalar(db.select(Document).filter_by(case_id=case.id, is_result=True))
    with pytest.raises(OutOfTurn):
        actions.void_document(case, actor("wf-01.issuer"), result.number, "错了")
    with pytest.raises(NotAllowed):
        actions.revoke_document(case, actor("wf-01.issuer"), result.number, "错了")
    with pytest.raises(Incomplete):
        actions.revoke_document(case, _approver_of(case), result.number, "")


def _approver_of(case):
    """Somebody who decides for the authority of this case."""
    offices = Standing(case, actor("wf-01.clerk")).competent_ids
    people = [actor_for(user) for office_id in sorted(offices) for user in staff_of(office_id)]
    return next(one for one in people if one.may("decide"))


def test_suspended_restored_revoked_each_with_its_row(inside):
    case = settled("MZ-006")
    approver = _approver_of(case)
    result = db.session.scalar(db.select(Document).filter_by(case_id=case.id, is_result=True))
    for action, state in (("suspend", "suspended"), ("restore", "valid"), ("revoke", "revoked")):
        getattr(actions, f"{action}_document")(case, approver, result.number, "示例原因")
        assert (result.state, result.state_reason) == (state, "示例原因")
        assert last(case).action == f"{action}_document" and check(result.verify_code).state == state
    assert not list(holes())


def test_a_spoiled_result_is_made_again_and_every_sheet_is_accounted_for(inside):
    case, issuer = decided(), actor("urban_management.issuer")
    first = feedback.issue_result(case, issuer)
    actions.void_document(case, issuer, first.number, "卡纸")
    second = feedback.issue_result(case, issuer)
    states = {paper.document_id: paper.state for paper in db.session.scalars(db.select(Material).filter_by(kind="result"))}
    assert states == {first.id: "archived", second.id: "held"}


def test_the_page_of_a_case_offers_what_its_documents_allow(inside):
    case = _case()
    offered = {one.action: one.reason for one in offers(case, actor("wf-01.issuer"))}
    assert offered["void_document"] is None and "suspend_document" not in offered
    clerk = {one.action: one.reason for one in offers(case, actor("wf-01.clerk"))}
    assert clerk["print_form"] is None and "出件员" in clerk["void_document"]


def test_a_form_to_sign_is_numbered_like_every_document(inside):
    made = actions.print_form(_case(), actor("wf-01.clerk"), "power_of_attorney")
    assert "委〔" in made.number and made.serial == 1
    with pytest.raises(Incomplete):
        actions.print_form(_case("b", n=2), actor("wf-01.clerk"), "grant_decision")


# ── 证照纸 ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_is_blank_used_or_spoiled_and_never_lost(inside):
    case, issuer = settled("MZ-006"), actor("wf-01.issuer")
    card = db.session.scalar(db.select(Document).filter_by(case_id=case.id, is_result=True))
    assert paper.take_in_pack(issuer, "gz000001", "GZ000010") == 10
    assert paper.print_on(card, issuer, "GZ000001") == 1
    with pytest.raises(Incomplete, match="GZ000001"):
        paper.print_on(card, issuer, "GZ000002")
    assert paper.print_on(card, issuer, "GZ000002", spoiled="卡纸") == 2
    paper.spoil(issuer, "GZ000003", "试打印")
    told = {one.serial: (one.state, one.reason) for one in db.session.scalars(db.select(SecurityPaper))}
    assert told["GZ000001"] == ("spoiled", "卡纸") and told["GZ000002"] == ("used", "")
    assert told["GZ000003"] == ("spoiled", "试打印") and told["GZ000004"] == ("blank", "")
    assert paper.next_blank("wf-01") == "GZ000004"
    assert [(p.all, p.blank, p.used, p.spoiled) for p in paper.packs({"wf-01"})] == [(10, 7, 1, 2)]
    assert not list(holes())
    with one_transaction():
        db.session.execute(db.delete(SecurityPaper).where(SecurityPaper.serial == "GZ000007"))
        db.session.execute(db.update(SecurityPaper).where(SecurityPaper.serial == "GZ000003").values(reason=""))
    said = list(holes())
    assert any("应有 10 张，登记 9 张" in one for one in said) and any("GZ000003" in one for one in said)


@pytest.mark.parametrize(("first", "last"), [("1", "x"), ("A5", "A1"), ("A1", "B2"), ("A001", "A01"), ("A1", "A99999"), ("", "")])
def test_a_pack_whose_numbers_make_no_sense_is_refused(inside, first, last):
    with pytest.raises(Incomplete):
        paper.take_in_pack(actor("wf-01.issuer"), first, last)


def test_a_pack_is_taken_in_once_and_belongs_to_its_office(inside):
    paper.take_in_pack(actor("wf-01.issuer"), "A01", "A05")
    with pytest.raises(OutOfTurn, match="A04"):
        paper.take_in_pack(actor("gh-01.issuer"), "A04", "A09")
    with pytest.raises(Incomplete):
        paper.spoil(actor("gh-01.issuer"), "A01", "不是我的")


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def case_no(app):
    with app.app_context():
        number = settled("MZ-006").case_no
        db.session.remove()
    return number


def number_of(app, case_no, **which) -> str:
    with app.app_context():
        rows = db.select(Document.number).join(Case, Case.id == Document.case_id).where(Case.case_no == case_no)
        return db.session.scalar(rows.filter(*[getattr(Document, key) == value for key, value in which.items()]))


def test_the_register_shows_every_number_and_one_document_its_copies(desk_of, app, case_no):
    issuer = desk_of("wf-01.issuer")
    number = number_of(app, case_no, is_result=True)
    series = next(link for link in issuer.get("/documents/register").select("main table a") if "/卡/" in link.text)
    rows = issuer.get(series["href"])
    assert number in rows.text
    issuer.post(f"/documents/{number}/print", page=f"/documents/{number}")
    page = issuer.get(f"/documents/{number}")
    assert "第 2 次" in page.text and case_no in page.text
    desk_of("gh-01.issuer").fetch(f"/documents/{number}", 404)
    assert number not in desk_of("gh-01.issuer").get(series["href"]).text
    desk_of("wf-01.clerk").fetch("/documents/register", 403)


def test_a_certificate_is_put_on_numbered_paper(desk_of, app, case_no):
    issuer, number = desk_of("wf-01.issuer"), number_of(app, case_no, is_result=True)
    issuer.post("/documents/paper", {"first": "GZ1", "last": "GZ3"})
    assert "GZ1–GZ3" in issuer.get("/documents/paper").text
    issuer.post("/documents/paper", {"first": "GZ1", "last": "GZ3"}, 409)
    asked = issuer.post(f"/documents/{number}/print", page=f"/documents/{number}")
    assert asked.location.endswith("/on-paper")
    done = issuer.post(f"/documents/{number}/on-paper", {})
    assert done.location.endswith(".pdf")
    assert "GZ1" in issuer.get(f"/documents/{number}").text
    issuer.post(f"/documents/{number}/on-paper", {}, 422)
    issuer.post("/documents/paper/spoil", {"serial": "GZ3", "reason": ""}, 422, page="/documents/paper")
    issuer.post("/documents/paper/spoil", {"serial": "GZ3", "reason": "撕破"}, page="/documents/paper")


def test_who_decides_revokes_on_a_page_and_the_code_says_so(desk_of, app, case_no):
    number = number_of(app, case_no, is_result=True)
    with app.app_context():
        code = actions.document_by_number(number).verify_code
        db.session.remove()
    approver, url = desk_of("wf-01.supervisor"), f"/desk/cases/{case_no}/revoke-document"
    approver.post(url, {"number": number, "reason": ""}, 422)
    approver.post(url + f"?number={number}", {"number": number, "reason": "查实不符"})
    assert "已被撤销" in desk_of("wf-01.issuer").get(f"/verify/{code}").h1.text
    desk_of("wf-01.clerk").get(url, 403)


def test_a_voided_receipt_on_a_page(desk_of, app):
    with app.app_context():
        case = _case()
        case_no, number = case.case_no, _of(case).number
        db.session.remove()
    issuer, url = desk_of("wf-01.issuer"), f"/desk/cases/{case_no}/void-document"
    done = issuer.post(url, {"number": number, "reason": "打印错位", "again": "y"})
    page = issuer.get(done.location)
    assert "收件凭证" in page.h1.text and number not in page.h1.text
    assert "已作废" in issuer.get(f"/documents/{number}").text
