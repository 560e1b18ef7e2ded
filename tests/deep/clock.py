"""F6: the machine's clock is set back by two hours and three days and on by a day while eight clerks save."""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from app.calendar.due import due
from app.calendar.find import calendar_for
from app.cases import clocks, journal
from app.cases.models import Case
from app.cases.steps import STEPS
from app.catalog.find import spec_of
from app.extensions import db
from app.jobs.demo import PASSWORD
from tests.databases import Databases
from tests.deep._clerks import Clerk, Crew, page_token
from tests.deep._house import DATABASES, end, house, start
from tests.machine_clock import MachineClock

SECONDS = float(os.environ.get("DESK_CLOCK_SECONDS") or 20)  # after each setting
SHIFTS = ("-2h", "-3d", "+1d", "+0")


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        with house(databases, kind) as (app, folder, _server):
            yield from _set(app, kind, folder)


def _set(app, kind: str, folder: Path) -> Iterator[tuple[str, object, bool]]:
    clock = MachineClock(folder)
    desk = start(app, folder, **clock.settings).is_open()
    crew = Crew(app, f"http://127.0.0.1:{desk.port}").begin()
    try:
        crew.wait_for_an_answer(0)
        for shift in SHIFTS:
            before, clock_set = crew.told.statuses.copy(), time.monotonic()
            clock.set(shift)
            took = crew.wait_for_an_answer(clock_set, 30)
            time.sleep(SECONDS)
            seen = crew.told.statuses - before
            yield f"{shift}: answers; seconds to the first save, {kind}", f"{dict(seen)}; {took:.1f}", seen[204] > 20 and took <= 10
            came_in = _sign_in(crew)
            yield f"{shift}: somebody new signs in, {kind}", came_in, came_in.startswith("303 /") and "login" not in came_in
    finally:
        crew.end()
        if crew.told.wrong:
            print(desk.mishaps()[-6000:], file=sys.stderr)
        end(desk)
    told = crew.told
    yield f"acknowledged writes, {kind}", f"{told.writes}, {len(told.cases)} cases, {len(told.sheets)} sheets", bool(told.cases)
    yield f"5xx, thrown out, other than wanted, {kind}", told.wrong[:5] or 0, not told.wrong
    lost = crew.missing()
    yield f"lost, twice or unproved, {kind}", lost[:5] or 0, not lost
    with app.app_context():
        cases = db.session.scalars(select(Case).where(Case.case_no.in_(told.cases))).all()
        yield f"case numbers that are there twice, {kind}", len(cases) - len({case.case_no for case in cases}), len(cases) == len(told.cases)
        days = Counter(str(case.accepted_on) for case in cases)
        wrong = [case.case_no for case in cases if not _in_order(case) or not _due_right(case)]
        yield f"journals out of order, due dates wrong, of the cases of so many days, {kind}", f"{wrong[:5] or 0} of {dict(days)}", not wrong and len(days) > 2


def _in_order(case: Case) -> bool:
    return [entry.seq for entry in journal.entries_of(case.id)] == list(range(1, case.seq + 1))


def _due_right(case: Case) -> bool:
    """Reckoned once more from the day of acceptance, and every clock from the journal."""
    face = clocks.face_of(case)
    run, spec = face.running("promise"), spec_of(case.item_version_id)
    same = clocks.rebuild(case, journal.entries_of(case.id), STEPS) == face
    return same and run is not None and case.due_on == due(case.accepted_on, spec.promised_days, spec.time_unit, calendar_for(case.centre_id)).on


def _sign_in(crew: Crew) -> str:
    """By name and password, as one does in the morning."""
    clerk = Clerk(crew, 0)
    clerk.cookie = ""
    _status, text, headers, _raw = clerk.ask("/login")
    clerk.cookie, clerk.token = headers["Set-Cookie"].split(";")[0], page_token(text)
    answer = clerk.ask("/login", {"login": "xwz-01.clerk", "password": PASSWORD})
    return f"{answer[0]} {answer[2].get('Location')}"
