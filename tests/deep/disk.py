"""F3, F4: the disk is full, failing or read-only while eight clerks save. A sentence, reading goes on, nothing acknowledged is lost.

The data folder lies on a small ext4 of its own; EIO is injected into fsync and fdatasync by strace.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.extensions import db
from tests.databases import KINDS, Databases
from tests.deep._clerks import Crew
from tests.deep._house import can_mount, disk, end, house, start

SECONDS = float(os.environ.get("DESK_DISK_SECONDS") or 15)
READING = ("/desk", "/", "/healthz")
REFUSED = (503, 507)


def main() -> Iterator[tuple[str, object, bool]]:
    if not can_mount():
        yield "full, failing and read-only disks", "needs root and loop devices: not run", False
        return
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in KINDS:
        for trial in (_full, _failing):
            with disk(256 if kind == "sqlite" else 700) as place, house(databases, kind, place.folder) as (app, folder, server):
                yield from _with_clerks(trial, app, kind, folder, server, place)
    with disk(256, "errors=remount-ro") as place, house(databases, "sqlite", place.folder) as (app, folder, server):
        yield from _with_clerks(_read_only, app, "sqlite", folder, server, place)


def _with_clerks(trial, app, kind, folder, server, place) -> Iterator[tuple[str, object, bool]]:
    desk = start(app, folder).is_open()
    crew = Crew(app, f"http://127.0.0.1:{desk.port}").begin()
    name = trial.__name__.strip("_").replace("_", " ")
    try:
        crew.wait_for_an_answer(time.monotonic())
        for what, value, fine in trial(crew, desk, place, server):
            yield f"{what}, {name}, {kind}", value, fine
    finally:
        crew.end()
        end(desk)
    if name == "read only":  # such a disk is repaired by unmounting it
        with app.app_context():
            db.engine.dispose()
        place.unmount()
        place.mount()
    lost = crew.missing()
    yield f"lost, twice or unproved, {name}, {kind}", lost[:5] or 0, not lost
    yield f"answers no person should see, {name}, {kind}", crew.told.wrong[:5] or 0, not crew.told.wrong


def _full(crew, desk, place, _server):
    ballast = place.folder / "ballast"
    before = crew.told.statuses.copy()
    _fill(ballast)
    yield from _meanwhile(crew, desk, before, lambda: _fill(ballast))
    ballast.unlink()
    yield from _after(crew)


def _failing(crew, desk, _place, server):
    """Every so many fsync and fdatasync of each thread fail, of PostgreSQL's too (it starts itself anew then)."""
    pids = [*desk.family(), *([server.process.pid, *server.backends()] if server else [])]
    before, words = crew.told.statuses.copy(), ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fsync,fdatasync"]
    words += ["-e", "inject=fsync,fdatasync:error=EIO:when=3+7"] + [f"-p{pid}" for pid in pids]
    tracer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield from _meanwhile(crew, desk, before, lambda: None, (200, 503) if server else (200,))
    finally:
        tracer.send_signal(signal.SIGTERM)
        tracer.wait(20)
    if server and server.process.poll() is not None:  # PostgreSQL ends itself when it cannot trust its log
        server.start()
    yield from _after(crew)


def _read_only(crew, desk, place, _server):
    before = crew.told.statuses.copy()
    device = subprocess.run(["findmnt", "-no", "SOURCE", place.folder], capture_output=True, text=True, check=True).stdout.strip()
    Path(f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error").write_text("1")
    yield from _meanwhile(crew, desk, before, lambda: None)


def _meanwhile(crew, desk, before, again, readable=(200,)):
    """What a reader and the clerks see for SECONDS."""
    cookie, slowest, unread = next(iter(crew.keys.values()))[0], 0.0, []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        again()
        for path in READING:
            began = time.monotonic()
            status = _get(crew.url + path, cookie)
            slowest = max(slowest, time.monotonic() - began)
            if status not in readable:
                unread.append((path, status))
        time.sleep(0.3)
    seen = crew.told.statuses - before
    refused = sum(seen[status] for status in REFUSED)
    yield "saves that were refused in words", f"{refused} of {dict(seen)}", refused > 0
    yield "pages that could not be read", unread[:5] or 0, not unread
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
