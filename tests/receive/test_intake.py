"""收件 over HTTP: every kind of applicant, what is kept when something is wrong, drafts, scans, sent twice."""

import io

import pytest
from bs4 import BeautifulSoup

from app.cases.models import Case, JournalEntry, Material
from app.documents.facts.source import papers
from app.documents.models import Document, Upload
from app.documents.uploads import read
from app.extensions import db
from app.receive.models import Draft
from tests.backoffice import statements
from tests.filled import filled
from tests.sample import id_number

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060600000"
    "00050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def clerk(desk):
    return desk.sign_in("wf-01.clerk")


def begin(clerk, item_code: str) -> str:
    """The address of a fresh form."""
    return clerk.post("/desk/drafts", {"item_code": item_code}, page="/desk/receive").location


def take_in(clerk, item_code: str, **given) -> str:
    address = begin(clerk, item_code)
    return clerk.post(address, filled(clerk.get(address), **given)).location


def number_in(location: str) -> str:
    return location.split("/")[3].split("?")[0]


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.data, "html.parser")


@pytest.mark.parametrize("item_code, given", [
    ("MZ-001", {}),
    ("MZ-002", {}),
    ("ZJ-002", {"legal_representative": "周某"}),
    ("SJ-002", {"applicant_kind": "organisation"}),
    ("WG-001", {"applicant_kind": "anonymous"}),
    ("LB-001", {"components": "CG-002"}),
])  # fmt: skip
def test_every_kind_of_applicant_is_received(clerk, app, item_code, given):
    location = take_in(clerk, item_code, **given)
    assert "打印收件凭证" in clerk.get(location).get_text()
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        assert (case.state, case.item_code, case.case_no) == ("received", item_code, number_in(location))
        assert db.session.scalar(db.select(Document.kind)) == "intake_receipt"
        if item_code == "MZ-001":
            assert case.particulars["sex"] == "男" or case.particulars["sex"] == "女"
            assert case.form["account"] == "6222021234567890128"
        if item_code == "SJ-002":
            assert (case.applicant_kind, case.id_type) == ("organisation", "uscc")
        if item_code == "WG-001":
            assert (case.applicant_name, case.id_number) == ("匿名", None)
        if item_code == "LB-001":
            assert case.particulars["components"] == ["CG-002"]


def test_what_was_typed_is_kept_when_something_is_wrong(clerk, app):
    address = begin(clerk, "MZ-001")
    typed = filled(clerk.get(address), id_number="529999194501010010", **{"m-2-state": None, "m-0-remark": "字迹清楚"})
    page = soup(clerk.send(address, typed | {"csrf_token": token(clerk, address)}, expect=422))
    assert page.select_one("[name=applicant_name]")["value"] == "陈阿婆"
    assert page.select_one("[name=id_number]")["value"] == "529999194501010010"
    assert page.select_one("[name='m-0-remark']")["value"] == "字迹清楚"
    assert page.select_one("[name='m-0-state'][value=held]").has_attr("checked")
    assert "校验位不对" in page.select_one("#id_number-error").get_text()
    assert page.select("[name='m-2-state'][aria-invalid=true]")
    again = clerk.get(address)
    assert again.select_one("[name='m-0-remark']")["value"] == "字迹清楚", "a reload finds it too"
    with app.app_context():
        assert not db.session.scalar(db.select(db.func.count(Case.id)))


def token(clerk, address: str) -> str:
    return clerk.get(address).select_one("#intake-form [name=csrf_token]")["value"]


def test_the_field_alone_answers_as_the_page_does(clerk):
    address = begin(clerk, "MZ-001")
    part = clerk.post(address, {"applicant_name": "陈阿婆"}, expect=422, part=True)
    assert soup(part).select_one("section#intake") and not soup(part).select("html")


def test_a_line_nobody_ticked_is_named(clerk):
    address = begin(clerk, "MZ-001")
    values = filled(clerk.get(address))
    del values["m-1-state"]
    page = soup(clerk.post(address, values | {"m-1-state": None}, expect=422))
    row = page.select_one("[name='m-1-state']").find_parent("tr")
    assert "居民身份证" in row.get_text() and row.select_one(".error")


def test_a_form_left_in_the_middle_is_found_again(clerk, app):
    address = begin(clerk, "MZ-001")
    draft = address.split("draft=")[1]
    csrf = {"csrf_token": token(clerk, address)}
    clerk.send(f"/desk/drafts/{draft}", csrf | {"applicant_name": "陈阿婆", "f_living": "独居"}, expect=204)
    clerk.send(f"/desk/drafts/{draft}", csrf | {"m-0-state": "held", "has_agent": ""}, expect=204)
    page = clerk.get(address)
    assert page.select_one("[name=applicant_name]")["value"] == "陈阿婆"
    assert page.select_one("[name=f_living][value=独居]").has_attr("checked")
    assert page.select_one("[name='m-0-state'][value=held]").has_attr("checked")
    with app.app_context():
        sealed = db.session.scalar(db.text("SELECT data FROM draft"))
        assert "陈阿婆".encode() not in bytes(sealed)


