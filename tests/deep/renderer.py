"""F7: the renderer is killed in the middle of a sheet, and hangs: a sentence in time, others are served, the next one works."""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.databases import Databases
from tests.deep._clerks import Clerk, Crew
from tests.deep._house import DATABASES, end, end_process, house, start
from tests.jobs.test_serve import Started

KILLED, HUNG = 10, 3  # times, on each database
WHILE_AT_WORK = 0.1  # seconds after it was asked


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        with house(databases, kind) as (app, folder, _server):
            desk = start(app, folder, WEB_WORKERS="1").is_open()  # so that the next sheet meets the same renderer
            try:
                yield from _broken(Reader(app, desk), kind)
            finally:
                end(desk)


def _broken(reader: "Reader", kind: str) -> Iterator[tuple[str, object, bool]]:
    reader.a_sheet()  # the first one starts the renderers
    for what, times, number, until in (("killed", KILLED, signal.SIGKILL, 1), ("hangs", HUNG, signal.SIGSTOP, 20)):
        waits, others, after = {"sentence": [], "200": []}, [0.0], []
        for _ in range(times):
            taken, status, said, slowest = reader.asked_while(number)
            waits.setdefault(said if status == 503 else str(status), []).append(taken)
            others.append(slowest)
            after.append(reader.a_sheet())
        said = {answer: f"{len(took)} × within {max(took):.1f} s" for answer, took in waits.items() if took}
        fine = set(waits) == {"sentence", "200"} and max(waits["sentence"], default=0) <= until
        yield f"renderer {what} {times} ×: a sentence, or the sheet from a new renderer, {kind}", said, fine
        yield f"renderer {what}: slowest other page meanwhile, seconds, {kind}", f"{max(others):.2f}", max(others) <= 1
        yield f"renderer {what}: the next sheet, {kind}", set(after), set(after) == {200}
    yield f"answers no person should see, {kind}", reader.clerk.told.wrong[:5] or 0, not reader.clerk.told.wrong


class Reader:
    """A clerk who takes in a case for every sheet, so that it was never rendered before, and opens it."""

    def __init__(self, app, desk: Started):
        self.desk = desk
        crew = Crew(app, f"http://127.0.0.1:{desk.port}")
        self.clerk, self.other = Clerk(crew, 0), Clerk(crew, 2)

    def a_sheet(self) -> int:
        return self._open(self._new_sheet())[0]

    def asked_while(self, number: signal.Signals) -> tuple[float, int, str, float]:
        """(seconds until the answer, its status, whether it was a sentence, seconds of the slowest other page meanwhile)."""
        sheet, answers, slowest = self._new_sheet(), [], 0.0
        if number == signal.SIGSTOP:
            self._signal(number)
        reading = threading.Thread(target=lambda: answers.append(self._open(sheet)))
        began = time.monotonic()
        reading.start()
        if number == signal.SIGKILL:
            time.sleep(WHILE_AT_WORK)
            self._signal(number)
            began = time.monotonic()
        while reading.is_alive():
            asked = time.monotonic()
            assert self.other.ask("/desk")[0] == 200
            slowest = max(slowest, time.monotonic() - asked)
            reading.join(0.1)
        status, text = answers[0]
        return time.monotonic() - began, status, "sentence" if "请稍后再试" in text else text[:80], slowest

    def _new_sheet(self) -> str:
        self.clerk.count = 2  # reads nothing by itself
        before = set(self.clerk.told.cases)
        self.clerk.one_case()
        (case_no,) = set(self.clerk.told.cases) - before
        return self.clerk.sheet_of(case_no)

    def _open(self, sheet: str) -> tuple[int, str]:
        status, text, _headers, _raw = self.clerk.ask(sheet)
        return status, text

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.desk.family():
            if b"render.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
                end_process(pid) if number == signal.SIGKILL else os.kill(pid, number)
