"""批量出证: many in one go; what fails is named and stops nothing; what was begun is finished."""

import re

import pytest

from app.cases.models import Case
from app.documents import batch
from app.documents.models import Document, DocumentBytes, PrintJob
from app.documents.press import press
from app.documents.signing import signer
from app.extensions import db
from app.feedback.actions import issue_result
from app.jobs import print_jobs
from app.jobs.audit_commands import holes
from app.process import actions as process
from app.refusals import Incomplete, NotThere
from tests import backoffice
from tests.documents.conftest import run
from tests.sample import actor

BUREAU = "urban_management"


@pytest.fixture(scope="module", autouse=True)
def stop_the_children():
    yield
    press().stop()
    signer().stop()


def decided(n: int = 1) -> Case:
    """A granted licence at its bureau, not yet made."""
    case = backoffice.proposed("CG-002", n)
    process.conclude(case, actor(f"{BUREAU}.approver"), "granted")
    return case


@pytest.fixture
def issuer(inside):
    return actor(f"{BUREAU}.issuer")


def states(job_id: int) -> list[str]:
    db.session.rollback()
    return [item.state for item in batch.items_of(job_id)]


def test_a_batch_is_issued_signed_and_stacked(inside, issuer, tmp_path):
    cases = [decided(n).case_no for n in (1, 2, 3)]
    assert [row.case_no for row in batch.ready_cases(issuer)] == cases
    job_id = batch.start_batch(issuer, cases).id
    assert not batch.ready_cases(issuer)  # a second tick finds nothing
    print_jobs.run(inside, job_id)
    assert states(job_id) == ["done"] * 3 and batch.progress(job_id)["done"] == 3
    assert {row.level for row in db.session.scalars(db.select(DocumentBytes))} == {"B-LT"}
    path = tmp_path / "all.pdf"
    path.write_bytes(db.session.get(PrintJob, job_id).pdf)
    assert int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", path))[1]) in (3, 6)
    said = "".join(run("pdftotext", path, "-").split())
    assert all(number in said for number in cases)
    assert not list(holes())
    batch.print_all(issuer, job_id)
    assert set(db.session.scalars(db.select(Document.copies).where(Document.is_result))) == {1}


def test_a_failed_one_does_not_stop_the_others_and_is_named(inside, issuer):
    first, second = decided(1), decided(2)
    job_id = batch.start_batch(issuer, [first.case_no, second.case_no]).id
    issue_result(db.session.get(Case, first.id), issuer)  # somebody was faster
    print_jobs.run(inside, job_id)
    assert states(job_id) == ["failed", "done"]
    assert "结果已经制作" in batch.items_of(job_id)[0].reason


def test_what_a_stopped_worker_left_is_finished(inside, issuer):
    """Issued and not yet printed, issued and not noted: both or neither, so nothing is issued twice."""
    first, second = decided(1), decided(2)
    job_id = batch.start_batch(issuer, [first.case_no, second.case_no]).id
    print_jobs._issue(job_id, 1, first.id, batch.begin(job_id))
    assert states(job_id) == ["issued", "waiting"]
    print_jobs.run(inside, job_id)
    assert states(job_id) == ["done", "done"]
    assert len(db.session.scalars(db.select(Document).filter_by(is_result=True)).all()) == 2
    assert batch.next_job() is None


def test_only_what_is_ready_and_ones_own(inside, issuer):
    case = decided()
    with pytest.raises(Incomplete):
        batch.start_batch(issuer, [])
    with pytest.raises(Incomplete):
        batch.start_batch(issuer, ["522701002261123000183"])
    with pytest.raises(Incomplete):
        batch.start_batch(actor("civil_affairs.issuer"), [case.case_no])
    with pytest.raises(Incomplete, match="200"):
        batch.start_batch(issuer, [case.case_no] * 201)
    job = batch.start_batch(issuer, [case.case_no, case.case_no])
    assert len(batch.items_of(job.id)) == 1
    with pytest.raises(NotThere):
        batch.job_of(actor("wf-01.issuer"), job.id)


def test_the_pages_show_how_far_it_is(app, desk_of):
    with app.app_context():
        case_no = decided().case_no
        db.session.remove()
    desk = desk_of(f"{BUREAU}.issuer")
    assert case_no in desk.get("/documents/batch").text
    desk.post("/documents/batch", {"case_no": None}, 422)
    url = desk.post("/documents/batch").location
    page = desk.get(url)
    assert "共 1 件，完成 0 件" in page.text and page.select_one("#progress")["hx-trigger"] == "every 2s"
    poll = page.select_one("#progress")["hx-get"]
    desk.fetch(poll, 204, part=True)
    desk.post(f"{url}/print", {}, 409, page=url)
    with app.app_context():
        print_jobs.run(app, batch.next_job())
    assert "完成 1 件" in desk.get(poll, part=True).text
    assert desk.fetch(desk.post(f"{url}/print", {}, page=url).location).data.startswith(b"%PDF-")
    desk_of("wf-01.issuer").fetch(url, 404)
    desk_of("wf-01.clerk").fetch("/documents/batch", 403)
