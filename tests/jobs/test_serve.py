"""`bin/serve` for real: one command, two processes, stopped whole."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from app.documents import testing_keys
from app.jobs.serve import SHORT_LIFE, TRIES
from tests.databases import FIXED, make_app
from tests.desk import Desk
from tests.machine_clock import MachineClock

HOUSE = Path(__file__).parents[2]
SHIFTS = {"-3d": timedelta(days=-3), "+1d": timedelta(days=1), "+0": timedelta()}


class Started:
    """A started `bin/serve` without its installing part."""

    def __init__(self, data_dir: Path, said: Path | None = None, **settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(settings.get("PORT") or free.getsockname()[1])
        self.data_dir = data_dir
        self.said = said or data_dir / "said.log"
        own = {"DATA_DIR": str(data_dir), "PORT": str(self.port), "WEB_WORKERS": "2", "PYTHONWARNINGS": ""}
        with open(self.said, "w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.jobs.serve"],
                cwd=HOUSE, env=os.environ | FIXED | own | settings, stdout=out, stderr=out,
            )  # fmt: skip

    def ask(self, path: str):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, problem.read().decode()
        except (OSError, HTTPException):  # not there, or gone in the middle of its answer
            return None, ""

    def until(self, true, seconds: float = 200) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None or time.monotonic() < end, self.said.read_text()
            assert time.monotonic() < end, self.said.read_text()
            time.sleep(0.05)

    def is_open(self) -> "Started":
        self.until(lambda: self.ask("/healthz")[0] == 200 and "http://" in self.said.read_text())
        self.until(lambda: self.ask("/readyz")[0] == 200)
        return self

    def family(self) -> list[int]:
        """Every process that works on our folder, however it is related to us."""
        return [int(process.name) for process in Path("/proc").glob("[0-9]*") if self._ours(process)]

    def _ours(self, process: Path) -> bool:
        """By its environment, or (where setproctitle is installed, that is written over) by where it says what it says."""
        try:
            if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
            mark = f"DATA_DIR={self.data_dir}".encode()
            return mark in (process / "environ").read_bytes().split(b"\0") or os.readlink(process / "fd/1") == str(self.said)
        except OSError:
            return False

    def until_gone(self) -> None:
        self.until(lambda: not self.family(), 10)

    def mishaps(self) -> str:
        """What the log says of our own mistakes, traces included."""
        said, kept, on = self.said.read_text().splitlines(), [], False
        for line in said:
            on = "mishap" in line or "Exception on" in line or "Error handling" in line if line.startswith("[") else on
            kept += [line] if on else []
        return "\n".join(kept)

    def children(self) -> list[int]:
        pid = self.process.pid
        with suppress(OSError):  # it has ended
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        began = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(timeout=10)
        return status, time.monotonic() - began


@pytest.fixture
def start(databases, tmp_path):
    """Start on a copy of the sample city, so that nobody waits for the loading."""
    all_started = []

    def begin(filled: bool = True, **settings) -> Started:
        if filled and not (tmp_path / "desk.db").exists():
            shutil.copyfile(databases._template("sqlite"), tmp_path / "desk.db")
        all_started.append(Started(tmp_path, **settings))
        return all_started[-1]

    yield begin
    for one in all_started:
        for pid in one.family():
            os.kill(pid, signal.SIGKILL)
        one.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_web_and_worker_start_together_and_stop_within_five_seconds(start, number):
    desk = start().is_open()
    said = desk.said.read_text()
    assert "wf-01.clerk" in said and f"http://127.0.0.1:{desk.port}" in said
    assert json.loads(desk.ask("/readyz")[1])["worker"] == "ok"
    status, seconds = desk.stop(number)
    assert (status, desk.family()) == (0, []) and seconds < 5


def test_a_log_that_takes_nothing_ends_nothing(start):
    desk = start(said=Path("/dev/full"))
    assert _soon(lambda: desk.ask("/readyz")[0] == 200, 60)
    before = desk.children()
    assert len(before) == 2
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert _soon(lambda: len(set(desk.children()) - set(before)) == 2 and desk.ask("/readyz")[0] == 200, 30)
    assert desk.stop()[0] == 0


def test_a_worker_that_cannot_live_does_not_take_the_web_along(start, tmp_path):
    desk = start().is_open()
    time.sleep(SHORT_LIFE + 0.5)  # it has lived
    tasks = tmp_path / "tasks.db"
    tasks.rename(tmp_path / "aside")
    tasks.mkdir()  # no database can be opened there
    worker = next(pid for pid in desk.children() if len(_children(pid)) == 0)
    os.kill(worker, signal.SIGKILL)
    desk.until(lambda: desk.said.read_text().count("worker has ended by itself") > TRIES + 1, 60)
    assert desk.ask("/healthz")[0] == 200
    tasks.rmdir()
    desk.until(lambda: len(desk.children()) == 2 and desk.ask("/readyz")[0] == 200, 30)


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _soon(true, seconds: float) -> bool:
    """Like Started.until, for a log that cannot be read."""
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


def test_a_second_start_changes_no_data(start):
    first = start().is_open()
    first.stop()
    before = dump(first.data_dir)
    start().is_open().stop()
    assert dump(first.data_dir) == before


@pytest.mark.parametrize("which", [0, 1], ids=["web", "worker"])
def test_one_that_dies_is_started_again_and_the_other_goes_on(start, which):
    desk = start().is_open()
    before = sorted(desk.children())
    os.kill(before[which], signal.SIGKILL)
    desk.until(lambda: len(desk.children()) == 2 and before[which] not in desk.children(), 5)
    desk.until(lambda: desk.ask("/readyz")[0] == 200, 5)
    assert before[1 - which] in desk.children()


def test_one_that_never_lived_stops_the_house(start, tmp_path):
    (tmp_path / "tasks.db").mkdir()  # no database can be opened there
    desk = start()
    assert desk.process.wait(timeout=40) == 1
    assert "worker keeps ending by itself" in desk.said.read_text()
    desk.until_gone()


def test_nothing_is_left_when_the_supervisor_is_killed(start):
    desk = start().is_open()
    desk.process.kill()
    desk.process.wait()
    desk.until(lambda: not desk.family(), 6)


def test_a_clock_that_is_set_back_or_on_throws_nobody_out(start, tmp_path):
    clock = MachineClock(tmp_path)
    desk = start(**clock.settings).is_open()
    here = make_app(f"sqlite:///{tmp_path}/desk.db", tmp_path)
    cookie = Desk(here).sign_in("wf-01.clerk").client.get_cookie("desk").value
    for shift in SHIFTS:
        clock.set(shift)
        request = urllib.request.Request(f"http://127.0.0.1:{desk.port}/password", headers={"Cookie": f"desk={cookie}"})
        with urllib.request.urlopen(request, timeout=5) as page:
            said = datetime.strptime(page.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
            assert page.url.endswith("/password"), f"{shift}: sent to {page.url}"
        assert abs(said - datetime.now(UTC) - SHIFTS[shift]) < timedelta(minutes=1)  # the desk did see another clock


def test_an_empty_place_gets_the_sample_city(start):
    desk = start(filled=False).is_open()
    assert "wf-01.clerk" in desk.said.read_text()
    assert desk.stop()[0] == 0


def test_a_taken_port_is_said_in_words(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        desk = start(PORT=str(taken.getsockname()[1]))
        assert desk.process.wait(timeout=40) == 1
    assert "PORT=" in desk.said.read_text() and "Traceback" not in desk.said.read_text()


def test_production_does_not_start_with_demo_accounts_or_without_secrets(start, tmp_path):
    testing_keys.make(tmp_path)
    with_demo = start(DESK_MODE="production", SIGNING_KEY_FILE=str(tmp_path / "stamp.p12"))
    assert with_demo.process.wait(timeout=40) == 1
    assert "演示账号" in with_demo.said.read_text()
    without_secrets = start(DESK_MODE="production", SECRET_KEY="short")
    assert without_secrets.process.wait(timeout=40) == 1
    said = without_secrets.said.read_text()
    assert "SECRET_KEY" in said and "Traceback" not in said


def a_key_of_the_centre(folder: Path) -> Path:
    """A PKCS#12 file as an office would bring it; production takes no test key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sample centre")])
    now = datetime.now(UTC)
    unsigned = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = unsigned.serial_number(7).not_valid_before(now).not_valid_after(now + timedelta(days=2))
    kept = pkcs12.serialize_key_and_certificates(b"", key, dated.sign(key, SHA256()), None, NoEncryption())
    (folder / "centre.p12").write_bytes(kept)
    return folder / "centre.p12"


def dump(data_dir: Path) -> list[str]:
    connection = sqlite3.connect(data_dir / "desk.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()
