"""A fresh desk in the sample city for every test, on SQLite and on PostgreSQL."""

import os
import shutil
import socket
from contextlib import ExitStack
from datetime import datetime
from threading import Thread

import pytest
from werkzeug.serving import make_server

from app import moments
from tests.databases import KINDS, Databases, make_app
from tests.desk import Desk

BROWSER = (
    "--no-sandbox", "--disable-background-networking", "--disable-gpu",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
EXPECTED = tuple(f"status of {status}" for status in (401, 403, 404, 409, 422, 503))  # refusals in words


def pytest_addoption(parser):
    parser.addoption("--update-addresses", action="store_true", help="write tests/house/addresses.txt anew")


@pytest.fixture(scope="session")
def databases(tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "databases"
    shared.mkdir(exist_ok=True)
    return Databases(shared)


@pytest.fixture(params=KINDS)
def database(request):
    """The kind of database; a test that uses `app` runs on both."""
    return request.param


@pytest.fixture
def app(database, databases, tmp_path):
    """The product on its own copy of the sample city. No app context is open: `with app.app_context():`."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with databases.fresh(database, data_dir) as app:
        yield app


@pytest.fixture
def empty_app(database, databases, tmp_path):
    """The product on a database without tables."""
    with databases.empty(database, tmp_path) as app:
        yield app


@pytest.fixture(scope="session")
def app_once(tmp_path_factory):
    """The product without tables, made once: for tests that only look at addresses and templates."""
    data_dir = tmp_path_factory.mktemp("once")
    return make_app(f"sqlite:///{data_dir}/desk.db", data_dir)


@pytest.fixture
def inside(app):
    """An open app context, for tests of verbs. Pages asked through `desk` do not share it."""
    with app.app_context():
        yield app


@pytest.fixture
def desk(app):
    """One browser, nobody signed in yet: `desk.sign_in("wf-01.clerk")`."""
    return Desk(app)


@pytest.fixture
def desk_of(app):
    """A browser for each person: `desk_of("wf-01.clerk").get("/desk")`."""
    desks = {}

    def sit_down(login: str) -> Desk:
        if login not in desks:
            desks[login] = Desk(app).sign_in(login)
        return desks[login]

    return sit_down


@pytest.fixture
def clock():
    """Set the time: `clock("2026-12-03 09:30")`, again for later; it stands still until then."""
    with ExitStack() as stack:

        def set_to(moment: str | datetime) -> datetime:
            stack.pop_all().close()
            when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
            stack.enter_context(moments.at(when))
            return moments.now()

        yield set_to


@pytest.fixture
def live(databases, tmp_path):
    """The product behind a real port, on SQLite; `live.url`, `live.app`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    data_dir = tmp_path / "live"
    data_dir.mkdir()
    with databases.fresh("sqlite", data_dir, BASE_URL=url) as app:
        server = make_server("127.0.0.1", port, app, threaded=True)
        server.url, server.app = url, app
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


def start_chromium(playwright):
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(BROWSER), headless=True)


@pytest.fixture(scope="session")
def chromium(playwright):
    """The browser that the tests share."""
    browser = start_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture
def launch(playwright):
    """Start a browser of one's own, with its own process: `launch()`."""
    started = []

    def begin():
        started.append(start_chromium(playwright))
        return started[-1]

    yield begin
    for browser in started:
        browser.close()


@pytest.fixture
def browser(chromium, live):
    """Open a page in Chromium: `browser()` or `browser(javascript=False, width=390)`; complaints fail."""
    complaints, contexts = [], []

    def listen(page):
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        return page

    def open_page(javascript: bool = True, width: int = 1366, height: int = 768, **options):
        context = chromium.new_context(
            base_url=live.url, java_script_enabled=javascript, locale="zh-CN",
            viewport={"width": width, "height": height}, **options,
        )  # fmt: skip
        context.set_default_timeout(10_000)
        contexts.append(context)
        return listen(context.new_page())

    yield open_page
    for context in contexts:
        context.close()
    unexpected = [line for line in complaints if not any(status in line for status in EXPECTED)]
    assert not unexpected, f"the browser complained: {unexpected}"
