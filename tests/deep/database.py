"""F5: the write lock is held, PostgreSQL is stopped, restarted, and stands still, while eight clerks save."""

import os
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.databases import Databases
from tests.deep._clerks import Crew
from tests.deep._house import DATABASES, end, house, start
from tests.deep.disk import _get

HELD = 12  # seconds
AWAY = 5


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        with house(databases, kind) as (app, folder, server):
            desk = start(app, folder).is_open()
            crew = Crew(app, f"http://127.0.0.1:{desk.port}").begin()
            try:
                crew.wait_for_an_answer(time.monotonic())
                for name, trial in TRIALS[kind].items():
                    yield from _measured(crew, f"{name}, {kind}", lambda trial=trial: trial(app, server))
            finally:
                crew.end()
                end(desk)
            lost = crew.missing()
            yield f"lost, twice or unproved, {kind}", lost[:5] or 0, not lost
            yield f"answers no person should see, {kind}", crew.told.wrong[:5] or 0, not crew.told.wrong


def _measured(crew: Crew, name: str, trial) -> Iterator[tuple[str, object, bool]]:
    crew.wait_for_an_answer(time.monotonic())
    before, crew.told.slowest = crew.told.statuses.copy(), 0.0
    cookie, pages, stop = next(iter(crew.keys.values()))[0], [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            began = time.monotonic()
            status = _get(crew.url + "/desk", cookie)
            pages.append((time.monotonic() - began, status))
            stop.wait(0.2)

    reader = threading.Thread(target=read)
    reader.start()
    trial()
    stop.set()
    reader.join()
    saves = crew.told.slowest
    took = crew.wait_for_an_answer(time.monotonic(), 30)
    slowest, bare = max(seconds for seconds, _status in pages), [status for _seconds, status in pages if status not in (200, 503)]
    yield f"{name}: answers", dict(crew.told.statuses - before), not bare
    yield f"{name}: slowest page, slowest save, seconds", f"{slowest:.1f}, {saves:.1f}", slowest <= 3 and saves <= 5.5
    yield f"{name}: seconds until a save works again", f"{took:.1f}", took <= 10


def _lock_file(app, _server) -> None:
    holder = sqlite3.connect(Path(app.config["DATA_DIR"]) / "desk.db", isolation_level=None, timeout=30)
    holder.execute("BEGIN IMMEDIATE")
    time.sleep(HELD)
    holder.execute("ROLLBACK")
    holder.close()


def _lock_table(_app, server) -> None:
    with psycopg.connect(server.url("desk")) as holder:
        holder.execute("LOCK TABLE draft, \"case\", upload IN SHARE MODE")
        time.sleep(HELD)


def _restart_three_times(_app, server) -> None:
    for _ in range(3):
        server.stop()
        server.start()
        time.sleep(2)


def _stop(_app, server) -> None:
    server.stop()
    time.sleep(AWAY)
    server.start()


def _stand_still(_app, server) -> None:
    """Not ended, only silent: whoever asked waits; nothing may be lost by it."""
    pids = [server.process.pid, *server.backends()]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(2)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


TRIALS = {
    "sqlite": {f"write lock held for {HELD} s": _lock_file},
    "postgresql": {
        f"tables locked for {HELD} s": _lock_table, "restarted three times": _restart_three_times,
        f"stopped for {AWAY} s": _stop, "silent for 2 s": _stand_still,
    },
}  # fmt: skip
