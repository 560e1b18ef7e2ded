"""Other people's service desks beside ours, installed on demand from the package index into environments of their own.

Nothing of theirs is in this house: a peer is its package, a tracker as its documentation sets it up, and tickets made through
its own interface, or copies of such. PEERS_TICKETS says how many, and how many cases we have (default 1,000); what is measured is
CPU of its whole process tree a request.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import select

from app.cases.models import Case
from app.extensions import db
from bench.data import KEPT, SMALL, desk_of, inside
from bench.figures import Figure, at_least
from bench.pages import Run, busiest, cookie, counter, taken_in
from bench.peers import django_helpdesk, roundup
from bench.serve import SERVERS, Client, Taken, cpu_of, free_port, take, tree

TICKETS = int(os.environ.get("PEERS_TICKETS") or SMALL)
PEERS = {"roundup": roundup, "django-helpdesk": django_helpdesk}


class Peer:
    """A running peer as a client and take() know a server."""

    def __init__(self, command: list[str], folder: Path, port: int):
        self.port = port
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=(folder / "log").open("w"),
                                        env=os.environ | {"SENDMAILDEBUG": str(folder / "mail")},
                                        preexec_fn=lambda: os.sched_setaffinity(0, SERVERS))  # fmt: skip

    def cpu(self) -> float:
        return sum(map(cpu_of, tree(self.process.pid)))


def peers(run: Run) -> list[Figure]:
    """On a copy of our desk, because cases are taken in too."""
    figures, asks = [], max(10, run.asks // 10)
    few = max(3, min(asks, asks * 10_000 // TICKETS))  # of lists that may take seconds
    desk = run.store.copy(run.small if TICKETS == SMALL else desk_of(run.store, TICKETS))
    with inside(desk) as app:
        carried = cookie(app, busiest()[1])
        code = db.session.scalar(select(Case.status_code).order_by(Case.id).limit(1))
    for number, (name, peer) in enumerate(PEERS.items()):
        with ExitStack() as stack:
            there = stack.enter_context(_running(name, peer))
            base, staff, stranger = f"http://127.0.0.1:{there.port}", Client(there), Client(there)
            peer.sign_in(staff, base)
            server, clerk, bodies = stack.enter_context(counter(desk, asks * (run.rounds + 1), number))
            ours, rounds = Client(server, carried), []
            creating = peer.creating(Client(there), base)
            for _round in range(run.rounds + 1):
                rounds.append([
                    take(there, staff, [*peer.LIST] * few).cpu * len(peer.LIST), take(server, ours, ["/office"] * asks).cpu,
                    take(there, stranger, [peer.ONE] * asks).cpu, take(server, Client(server), [f"/status/{code}"] * asks).cpu,
                    _made(there, creating, asks).cpu, taken_in(server, clerk, bodies, asks).cpu,
                ])  # fmt: skip
            theirs, queue, one, status, made, taken = (median(column) for column in zip(*rounds[1:], strict=True))
            figures += [
                _times(f"{name}: list of {TICKETS:,} ÷ our queue", theirs, queue, peer.LIST_AT.get(TICKETS)),
                _times(f"{name}: page of one ÷ our status", one, status, 11),
                _times(f"{name}: one by web form ÷ our intake", made, taken, 3 if peer is roundup else None, "; theirs the form too"),
            ]
    return figures


def _times(name: str, theirs: float, ours: float, least: float | None, more: str = "") -> Figure:
    note = f"{theirs:,.1f} ms against {ours:.1f}, CPU{more}"
    if least is None:
        return Figure("peers", name, theirs / ours, "×", note=note)
    return at_least("peers", name, theirs / ours, least, "×", note=note)


def _made(there: Peer, create: Callable[[], None], asks: int) -> Taken:
    before = there.cpu()
    for _ask in range(asks):
        create()
    return Taken((there.cpu() - before) * 1000 / asks, [0.0])


@contextmanager
def _running(name: str, peer) -> Iterator[Peer]:
    folder = KEPT / "peers" / name
    python = folder / "env" / "bin" / "python"
    if not (folder / "installed").exists():
        print(f"Installing {name}, once …", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder / "env"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *peer.PACKAGES], check=True)
        (folder / "installed").touch()
    port = free_port()
    running = Peer(peer.set_up(folder, python, TICKETS, port), folder, port)
    try:
        _until_answers(running, peer.ONE)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(20)


def _until_answers(there: Peer, path: str) -> None:
    for _try in range(300):
        try:
            Client(there).ask(path)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{path} does not answer")
