"""Who comes again is asked nothing twice; what is filled in for them is written down as opened."""

import io

import pytest

from app.cases.models import Case, JournalEntry, Material
from app.documents.models import Document
from app.extensions import db
from app.receive.models import Draft
from tests.filled import ACCOUNT, filled
from tests.receive.test_intake import PNG, begin, soup, take_in
from tests.sample import id_number


@pytest.fixture
def clerk(desk):
    return desk.sign_in("wf-01.clerk")


def typed(app, address: str) -> dict:
    with app.app_context():
        return db.session.get(Draft, address.split("draft=")[1].split("&")[0]).data


def recall(clerk, address: str, **given):
    draft = address.split("draft=")[1]
    return clerk.post(f"/desk/drafts/{draft}/recall", {"id_number": id_number()} | given, page=address)


def test_who_comes_again_is_filled_in_and_the_opening_is_written_down(clerk, app):
    take_in(clerk, "MZ-001", household_address="文峰街道老街2号")
    address = begin(clerk, "MZ-003")
    draft = address.split("draft=")[1]
    offered = clerk.post(f"/desk/drafts/{draft}/person", {"id_number": id_number()}, page=address, expect=200, part=True)
    offered = soup(offered)
    assert "来过 1 次" in offered.get_text() and offered.select_one("[data-recall]")
    assert "陈阿婆" not in str(offered) and "13800000001" not in str(offered), "masked until somebody opens it"
    recall(clerk, address, phone="13900000009")
    kept = typed(app, address)
    assert kept["applicant_name"] == ["陈阿婆"] and kept["household_address"] == ["文峰街道老街2号"]
    assert kept["phone"] == ["13900000009"], "what was typed now counts"
    with app.app_context():
        last = db.session.scalar(db.select(JournalEntry).order_by(JournalEntry.id.desc()))
        assert (last.action, last.facts["reason"]) == ("open_personal_data", "同一申请人再次办理")


def test_the_account_and_the_scans_of_the_same_matter_are_not_asked_again(clerk, app):
    scan = {"m-1-scan": (io.BytesIO(PNG), "身份证.png")}
    address = begin(clerk, "MZ-001")
    clerk.post(address, filled(clerk.get(address)) | scan)
    with app.app_context():
        assert db.session.scalar(db.select(Material.upload_id).filter_by(line=2))
    address = begin(clerk, "MZ-001")
    recall(clerk, address)
    kept = typed(app, address)
    assert kept["f_account"] == [ACCOUNT]
    assert kept["m-1-state"] == ["exempt"] and kept["m-1-upload_id"][0].isdigit()
    assert not any(kept.get("m-0-state") or []), "an original is brought again"
    page = clerk.get(address)
    assert page.select_one("[name='m-1-remark']")["value"].startswith("沿用")
    assert clerk.fetch(page.select_one("td.scan a")["href"]).data == PNG


def test_another_centre_is_told_nothing(clerk, desk_of, app):
    take_in(clerk, "MZ-001")
    other = desk_of("gh-01.clerk")
    address = begin(other, "MZ-003")
    draft = address.split("draft=")[1]
    said = other.post(f"/desk/drafts/{draft}/person", {"id_number": id_number()}, page=address, expect=200, part=True)
    assert "来过" not in said.text


def test_complete_papers_are_received_and_accepted_in_one_breath(clerk, app):
    address = begin(clerk, "MZ-001")
    location = clerk.post(address, filled(clerk.get(address), then="accept")).location
    said = clerk.get(location).select_one(".just").get_text()
    assert "打印收件凭证" in said and "打印受理通知书" in said
    with app.app_context():
        assert db.session.scalar(db.select(Case.state)) == "accepted"
        assert set(db.session.scalars(db.select(Document.kind))) == {"intake_receipt", "acceptance_notice"}
    clerk.post(address, {"then": "accept"}, page=address, expect=200)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Case)) == 1


def test_with_a_paper_missing_the_law_offers_other_ways_and_says_why(clerk, app):
    address = begin(clerk, "MZ-001")
    draft = address.split("draft=")[1]
    form = filled(clerk.get(address), **{"m-1-state": "missing"})
    allowed = soup(clerk.post(f"/desk/drafts/{draft}/allowed", form, page=address, expect=200, part=True))
    said = {item.button.get_text(" ", strip=True).split(" ")[0]: item for item in allowed.select("li")}
    assert "居民身份证" in said["受理"].get_text() and said["受理"].button.has_attr("disabled")
    assert "不在可容缺范围" in said["容缺受理"].get_text()
    assert not said["一次性告知补正"].button.has_attr("disabled")
    refused = clerk.post(address, form | {"then": "accept"}, expect=409)
    assert "还缺" in refused.text
    with app.app_context():
        assert db.session.scalar(db.select(Case)) is None, "both or nothing"
    location = clerk.post(address, form | {"then": "request_correction"}).location
    page = clerk.get(location)
    assert location.endswith("/request-correction") and page.select("input[type=checkbox][checked]")
