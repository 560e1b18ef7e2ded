"""F8 sends what was just made to the printer: no preview, the page stays where it is."""

from app.documents.models import Document
from app.extensions import db
from tests.desk import Desk
from tests.filled import filled
from tests.receive.test_intake import begin
from tests.receive.test_intake_in_browser import sign_in


def test_f8_prints_every_sheet_of_the_step_and_opens_none(browser, live):
    clerk = Desk(live.app).sign_in("wf-01.clerk")
    address = begin(clerk, "MZ-001")
    case = clerk.post(address, filled(clerk.get(address)) | {"then": "accept"}).location
    page = browser()
    # Chromium without a screen dies of printing any PDF; what is asked of the printer is counted instead.
    page.add_init_script("window.print = () => { top.printed = (top.printed || 0) + 1; }")
    sign_in(page)
    page.goto(case)
    asked = []
    page.on("request", lambda request: asked.append((request.frame == page.main_frame, request.url)) if ".pdf" in request.url else None)
    page.keyboard.press("F8")
    page.wait_for_selector("#banner >> text=已送打印")
    page.wait_for_function("() => top.printed === 2")
    page.wait_for_timeout(300)
    with live.app.app_context():
        made = db.session.scalar(db.select(db.func.count()).select_from(Document))
    assert len({url for _main, url in asked}) == made == 2 and not any(main for main, _url in asked)
    assert page.evaluate("top.printed") == 2
    assert page.url.endswith(case.split("/")[-1])
