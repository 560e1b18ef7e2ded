"""A copy of the sample city that a real server can be started on, in a folder or on a disk of its own that can be cut off."""

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.databases import KINDS, Databases, make_app
from tests.deep._postgres import cluster
from tests.jobs.test_serve import Started

DATABASES = (os.environ.get("DESK_DATABASES") or " ".join(KINDS)).split()
SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2  # the ioctl of ext4 that forgets what was not yet on disk


@contextmanager
def house(databases: Databases, kind: str, folder: Path | None = None):
    """(app in this process, data folder, PostgreSQL or None): a copy of the sample city that a server can be started on."""
    with ExitStack() as stack:
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        (folder / "data").mkdir()
        server = None
        if kind == "sqlite":
            shutil.copyfile(databases._template(kind), folder / "data" / "desk.db")
            url = f"sqlite:///{folder}/data/desk.db"
        else:
            databases._template(kind)
            server = stack.enter_context(cluster(folder))
            url = server.fill("desk", databases.server().get_uri("city"))
        os.sync()  # the copy itself is not what is tried
        yield make_app(url, folder / "data"), folder / "data", server


def start(app, folder: Path, **settings) -> Started:
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    return Started(folder, DATABASE_URL=url, **settings)


def end(desk: Started) -> None:
    """Everything of it, at once: the supervisor first, then also what it had just begun."""
    end_process(desk.process.pid)
    desk.process.wait()
    while family := desk.family():
        for pid in family:
            end_process(pid)
        time.sleep(0.02)


def end_process(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def until_answers(desk: Started, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while desk.ask("/healthz")[0] != 200 or desk.ask("/login")[0] != 200:
        if time.monotonic() > until:
            raise TimeoutError(desk.said.read_text()[-2000:])
        time.sleep(0.02)


class Disk:
    """A file system in a file; needs root and loop devices. `folder` is where it is mounted."""

    def __init__(self, place: Path, megabytes: int, options: str = "defaults"):
        self.image, self.folder, self.options = place / "disk.img", place / "disk", options
        self.folder.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", self.image], check=True, capture_output=True)

    def mount(self) -> None:
        subprocess.run(["mount", "-o", f"loop,{self.options}", self.image, self.folder], check=True, capture_output=True)
        self.folder.chmod(0o755)

    def unmount(self, patience: float = 20) -> None:
        until = time.monotonic() + patience
        while subprocess.run(["umount", self.folder], capture_output=True).returncode:
            if time.monotonic() > until:
                raise RuntimeError("the disk is still in use")
            time.sleep(0.2)

    def cut_the_power(self) -> None:
        """From now on nothing reaches the disk, and what had not reached it is gone."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(handle)

    def give_up(self) -> None:
        """The kernel finds the disk broken and does what its mount says (`errors=`)."""
        said = subprocess.run(["findmnt", "-no", "SOURCE", self.folder], capture_output=True, text=True, check=True).stdout
        Path(f"/sys/fs/ext4/{Path(said.strip()).name}/trigger_fs_error").write_text("1")


@contextmanager
def disk(megabytes: int, options: str = "defaults"):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        made = Disk(Path(place), megabytes, options)
        made.mount()
        try:
            yield made
        finally:
            subprocess.run(["umount", "-l", made.folder], capture_output=True)


def can_mount() -> bool:
    return os.getuid() == 0 and shutil.which("mkfs.ext4") is not None and Path("/dev/loop-control").exists()
