"""An intake at the counter in a real browser: by keyboard alone, and with JavaScript off."""

from pathlib import Path

from app.cases.models import Case, Material
from app.extensions import db
from app.jobs.demo import PASSWORD
from tests.receive.keys import HUMAN
from tests.sample import id_number


def sign_in(page, login: str = "wf-01.clerk") -> None:
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk")


def only_case(live) -> Case:
    with live.app.app_context():
        return db.session.scalar(db.select(Case))


def test_a_clerk_takes_in_a_case_without_the_mouse(browser, live):
    page = browser()
    sign_in(page)
    keys = page.keyboard
    keys.press("F2", delay=HUMAN)
    page.wait_for_url("**/desk/receive")
    keys.type("gljt", delay=HUMAN)
    keys.press("Enter", delay=HUMAN)
    page.wait_for_url("**draft=*")
    keys.type(id_number(1), delay=HUMAN)
    keys.press("Enter", delay=HUMAN)
    assert "周岁" in page.text_content("[data-derived]")
    keys.type("陈阿婆", delay=HUMAN)
    keys.press("Enter", delay=HUMAN)
    page.keyboard.press("Alt+a", delay=HUMAN)
    assert page.is_checked("[name='m-0-state'][value=held]") and page.is_checked("[name='m-1-original_seen']")
    page.focus("[name='m-2-state'] >> nth=0")
    keys.press("2", delay=HUMAN)
    assert page.is_checked("[name='m-2-state'][value=missing]")
    for name in ("f_age_band", "f_low_income", "f_living"):
        page.focus(f"[name={name}] >> nth=0")
        keys.press("Space", delay=HUMAN)
    page.focus("[name=f_account]")
    keys.type("6222021234567890128", delay=HUMAN)
    keys.press("Enter", delay=HUMAN)
    assert page.evaluate("document.activeElement.name") == "f_emergency_contact", "Enter moves on, it does not send"
    keys.type("女儿 13800000001", delay=HUMAN)
    page.focus("button[accesskey=s]")
    keys.press("Enter", delay=HUMAN)
    page.wait_for_url("**/desk/cases/**")
    assert page.is_visible("[data-print]")
    case = only_case(live)
    assert case.case_no in page.url and case.applicant_name == "陈阿婆"
    with live.app.app_context():
        assert db.session.scalar(db.select(Material.state).filter_by(line=3)) == "missing"


def test_what_is_typed_survives_a_crash_and_waits_when_parked(browser, live):
    page = browser()
    sign_in(page)
    page.goto("/desk/receive")
    page.click("button[value=MZ-001]")
    page.wait_for_url("**draft=*")
    page.fill("[name=applicant_name]", "陈阿婆")
    page.wait_for_selector("text=已保存")
    page.goto(page.url)
    assert page.input_value("[name=applicant_name]") == "陈阿婆"
    page.fill("[name=residence_address]", "大龙社区1号")
    page.keyboard.press("F9", delay=HUMAN)
    page.wait_for_url("**/desk")
    page.click("text=陈**")
    page.wait_for_url("**draft=*")
    assert page.input_value("[name=residence_address]") == "大龙社区1号"


def test_a_wrong_number_is_said_in_place_and_has_the_focus(browser, live):
    page = browser()
    sign_in(page)
    page.goto("/desk/receive")
    page.click("button[value=MZ-006]")
    page.wait_for_url("**draft=*")
    page.evaluate("document.querySelector('#intake-form').noValidate = true")
    page.fill("[name=applicant_name]", "陈阿婆")
    page.fill("[name=id_number]", "529999194501010010")
    page.click("button[accesskey=s]")
    page.wait_for_selector("#id_number-error")
    assert page.evaluate("document.activeElement.name") == "id_number"
    assert page.input_value("[name=applicant_name]") == "陈阿婆"


def test_an_intake_needs_no_javascript(browser, live, tmp_path):
    page = browser(javascript=False)
    sign_in(page)
    page.click("[data-new]")
    page.fill("#words", "老年优待")
    page.click(".pick-item button")
    page.click("button[value=MZ-006]")
    page.wait_for_url("**draft=*")
    page.fill("[name=id_number]", id_number(2))
    page.fill("[name=applicant_name]", "陈阿公")
    page.click("[data-park]")
    page.wait_for_url("**/desk")
    page.click("text=陈**")
    page.wait_for_url("**draft=*")
    for line in range(2):
        page.check(f"[name='m-{line}-state'][value=held]")
    for name in ("f_card_class", "f_is_reissue"):
        page.check(f"[name={name}] >> nth=0")
    scan = Path(tmp_path) / "photo.png"
    scan.write_bytes(PNG)
    page.set_input_files("[name='m-1-scan']", scan)
    page.check("[name=identity_checked]")
    page.click("button[formaction*=instant]")
    page.wait_for_url("**/desk/cases/**")
    assert only_case(live).state == "delivered"


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060600000"
    "00050001a5f645400000000049454e44ae426082"
)
