"""I1, I2: every form × every field × every value, every address and parameter, as every role, on both databases; at the end
every page of everybody is looked at in Chromium: nothing of what was stored may run.

All values of one field are asked by all roles together: each of them sends a share of the list, the next one the other values.
"""

import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from app import moments
from app.extensions import limiter
from tests import hostile
from tests.canaries import NOON, Browser, address, canaries, plant
from tests.conftest import BROWSER
from tests.databases import Databases
from tests.deep._house import DATABASES
from tests.desk import Desk
from tests.house.test_access import PEOPLE
from tests.house.test_hostile import Fuzz, as_bytes

SHARE = int(os.environ.get("DESK_HOSTILE_SHARE") or 12)  # 12: each person sends every twelfth value to a field; 1: all of them
ENOUGH = 20_000  # requests on each database
APART = ("/logout", "/password", "/admin/users", "/second-factor")  # they end the session that asks, or are slow on purpose
HANGS = 10  # seconds
STRANGER = None


def main() -> Iterator[tuple[str, object, bool]]:
    limiter.enabled = False
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        with databases.fresh(kind, Path(tempfile.mkdtemp())) as app:
            fuzz = TimedFuzz(app)
            for browser in fuzz.browsers:
                fuzz.meet(browser)
                everything(fuzz, browser)
                print(f"{kind}: {browser.login}: {fuzz.asked} requests, {len(fuzz.wrong)} wrong", flush=True)
            for problem in fuzz.wrong[:20]:
                print(problem)
            yield f"requests, {kind}", f"{fuzz.asked} as {len(fuzz.browsers)} people", fuzz.asked >= ENOUGH
            yield f"5xx, traces, live markup, {kind}", len(fuzz.wrong), not fuzz.wrong
            yield f"slowest answer in seconds, {kind}", f"{fuzz.slowest:.1f} for {fuzz.slow}", fuzz.slowest <= HANGS
            pages, stored, ran = looked_at(fuzz)
            yield f"pages looked at in Chromium, with stored script in them, {kind}", f"{pages}, {stored}", stored > 0
            yield f"pages where it ran, {kind}", ran[:5] or 0, not ran


class TimedFuzz(Fuzz):
    """As every role; each meets a case of its own, so that no form is used up by those before."""

    def __init__(self, app):
        super().__init__(app)
        self.browsers = [Browser(app, login) for login in (*PEOPLE, STRANGER)]
        self.slowest, self.slow, self.cases = 0.0, "", []

    def meet(self, browser) -> None:
        own = next((bird for bird in canaries() if browser.login and bird.known_to(browser.login)), canaries()[0])
        with self.app.app_context(), moments.at(moments.datetime.fromisoformat(NOON)):
            self.bird = plant(replace(own, n=101 + 10 * len(self.cases)))
        self.cases.append((browser.login, self.bird))

    def ask(self, browser, method: str, url: str, **options):
        began = time.monotonic()
        answer = super().ask(browser, method, url, **options)
        if (took := time.monotonic() - began) > self.slowest:
            self.slowest, self.slow = took, f"{method} {url[:60]}"
        return answer


def everything(fuzz: Fuzz, browser) -> None:
    turn = count(fuzz.browsers.index(browser))
    for url, fields in fuzz.forms(browser).items():
        if url.startswith(APART):
            continue
        fields |= {"csrf_token": browser.token()}
        for name in fields.keys() - {"csrf_token"}:
            for value in (*hostile.VALUES, hostile.LONG)[next(turn) % SHARE :: SHARE]:
                fuzz.ask(browser, "POST", url, data=as_bytes(fields | {name: value}))
    for rule in hostile.pages(fuzz.app):
        if rule.arguments:
            for segment in hostile.SEGMENTS[next(turn) % 4 :: 4]:
                fuzz.ask(browser, "GET", hostile.url_of(fuzz.app, rule, segment))
        if address(fuzz.app, rule, fuzz.bird).endswith(".pdf"):
            continue
        for value in hostile.VALUES[next(turn) % SHARE :: SHARE]:
            fuzz.ask(browser, "GET", hostile.with_parameters(fuzz.app, rule, fuzz.bird, value))


def looked_at(fuzz: TimedFuzz) -> tuple[int, int, list[str]]:
    """(pages, pages with our mark in their text, addresses where something of it ran or stands as live markup)."""
    pages, stored, ran = 0, 0, []
    with _served(fuzz.app) as url, _chromium() as chromium:
        for login, bird in fuzz.cases:
            page = chromium.new_page(base_url=url)
            page.add_init_script(f"window.ran = 0; window.{hostile.MARK} = () => {{ window.ran += 1; }};")
            if login:
                desk = Desk(fuzz.app).sign_in(login)
                page.context.add_cookies([{"name": "desk", "value": desk.client.get_cookie("desk").value, "url": url}])
            for rule in hostile.pages(fuzz.app):
                where = address(fuzz.app, rule, bird)
                if where.endswith(".pdf") or rule.rule.startswith(("/logout", "/static")):
                    continue
                try:
                    answer = page.goto(where, wait_until="load")
                except Exception:  # a file, which Chromium saves and does not show
                    continue
                if answer is None or "html" not in answer.headers.get("content-type", ""):
                    continue
                pages += 1
                page.mouse.move(400, 300)
                stored += hostile.MARK in page.content()
                alive = page.evaluate("document.querySelectorAll('script:not([src]), img[src=x], svg[onload], [onerror], [onmouseover]').length")
                if answer.status >= 500 or alive or page.evaluate("window.ran"):
                    ran.append(f"{where} as {login} ({answer.status})")
            page.close()
    return pages, stored, ran


@contextmanager
def _served(app):
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(BROWSER))
        yield browser
        browser.close()
