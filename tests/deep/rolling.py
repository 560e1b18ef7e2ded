"""Two web units and one worker on one PostgreSQL, the units restarted one after the other under load: nobody loses a request."""

import http.client
import itertools
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from app.extensions import db
from app.receive.models import Draft
from tests.databases import Databases
from tests.deep._house import end, house, start
from tests.desk import Desk

RESTARTS = int(os.environ.get("DESK_ROLLING") or 20)
CLIENTS = 6


NGINX = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream desk {{ {units} keepalive 16; keepalive_timeout 1s; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://desk; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; }}
  }}
}}
"""


def main() -> Iterator[tuple[str, object, bool]]:
    with house(Databases(Path(tempfile.mkdtemp())), "postgresql") as (app, folder, _server):
        started = {}
        try:
            for name, run in (("worker", "worker"), ("one", "web"), ("two", "web")):
                (folder.parent / name).mkdir()
                started[name] = start(app, folder.parent / name, RUN=run)
            ports = [_opened(started[name]).port for name in ("one", "two")]
            yield from _restarted("round robin", app, folder, started, ports)
            if shutil.which("nginx"):
                with _nginx(folder.parent, ports) as port:
                    yield from _restarted("nginx", app, folder, started, [port])
        finally:
            for unit in started.values():
                end(unit)


def _restarted(door: str, app, folder: Path, started: dict, ports: list[int]) -> Iterator[tuple[str, object, bool]]:
    clients, stop = crowd(app, ports, CLIENTS)
    time.sleep(1)
    slowest = 0.0
    for name in itertools.islice(itertools.cycle(("one", "two")), RESTARTS):
        slowest = max(slowest, started[name].stop()[1])
        started[name] = _opened(start(app, folder.parent / name, RUN="web", PORT=str(started[name].port)))
    for what, value, fine in _figures(app, clients, stop):
        yield f"{door}: {what}", value, fine
    yield f"{door}: longest stop of {RESTARTS}, seconds", f"{slowest:.1f}", slowest < 5


@contextmanager
def _nginx(folder: Path, ports: list[int]) -> Iterator[int]:
    """As docs/operations.md says it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = folder / "nginx"
    own.mkdir()
    units = " ".join(f"server 127.0.0.1:{unit} max_fails=0;" for unit in ports)
    (own / "conf").write_text(NGINX.format(folder=own, units=units, port=port))
    process = subprocess.Popen(["nginx", "-p", str(own), "-c", str(own / "conf")])
    try:
        time.sleep(1)
        yield port
    finally:
        process.terminate()
        process.wait()


def _opened(unit):
    unit.until(lambda: unit.ask("/readyz")[0] == 200)
    return unit


def _figures(app, clients: list["RoundRobin"], stop: threading.Event) -> Iterator[tuple[str, object, bool]]:
    stop.set()
    for client in clients:
        client.join()
    lost = [one for client in clients for one in client.lost]
    done = sorted(seconds for client in clients for seconds in client.done)
    drafts = [one for client in clients for one in client.drafts]
    with app.app_context():
        missing = set(drafts) - set(db.session.scalars(select(Draft.id)))
        db.session.remove()
        db.engine.dispose()
    yield f"requests lost of {len(done)} in {RESTARTS} restarts", f"{len(lost)} {lost[:3] or ''}", not lost and len(done) > 50 * RESTARTS
    yield f"forms acknowledged and not there, of {len(drafts)}", len(missing), not missing and len(drafts) == len(set(drafts)) > 0
    yield "longest answer, seconds (median)", f"{done[-1]:.2f} ({done[len(done) // 2]:.3f})", done[-1] < 5


def crowd(app, ports: list[int], size: int) -> tuple[list["RoundRobin"], threading.Event]:
    """So many people at work as one clerk, and what ends it."""
    desk, stop = Desk(app).sign_in("wf-01.clerk"), threading.Event()
    token = desk.get("/password").select_one("input[name=csrf_token]")["value"]
    cookie = desk.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    clients = [RoundRobin(ports, f"{cookie.key}={cookie.value}", token, stop) for _each in range(size)]
    for client in clients:
        client.start()
    return clients, stop


class RoundRobin(threading.Thread):
    """As nginx does it: connections are kept for a second at most; the other unit is asked when one does not let us in, and
    never when a request has been sent. `lost`: sent and not answered, or answered with an error."""

    def __init__(self, ports: list[int], cookie: str, token: str, stop: threading.Event):
        super().__init__(daemon=True)
        self.turn, self.stop, self.cookie, self.token = itertools.cycle(ports), stop, cookie, token
        self.kept: dict[int, tuple] = {}
        self.done, self.lost, self.drafts = [], [], []

    def run(self):
        for count in itertools.count():
            if self.stop.is_set():
                for line, _since in self.kept.values():
                    line.close()
                return
            began = time.monotonic()
            self.post() if count % 4 == 0 else self.get(("/guides", "/desk", "/")[count % 3])
            self.done.append(time.monotonic() - began)
            time.sleep(0.01)

    def get(self, path: str) -> None:
        self.send("GET", path, None, 200)

    def post(self) -> None:
        answer = self.send("POST", "/desk/drafts", urlencode({"item_code": "CG-002", "csrf_token": self.token}), 303)
        if answer:
            self.drafts.append(answer.getheader("Location").rsplit("draft=", 1)[1])

    def send(self, method: str, path: str, body: str | None, wanted: int):
        line, port = self.connected()
        if line is None:
            return None
        try:
            line.request(method, path, body, {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"})
            answer = line.getresponse()
            said = answer.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            self.lost.append(f"{method} {path}: {problem!r}")
            line.close()
            return None
        if answer.status != wanted:
            self.lost.append(f"{method} {path}: {answer.status} " + " ".join(re.findall(r"[\u4e00-\u9fff，。]{6,}", said)))
            return None
        if answer.will_close:
            line.close()
        else:
            self.kept[port] = (line, time.monotonic())
        return answer

    def connected(self) -> tuple:
        for port in self.turn:
            if self.stop.is_set():
                break
            line, since = self.kept.pop(port, (None, 0))
            if line and time.monotonic() - since < 1:
                return line, port
            if line:
                line.close()
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            with suppress(ConnectionError):
                line.connect()
                return line, port
            line.close()
            time.sleep(0.005)
        return None, 0
