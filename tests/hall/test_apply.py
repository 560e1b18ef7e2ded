"""自助申请: told to the machine at any hour, nothing of it left on the screen; a window finds it, completes it and receives it."""

import pytest

from app import moments
from app.cases.models import Case
from app.extensions import db
from app.receive import drafts
from app.receive.models import Draft
from app.refusals import NotThere
from tests.filled import filled
from tests.sample import id_number

DOOR = "/kiosk/apply/MZ-006?kiosk=wf-01&big=1"
TOLD = {"centre_id": "wf-01", "applicant_name": "王小明", "id_number": id_number(5), "phone": "13800000001"}


@pytest.fixture
def left(desk, clock):
    clock("2026-11-24 02:30")
    return desk.post(DOOR, TOLD, page=DOOR)


def test_the_slip_bears_a_number_and_nothing_of_the_person(desk, left):
    assert left.status_code == 303 and "kiosk=wf-01" in left.location
    page = desk.get(left.location)
    assert page.select_one(".ticket").get_text() == "1124-001" and "居民身份证" in page.get_text()
    assert page.html["data-home"], "forgets after a minute like every page of the machine"
    for private in (TOLD["applicant_name"], TOLD["id_number"], TOLD["phone"]):
        assert private not in str(page) and private not in str(desk.get(DOOR))


def test_the_window_finds_it_in_the_morning_and_receives_it(left, app, desk_of, clock):
    clock("2026-11-24 09:00")
    assert not desk_of("gh-01.clerk").get("/desk").find(string="1124-001"), "another centre's"
    clerk = desk_of("wf-01.clerk")
    page = clerk.get("/desk")
    link = page.find(string=lambda said: said and "1124-001" in said).find_parent("a")
    assert "王" in link.get_text() and "王小明" not in link.get_text()
    intake = clerk.get(link["href"])
    assert intake.select_one("[name=applicant_name]")["value"] == "王小明" and intake.select_one("[name=phone]")["value"] == TOLD["phone"]
    clerk.post(link["href"], filled(intake, **{name: TOLD[name] for name in ("applicant_name", "id_number", "phone")}))
    with app.app_context():
        case = db.session.scalar(db.select(Case))
        assert (case.applicant_name, case.id_number, case.centre_id) == ("王小明", TOLD["id_number"], "wf-01")
        assert db.session.scalar(db.select(Draft)).case_id == case.id
    assert "1124-001" not in clerk.get("/desk").get_text()


def test_whoever_takes_it_up_has_it(left, app, desk_of):
    with app.app_context():
        draft_id = db.session.scalar(db.select(Draft.id))
    clerk = desk_of("wf-01.clerk")
    clerk.post(f"/desk/drafts/{draft_id}", {"phone": "13800000002"}, page=f"/desk/receive?draft={draft_id}", expect=204)
    assert "自助机上的申请" not in clerk.get("/desk").get_text()
    assert "自助机上的申请" not in desk_of("wf-01.clerk2").get("/desk").get_text()


def test_what_is_missing_is_said_and_nothing_is_kept(desk, app):
    said = desk.post(DOOR, TOLD | {"id_number": "529999"}, page=DOOR, expect=422).get_data(as_text=True)
    assert "aria-invalid" in said
    with app.app_context(), moments.at(moments.now()):
        assert not db.session.scalar(db.select(Draft))
        with pytest.raises(NotThere):
            drafts.leave("civil_affairs", "MZ-001", {})
        with pytest.raises(NotThere, match="单位申请"):
            drafts.leave("wf-01", "ZJ-002", {})


def test_numbers_of_the_machine_have_no_gap(inside, clock):
    clock("2026-11-24 22:00")
    assert [drafts.leave("wf-01", "MZ-001", {"applicant_name": ["王小明"]}) for _ in range(2)] == [1, 2]
    assert drafts.leave("gh-01", "MZ-001", {}) == 1
