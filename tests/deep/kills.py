"""F1: kill -9 of web workers, the web server, the worker, the supervisor, everything, and PostgreSQL, at random moments
while eight clerks save. Nothing that was acknowledged may be missing or be there twice."""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.databases import Databases
from tests.deep._clerks import Crew
from tests.deep._house import DATABASES, end, end_process, house, start
from tests.jobs.test_serve import Started

KILLS = int(os.environ.get("DESK_SERVER_KILLS") or 110)  # on each database
WRITES = int(os.environ.get("DESK_SERVER_WRITES") or 5200)
IN_BETWEEN = (0.2, 4.0)  # seconds of work between two kills
VICTIMS = ("a web worker",) * 5 + ("the web server",) * 2 + ("the worker",) * 2 + ("the supervisor", "everything")

BY_HAND = ("the supervisor", "everything")  # systemd's part: here the section starts it again
NAMED = {"the web server": "web", "the worker": "worker"}
IN_TIME = {"back by itself": 2, "started anew by hand": 5}


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        with house(databases, kind) as (app, folder, server):
            yield from _killed(app, kind, folder, server)


def _killed(app, kind: str, folder: Path, server) -> Iterator[tuple[str, object, bool]]:
    dice = random.Random(6)
    desk = start(app, folder).is_open()
    crew = Crew(app, f"http://127.0.0.1:{desk.port}").begin()
    victims = VICTIMS + (("a PostgreSQL backend", "PostgreSQL") if server else ())
    took: dict[str, list[float]] = {victim: [] for victim in dict.fromkeys(victims)}
    try:
        crew.wait_for_an_answer(0)
        while _kills(took) < KILLS or crew.told.writes < WRITES:
            time.sleep(dice.uniform(*IN_BETWEEN))
            victim = dice.choice(victims)
            desk, seconds = _kill(victim, desk, server, dice, app, folder)
            took[victim].append(seconds)
            print(f"{kind}: {_kills(took)}: {victim}, {seconds:.2f} s, {crew.told.writes} writes", flush=True)
            crew.wait_for_an_answer(time.monotonic())
    finally:
        crew.end()
        if crew.told.wrong:
            print(desk.mishaps()[-6000:], file=sys.stderr)
        end(desk)
    yield f"kills, {kind}", _kills(took), _kills(took) >= KILLS
    told = crew.told
    yield f"acknowledged writes, {kind}", f"{told.writes}, {len(told.cases)} cases, {len(told.sheets)} sheets", told.writes >= WRITES
    yield f"answers no person should see, {kind}", told.wrong[:5] or 0, not told.wrong
    lost = crew.missing()
    yield f"lost, twice or unproved, {kind}", lost[:5] or 0, not lost
    for victim, seconds in took.items():
        how = "started anew by hand" if victim in BY_HAND else "back by itself"
        yield f"{victim} killed {len(seconds)} ×: {how}, seconds (median, longest), {kind}", _two(seconds), max(seconds, default=0) <= IN_TIME[how]


def _kills(took: dict) -> int:
    return sum(len(seconds) for seconds in took.values())


def _kill(victim: str, desk: Started, server, dice, app, folder) -> tuple[Started, float]:
    """The desk afterwards, and how long it was until nobody was turned away any more."""
    whole, gone, began = (2, app.config["WEB_WORKERS"]), [], time.monotonic()  # web server and worker, and of the former so many
    if victim == "a PostgreSQL backend":
        for pid in dice.sample(found := server.backends(), min(1, len(found))):
            end_process(pid)
    elif victim == "PostgreSQL":
        server.stop(signal.SIGKILL)
        server.start()
        began = time.monotonic()
    elif victim in BY_HAND:
        if victim == "everything":
            end(desk)
        else:
            end_process(desk.process.pid)
            desk.process.wait()
            desk.until_gone()
        began = time.monotonic()
        desk = start(app, folder, PORT=str(desk.port))
    elif roles := _roles(desk):
        gone = [dice.choice(roles["workers"] or [roles["web"]]) if victim == "a web worker" else roles[NAMED[victim]]]
        end_process(gone[0])
    return desk, _until_whole(desk, whole, gone, began)


def _until_whole(desk: Started, whole: tuple[int, int], gone: list[int], began: float) -> float:
    """Ask on until every process is there again; seconds until the last question that was not answered with a page."""
    unanswered = None
    while True:
        asked = time.monotonic()
        answered = desk.ask("/healthz")[0] == 200 and desk.ask("/login")[0] == 200
        if not answered:
            unanswered = time.monotonic()
        elif _shape(desk) == whole and not set(gone) & set(desk.family()):
            return unanswered - began if unanswered else 0.0
        if asked - began > 300:
            raise TimeoutError(desk.said.read_text()[-2000:])
        time.sleep(0.02)


def _shape(desk: Started) -> tuple[int, int]:
    """How many children the supervisor has, and how many web workers there are."""
    children = desk.children()
    return len(children), max((len(_children_of(pid)) for pid in children), default=0)


def _roles(desk: Started) -> dict:
    """Which process is which: the web server is the one that has forked. Empty while one of them is missing."""
    children = {pid: _children_of(pid) for pid in desk.children()}
    if len(children) < 2:
        return {}
    web = max(children, key=lambda pid: len(children[pid]))
    other = [pid for pid in children if pid != web]
    return {"web": web, "workers": children[web], "worker": other[0]}


def _children_of(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _two(seconds: list[float]) -> str:
    ordered = sorted(seconds) or [0.0]
    return f"{ordered[len(ordered) // 2]:.2f}, {ordered[-1]:.2f}"
