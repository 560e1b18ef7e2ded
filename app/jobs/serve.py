"""`bin/serve`: prepares the database, then runs web and worker, together or (RUN) one of them; one that dies is started again."""

import ctypes
import os
import signal
import socket
import sys
import time
import traceback
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from flask import Flask

from app import create_app
from app.extensions import db
from app.jobs import demo
from app.jobs.demo import bare
from app.jobs.migrate import migrate
from app.jobs.web_server import WebServer, address, settle
from app.people.models import Office

SAMPLE_CITY = Path(__file__).parents[2] / "data" / "duyun"
BOTH = ("web", "worker")
PATIENCE = 4.5  # seconds between asking the children to stop and ending them
SHORT_LIFE, TRIES = 2.0, 5  # a child that never lived so many seconds, so often in a row, will not get better by itself
PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds before the next life; longer by the first after each short life
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def main() -> int:
    """Exit status 0 after a stop that was asked for, 1 when something would not start or died."""
    try:
        app = create_app()
        if app.config["RUN"] not in (*BOTH, "all"):
            raise RuntimeError("RUN 只能是 web、worker 或 all")
        if app.config["RUN"] != "worker":
            refuse_a_taken_port()
    except (RuntimeError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    if apart(lambda: prepare(app)):
        return 1
    return Supervisor(app).run()


def apart(deed: Callable[[], None]) -> int:
    """Its exit status, done in a process of its own: what it loads, to migrate or to read a city, is gone with it and is not held
    by the supervisor for as long as the desk runs. A problem that it knows is told in its words."""

    def explained() -> None:
        try:
            deed()
        except (RuntimeError, OSError) as problem:
            say(str(problem))
            sys.exit(1)

    return os.waitstatus_to_exitcode(os.waitpid(child(explained), 0)[1])


def child(deed: Callable[[], None]) -> int:
    """Its process number. It does this alone and is gone, with the supervisor at the latest."""
    parent, status = os.getpid(), 1
    if pid := os.fork():
        return pid
    try:
        end_with(parent)
        deed()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        say(traceback.format_exc())
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(status)


def prepare(app: Flask) -> None:
    """Its own step, before any worker: migrate, and fill an empty database. RuntimeError says why not."""
    with app.app_context():
        production = app.config["DESK_MODE"] == "production"
        migrate(and_then=None if production else load_sample_city)
        bare.dress()  # a load of sample cases was broken off
        if production:
            refuse_demo_accounts()
        db.session.remove()
        db.engine.dispose()  # a connection must not be shared with children


def load_sample_city() -> None:
    if db.session.scalar(db.select(Office.id).limit(1)) is None:
        from app.jobs import city  # what reads and checks the files of a city is for the first start

        city.load_if_empty(SAMPLE_CITY)
        demo.make_accounts()


def refuse_demo_accounts() -> None:
    if demo.demo_accounts_exist():
        raise RuntimeError("不能以生产模式启动：数据库里还有演示账号，请先停用（bin/desk user disable …）")


def refuse_a_taken_port() -> None:
    host, _, port = address().rpartition(":")
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, int(port)))
        except OSError as problem:
            why = f"{address()} 不能使用：{problem.strerror}。可用 PORT=… 换一个端口。"
            raise RuntimeError(why) from problem


