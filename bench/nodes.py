"""Two web nodes and one worker on one PostgreSQL behind nginx, against one node: what a second machine is good for.

All of it on this one machine, so that two nodes cannot be faster than its cores; what is shown is that a person may be
answered by either (sessions and limits in one place), and what it costs.
Needs nginx and redis-server; only with `--database postgresql`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.cases.numbering import random_code
from bench import soak
from bench.data import Database, inside
from bench.figures import Figure, at_most
from bench.pages import Run, busiest, cookie
from bench.serve import CORES, HOUSE, Client, Server, free_port

MINUTES = float(os.environ.get("NODES_MINUTES") or 2)
WORKER = "from app import create_app; from app.jobs.worker import work; work(create_app())"
WANTED = ("nginx", "redis-server")
CONF = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; client_max_body_size 40m;
  upstream desk {{ {nodes} keepalive 32; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://desk; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
      proxy_next_upstream error timeout;
    }}
  }}
}}
"""


class Door:
    """What a client connects to."""

    def __init__(self, port: int):
        self.port = port


def nodes(run: Run) -> list[Figure]:
    if run.store.kind != "postgresql":
        return [Figure("nodes", "two nodes behind nginx", None, note="ask with --database postgresql")]
    if lacking := [name for name in WANTED if not shutil.which(name)]:
        return [Figure("nodes", "two nodes behind nginx", None, note=f"not here: {' '.join(lacking)}")]
    rows = []
    for count in (1, 2):
        database = run.store.copy(run.small)
        with _city(database, count) as (door, servers):
            if count == 2:
                rows += _shared(database, door, servers)
            crowd = soak.Crowd(door, MINUTES)
            noted = crowd.run(soak.people(database, MINUTES))
            waits = noted.between(crowd.began, crowd.until)
            wrong = sum(noted.errors.values())
            p95 = waits[int(len(waits) * 0.95)]
            spent = sum(server.cpu() - server.database.cpu() for server in servers) * 1000 / max(1, len(noted.asked))
            name = "one node" if count == 1 else "two nodes"
            rows += [
                at_most("nodes", f"{name}: errors", [wrong], 0, "errors", note=f"{len(waits):,} requests in {MINUTES:g} minutes"),
                Figure("nodes", f"{name}: p95", p95, "ms", note="wall clock"),
                Figure("nodes", f"{name}: CPU a request, web alone", spent),
            ]
    return rows


def _shared(database: Database, door: Door, servers: list[Server]) -> list[Figure]:
    """Signed in at one node one is known at the other; wrong codes are counted over both."""
    with inside(database) as app:
        carried = cookie(app, busiest()[1])
    known = [Client(server, carried).ask("/office")[0] for server in servers]
    tried = [Client(servers[n % 2], "", "127.9.9.9").ask(f"/status/{random_code()}")[0] for n in range(60)]
    refused = tried.index(429) + 1 if 429 in tried else None
    each = Client(servers[0], "", "127.9.9.9").ask(f"/status/{random_code()}")[0], Client(servers[1], "", "127.9.9.9").ask(f"/status/{random_code()}")[0]
    asked = Client(door, carried)
    return [
        at_most("nodes", "nodes that do not know who is signed in", [sum(status != 200 for status in known)], 0, "nodes"),
        at_most("nodes", "nodes that still answer after too many wrong codes at both", [sum(status != 429 for status in each)], 0, "nodes",
                note=f"refused from try {refused} on"),
        at_most("nodes", "pages through the door that were not answered", [sum(asked.ask("/office")[0] != 200 for _ in range(20))], 0, "pages"),
    ]  # fmt: skip


@contextmanager
def _city(database: Database, count: int):
    """The door and the nodes behind it, with a worker and one place for limits."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nodes-")))
        limits, port = free_port(), free_port()
        _child(stack, ["redis-server", "--port", str(limits), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)])
        settings = {"RATELIMIT_STORAGE_URI": f"redis://127.0.0.1:{limits}", "TRUSTED_PROXIES": "1", "BASE_URL": f"http://127.0.0.1:{port}"}
        servers = [Server("desk", database, workers=2 // count, cores=CORES, **settings) for _ in range(count)]
        for server in servers:
            stack.callback(server.stop)
        _child(stack, [sys.executable, "-c", WORKER], os.environ | database.environment() | settings)
        nodes = " ".join(f"server 127.0.0.1:{server.port};" for server in servers)
        (folder / "nginx.conf").write_text(CONF.format(folder=folder, nodes=nodes, port=port))
        _child(stack, ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
        for server in servers:
            server.wait("/")
        door, until = Door(port), time.monotonic() + 20
        while time.monotonic() < until:
            try:
                Client(door).ask("/")
                break
            except OSError:
                time.sleep(0.1)
        yield door, servers


def _child(stack: ExitStack, command: list[str], env: dict | None = None) -> None:
    child = subprocess.Popen(command, cwd=HOUSE, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(child.wait)
    stack.callback(child.terminate)
