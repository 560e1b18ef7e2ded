"""The production web server, pinned to one core, the CPU time of its whole process tree, and a small client."""

import http.client
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from random import randrange
from time import CLOCK_MONOTONIC, clock_gettime

from bench.data import Database

HOUSE = Path(__file__).parents[1]
CORES = sorted(os.sched_getaffinity(0))
SERVERS, CLIENT = CORES[:1], CORES[-1:]
IDLE = 3.0  # seconds; the server closes a kept connection after five
ANSWERED = (200, 204, 303)


class Server:
    """One web server with one worker, as bin/serve starts it; what it serves is `what` (python -m bench.server)."""

    def __init__(self, what: str, database: Database, workers: int = 1, cores: list[int] = SERVERS, **settings: str):
        self.what, self.database, self.port = what, database, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        env = database.environment() | {"PORT": str(self.port), "WEB_WORKERS": str(workers), "BASE_URL": self.address} | settings
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.server", what], cwd=HOUSE, env=os.environ | env,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )  # fmt: skip

    def wait(self, path: str, patience: float = 60.0) -> float:
        """Seconds until `path` answers, whatever it says."""
        started = clock_gettime(CLOCK_MONOTONIC)
        while clock_gettime(CLOCK_MONOTONIC) - started < patience:
            if self.process.poll() is not None:
                raise RuntimeError(f"The {self.what} server ended by itself")
            try:
                Client(self).ask(path)
                return clock_gettime(CLOCK_MONOTONIC) - started
            except (OSError, http.client.HTTPException):  # on a loaded machine a knock may meet itself at the door
                time.sleep(0.01)
        raise RuntimeError(f"The {self.what} server does not answer")

    def cpu(self) -> float:
        """Seconds of CPU that the process tree has used so far, the database's processes included."""
        return sum(map(cpu_of, tree(self.process.pid))) + self.database.cpu()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def serving(what: str, database: Database, first: str = "/", workers: int = 1):
    server = Server(what, database, workers)
    try:
        server.wait(first)
        yield server
    finally:
        server.stop()


class Client:
    """One browser on one kept connection."""

    def __init__(self, server: Server, cookies: str = "", address: str = "127.0.0.1"):
        """`address`: from where it comes; every address of 127/8 is ours."""
        self._line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30, source_address=(address, 0))
        self.cookies, self._last = cookies, 0.0

    def ask(self, path: str, body: str | None = None, headers: dict | None = None) -> tuple[int, bytes, dict]:
        """Status, body and headers of the answer. A cookie that is set is kept."""
        sent = {"Cookie": self.cookies} | (headers or {})
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self._last > IDLE:
            self._line.close()  # the next request opens it anew
        self._line.request("GET" if body is None else "POST", path, body, sent)
        answer = self._line.getresponse()
        content, self._last = answer.read(), time.monotonic()
        for given in answer.headers.get_all("Set-Cookie", ()):
            self._keep(given.split(";")[0])
        return answer.status, content, dict(answer.getheaders())

    def close(self) -> None:
        self._line.close()

    def _keep(self, given: str) -> None:
        name = given.split("=")[0]
        others = [one for one in self.cookies.split("; ") if one and not one.startswith(name + "=")]
        self.cookies = "; ".join([*others, given])


class Taken:
    """What a number of requests cost: milliseconds of CPU a request, and the waiting times in milliseconds."""

    def __init__(self, cpu: float, waits: list[float]):
        self.cpu, self.waits = cpu, sorted(waits)

    def percentile(self, share: float) -> float:
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * share))]


def take(server: Server, client: Client, paths: list[str], bodies: list[str | None] | None = None) -> Taken:
    """Ask one after the other; every answer must be one that was wanted."""
    waits, before = [], server.cpu()
    for number, path in enumerate(paths):
        started = time.perf_counter()
        status, content, _headers = client.ask(path, bodies[number] if bodies else None)
        waits.append((time.perf_counter() - started) * 1000)
        if status not in ANSWERED:
            raise RuntimeError(f"{path}: {status} {content[:2000].decode(errors='replace')}")
    return Taken((server.cpu() - before) * 1000 / len(paths), waits)


def take_together(server: Server, clients: list[Client], shares: list[list[tuple[str, str]]]) -> Taken:
    """The same by several clients at once, each with its own (path, body) pairs."""
    before = server.cpu()
    with ThreadPoolExecutor(len(clients)) as crowd:
        each = list(crowd.map(lambda one: take(server, one[0], *zip(*one[1], strict=True)), zip(clients, shares, strict=True)))
    waits = [wait for taken in each for wait in taken.waits]
    return Taken((server.cpu() - before) * 1000 / len(waits), waits)


def cpu_of(pid: int) -> float:
    """The CPU clock of a process, its ended threads included (clock_getcpuclockid(3)); 0 when it is gone."""
    try:
        return clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0


def tree(pid: int) -> list[int]:
    """The process and everything it has started that is still there."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = task.read_text().split()
        except OSError:
            continue
        for child in below:
            found += tree(int(child))
    return found


def memory(pid: int) -> float:
    """Proportional set size in MB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def free_port() -> int:
    """Below those that the kernel gives to whoever connects: between asking and serving one of them would be gone."""
    while True:
        port = randrange(20_000, 32_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