class Supervisor:
    """Two children (or the one that RUN names), forked from the loaded app; each leads its own process group, to be ended whole."""

    def __init__(self, app: Flask):
        self.app = app
        runs = {"web": lambda: WebServer(app).run(), "worker": lambda: _work(app)}
        self.runs = {name: run for name, run in runs.items() if app.config["RUN"] in (name, "all")}
        self.children: dict[int, str] = {}
        self.begun: dict[str, float] = {}
        self.due: dict[str, float] = {}
        self.short_lives = dict.fromkeys(self.runs, 0)
        self.has_lived: set[str] = set()
        self.asked_to_stop = False

    def run(self) -> int:
        settle()  # before anybody is forked: a collection looks at everything, and what it looks at is copied
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop_soon)
        for name in self.runs:
            self.start(name)
        announced = "web" not in self.runs
        while not self.asked_to_stop and self.alive():
            if not announced and answers():
                announce(self.app)
                announced = True
            time.sleep(0.05 if not announced else 0.2)
        self.stop_children()
        if "web" in self.runs:
            forget_counts()
        return 0 if self.asked_to_stop else 1

    def stop_soon(self, _number, _frame) -> None:
        self.asked_to_stop = True

    def alive(self) -> bool:
        """Start anew what has died: the app is loaded here, so that takes no time. What soon dies again waits, longer each time.

        False when something has never lived. What did is tried for ever: a worker that a broken disk ends must not take the web
        along, which can still read and say what is wrong, and both are back when the disk is.
        """
        now = time.monotonic()
        for name in self.dead_children():
            if now - self.begun[name] < SHORT_LIFE:
                self.short_lives[name] += 1
            else:
                self.short_lives[name] = 0
                self.has_lived.add(name)
            if self.short_lives[name] >= TRIES and name not in self.has_lived:
                say(f"{name} keeps ending by itself; stopping")
                return False
            say(f"{name} has ended by itself; starting it again")
            self.due[name] = now + min(PAUSE * self.short_lives[name], LONGEST_PAUSE)
        for name in [name for name, when in self.due.items() if when <= now]:
            del self.due[name]
            self.start(name)
        return True

    def start(self, name: str) -> None:
        self.begun[name] = time.monotonic()
        self.children[child(lambda: self.lead(name))] = name

    def lead(self, name: str) -> None:
        """In the child: a process group of its own, and signals as they were before ours."""
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        self.runs[name]()

    def dead_children(self) -> list[str]:
        """Collect who has ended, also what the kernel handed to us; the names of ours among them."""
        gone = []
        while pid := self.collect():
            if name := self.children.pop(pid, None):
                end_group(pid)
                gone.append(name)
        return gone

    def collect(self) -> int:
        try:
            return os.waitpid(-1, os.WNOHANG)[0]
        except ChildProcessError:
            return 0

    def stop_children(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while self.children and time.monotonic() < until:
            self.dead_children()
            time.sleep(0.02)
        for pid in self.children:
            end_group(pid)
            os.waitpid(pid, 0)


def say(words: str) -> None:
    """Into the log, which may lie on the disk that is full or broken: that alone must end nothing."""
    with suppress(OSError):
        print(words, file=sys.stderr, flush=True)


def forget_counts() -> None:
    """They begin at nought with the next start, in a folder of its own (bin/serve)."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        for path in Path(folder).glob("*.db"):
            path.unlink(missing_ok=True)
        with suppress(OSError):
            Path(folder).rmdir()


def end_group(pid: int) -> None:
    """End what is left of a child's process group; usually nothing is."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end_with(parent: int) -> None:
    """Ask the kernel for a SIGTERM when the supervisor dies, however it dies."""
    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def answers() -> bool:
    host, _, port = address().rpartition(":")
    host = "127.0.0.1" if host in ("", "0.0.0.0") else host
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def _work(app: Flask) -> None:
    from app.jobs.worker import work  # in its own process: the queue brings along what no web process needs

    work(app)


def announce(app: Flask) -> None:
    from rich.console import Console  # once the desk is open: nobody waits for it

    with app.app_context():
        accounts = demo_table() if app.config["DESK_MODE"] != "production" else ""
        db.session.remove()
        db.engine.dispose()
    with suppress(OSError):  # as in say()
        console = Console()
        console.print(accounts, f"一窗 · One Window  →  [bold]http://{address()}[/bold]   (Ctrl-C stops)", sep="\n" if accounts else "")


def demo_table():
    """The accounts of the demonstration, as rich draws them."""
    from rich.table import Table

    table = Table(title=f"演示账号 · 密码 {demo.PASSWORD}")
    table.add_column("账号 login", no_wrap=True)  # people copy it
    for word in ("姓名", "岗位", "单位"):
        table.add_column(word, overflow="fold")
    for row in demo.accounts():
        table.add_row(*row)
    return table


if __name__ == "__main__":
    sys.exit(main())