def test_a_parked_form_waits_on_the_desk_of_who_parked_it(clerk, desk_of):
    address = begin(clerk, "MZ-001")
    draft = address.split("draft=")[1]
    location = clerk.post(f"/desk/drafts/{draft}/park", {"applicant_name": "陈阿婆"}, page=address).location
    assert location == "/desk"
    today = clerk.get("/desk")
    assert today.select_one(f"a[href$='{draft}']") and "已挂起" in today.get_text() and "陈**" in today.get_text()
    assert draft not in str(desk_of("wf-01.clerk2").get("/desk"))
    desk_of("gh-01.clerk").get(address, expect=404)
    clerk.post(f"/desk/drafts/{draft}/discard", page="/desk")
    clerk.get(address, expect=404)


def test_a_form_that_became_a_case_makes_no_second_one(clerk, app):
    address = begin(clerk, "MZ-001")
    values = filled(clerk.get(address)) | {"csrf_token": token(clerk, address)}
    first = clerk.send(address, values).location
    again = soup(clerk.send(address, values, expect=200))
    assert number_in(first) in again.h1.get_text()
    assert number_in(first) in clerk.get(address).h1.get_text()
    draft = address.split("draft=")[1]
    clerk.send(f"/desk/drafts/{draft}", {"csrf_token": values["csrf_token"], "phone": "1"}, expect=409)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Case.id))) == 1
        assert db.session.get(Draft, draft).data == {}


def test_a_second_case_of_the_same_person_needs_a_reason(clerk, app):
    first = number_in(take_in(clerk, "MZ-001"))
    address = begin(clerk, "MZ-001")
    asked = clerk.post(f"/desk/drafts/{address.split('draft=')[1]}/person", {"id_number": id_number()}, page=address,
                       expect=200, part=True)  # fmt: skip
    assert first in asked.text
    values = filled(clerk.get(address))
    refused = soup(clerk.post(address, values, expect=422))
    assert first in refused.select_one("[role=alert].error").get_text()
    assert refused.select_one("[name=duplicate_reason]")
    clerk.post(address, values | {"duplicate_reason": "户籍地变更，重新申请"})
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Case.id))) == 2


def test_an_agent_brings_the_papers_of_an_agent(clerk, app):
    address = begin(clerk, "MZ-001")
    values = filled(clerk.get(address), has_agent="y")
    page = soup(clerk.post(address, values, expect=422))
    assert page.select_one("#agent_name-error") and page.select("[name='agent-m-0-state'][aria-invalid=true]")
    agent = {"agent_name": "陈小妹", "agent_id_number": id_number(5), "agent_relation": "女儿"}
    papers = {"agent-m-0-state": "held", "agent-m-1-state": "held", "agent-m-1-original_seen": "y"}
    clerk.post(address, values | agent | papers)
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        assert case.particulars["agent"]["name"] == "陈小妹"
        names = db.session.scalars(db.select(Material.name).order_by(Material.line)).all()
        assert names[-2:] == ["授权委托书", "受托人居民身份证"]


def test_a_paper_slip_is_keyed_in_with_its_true_time(clerk, app, clock):
    clock("2026-11-20 10:00")
    address = begin(clerk, "MZ-001")
    values = filled(clerk.get(address), channel="paper")
    assert soup(clerk.post(address, values, expect=422)).select_one("#received_at-error")
    late = soup(clerk.post(address, values | {"received_at": "2026-11-21T09:00"}, expect=422))
    assert "不能晚于现在" in late.get_text()
    clerk.post(address, values | {"received_at": "2026-11-18T16:20"})
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        assert (case.channel, case.received_at.isoformat()[:16]) == ("paper", "2026-11-18T16:20")


def test_the_time_of_a_paper_slip_keeps_nobody_from_being_taken_in_who_stands_here(clerk, app, clock):
    """As when the clock of the machine was set back while the form was open."""
    clock("2026-11-20 10:00")
    address = begin(clerk, "MZ-001")
    clerk.post(address, filled(clerk.get(address), received_at="2026-11-20T12:00"))
    with app.app_context():
        assert db.session.scalar(db.select(Case)).received_at.isoformat()[:16] == "2026-11-20T10:00"


