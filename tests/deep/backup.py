"""B1: a backup made while eight clerks save, restored elsewhere: all that was acknowledged before its start is there and all
checks pass; damaged ones are refused by the name of the fault, the target untouched."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from app.extensions import db
from app.jobs import backup, dump, restore
from app.jobs.vault import Damaged
from tests.databases import Databases, make_app
from tests.deep._clerks import Crew
from tests.deep._house import DATABASES, end, house, start
from tests.jobs import test_backup as damage

SECONDS = float(os.environ.get("DESK_BACKUP_SECONDS") or 20)  # of work before it and after it
STILL = int(os.environ.get("DESK_STILL") or 25)


def main() -> Iterator[tuple[str, object, bool]]:
    yield from _held_still()
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        with house(databases, kind) as (app, folder, server):
            (folder / "uploads" / "ab").mkdir(parents=True)
            (folder / "uploads" / "ab" / "abcd").write_bytes(os.urandom(3_000_000))  # what the damaged ones have lost or changed
            desk = start(app, folder).is_open()
            crew = Crew(app, f"http://127.0.0.1:{desk.port}").begin()
            try:
                yield from _under_load(crew, kind, folder)
            finally:
                crew.end()
                end(desk)
            yield from _elsewhere(crew, kind, folder, _other_place(kind, folder, server))


def _under_load(crew: Crew, kind: str, folder: Path) -> Iterator[tuple[str, object, bool]]:
    crew.wait_for_an_answer(0)
    time.sleep(SECONDS)
    before, began = crew.told.so_far(), time.monotonic()
    with crew.app.app_context():
        made = backup.create(folder.parent / "desk.backup")
    took = time.monotonic() - began
    time.sleep(2)
    during = crew.told.writes - before.writes
    yield f"seconds to make it; writes acknowledged meanwhile, {kind}", f"{took:.1f}; {during}", took < 60 and during > 0
    yield f"answers no person should see, {kind}", crew.told.wrong[:5] or 0, not crew.told.wrong
    crew.told = before
    yield f"acknowledged before its start, {kind}", f"{before.writes} writes, {len(before.cases)} cases; counted {made['rows']['case']}", made["rows"]["case"] >= len(before.cases) > 0


def _other_place(kind: str, folder: Path, server):
    """An app on a place with nothing in it."""
    place = folder.parent / "elsewhere"
    place.mkdir()
    url = f"sqlite:///{place}/desk.db"
    if server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE elsewhere")
        url = server.url("elsewhere")
    return make_app(url, place)


def _elsewhere(crew: Crew, kind: str, folder: Path, other) -> Iterator[tuple[str, object, bool]]:
    place, file = Path(other.config["DATA_DIR"]), folder.parent / "desk.backup"
    with other.app_context():
        began = time.monotonic()
        restore.restore(file, place, overwrite=False)
        took = time.monotonic() - began
        problems = restore.verify(file)
    for problem in problems[:10]:
        print(problem, file=sys.stderr)
    yield f"seconds to restore it, {kind}", f"{took:.1f}", took < 300
    yield f"checks that fail, {kind}", len(problems), not problems
    crew.app = other
    lost = crew.missing()
    yield f"acknowledged before its start and not there, twice or unproved, {kind}", lost[:5] or 0, not lost
    yield from _at_rest(kind, folder, place, crew, other)


def _at_rest(kind: str, folder: Path, place: Path, crew: Crew, other) -> Iterator[tuple[str, object, bool]]:
    """One more of the place restored, and what can happen to it on its way."""
    file, bad = folder.parent / "again.backup", folder.parent / "bad.backup"
    with other.app_context():
        made = backup.create(file)
        there = dump.rows()
        restore.restore(file, place, overwrite=True)
        db.engine.dispose()
        yield f"rows before and after, {kind}", there, dump.rows() == there == made["rows"]
        raw, before, refused, wrong = file.read_bytes(), damage._state(place), 0, []
        spoilt = {name: (change(raw), fault) for name, (change, fault) in damage.OUTSIDE.items()}
        spoilt |= {name: (damage._sealed_anew(file, change), fault) for name, (change, fault) in damage.INSIDE.items()}
        for name, (content, fault) in spoilt.items():
            bad.write_bytes(content)
            try:
                restore.restore(bad, place, overwrite=True)
                wrong.append(name)
            except Damaged as problem:
                refused += fault in str(problem)
        untouched = damage._state(place) == before and dump.rows() == there
    yield f"damaged ones refused by the name of the fault, target untouched, {kind}", f"{refused} of {len(spoilt)}, {untouched}", refused == len(spoilt) >= 24 and untouched and not wrong


def _held_still() -> Iterator[tuple[str, object, bool]]:
    """What is sent while eight write and force every kind of checkpoint, again and again."""
    words = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "tests/jobs/test_still.py"]
    done = [subprocess.run([sys.executable, "-m", "pytest", *words], capture_output=True, text=True) for _time in range(STILL)]
    failed = [one.stdout[-300:] for one in done if one.returncode]
    yield "SQLite sent while eight write and force checkpoints: times, not whole", f"{4 * STILL}; {failed[:2] or 0}", not failed
