"""The machine by the door: no way out of it, forgets after a minute, prints a receipt again, reads the code."""

from urllib.parse import parse_qs, urlsplit

from tests.backoffice import received

KIOSK = "/kiosk?centre=wf-01"


def test_every_link_stays_inside_and_carries_the_machine_along(desk, app):
    page = desk.get(KIOSK)
    todo, seen = [link["href"] for link in page.select("a[href^='/']")], set()
    while todo:
        url = todo.pop()
        if url in seen or len(seen) > 40:
            continue
        seen.add(url)
        asked = urlsplit(url)
        assert asked.path.split("/")[1] in ("kiosk", "status", "guides", "centres", "verify", "privacy"), url
        assert parse_qs(asked.query).get("kiosk") == ["wf-01"], url
        page = desk.get(url)
        assert page.html["data-home"].startswith("/kiosk?") and "kiosk" in page.html["class"]
        assert not page.select("a[href='/login'], a[target]")
        todo += [link["href"] for link in page.select("a[href^='/']") if "/guides/" not in link["href"]]
    assert len(seen) > 3
    assert "English" in desk.get(KIOSK).get_text()
    assert desk.get(KIOSK + "&lang=en").html["lang"] == "en"
    assert "data-home" not in desk.get("/").html.attrs


def test_a_number_taken_at_the_machine_leads_back_to_it(desk):
    answer = desk.post(KIOSK, {"centre_id": "wf-01"}, page=KIOSK)
    page = desk.get(answer.location)
    assert page.select_one(".ticket") and page.html["data-home"]== "/kiosk?big=1&kiosk=wf-01"


def test_starting_again_forgets_who_was_here(desk, app):
    with app.app_context():
        case = received("MZ-001")
        code, last_four = case.status_code, case.id_number[-4:]
    status = f"/status/{code}?big=1&kiosk=wf-01"
    desk.post("/status?big=1&kiosk=wf-01", {"code": code, "last_four": last_four}, page="/status?big=1&kiosk=wf-01")
    page = desk.get(status)
    sheet = page.select_one("a[data-print-here]")
    assert sheet and "打印" in sheet.get_text()
    answer = desk.fetch(sheet["href"])
    assert answer.mimetype == "application/pdf" and answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    desk.get(KIOSK)
    assert not desk.get(status).select("a[data-print-here]")
    desk.fetch(sheet["href"], expect=404)


def test_after_a_minute_without_a_touch_it_begins_anew(browser, live):
    page = browser(width=1080, height=1920)
    page.clock.install()
    page.goto(KIOSK)
    page.click("text=查进度、补打凭证")
    page.wait_for_url("**/status?**kiosk=wf-01**")
    page.clock.fast_forward(40_000)
    page.mouse.click(500, 1500)
    page.clock.fast_forward(52_000)
    assert "十秒后回到首页" in page.inner_text("#banner") and "/status" in page.url
    page.clock.fast_forward(9_000)
    page.wait_for_url("**/kiosk?**kiosk=wf-01**")
