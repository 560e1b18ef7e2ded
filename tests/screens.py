"""Draw the main pages, as bin/screens asks: a throw-away desk with synthetic cases, looked at in Chromium."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from app.cases.models import Case
from app.cases.numbering import grouped
from app.extensions import db
from app.jobs import city, demo, nightly
from app.jobs.demo import cases as demo_cases
from app.jobs.migrate import migrate
from app.jobs.serve import SAMPLE_CITY
from tests.conftest import BROWSER
from tests.databases import make_app

FOLDER = Path("docs/screens")
WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
CASES = 90


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with desk() as (url, app), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(BROWSER))
        with app.app_context():
            pages = list(wanted())
        for name, login, address, size in pages:
            draw(browser, url, name, login, address, size)
            print(f"docs/screens/{name}.png  {address}")
        browser.close()


@contextmanager
def desk():
    """The product behind a real port, with cases in every state; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(f"sqlite:///{folder}/desk.db", Path(folder))
        with app.app_context():
            migrate()
            city.load_city(SAMPLE_CITY)
            demo.make_accounts()
            for _case in demo_cases.load(CASES, seed=7):
                pass
            nightly.run()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}", app
        server.shutdown()


def wanted():
    """(name, who looks or "", address, size) of each picture."""
    case = db.session.scalar(db.select(Case).where(Case.state == "processing").order_by(Case.id.desc()))
    clerk = f"{case.centre_id}.clerk"
    yield "desk", clerk, "/desk", WIDE
    yield "receive", clerk, "draft:MZ-001", WIDE
    yield "case", clerk, f"/desk/cases/{case.case_no}", WIDE
    yield "case-phone", clerk, f"/desk/cases/{case.case_no}", PHONE
    yield "ledger", clerk, f"/desk/cases/{case.case_no}/ledger", WIDE
    yield "slips", clerk, "/desk/slips", WIDE
    yield "office", "civil_affairs.officer", "/office", WIDE
    yield "oversight", "governance_centre.supervisor", "/oversight", WIDE
    yield "home", "", "/", PHONE
    yield "status", "", f"/status/{grouped(case.status_code)}", PHONE
    yield "guide", "", "/guides/MZ-001", PHONE


def draw(browser: Browser, url: str, name: str, login: str, address: str, size: dict) -> None:
    context = browser.new_context(base_url=url, locale="zh-CN", viewport=size)
    page = context.new_page()
    if login:
        page.goto("/login")
        page.fill("[name=login]", login)
        page.fill("[name=password]", demo.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda there: "/login" not in there)
    if address.startswith("draft:"):
        page.goto("/desk/receive")
        page.click(f"button[value={address.removeprefix('draft:')}]")
        page.wait_for_url("**draft=*")
    else:
        page.goto(address)
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()
