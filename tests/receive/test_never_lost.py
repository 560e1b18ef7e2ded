"""Nothing typed at the counter is lost: session over, network cut, server gone, browser killed."""

import os
import random
import shutil
import time
from contextlib import suppress
from datetime import timedelta
from threading import Thread

from werkzeug.serving import make_server

from app.cases.models import Case
from app.extensions import db, one_transaction
from app.moments import now
from app.people.models import LoginSession
from tests.conftest import BROWSER
from tests.receive.test_intake_in_browser import PASSWORD, sign_in
from tests.receive.test_scanner import open_intake
from tests.sample import id_number

KILLS = int(os.environ.get("DESK_KILLS") or 3)  # 30 in the deep check
CUT = float(os.environ.get("DESK_CUT_SECONDS") or 2)  # 60 in the deep check


def fill_in(page) -> None:
    """Whatever the rest of 老年优待证 asks for."""
    for line in range(2):
        page.check(f"[name='m-{line}-state'][value=held]")
    for name in ("f_card_class", "f_is_reissue"):
        page.check(f"[name={name}] >> nth=0")


def saved(page) -> None:
    page.wait_for_function("() => document.querySelector('[data-autosave-status]').textContent.startsWith('已保存')")


def one_case_in_the_end(page, live) -> None:
    page.keyboard.press("Control+Enter") if page.is_hidden("button[accesskey=s]") else page.click("button[accesskey=s]")
    page.wait_for_url("**/desk/cases/**")
    with live.app.app_context():
        cases = list(db.session.scalars(db.select(Case)))
        assert [case.applicant_name for case in cases] == ["陈阿婆"]


def test_a_session_that_ended_while_typing_leads_back_to_the_same_form(browser, live):
    page = browser()
    sign_in(page)
    open_intake(page, "MZ-006")
    page.fill("[name=id_number]", id_number(1))
    with live.app.app_context(), one_transaction():
        db.session.execute(db.update(LoginSession).values(seen_at=now() - timedelta(hours=2)))
    page.fill("[name=applicant_name]", "陈阿婆")
    saved(page)
    fill_in(page)
    page.fill("[name=phone]", "13800000001")
    page.click("button[accesskey=s]")
    page.wait_for_url(lambda url: "/login?next=" in url)
    page.fill("[name=login]", "wf-01.clerk")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/desk/receive?draft=" in url)
    typed = {name: page.input_value(f"[name={name}]") for name in ("id_number", "applicant_name", "phone")}
    assert typed == {"id_number": id_number(1), "applicant_name": "陈阿婆", "phone": "13800000001"}
    assert page.is_checked("[name='m-1-state'][value=held]")
    one_case_in_the_end(page, live)


def test_who_signed_out_keeps_nothing_any_more(desk, app):
    clerk = desk.sign_in("wf-01.clerk")
    address = clerk.post("/desk/drafts", {"item_code": "MZ-006"}, page="/desk/receive").location
    draft = address.split("draft=")[1]
    clerk.post("/logout", {}, page="/desk")
    clerk.post(f"/desk/drafts/{draft}", {"applicant_name": "陈阿婆"}, page="/login", expect=401)


def test_a_cut_network_keeps_the_typing_says_so_and_goes_on(chromium, live):
    context = chromium.new_context(base_url=live.url, viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    sign_in(page)
    address = open_intake(page, "MZ-006")
    page.fill("[name=id_number]", id_number(1))
    saved(page)
    context.set_offline(True)
    page.fill("[name=applicant_name]", "陈阿婆")
    page.wait_for_selector("text=网络断开，内容还在本页")
    fill_in(page)
    page.click("button[accesskey=s]")
    page.wait_for_selector("#banner >> text=网络断开了")
    page.wait_for_timeout(CUT * 1000)
    assert page.url == address and page.input_value("[name=applicant_name]") == "陈阿婆"
    context.set_offline(False)
    saved(page)
    page.reload()
    assert page.input_value("[name=applicant_name]") == "陈阿婆"
    one_case_in_the_end(page, live)
    context.close()


def test_a_server_that_starts_again_finds_everything(chromium, live):
    context = chromium.new_context(base_url=live.url, viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    sign_in(page)
    open_intake(page, "MZ-006")
    page.fill("[name=id_number]", id_number(1))
    live.shutdown()
    live.server_close()
    page.fill("[name=applicant_name]", "陈阿婆")
    page.wait_for_selector("text=网络断开，内容还在本页")
    fill_in(page)
    again = make_server("127.0.0.1", live.port, live.app, threaded=True)
    Thread(target=again.serve_forever, daemon=True).start()
    try:
        page.wait_for_function("() => document.querySelector('[data-autosave-status]').textContent.startsWith('已保存')", timeout=20_000)
        page.reload()
        assert page.input_value("[name=applicant_name]") == "陈阿婆"
        one_case_in_the_end(page, live)
    finally:
        context.close()
        again.shutdown()
        again.server_close()


FIELDS = ("id_number", "applicant_name", "phone", "residence_address", "household_address")


def test_a_browser_killed_at_any_moment_loses_no_field_older_than_a_second(chromium, live):
    dice = random.Random(8)
    visit = chromium.new_context(base_url=live.url)
    page = visit.new_page()
    sign_in(page)
    address, cookies = open_intake(page, "MZ-006"), visit.storage_state()
    visit.close()
    kept, survived = {}, 0
    for kill in range(KILLS):
        doomed = chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=list(BROWSER))
        page = doomed.new_context(base_url=live.url, storage_state=cookies).new_page()
        page.goto(address)
        for name, value in kept.items():
            assert page.input_value(f"[name={name}]") == value, f"{name} was lost by kill {kill}"
            survived += 1
        typed = {}
        for name in dice.sample(FIELDS, dice.randint(1, 4)):
            words = f"{name[:4]}{kill}{dice.randrange(10**6)}"
            page.fill(f"[name={name}]", words)
            typed[name] = (time.monotonic(), words)
            time.sleep(dice.uniform(0, 0.7))
        oldest = next(iter(typed.values()))[0]
        least = 1.1 - (time.monotonic() - oldest) if kill % 2 == 0 else 0  # every other time something is old enough to stay
        time.sleep(max(least, dice.uniform(0, 1.2)))
        died = time.monotonic()
        with suppress(Exception):  # it cannot say goodbye
            doomed.new_browser_cdp_session().send("Browser.crash")
        for name, (at, words) in typed.items():
            if died - at > 1:
                kept[name] = words
            else:
                kept.pop(name, None)  # may be there or not
    assert survived >= KILLS // 2, "the test must have seen fields survive"
