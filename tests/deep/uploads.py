"""F8: uploads that are cut in the middle leave nothing; twenty that come a byte a second stop nobody else."""

import os
import re
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select

from app.documents.models import Upload
from app.extensions import db
from tests.databases import Databases
from tests.deep._clerks import ITEM, Clerk, Crew
from tests.deep._house import DATABASES, end, house, start

CUT, SLOW = 10, 20
SECONDS = float(os.environ.get("DESK_UPLOAD_SECONDS") or 30)  # of the slow ones
PAGES = ("/desk", "/login", "/desk/ledger")


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        with house(databases, kind) as (app, folder, _server):
            desk = start(app, folder).is_open()
            try:
                clerk = Clerk(Crew(app, f"http://127.0.0.1:{desk.port}"), 0)
                clerk.one_case()  # what the first one makes is there before
                yield from _cut(app, clerk, desk, folder, kind)
                yield from _slow(clerk, desk, kind)
            finally:
                end(desk)


def _cut(app, clerk: Clerk, desk, folder: Path, kind: str) -> Iterator[tuple[str, object, bool]]:
    before = _kept(app, folder)
    for n in range(CUT):
        head, body = _request(clerk, os.urandom(400_000))
        with socket.create_connection(("127.0.0.1", desk.port)) as line:
            line.sendall(head + body[: (n + 1) * len(body) // (CUT + 1)])
    time.sleep(2)
    after = _kept(app, folder)
    yield f"uploads cut in the middle, {kind}", CUT, True
    yield f"rows and files they left, {kind}", sorted(after - before) or 0, after == before
    clerk.one_case()
    yield f"mishaps in the log, {kind}", desk.mishaps()[:200] or 0, not desk.mishaps()


def _slow(clerk: Clerk, desk, kind: str) -> Iterator[tuple[str, object, bool]]:
    slowest, statuses = 0.0, set()
    with ExitStack() as lines:
        slow = []
        for _ in range(SLOW):
            head, body = _request(clerk, os.urandom(2000))
            line = lines.enter_context(socket.create_connection(("127.0.0.1", desk.port)))
            line.sendall(head + body[:100])
            slow.append((line, iter(body[100:])))
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for line, rest in slow:
                line.sendall(bytes([next(rest)]))
            second = time.monotonic() + 1
            while time.monotonic() < second:
                for path in PAGES:
                    began = time.monotonic()
                    statuses.add(clerk.ask(path)[0])
                    slowest = max(slowest, time.monotonic() - began)
    yield f"slowest page during {SLOW} uploads of a byte a second, seconds, {kind}", f"{slowest:.2f}, {statuses}", slowest <= 2 and max(statuses) < 500


def _request(clerk: Clerk, noise: bytes) -> tuple[bytes, bytes]:
    """Head and body of an intake with a scan, as they go over the line."""
    draft = clerk.until_done("/desk/drafts", {"item_code": ITEM}, 303).rsplit("draft=", 1)[1]
    parts = [f'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{clerk.token}\r\n'.encode()]
    parts += [b'--cut\r\nContent-Disposition: form-data; name="m-0-scan"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n', Crew.scan(0), noise]
    body = b"".join(parts) + b"\r\n--cut--\r\n"
    head = (
        f"POST /desk/receive?draft={draft} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {clerk.cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


def _kept(app, folder: Path) -> set[str]:
    """The scans by row, and every file in the data folder that is no part of the database or of the desk's own."""
    with app.app_context():
        rows = {f"row {db.session.scalar(select(func.count()).select_from(Upload))}"}
    return rows | {str(file) for file in folder.rglob("*") if file.is_file() and not re.search(r"\.(db|log|lock|json|seen)", file.name)}
