"""批量交付: one collector, many cases, each with its own receipt."""

import pytest

from app.cases.models import Case
from app.custody import actions as custody
from app.documents.models import Document
from app.extensions import db
from app.feedback import actions as feedback
from app.process import actions as process
from tests import backoffice, sample

BUREAU = "urban_management"


@pytest.fixture
def ready(app) -> list[str]:
    """Three licences that wait at the window."""
    numbers = []
    with app.app_context():
        issuer, window = sample.actor(f"{BUREAU}.issuer"), sample.actor("wf-01.issuer")
        for n in (1, 2, 3):
            case = backoffice.proposed("CG-002", n)
            process.conclude(case, sample.actor(f"{BUREAU}.approver"), "granted")
            feedback.issue_result(case, issuer, valid_until="2028-12-31")
            results = [paper.id for paper in backoffice.Standing(case, issuer).results]
            slip = custody.pack(issuer, "wf-01", results)
            custody.send(slip, issuer, "钱乙")
            custody.take(slip, sample.actor("wf-01.clerk"))
            feedback.make_ready(case, window)
            numbers.append(case.case_no)
    return numbers


def test_a_unit_fetches_everything_at_once(app, desk_of, ready):
    window = desk_of("wf-01.issuer")
    page = window.get("/desk/hand-over")
    assert [box["value"] for box in page.select("[name=case_no]")] == ready
    given = {"case_no": ready[:2], "collector": "李经办", "relation": "handler"}
    assert "请先核对领取人身份" in window.get(window.post("/desk/hand-over", given).location).get_text()
    assert "请勾选" in window.post("/desk/hand-over", given | {"case_no": None}, expect=422).get_data(as_text=True)
    done = window.post("/desk/hand-over", given | {"identity_checked": "y"}).location
    page = window.get(done)
    assert "已交付 2 件" in page.select_one("#banner").get_text() and len(page.select("[data-print]")) == 2
    assert [box["value"] for box in page.select("[name=case_no]")] == ready[2:]
    with app.app_context():
        assert list(db.session.scalars(db.select(Case.state).order_by(Case.id))) == ["delivered", "delivered", "ready"]
        receipts = db.session.scalars(db.select(Document).filter_by(kind="service_return")).all()
        assert len(receipts) == 2 and all("李经办" in str(one.facts) for one in receipts)


def test_by_name_and_by_number_everything_of_the_unit_is_ticked(app, desk_of, ready):
    window = desk_of("wf-01.issuer")
    with app.app_context():
        case = db.session.scalar(db.select(Case).filter_by(case_no=ready[0]))
        name, number = case.applicant_name, case.id_number
    page = window.get(f"/desk/hand-over?q={number}")
    assert [box["value"] for box in page.select("[name=case_no][checked]")] == [ready[0]]
    assert ready[0] in window.get(f"/desk/hand-over?q={name}").get_text()
    assert not window.get("/desk/hand-over?q=没有这家").select("[name=case_no]")
    assert not desk_of("gh-01.issuer").get("/desk/hand-over").select("[name=case_no]")
    desk_of("wf-01.guide").get("/desk/hand-over", expect=403)
