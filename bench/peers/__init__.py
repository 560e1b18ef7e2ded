"""Other people's service desks beside ours, installed on demand from the package index into environments of their own.

Nothing of theirs is in this house: a peer is its package, a tracker as its documentation sets it up, and tickets made through
its own interface. PEERS_TICKETS says how many (default 1,000); what is measured is CPU of its whole process tree a request.
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
from bench.data import KEPT, inside
from bench.figures import Figure, at_least
from bench.pages import Run, busiest, cookie
from bench.peers import django_helpdesk, roundup
from bench.serve import SERVERS, Client, Taken, cpu_of, free_port, serving, take, tree

TICKETS = int(os.environ.get("PEERS_TICKETS") or 1000)
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
    figures = []
    with inside(run.small) as app:
        carried = cookie(app, busiest()[1])
        code = db.session.scalar(select(Case.status_code).order_by(Case.id).limit(1))
    for name, peer in PEERS.items():
        with ExitStack() as stack:
            there = stack.enter_context(_running(name, peer))
            base, staff, stranger = f"http://127.0.0.1:{there.port}", Client(there), Client(there)
            peer.sign_in(staff, base)
            server = stack.enter_context(serving("desk", run.small))
            ours, asks, rounds = Client(server, carried), max(10, run.asks // 10), []
            creating = peer.creating(Client(there), base)
            for _round in range(run.rounds + 1):
                rounds.append([
                    take(there, staff, [*peer.LIST] * asks).cpu * len(peer.LIST), take(server, ours, ["/office"] * asks).cpu,
                    take(there, stranger, [peer.ONE] * asks).cpu, take(server, Client(server), [f"/status/{code}"] * asks).cpu,
                    _made(there, creating, asks).cpu,
                ])  # fmt: skip
            theirs, queue, one, status, made = (median(column) for column in zip(*rounds[1:], strict=True))
            figures += [
                at_least("peers", f"{name}: list of {TICKETS:,} ÷ our queue", theirs / queue, 7, "×", note=f"{theirs:.1f} ms against {queue:.1f}, CPU"),
                at_least("peers", f"{name}: page of one ticket ÷ our status", one / status, 11, "×", note=f"{one:.1f} ms against {status:.1f}, CPU"),
                Figure("peers", f"{name}: a ticket by web form", made, note="two requests; ours: section intake"),
            ]
    return figures


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
