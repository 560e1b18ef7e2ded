"""The long fuzz: every form × every field × every value, as five kinds of people, on both databases."""

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from app.extensions import limiter
from tests import hostile
from tests.canaries import address
from tests.databases import KINDS, Databases
from tests.house.test_hostile import Fuzz, as_bytes

SHARE = int(os.environ.get("DESK_HOSTILE_SHARE") or 1)  # 4: each field gets every fourth value, the next field the other ones
APART = ("/logout", "/password", "/login", "/admin/users")  # they end the session that asks, or are slow on purpose


def main() -> Iterator[tuple[str, object, bool]]:
    limiter.enabled = False
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in KINDS:
        folder = Path(tempfile.mkdtemp())
        with databases.fresh(kind, folder) as app:
            fuzz = Fuzz(app)
            everything(fuzz)
        for problem in fuzz.wrong[:20]:
            print(problem)
        yield f"requests, {kind}", fuzz.asked, fuzz.asked >= 10_000
        yield f"5xx, traces, live markup, {kind}", len(fuzz.wrong), not fuzz.wrong


def everything(fuzz: Fuzz) -> None:
    turn = count()
    for browser in fuzz.browsers:
        for url, fields in fuzz.forms(browser).items():
            if url.startswith(APART):
                continue
            fields |= {"csrf_token": browser.token()}
            for name in fields.keys() - {"csrf_token"}:
                for value in (*hostile.VALUES, hostile.LONG)[next(turn) % SHARE :: SHARE]:
                    fuzz.ask(browser, "POST", url, data=as_bytes(fields | {name: value}))
        for rule in hostile.pages(fuzz.app):
            if rule.arguments:
                for segment in hostile.SEGMENTS:
                    fuzz.ask(browser, "GET", hostile.url_of(fuzz.app, rule, segment))
            for value in hostile.VALUES[next(turn) % SHARE :: SHARE]:
                if address(fuzz.app, rule, fuzz.bird).endswith(".pdf"):
                    break
                fuzz.ask(browser, "GET", hostile.with_parameters(fuzz.app, rule, fuzz.bird, value))
