"""A backup made while a clerk goes on saving: everything acknowledged before its start is in it, and all checks pass."""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from app.jobs import backup, restore
from tests import backoffice
from tests.databases import KINDS, Databases

SECONDS = 20


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in KINDS:
        folder = Path(tempfile.mkdtemp())
        with databases.fresh(kind, folder) as app:
            yield from under_load(app, kind, folder)


def under_load(app, kind: str, folder: Path) -> Iterator[tuple[str, object, bool]]:
    stop, saved = threading.Event(), []

    def save() -> None:
        with app.app_context():
            while not stop.is_set():
                saved.append(backoffice.accepted("CG-002", len(saved) + 1).case_no)

    clerk = threading.Thread(target=save)
    clerk.start()
    try:
        time.sleep(SECONDS / 2)
        with app.app_context():
            acknowledged, began = len(saved), time.monotonic()
            made = backup.create(folder / "desk.backup")
            took = time.monotonic() - began
    finally:
        stop.set()
        clerk.join()
    with app.app_context():
        problems = restore.verify(folder / "desk.backup")
    for problem in problems[:10]:
        print(problem, file=sys.stderr)
    yield f"cases acknowledged before its start, {kind}", f"{acknowledged}, counted {made['least']['case']}", made["least"]["case"] >= acknowledged > 0
    yield f"seconds to make it, {kind}", f"{took:.1f}", took < 60
    yield f"checks that fail after restoring (so many cases among them), {kind}", len(problems), not problems
