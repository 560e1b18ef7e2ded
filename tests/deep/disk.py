"""F3, F4: the disk is full, failing or read-only while eight clerks save. A sentence, reading goes on, nothing acknowledged is lost.

The data folder lies on a small ext4 of its own; EIO is injected into fsync and fdatasync by strace.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.extensions import db
from tests.databases import Databases
from tests.deep._clerks import Crew
from tests.deep._house import DATABASES, Disk, can_mount, disk, end, house, start
from tests.deep._postgres import Cluster
from tests.jobs.test_serve import Started

SECONDS = float(os.environ.get("DESK_DISK_SECONDS") or 15)
GIVE_UPS = int(os.environ.get("DESK_GIVE_UPS") or 20)
READING = ("/desk", "/", "/healthz")
REFUSED = (503, 507)
SIZE = {"sqlite": 256, "postgresql": 700}  # MB


@dataclass
class Trial:
    """What lies on the disk, and who works with it."""

    app: object
    folder: Path
    server: Cluster | None
    place: Disk
    desk: Started | None = None
    crew: Crew | None = None
    logs: Path = field(default_factory=lambda: Path(tempfile.mkdtemp()))  # not on the disk that fails: what is said then counts
    lives: list[Started] = field(default_factory=list)

    def open(self, **settings) -> None:
        self.desk = start(self.app, self.folder, said=self.logs / f"{len(self.lives)}.log", **settings).is_open()
        self.lives.append(self.desk)

    def repair(self) -> None:
        """A disk that the kernel took out of service is unmounted and mounted: nobody may be at work on it then."""
        port = str(self.desk.port)
        if self.desk.process.poll() is not None:
            print("the desk had ended:", self.desk.said.read_text()[-6000:], file=sys.stderr)
        end(self.desk)
        if self.server:
            self.server.kill()
        with self.app.app_context():
            db.engine.dispose()
        self.place.unmount()
        self.place.mount()
        if self.server:
            self.server.start()
        self.open(PORT=port)


def main() -> Iterator[tuple[str, object, bool]]:
    if not can_mount():
        yield "full, failing and read-only disks", "needs root and loop devices: not run", False
        return
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        for happens in (_full, _failing, _read_only):
            with disk(SIZE[kind], "errors=remount-ro") as place, house(databases, kind, place.folder) as (app, folder, server):
                yield from _with_clerks(happens, kind, Trial(app, folder, server, place))


def _with_clerks(happens, kind: str, trial: Trial) -> Iterator[tuple[str, object, bool]]:
    name = happens.__name__.strip("_").replace("_", " ")
    trial.open()
    crew = trial.crew = Crew(trial.app, f"http://127.0.0.1:{trial.desk.port}").begin()
    try:
        crew.wait_for_an_answer(time.monotonic())
        for what, value, fine in happens(trial):
            yield f"{what}, {name}, {kind}", value, fine
    finally:
        crew.end()
        if crew.told.wrong:
            print("\n".join(one.mishaps() for one in trial.lives)[-20000:], file=sys.stderr)
        end(trial.desk)
    yield f"acknowledged writes, {name}, {kind}", f"{crew.told.writes}, {len(crew.told.cases)} cases with scans, {len(crew.told.sheets)} sheets", True
    lost = crew.missing()
    yield f"lost, twice or unproved, {name}, {kind}", lost[:5] or 0, not lost
    yield f"answers no person should see, {name}, {kind}", crew.told.wrong[:5] or 0, not crew.told.wrong


def _full(trial: Trial):
    ballast = trial.place.folder / "ballast"
    _fill(ballast)
    yield from _meanwhile(trial, lambda: _fill(ballast))
    ballast.unlink()
    yield from _after(trial.crew)


def _failing(trial: Trial):
    """Every so many fsync and fdatasync of each thread fail, of PostgreSQL's too (it starts itself anew then)."""
    server = trial.server
    pids = [*trial.desk.family(), *([server.process.pid, *server.backends()] if server else [])]
    words = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fsync,fdatasync"]
    words += ["-e", "inject=fsync,fdatasync:error=EIO:when=3+7"] + [f"-p{pid}" for pid in pids]
    tracer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield from _meanwhile(trial, lambda: None)
    finally:
        tracer.send_signal(signal.SIGTERM)
        tracer.wait(20)
    if server:
        server.start() if server.process.poll() is not None else server.is_open()  # it ends itself when it cannot trust its log
    yield from _after(trial.crew)


def _read_only(trial: Trial):
    """The kernel finds the disk broken and takes it out of service, as `errors=remount-ro` says; then it is repaired.

    Many times: what is lost then is lost of the saves that are under way at that moment, which are few.
    """
    dice, longest = random.Random(4), 0.0
    for _turn in range(GIVE_UPS - 1):
        time.sleep(dice.uniform(0.5, 2.5))
        trial.place.give_up()
        time.sleep(0.5)
        trial.repair()
        longest = max(longest, trial.crew.wait_for_an_answer(time.monotonic()))
    yield "times taken out of service; longest until a save works again, in seconds", f"{GIVE_UPS}; {longest:.1f}", longest <= 10
    trial.place.give_up()
    yield from _meanwhile(trial, lambda: None)
    trial.repair()
    yield from _after(trial.crew)


def _meanwhile(trial: Trial, again):
    """What a reader and the clerks see for SECONDS. A PostgreSQL whose log cannot be written ends itself: then 503, in words."""
    crew, before, readable = trial.crew, trial.crew.told.statuses.copy(), (200, 503) if trial.server else (200,)
    cookie, slowest, unread = next(iter(crew.keys.values()))[0], 0.0, []
    read: Counter[int | None] = Counter()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        again()
        for path in READING:
            began = time.monotonic()
            status = _get(crew.url + path, cookie)
            slowest = max(slowest, time.monotonic() - began)
            read[status] += 1
            if status not in readable:
                unread.append((path, status))
        time.sleep(0.3)
    seen = crew.told.statuses - before
    refused = sum(seen[status] for status in REFUSED)
    yield "saves that were refused in words", f"{refused} of {dict(seen)}", refused > 0
    yield "pages read; other than a page or (PostgreSQL gone) a sentence", f"{dict(read)}; {unread[:5] or 0}", not unread
    yield "slowest page in seconds", f"{slowest:.1f}", slowest <= 3


def _after(crew):
    began = time.monotonic()
    took = crew.wait_for_an_answer(began, 30)
    yield "seconds until a save works again", f"{took:.1f}", took <= 10


def _fill(ballast: Path) -> None:
    """Until not a byte is left: with large pieces, then with small ones."""
    for size in (1 << 20, 4096, 512):
        try:
            with open(ballast, "ab", buffering=0) as file:
                while shutil.disk_usage(ballast).free and file.write(bytes(size)):
                    pass
        except OSError:
            continue


def _get(url: str, cookie: str) -> int | None:
    done = subprocess.run(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "-m", "20", "-H", f"Cookie: {cookie}", url], capture_output=True, text=True)
    return int(done.stdout or 0)
