"""The supervisor's figures over 20,000 demo cases against the slow recount from the journal, on both databases.

The first cases are brought about by the real verbs; the others are copies of their rows, because only counting is
tested here. Statements a page are counted before and after, and once more when 100,000 cases are open.
"""

import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from app import moments
from app.cases import figures
from app.cases.models import Case
from app.extensions import db
from app.jobs import nightly
from app.jobs.demo import cases as demo_cases
from app.oversight.asked import Asked
from tests import backoffice, sample
from tests.databases import KINDS, Databases
from tests.desk import Desk
from tests.oversight import copies, recount

LIVED, ALL, OPEN_NOW = 200, 20_000, 100_000
AT = datetime(2026, 11, 23, 15, 0)
PAGES = ("/oversight", "/oversight/red", "/oversight/register", "/oversight/statistics", "/oversight/trips")
PERIODS = (("2026-10-01", "2026-11-23"), ("2026-11-01", "2026-11-30"), ("2026-11-12", "2026-11-12"))


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in KINDS:
        with databases.fresh(kind, Path(tempfile.mkdtemp())) as app, moments.at(AT):
            yield from _figures(app, kind)


def _figures(app, kind: str) -> Iterator[tuple[str, object, bool]]:
    with app.app_context():
        for _case in demo_cases.load(LIVED, seed=7):
            pass
        nightly.run()
        before, first = _statements(app), db.session.scalar(db.select(db.func.max(Case.id)))  # children of joint cases too
        cases = copies.multiply(ALL // LIVED + 1)
    yield f"cases, {kind}", cases, cases >= ALL
    with app.app_context():
        yield f"figures that steps kept up wrongly, {kind}", len(list(figures.broken())), not list(figures.broken())
    with app.app_context():
        told, by, wrong = recount.stories(), sample.actor("service_admin.supervisor"), {}
        for since, until in PERIODS:
            wrong |= recount.differences(by, told, Asked(since=date.fromisoformat(since), until=date.fromisoformat(until)))
    yield f"figures that differ from the recount, {kind}", wrong or 0, not wrong
    after = _statements(app)
    yield f"statements of {len(PAGES)} pages, {kind}", after, after == before
    with app.app_context():
        now_open = copies.add_open(OPEN_NOW, first)
    yield f"open cases, {kind}", now_open, now_open >= OPEN_NOW
    after = _statements(app)
    yield f"statements of {len(PAGES)} pages, {kind}", after, after == before
    desk = Desk(app).sign_in("service_admin.supervisor")
    for page in PAGES:
        desk.fetch(page)
        began = time.process_time()
        desk.fetch(page)
        yield f"CPU seconds of {page}, {kind}", f"{time.process_time() - began:.3f}", True


def _statements(app) -> list[int]:
    desk = Desk(app).sign_in("service_admin.supervisor")
    counted = []
    for page in PAGES:
        desk.fetch(page)
        with backoffice.statements(app) as asked:
            desk.fetch(page)
        counted.append(len(asked))
    return counted
