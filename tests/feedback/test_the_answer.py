"""The answer over HTTP: made, made ready, told, handed over, corrected, put away."""

import pytest

from app.cases.standing import Standing
from app.custody import actions as custody
from app.documents.models import Document
from app.extensions import db
from app.feedback import actions as feedback
from app.process import actions as process
from app.refusals import OutOfTurn
from tests import backoffice, sample
from tests.taking import DENIAL

BUREAU = "urban_management"


@pytest.fixture
def decided(app):
    """A granted licence at its bureau; calls give the case number."""

    def decide(outcome: str = "granted") -> str:
        with app.app_context():
            case = backoffice.proposed("CG-002")
            grounds = DENIAL if outcome == "denied" else {}
            process.conclude(case, sample.actor(f"{BUREAU}.approver"), outcome, **grounds)
            return case.case_no

    return decide


def url(case_no: str, step: str) -> str:
    return f"/desk/cases/{case_no}/{step}"


def state(app, case_no: str) -> str:
    with app.app_context():
        return backoffice.again(case_no).state


def bring_to_the_window(app, case_no: str) -> None:
    with app.app_context():
        case, issuer = backoffice.again(case_no), sample.actor(f"{BUREAU}.issuer")
        slip = custody.pack(issuer, "wf-01", [paper.id for paper in Standing(case, issuer).results])
        custody.send(slip, issuer, "钱乙")
        custody.take(slip, sample.actor("wf-01.clerk"))


def test_a_result_is_made_carried_collected_corrected_and_archived(app, decided, desk_of):
    case_no = decided()
    window = desk_of("wf-01.issuer")
    page = desk_of(f"{BUREAU}.issuer").get(url(case_no, "issue-result"))
    assert "大型户外广告设置许可" in page.get_text()
    desk_of(f"{BUREAU}.issuer").post(url(case_no, "issue-result"), {"valid_until": "2028-12-31"})
    assert "结果还没有送到领取窗口" in window.get(url(case_no, "make-ready"), 409).get_text()
    bring_to_the_window(app, case_no)
    window.post(url(case_no, "make-ready"))
    window.post(url(case_no, "notify"), {"channel": "电话", "result": "已告知本人"})
    assert "请先核对领取人身份" in window.post(url(case_no, "deliver"), {"relation": "self"}, expect=422).text
    proxy = {"relation": "proxy", "collector": "李四", "identity_checked": "y"}
    assert "代领须查验" in window.post(url(case_no, "deliver"), proxy, expect=422).text
    window.post(url(case_no, "deliver"), proxy | {"authority_seen": "y"})
    assert state(app, case_no) == "delivered"
    window.post(url(case_no, "reissue"), {"reason": ""}, expect=422)
    window.post(url(case_no, "reissue"), {"reason": "名称有误", "conditions": "按图施工"})
    desk_of("wf-01.archivist").post(url(case_no, "archive"))
    assert state(app, case_no) == "archived"
    with app.app_context():
        results = db.session.scalars(db.select(Document).where(Document.is_result).order_by(Document.id)).all()
        assert [one.state for one in results] == ["superseded", "valid"]
        assert results[1].supersedes_id == results[0].id
        assert [p.state for p in Standing(backoffice.again(case_no), sample.actor("wf-01.clerk")).results] == []


def test_the_applicant_alone_needs_no_name_typed(app, decided, desk_of):
    case_no = decided("denied")
    desk_of("wf-01.issuer").post(url(case_no, "deliver"), {"relation": "self", "identity_checked": "y"})
    with app.app_context():
        served = Standing(backoffice.again(case_no), sample.actor("wf-01.clerk")).last("deliver").facts
        assert served["collector"] == "王小明"


def test_a_certificate_of_another_system_needs_its_number(app, desk_of):
    with app.app_context():
        case = backoffice.proposed("SJ-001")
        office = backoffice.first_office(case)
        process.conclude(case, sample.actor(f"{office}.approver"), "granted")
        case_no = case.case_no
    issuer = desk_of(f"{office}.issuer")
    issuer.post(url(case_no, "issue-result"), {"certificate_no": ""}, expect=422)
    issuer.post(url(case_no, "issue-result"), {"certificate_no": "92522701MA0000001X", "issued_on": "2026-11-20"})
    with app.app_context():
        made = db.session.scalar(db.select(Document).where(Document.is_result, Document.state == "valid"))
        assert made.facts["certificate_no"] == "92522701MA0000001X"


@pytest.mark.parametrize("step", ["issue-result", "make-ready", "notify", "deliver", "reissue", "archive"])
def test_a_case_of_another_street_is_not_there(decided, desk_of, step):
    desk_of("gh-01.issuer").get(url(decided(), step), 404)


def test_a_result_on_its_way_is_handed_to_nobody(app, decided):
    case_no = decided()
    with app.app_context():
        case, issuer = backoffice.again(case_no), sample.actor(f"{BUREAU}.issuer")
        feedback.issue_result(case, issuer)
    bring_to_the_window(app, case_no)
    with app.app_context():
        case, window = backoffice.again(case_no), sample.actor("wf-01.issuer")
        feedback.make_ready(case, window)
        slip = custody.pack(window, "wf-s01", [paper.id for paper in Standing(case, window).results])
        custody.send(slip, window, "钱乙")
        with pytest.raises(OutOfTurn):
            feedback.deliver(case, window, "王小明", identity_checked=True, relation="self")
        custody.take(slip, sample.actor("wf-s01.clerk"))
        feedback.deliver(case, window, "王小明", identity_checked=True, relation="self")
