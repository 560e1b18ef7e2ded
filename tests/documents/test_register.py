"""The register of documents: numbers without a gap, one valid result, the same bytes for ever, the truth on demand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from app.cases.models import Case
from app.catalog.find import current_spec
from app.documents import actions
from app.documents.actions import LIFE, STATE_WORDS
from app.documents.kinds import KINDS
from app.documents.models import Document, DocumentBytes, DocumentCopy
from app.documents.press import press
from app.documents.verify import UNKNOWN, check
from app.extensions import db, one_transaction
from app.receive import actions as receive
from app.refusals import OutOfTurn
from tests import sample
from tests.desk import tries_until_refused
from tests.documents.conftest import run


@pytest.fixture(scope="module", autouse=True)
def stop_the_press():
    yield
    press().stop()


def _case(key="doc", code="MZ-001", n=1) -> Case:
    spec = current_spec(code)
    return receive.receive(sample.actor("wf-01.clerk"), key, code, sample.applicant(n), sample.everything(spec),
                           sample.answers(spec))  # fmt: skip


def _of(case, kind="intake_receipt") -> Document:
    return db.session.scalar(db.select(Document).filter_by(case_id=case.id, kind=kind).order_by(Document.id.desc()))


def _result(case, by, **facts):
    with one_transaction():
        return actions.issue("benefit_notice", case, by, facts={"amount": "每月 50 元"} | facts)


def test_a_receipt_is_numbered_when_the_case_comes_in(inside, clock):
    clock("2026-11-23 10:32")
    first, second = _of(_case("a", n=1)), _of(_case("b", n=2))
    assert [first.number, second.number] == ["都文峰收〔2026〕1号", "都文峰收〔2026〕2号"]
    assert first.series == "都文峰/收/2026"
    assert first.facts["intake_due"] == "2026年11月30日（周一）"
    assert first.facts["applicant"] == "王小明" and sample.id_number(1) not in str(first.facts)
    assert first.facts["centre"] == "都匀市文峰街道党群服务中心"
    assert first.facts["authority"] == "都匀市民政局"
    assert not db.session.scalars(db.select(DocumentBytes)).all()  # nothing is rendered in a step


def test_each_year_begins_with_one(inside, clock):
    clock("2026-12-31 16:00")
    assert _of(_case("a", n=1)).number == "都文峰收〔2026〕1号"
    clock("2027-01-04 09:00")
    assert _of(_case("b", n=2)).number == "都文峰收〔2027〕1号"


def test_a_step_that_fails_gives_its_number_back(inside):
    case, clerk = _case(), sample.actor("wf-01.clerk")
    with pytest.raises(ZeroDivisionError), one_transaction():
        actions.issue("acceptance_notice", case, clerk)
        raise ZeroDivisionError
    with one_transaction():
        assert actions.issue("acceptance_notice", case, clerk).serial == 1


def test_every_kind_can_be_issued_for_a_case(inside):
    case, clerk = _case(), sample.actor("wf-01.clerk")
    from app.documents.samples import GIVEN

    for kind in KINDS:
        with one_transaction():
            document = actions.issue(kind, None if kind in ("handover_sheet", "closeout_record") else case, clerk, facts=GIVEN.get(kind))
        assert KINDS[kind].character in document.number
        assert (sample.id_number(1) in str(document.facts)) == KINDS[kind].full_id


def test_a_second_copy_is_the_same_copy_and_is_counted(inside):
    document, clerk = _of(_case()), sample.actor("wf-01.clerk")
    first = actions.read(document, clerk)
    assert [actions.print_copy(document, clerk), actions.print_copy(document, clerk)] == [1, 2]
    assert actions.read(document, clerk) == first
    assert len(db.session.get(DocumentBytes, (document.id, "normal")).sha256) == 64
    copies = db.session.scalars(db.select(DocumentCopy).order_by(DocumentCopy.nth)).all()
    assert [(copy.nth, copy.actor_name) for copy in copies] == [(1, clerk.name), (2, clerk.name)]


def test_of_two_first_readers_both_get_the_bytes_that_are_kept(app):
    with app.app_context():
        number = _of(_case()).number
        db.session.remove()
    start = Barrier(2)

    def reader(_):
        with app.app_context():
            document = actions.document_by_number(number)
            start.wait()
            return actions.read(document)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(reader, range(2))
    assert one == other


def test_nothing_is_rendered_inside_a_transaction(inside):
    document = _of(_case())
    with pytest.raises(RuntimeError), one_transaction():
        actions.read(document)


def test_at_most_one_valid_result_of_a_case_and_kind(inside):
    case, officer = _case(), sample.actor("civil_affairs.officer")
    _result(case, officer)
    with pytest.raises(IntegrityError):
        _result(case, officer)
    assert _of(case, "benefit_notice").serial == 1  # and the second number was given back


def test_the_life_of_a_document(inside):
    officer = sample.actor("civil_affairs.officer")
    document = _result(_case(), officer)
    for action, (sources, target) in LIFE.items():
        for state in STATE_WORDS:
            with one_transaction():
                document.state, document.state_reason = state, ""
            if state in sources:
                assert actions.move(document, action, officer, "示例原因").state == target
                assert document.state_reason == "示例原因"
            else:
                with pytest.raises(OutOfTurn):
                    actions.move(document, action, officer, "示例原因")
                assert (document.state, document.state_reason) == (state, "")


def test_what_was_handed_over_cannot_be_spoiled(inside):
    case, officer = _case(), sample.actor("civil_affairs.officer")
    document = _result(case, officer)
    with one_transaction():
        db.session.execute(db.text("update \"case\" set state = 'delivered'"))
    with pytest.raises(OutOfTurn, match="已经送达"):
        actions.move(document, "void", officer, "打印错位")


def test_a_corrected_document_replaces_the_old_one(inside):
    case, officer = _case(), sample.actor("civil_affairs.officer")
    old = _result(case, officer, category="80—89周岁")
    new = actions.reissue(old, officer, facts={"amount": "每月 100 元"}, reason="金额有误")
    assert (old.state, new.state, new.supersedes_id) == ("superseded", "valid", old.id)
    assert ["发放标准", "每月 100 元"] in new.facts["rows"] and ["类别（档次）", "80—89周岁"] in new.facts["rows"]
    assert new.serial == old.serial + 1
    told = check(old.verify_code)
    assert (told.state, told.replaced_by) == ("superseded", new.number)
    with pytest.raises(OutOfTurn, match="另有有效"):
        with one_transaction():
            old.state = "suspended"
        actions.move(old, "restore", officer, "恢复")


def test_the_code_tells_the_truth_and_little_else(inside, clock):
    clock("2026-11-23 10:32")
    case, officer = _case(), sample.actor("civil_affairs.officer")
    document = _result(case, officer, valid_until="2026-12-31")
    said = check(document.facts["verify_code"].lower().replace("0", "O"))
    assert said.state == "valid" and said.good
    assert (said.holder, said.number, said.office) == ("王**", document.number, "都匀市民政局")
    assert said.valid_until == date(2026, 12, 31)
    clock("2027-01-01 09:00")
    assert check(document.verify_code).state == "expired"
    actions.move(document, "revoke", officer, "查实不符")
    assert check(document.verify_code).state == "revoked"


@pytest.mark.parametrize("typed", ["", "0", "4H6P-2NRWJ-5XYZ9", "不是核验码", "A" * 500, "00000000000000"])
def test_malformed_and_unknown_codes_get_one_answer(inside, typed):
    assert check(typed) == UNKNOWN


def test_a_denied_benefit_is_not_called_a_licence(inside):
    case, officer = _case(), sample.actor("civil_affairs.officer")
    with one_transaction():
        document = actions.issue("denial_decision", case, officer, facts={"reason": "不满80周岁", "outcome": "denied"})
    assert document.facts["title"] == "不予批准决定书" and not document.facts["licence"]


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def receipt(app):
    with app.app_context():
        document = _of(_case())
        found = document.number, document.verify_code
        db.session.remove()
    return found


def test_a_clerk_opens_the_pdf(desk_of, receipt, tmp_path):
    answer = desk_of("wf-01.clerk").fetch(f"/documents/{receipt[0]}.pdf")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    path = tmp_path / "receipt.pdf"
    path.write_bytes(answer.data)
    assert "收件" in "".join(run("pdftotext", path, "-").split())


def test_another_centre_sees_nothing(desk_of, receipt):
    desk_of("gh-01.clerk").fetch(f"/documents/{receipt[0]}.pdf", 404)
    desk_of("gh-01.clerk").fetch("/documents/都文峰收〔2026〕999号.pdf", 404)


def test_a_visitor_is_sent_to_the_door(desk, receipt):
    desk.fetch(f"/documents/{receipt[0]}.pdf", 303)


def test_printing_counts_a_copy(desk_of, receipt, app):
    answer = desk_of("wf-01.clerk").post(f"/documents/{receipt[0]}/print", page="/verify")
    assert answer.location.endswith(".pdf")
    with app.app_context():
        assert actions.document_by_number(receipt[0]).copies == 1


def test_anybody_checks_a_document(desk, receipt):
    answer = desk.post("/verify", {"code": receipt[1].lower()})
    page = desk.get(answer.location)
    assert "现在有效" in page.h1.text
    assert receipt[0] in page.text and "王**" in page.text and "王小明" not in page.text


def test_a_wrong_code_finds_nothing_and_not_often(desk, receipt):
    assert "查不到" in desk.get("/verify/AAAA", 404).h1.text
    allowed = 4  # ten a minute, over two workers, and one was tried
    assert tries_until_refused(lambda: desk.fetch("/verify/00000000000000", None), allowed) >= allowed


def test_an_empty_form_says_what_it_needs(desk):
    assert "请输入" in desk.post("/verify", {"code": ""}, 422).text