def test_a_scan_is_kept_sealed_and_belongs_to_the_case(clerk, app):
    address = begin(clerk, "MZ-001")
    csrf = {"csrf_token": token(clerk, address)}
    bad = csrf | {"m-0-scan": (io.BytesIO(b"not a picture"), "a.png")}
    assert "只能上传" in soup(clerk.send(address, bad, expect=422)).get_text()
    draft = address.split("draft=")[1]
    clerk.send(f"/desk/drafts/{draft}/park", csrf | {"m-0-scan": (io.BytesIO(PNG), "申请表.png")})
    page = clerk.get(address)
    link = page.select_one("a[href^='/desk/scans/']")
    assert link.get_text() == "申请表.png" and clerk.fetch(link["href"]).data == PNG
    clerk.post(address, filled(page))
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        upload = db.session.scalar(db.select(Upload))
        material = db.session.scalar(db.select(Material).filter_by(line=1))
        assert (upload.case_id, material.upload_id, read(upload)) == (case.id, upload.id, PNG)
        sealed = list(app_files(app))
        assert len(sealed) == 1 and PNG not in sealed[0].read_bytes()


def app_files(app):
    from pathlib import Path

    return (path for path in (Path(app.config["DATA_DIR"]) / "uploads").rglob("*") if path.is_file())


def test_nobody_names_a_scan_of_another_form(clerk, app):
    first = begin(clerk, "MZ-001")
    csrf = {"csrf_token": token(clerk, first)}
    clerk.send(f"/desk/drafts/{first.split('draft=')[1]}/park", csrf | {"m-0-scan": (io.BytesIO(PNG), "a.png")})
    second = begin(clerk, "MZ-001")
    with app.app_context():
        foreign = db.session.scalar(db.select(Upload.id))
    clerk.post(second, filled(clerk.get(second)) | {"m-0-upload_id": str(foreign)})
    with app.app_context():
        assert db.session.scalar(db.select(Material.upload_id).filter_by(line=1)) is None


def test_a_scan_that_no_line_names_belongs_to_the_case_too(clerk, app):
    """Two were made for one line, the second was taken: the first is kept as long as the case is, and erased with it."""
    address = begin(clerk, "MZ-001")
    csrf = {"csrf_token": token(clerk, address)}
    for name in ("crooked.png", "straight.png"):
        clerk.send(f"/desk/drafts/{address.split('draft=')[1]}/park", csrf | {"m-0-scan": (io.BytesIO(PNG), name)})
    clerk.post(address, filled(clerk.get(address)))
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        assert set(db.session.execute(db.select(Upload.filename, Upload.case_id)).all()) == {
            ("crooked.png", case.id), ("straight.png", case.id)}  # fmt: skip


def test_the_receipt_says_of_each_paper_what_the_registry_says(clerk, app):
    """It is made of the rows as they were written; made of the rows as they are read it would say the same."""
    address = begin(clerk, "RS-003")
    page = clerk.get(address)
    clerk.post(address, filled(page) | {"m-0-copies": "2", "m-0-pages": "3", "m-1-remark": "复印件模糊"})
    with app.app_context():
        receipt, rows = db.session.scalar(db.select(Document)), db.session.scalars(db.select(Material).order_by(Material.line)).all()
        said, again = receipt.facts["materials"], papers([row for row in rows if row.state == "held"])
        assert [(one["name"], one["form"], one["copies"], one["pages"]) for one in said if one["copies"] != "—"] == [
            (one["name"], one["form"], one["copies"], one["pages"]) for one in again]  # fmt: skip
        assert "复印件模糊" in said[1]["remark"] and (said[0]["copies"], said[0]["pages"]) == ("2", "3")


def test_a_made_up_form_is_not_there(clerk):
    for made_up in ("x", "%00", "A" * 16, "../../etc"):
        clerk.get(f"/desk/receive?draft={made_up}", expect=404)


def test_only_who_takes_in_sees_the_page(desk_of):
    desk_of("civil_affairs.officer").get("/desk/receive", expect=403)
    assert len(desk_of("wf-01.clerk").get("/desk/receive").select("[data-words]")) == 30
    assert len(desk_of("wf-01.clerk").get("/desk/receive?q=gljt").select("[data-words]")) == 1


def test_the_journal_says_who_received_it(clerk, app):
    take_in(clerk, "MZ-001")
    with app.app_context():
        entry = db.session.scalar(db.select(JournalEntry))
        assert (entry.action, entry.office_id) == ("receive", "wf-01")


def test_taking_in_asks_and_writes_in_few_statements_however_many_papers(app, clerk):
    """The hot path of the counter: rows of one kind in one statement, nothing read back that was just written."""
    take_in(clerk, "RS-003", id_number=id_number(7))
    counted = {}
    for item_code in ("RS-003", "MZ-001"):
        address = begin(clerk, item_code)
        form = filled(clerk.get(address))
        with statements(app) as asked:
            location = clerk.post(address, form).location
        written = [one for one in asked if one.startswith(("INSERT", "UPDATE"))]
        counted[item_code] = (len([one for one in asked if not one.startswith("BEGIN")]), len(written))
        with app.app_context():
            assert db.session.scalar(db.select(Case).filter_by(case_no=number_in(location))).state == "received"
    assert max(asked for asked, _written in counted.values()) <= 17, counted
    assert len({written for _asked, written in counted.values()}) == 1, counted
