"""Without HTTP: search, the nightly work, the proof of the journal, loading, memory and the first page."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import event, func, select, text

from app.cases.find import find_cases
from app.cases.models import Case, JournalEntry
from app.catalog.find import items
from app.catalog.find import search as search_items
from app.extensions import db, forget_what_was_read
from app.jobs.demo.bulk import Bulk
from app.jobs.demo.check import SAMPLE
from app.people.find import user_by_login
from app.people.sessions import actor_for
from bench.data import Database, furnish, inside, tomorrow
from bench.figures import Figure, against, at_least, at_most
from bench.pages import Run, busiest, cookie, size
from bench.serve import CLIENT, CORES, HOUSE, Client, Server, memory, serving, tree

MILLION, MANY_OPEN = 1_000_000, 100_000
A_DAY_OF_A_MILLION = 550  # copies, when a million is spread over five years


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────


def search(run: Run) -> list[Figure]:
    """The statements of a search with their rows, by kind of word; the 95th percentile over sixty words."""
    figures = []
    with inside(run.big) as app:
        by = actor_for(user_by_login("service_admin.supervisor"))
        clerk = actor_for(user_by_login("wf-01.clerk"))
        for kind, words in _words().items():
            for whose, who in (("city", by), ("centre", clerk)):
                took = sorted(median(_in_database(app, word, who) for _ in range(3)) for word in words)
                p95 = took[int(len(took) * 0.95)]
                figures.append(at_most("search", f"by {kind}, {whose}, p95, {size(run.big)} cases", [p95], 0.5, "ms"))
        figures.append(at_most("search", "item by pinyin initials, p95", [_items_by_initials()], 0.5, "ms", note=NAMES_BY_INITIALS))
    return figures


NAMES_BY_INITIALS = "the catalogue stands in memory: no statement; people are found by characters, not by initials"


def _items_by_initials() -> float:
    """Milliseconds of CPU for the first three initials of each item, the versions read as in any request."""
    took = []
    for listed in items():
        started = time.process_time()
        search_items(listed.initials[:3])
        took.append((time.process_time() - started) * 1000)
    return sorted(took)[int(len(took) * 0.95)]


def _words() -> dict[str, list[str]]:
    dice = Random(3)
    rows = db.session.scalars(select(Case).where(Case.id_number.is_not(None)).order_by(Case.id).limit(1000)).all()
    some = dice.sample(rows, 60)
    return {
        "number": [one.case_no for one in some],
        "ID": [one.id_number for one in some],
        "phone": [one.phone for one in some if one.phone],
        "two characters of a name": [one.applicant_name[:2] for one in some],
        "name of three characters": [one.applicant_name for one in some if len(one.applicant_name) == 3],
        "two characters nobody has": ["鑫淼", "欧阳", "上官"] * 10,
    }


def _in_database(app, word: str, by) -> float:
    """Milliseconds from the statement to its last row, without our objects."""
    asked = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    find_cases(word, by)
    event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection().connection.driver_connection
    spent = 0.0
    for statement, parameters in asked:
        cursor = connection.cursor()
        started = time.perf_counter()
        cursor.execute(statement, parameters)
        cursor.fetchall()
        spent += time.perf_counter() - started
    forget_what_was_read()  # as a page ends: what PostgreSQL has prepared stays prepared
    return spent * 1000


# ── proofs and nights ────────────────────────────────────────────────────────────────────────────────────────


def audit(run: Run) -> list[Figure]:
    """In a process of its own, one case against all: what the command costs before its first row is not counted."""
    database = run.small if run.quick else run.big
    with inside(database):
        events = db.session.scalar(select(func.count()).select_from(JournalEntry))
        one = db.session.scalar(select(Case.case_no).limit(1))
    started, little, _said = _command(database, "audit", "verify", "--case", one)
    spent, much, _said = _command(database, "audit", "verify")
    for_million = (spent - started) * MILLION / events
    return [
        at_most("audit", "audit verify, 1 M events", [for_million], 60, "s CPU", note=f"reckoned from {events:,} events"),
        at_most("audit", f"memory for {events:,} events ÷ one case", [much / little], 1.15, "×", note=f"{much:.0f} MB"),
    ]


def _command(database: Database, *words: str) -> tuple[float, float, str]:
    """Seconds of CPU, the highest resident memory in MB, and the words of one command."""
    watch = (
        "import json,resource,subprocess,sys;done=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,text=True);"
        "used=resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(json.dumps([used.ru_utime+used.ru_stime,used.ru_maxrss/1024,done.returncode,done.stdout]))"
    )
    command = [sys.executable, "-c", watch, sys.executable, "-m", "flask", "--app", "wsgi", *words]
    said = subprocess.run(command, cwd=HOUSE, env=os.environ | database.environment(), capture_output=True, text=True, check=True)
    spent, highest, status, words_said = json.loads(said.stdout.splitlines()[-1])
    if status:
        raise RuntimeError(f"{' '.join(words)} ended with {status}: {words_said[-500:]}")
    return spent, highest, words_said


def nightly_section(run: Run) -> list[Figure]:
    """A night of a desk that has done all nights before, in a process of its own, beside a clerk who asks for the queue."""
    database = run.store.copy(run.small if run.quick else run.big)
    with inside(database) as app:
        rows = select(func.count()).select_from(Case).where(Case.ended_at.is_(None))
        open_now, (_office, login), at = db.session.scalar(rows), busiest(), tomorrow().isoformat(timespec="minutes")[:16]
        carried = cookie(app, login)
    _command(database, "nightly")
    started_for, _memory, _said = _command(database, "calendar", "due", "2026-11-23", "1")
    with serving("desk", database) as server:
        alone = _asked_until(Client(server, carried), threading.Event(), 60)
        over, beside = threading.Event(), []
        clerk = threading.Thread(target=lambda: beside.extend(_asked_until(Client(server, carried), over)))
        clerk.start()
        started, before = time.monotonic(), database.cpu()
        try:
            spent, highest, steps = _command(database, "nightly", "--at", at)
        finally:
            over.set()
            clerk.join()
        took, spent = time.monotonic() - started, spent - started_for + database.cpu() - before
    done = sum(int(line.split()[-1]) for line in steps.splitlines() if line.split()[-1:] and line.split()[-1].isdigit())
    share = 1 if open_now > MANY_OPEN / 2 else MANY_OPEN / max(1, open_now)
    note = f"{open_now:,} open cases, {done:,} steps taken{'' if share == 1 else '; reckoned up'}; {took:.0f} s by the clock"
    p95 = [sorted(some)[int(len(some) * 0.95)] for some in (beside, alone)]
    return [
        at_most("nightly", "one night, 100,000 open cases", [spent * share], 300, "s CPU", note=note),
        at_most("nightly", "memory of the night", [highest], 300, "MB"),
        against("nightly", "queue beside the night ÷ alone, p95", [p95[0]], [p95[1]], 2, unit="ms", note=f"{len(beside)} asked; wall clock"),
    ]


def _asked_until(clerk: Client, over: threading.Event, most: int = 100_000) -> list[float]:
    """Milliseconds of each look at the queue, five a second."""
    waits = []
    while len(waits) < max(20, most if not over.is_set() else 0) and not (over.is_set() and len(waits) >= 20):
        started = time.monotonic()
        clerk.ask("/office")
        waits.append((time.monotonic() - started) * 1000)
        time.sleep(0.2)
    return waits


def load(run: Run) -> list[Figure]:
    """Cases a second into an empty desk, from the last story told to the first that is told again: rows, indexes, statistics
    and seals. What the whole command took stands beside it."""
    (count, stories), moments_of = (20_000, 24) if run.quick else (60_000, 60), {}
    database = run.store.empty_one()
    os.sched_setaffinity(0, CORES)  # the command takes what there is
    try:
        with inside(database):
            furnish()
            begun = time.monotonic()

            def tick(what: str) -> None:
                if what == "told" or what not in moments_of:
                    moments_of[what] = time.monotonic(), sum(os.times()[:4]) + database.cpu()

            problems = list(Bulk(count, 99, count // A_DAY_OF_A_MILLION, stories=stories).run(tick))
            whole = time.monotonic() - begun
    finally:
        os.sched_setaffinity(0, CLIENT)
    (before, cpu_before), (after, cpu_after) = moments_of["told"], moments_of["checked"]
    told = f"{stories} stories by the verbs, {count:,} copies, {min(stories, SAMPLE)} told again: {whole:.0f} s; not equal: {len(problems)}"
    return [
        at_least("load", "demo load", count / (after - before), 2000, "cases a second", note=f"wall clock, {len(CORES)} cores; {told}"),
        Figure("load", "demo load, CPU of all cores", count / (cpu_after - cpu_before), "cases a CPU second"),
    ]


# ── memory and the first page ────────────────────────────────────────────────────────────────────────────────


def memory_section(run: Run) -> list[Figure]:
    """As bin/serve starts it, worker process apart; and the room a case takes on disk."""
    with inside(run.big) as app:
        carried = cookie(app, "wf-01.clerk")
    waits = [_first_page(run, carried) for _ in range(run.rounds)]
    server = Server("desk", run.big, workers=2)
    try:
        server.wait("/")
        for _ in range(50):
            for path in ("/desk", "/office", "/guides", "/"):
                with suppress(OSError):
                    Client(server, carried).ask(path)
        held = sum(map(memory, tree(server.process.pid)))
    finally:
        server.stop()
    return [
        at_most("memory", "two workers, proportional set size", [held], 130, "MB"),
        at_most("memory", "start to first page, CPU", [cpu for _wait, cpu in waits], 1.0, "s CPU"),
        Figure("memory", "start to first page, waiting", median(wait for wait, _cpu in waits), "s", note="wall clock"),
        *_disk(run.big),
    ]


def _first_page(run: Run, carried: str) -> tuple[float, float]:
    before = run.big.cpu()
    server = Server("desk", run.big)
    try:
        waited = server.wait("/login")
        return waited, server.cpu() - before
    finally:
        server.stop()


def _disk(database: Database) -> list[Figure]:
    with inside(database):
        cases = db.session.scalar(select(func.count()).select_from(Case))
        events = db.session.scalar(select(func.count()).select_from(JournalEntry))
        papers = db.session.scalar(text("select count(*) from material"))
    note = f"{papers / cases:.1f} papers, {events / cases:.1f} events a case, documents' facts included"
    return [at_most("memory", "disk a case", [database.size() / cases / 1000], 8, "kB", note=note)]


def effort(_run: Run) -> list[Figure]:
    """The keys that a person presses beside the content of the fields, counted by the browser tests, run here."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", f"--basetemp={folder}/pytest", "tests/receive/test_effort.py"]
        told = Path(folder) / "effort.json"
        run = subprocess.run(command, cwd=HOUSE, env=os.environ | {"EFFORT_DIR": folder}, capture_output=True, text=True)
        if not told.exists():
            raise RuntimeError(run.stdout[-2000:])
        counted = json.loads(told.read_text())
    return [at_most("effort", name, [keys], most, "keys") for name, (keys, most) in counted.items()]
