"""F1: kill -9 of web workers, the web server, the worker, the supervisor, everything, and PostgreSQL, at random moments
while eight clerks save. Nothing that was acknowledged may be missing or be there twice."""

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.databases import KINDS, Databases
from tests.deep._clerks import Crew
from tests.deep._house import end, end_process, house, start, until_answers
from tests.jobs.test_serve import Started

KILLS = int(os.environ.get("DESK_SERVER_KILLS") or 110)  # on each database
WRITES = int(os.environ.get("DESK_SERVER_WRITES") or 5200)
IN_BETWEEN = (0.2, 4.0)  # seconds of work between two kills
VICTIMS = ("a web worker",) * 5 + ("the web server",) * 2 + ("the worker",) * 2 + ("the supervisor", "everything")


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in KINDS:
        with house(databases, kind) as (app, folder, server):
            yield from _killed(app, kind, folder, server)


def _killed(app, kind: str, folder: Path, server) -> Iterator[tuple[str, object, bool]]:
    dice = random.Random(6)
    desk = start(app, folder).is_open()
    crew = Crew(app, f"http://127.0.0.1:{desk.port}").begin()
    victims = VICTIMS + (("a PostgreSQL backend", "PostgreSQL") if server else ())
    gone, back, cold = Counter(), [], []
    try:
        crew.wait_for_an_answer(0)
        while sum(gone.values()) < KILLS or crew.told.writes < WRITES:
            time.sleep(dice.uniform(*IN_BETWEEN))
            victim = dice.choice(victims)
            desk, seconds = _kill(victim, desk, server, dice, app, folder)
            gone[victim] += 1
            (cold if victim in ("the supervisor", "everything") else back).append(seconds)
            crew.wait_for_an_answer(time.monotonic())
    finally:
        crew.end()
        if crew.told.wrong:
            print(desk.mishaps()[-6000:], file=sys.stderr)
        end(desk)
    yield f"kills, {kind}", f"{sum(gone.values())}: {dict(gone)}", sum(gone.values()) >= KILLS
    yield f"acknowledged writes, {kind}", f"{crew.told.writes}, {len(crew.told.cases)} cases, {len(crew.told.sheets)} sheets", crew.told.writes >= WRITES
    yield f"answers no person should see, {kind}", crew.told.wrong[:5] or 0, not crew.told.wrong
    lost = crew.missing()
    yield f"lost, twice or unproved, {kind}", lost[:5] or 0, not lost
    yield f"seconds until it answers again by itself (median, longest), {kind}", _two(back), back and max(back) <= 2
    yield f"seconds of a start anew (median, longest), {kind}", _two(cold), True


def _kill(victim: str, desk: Started, server, dice, app, folder) -> tuple[Started, float]:
    """The desk afterwards, and how long until it answers."""
    web, worker = sorted(desk.children())[:2] if len(desk.children()) == 2 else (None, None)
    began, port = time.monotonic(), desk.port
    if victim == "a PostgreSQL backend":
        for pid in dice.sample(found := server.backends(), min(1, len(found))):
            end_process(pid)
    elif victim == "PostgreSQL":
        server.stop(signal.SIGKILL)
        server.start()
        began = time.monotonic()
    elif victim in ("the supervisor", "everything"):
        for pid in [desk.process.pid] if victim == "the supervisor" else desk.family():
            end_process(pid)
        desk.process.wait()
        desk.until_gone()
        began = time.monotonic()
        desk = start(app, folder, PORT=str(port))
    elif web:
        roles = _roles(desk)
        end_process({"a web worker": dice.choice(roles["workers"] or [web]), "the web server": roles["web"], "the worker": roles["worker"]}[victim])
    until_answers(desk)
    return desk, time.monotonic() - began


def _roles(desk: Started) -> dict:
    """Which process is which: the web server is the one that has forked."""
    children = {pid: _children_of(pid) for pid in desk.children()}
    web = max(children, key=lambda pid: len(children[pid]))
    other = [pid for pid in children if pid != web]
    return {"web": web, "workers": children[web], "worker": other[0] if other else web}


def _children_of(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _two(seconds: list[float]) -> str:
    ordered = sorted(seconds) or [0.0]
    return f"{ordered[len(ordered) // 2]:.2f}, {ordered[-1]:.2f}"
