"""即办件: one page, one confirmation, the result handed over; or nothing at all."""

import pytest
from bs4 import BeautifulSoup

from app.cases.models import Case, JournalEntry, Material
from app.catalog.find import current_spec
from app.documents.models import Document
from app.extensions import db
from app.receive import actions
from tests.filled import filled
from tests.sample import actor, answers, applicant, id_number, without

BREATH = ["receive", "accept", "conclude", "issue_result", "make_ready", "deliver"]


@pytest.fixture
def clerk(desk):
    return desk.sign_in("wf-01.clerk")


def begin(clerk, item_code: str) -> tuple[str, str]:
    address = clerk.post("/desk/drafts", {"item_code": item_code}, page="/desk/receive").location
    return address, address.replace("/desk/receive", "/desk/instant")


@pytest.mark.parametrize("item_code", ["RS-001", "SQ-001", "MZ-006"])
def test_an_instant_item_is_settled_in_one_breath(clerk, app, item_code):
    address, settle = begin(clerk, item_code)
    page = clerk.get(address)
    assert page.select_one(f"button[formaction='{settle}']")
    values = filled(page) | {"csrf_token": page.select_one("#intake-form [name=csrf_token]")["value"]}
    unchecked = BeautifulSoup(clerk.send(settle, values, expect=422).data, "html.parser")
    assert "核对领取人身份" in unchecked.select_one("[role=alert].error").get_text()
    with app.app_context():
        assert not db.session.scalar(db.select(db.func.count(Case.id))), "nothing at all happened"
    location = clerk.send(settle, values | {"identity_checked": "y"}).location
    clerk.get(location)
    clerk.send(settle, values | {"identity_checked": "y"}, expect=200)
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        assert (case.state, case.outcome) == ("delivered", "granted")
        assert db.session.scalars(db.select(JournalEntry.action).order_by(JournalEntry.seq)).all() == BREATH
        result = db.session.scalar(db.select(Document).filter_by(is_result=True))
        assert result.kind == current_spec(item_code).result.template
        facts = db.session.scalar(db.select(JournalEntry).filter_by(action="deliver")).facts
        assert (facts["collector"], facts["relation"]) == ("陈阿婆", "self")


def test_an_agent_takes_the_result_with_the_authority_shown(clerk, app):
    address, settle = begin(clerk, "RS-001")
    page = clerk.get(address)
    agent = {"has_agent": "y", "agent_name": "陈小妹", "agent_id_number": id_number(5), "identity_checked": "y",
             "agent-m-0-state": "held", "agent-m-1-state": "held"}  # fmt: skip
    values = filled(page) | {"csrf_token": page.select_one("#intake-form [name=csrf_token]")["value"]} | agent
    clerk.send(settle, values)
    with app.app_context():
        facts = db.session.scalar(db.select(JournalEntry).filter_by(action="deliver")).facts
        assert (facts["collector"], facts["relation"], facts["authority_seen"]) == ("陈小妹", "proxy", True)


def test_a_paper_that_is_missing_leaves_it_unsettled(clerk, app):
    address, settle = begin(clerk, "RS-001")
    page = clerk.get(address)
    values = filled(page, **{"m-1-state": "missing"}) | {"identity_checked": "y"}
    values["csrf_token"] = page.select_one("#intake-form [name=csrf_token]")["value"]
    answer = clerk.send(settle, values, expect=409)
    assert "失业登记表" in answer.text
    with app.app_context():
        assert not db.session.scalar(db.select(db.func.count(Case.id)))
    again = clerk.get(address)
    assert again.select_one("[name=applicant_name]")["value"] == "陈阿婆", "and nothing typed is lost"


def test_what_was_received_earlier_is_finished_when_the_paper_comes(clerk, app):
    with app.app_context():
        spec = current_spec("RS-001")
        case = actions.receive(actor("wf-01.clerk"), "k", "RS-001", applicant(), without(spec, "失业登记表"), answers(spec))
        address = f"/desk/cases/{case.case_no}"
        paper = db.session.scalar(db.select(Material.id).filter_by(state="missing"))
    assert "失业登记表" in clerk.get(f"{address}/finish", expect=409).get_text()
    clerk.post(f"{address}/request-correction")
    clerk.post(f"{address}/supplement", {f"p{paper}-arrived": "y"})
    unchecked = clerk.post(f"{address}/finish", expect=422)
    assert "核对领取人身份" in unchecked.text
    assert clerk.post(f"{address}/finish", {"identity_checked": "y"}).location == address
    with app.app_context():
        assert db.session.scalar(db.select(Case.state)) == "delivered"
    clerk.get(f"{address}/finish", expect=409)


def test_what_the_desk_may_not_decide_has_no_such_button(clerk):
    address, settle = begin(clerk, "MZ-001")
    page = clerk.get(address)
    assert not page.select("button[formaction*=instant]")
    values = filled(page) | {"csrf_token": page.select_one("#intake-form [name=csrf_token]")["value"]}
    clerk.send(settle, values | {"identity_checked": "y"}, expect=403)


def test_a_visit_by_address_goes_to_the_form(clerk):
    address, settle = begin(clerk, "RS-001")
    assert clerk.fetch(settle, expect=303).headers["Location"] == address
