"""Eight clerks at a real server who write down whatever the server acknowledged; afterwards all of it must be there, once.

Used by the sections that break things (kills, power, disk, clock). The clerks ask over HTTP; the server is `bin/serve`
without its installing part.
"""

import hashlib
import http.client
import io
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field

from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from app.cases import proof, seals
from app.cases.models import Case
from app.catalog.find import current_spec
from app.custody.balance import unbalanced
from app.documents import uploads
from app.documents.models import Document, DocumentBytes, Upload
from app.extensions import db
from app.jobs.audit_commands import holes
from app.receive.models import Draft
from tests import sample
from tests.desk import Desk
from tests.story import Story

ITEM = "CG-002"
LOGINS = ("wf-01.clerk", "wf-01.clerk2", "gh-01.clerk", "wf-01.clerk", "gh-01.clerk", "wf-01.clerk2", "wf-01.clerk", "gh-01.clerk")
AUTOSAVES = 6  # of one form before it is sent
READERS, PDF_EVERY = 2, 2  # so many of the clerks have a document rendered and kept with every second case: it is slow


@dataclass
class Told:
    """What the server acknowledged, by all clerks together."""

    drafts: dict[str, str] = field(default_factory=dict)  # draft id -> last name acknowledged by an autosave
    cases: dict[str, tuple] = field(default_factory=dict)  # case number -> (draft id, name, sha256 of its scan)
    sheets: dict[str, str] = field(default_factory=dict)  # document number -> sha256 of the PDF that was read
    wrong: list[str] = field(default_factory=list)  # answers that no person should see
    statuses: Counter = field(default_factory=Counter)
    writes: int = 0
    slowest: float = 0.0  # save, in seconds
    answered_at: float = 0.0

    def so_far(self) -> "Told":
        """A copy that what comes later does not change."""
        parts = {name: value.copy() if hasattr(value, "copy") else value for name, value in vars(self).items()}
        return Told(**parts)


class Clerk(threading.Thread):
    """Takes in one case after another until told to stop; after a broken connection does the same thing again."""

    def __init__(self, crew: "Crew", number: int):
        super().__init__(daemon=True)
        self.crew, self.number, self.told, self.stop = crew, number, crew.told, crew.stopped
        self.cookie, self.token = crew.keys[LOGINS[number % len(LOGINS)]]
        self.count = 0

    def run(self):
        while not self.stop.is_set():
            self.count += 1
            try:
                self.one_case()
            except Stopped:
                return

    def one_case(self) -> None:
        n = self.crew.next_number()
        name, scan = f"李{chr(0x4E00 + n % 5000)}", self.crew.scan(n)
        draft = self.until_done("/desk/drafts", {"item_code": ITEM}, 303)
        draft = draft.rsplit("draft=", 1)[1]
        self.told.drafts[draft] = ""
        for words in (name[:1], *(f"{name}{'金' * more}" for more in range(AUTOSAVES))):
            self.until_done(f"/desk/drafts/{draft}", {"applicant_name": words}, 204)
            self.told.drafts[draft] = words
        name = words
        form = self.crew.form | {"applicant_name": name, "id_number": sample.id_number(n), "phone": f"138{n:08d}", "then": "accept"}
        where = self.until_done(f"/desk/receive?draft={draft}", form, 303, file=("m-0-scan", scan))
        case_no = re.search(r"/desk/cases/([^?/]+)", where).group(1)
        self.told.cases[case_no] = (draft, name, hashlib.sha256(scan).hexdigest())
        if self.number < READERS and self.count % PDF_EVERY == 1:
            self.read_a_sheet(case_no)

    def read_a_sheet(self, case_no: str) -> None:
        sheet = self.sheet_of(case_no)
        answer = sheet and self.ask(sheet)
        if answer and answer[0] == 200:
            number = urllib.parse.unquote(sheet[len("/documents/"):-len(".pdf")])
            self.told.sheets[number] = hashlib.sha256(answer[3]).hexdigest()

    def sheet_of(self, case_no: str) -> str | None:
        """The address of the first document on the page of the case."""
        page = self.ask(f"/desk/cases/{case_no}")
        found = page and re.search(r'href="(/documents/[^"]+\.pdf)"', page[1])
        return found.group(1) if found else None

    def until_done(self, path: str, form: dict, wanted: int, file=None) -> str:
        """Send until it is acknowledged; a page that says "received before" is an acknowledgement too."""
        while True:
            answer = self.ask(path, form, file)
            if answer is None:
                time.sleep(0.05)
                continue
            status, text, headers, _raw = answer
            if headers.get("Location", "").startswith("/login"):
                self.told.wrong.append(f"thrown out at {path}")
                time.sleep(1)
                continue
            if status == wanted:
                self.told.writes += 1
                self.told.answered_at = time.monotonic()
                return headers.get("Location", "")
            if status == 200 and (before := re.search(r"/desk/cases/[A-Z0-9-]+", text)) and wanted == 303:
                self.told.writes += 1
                return before.group(0)
            if status not in (429, 503, 507) or "保存" not in text and "稍后" not in text:
                self.told.wrong.append(f"{status} for {path}: {_words(text)}")
            time.sleep(0.1)

    def ask(self, path: str, form: dict | None = None, file=None):
        """(status, text, headers, bytes); None when the connection broke. Raises Stopped at the end."""
        if self.stop.is_set():
            raise Stopped
        data, headers = None, {"Cookie": self.cookie}
        if form is not None:
            sent = dict(form, csrf_token=self.token)
            if file:
                sent[file[0]] = FileStorage(io.BytesIO(file[1]), "scan.png")
            stream, _length, boundary = stream_encode_multipart(MultiDict(sent))
            data, headers["Content-Type"] = stream.read(), f"multipart/form-data; boundary={boundary}"
        began = time.monotonic()
        request = urllib.request.Request(self.crew.url + path, data, headers)
        try:
            with _opener.open(request, timeout=30) as answer:
                raw, status, said = answer.read(), answer.status, answer.headers
        except urllib.error.HTTPError as answer:
            with answer:
                try:
                    raw, status, said = answer.read(), answer.code, answer.headers
                except (OSError, http.client.HTTPException):  # cut in the middle
                    return None
        except Exception:  # refused, reset, cut in the middle: whatever a killed server does to a connection
            return None
        if form is not None:  # a sheet may wait for its renderer (F7)
            self.told.slowest = max(self.told.slowest, time.monotonic() - began)
        self.told.statuses[status] += 1
        text = raw.decode("utf-8", "replace") if "text" in said.get("Content-Type", "") else ""
        if status >= 500 and (status not in (503, 507) or "Traceback" in text):
            self.told.wrong.append(f"{status} for {path}: {_words(text)}")
        return status, text, said, raw


class Stopped(Exception):
    """The clerk goes home."""


class _AsItIs(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_AsItIs, urllib.request.ProxyHandler({}))


class Crew:
    """The clerks of one server, and the comparison at the end. `app` is the product on the same database, in here."""

    def __init__(self, app, url: str, clerks: int = 8):
        self.app, self.url, self.clerks = app, url, clerks
        self.told, self.stopped = Told(), threading.Event()
        self._number, self._turn = 0, threading.Lock()
        self.keys = {login: self._key(login) for login in dict.fromkeys(LOGINS)}
        desks = {}
        story = Story(app, lambda login: desks.setdefault(login, Desk(app).sign_in(login)), ITEM)
        with app.app_context():
            self.form = story.intake()[1]
            assert current_spec(ITEM).materials
        self.threads: list[Clerk] = []

    def _key(self, login: str) -> tuple[str, str]:
        """A cookie and its form token, as a browser would hold them."""
        desk = Desk(self.app).sign_in(login)
        token = desk.get("/password").select_one("input[name=csrf_token]")["value"]
        cookie = desk.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        return f"{cookie.key}={cookie.value}", token

    def next_number(self) -> int:
        with self._turn:
            self._number += 1
            return self._number

    @staticmethod
    def scan(n: int) -> bytes:
        """A picture of its own for every case, nothing but pixels: what is kept of it is the same to the byte."""
        made = io.BytesIO()
        Image.new("RGB", (8, 8), (n >> 16 & 255, n >> 8 & 255, n & 255)).save(made, "PNG")
        return made.getvalue()

    def begin(self) -> "Crew":
        self.stopped.clear()
        self.threads = [Clerk(self, number) for number in range(self.clerks)]
        for clerk in self.threads:
            clerk.start()
        return self

    def end(self) -> None:
        self.stopped.set()
        for clerk in self.threads:
            clerk.join()

    def wait_for_an_answer(self, since: float, patience: float = 60) -> float:
        """Seconds from `since` until a write was acknowledged that came after it."""
        until = time.monotonic() + patience
        while self.told.answered_at <= since and time.monotonic() < until:
            time.sleep(0.01)
        return time.monotonic() - since

    def missing(self) -> list[str]:
        """What was acknowledged and is not there, or is there twice, or no longer proves itself. Empty: nothing lost."""
        with self.app.app_context():
            db.engine.dispose()
            return [*self._lost(), *_unproved()]

    def _lost(self):
        told = self.told
        cases = {row.case_no: row for row in db.session.execute(
            select(Case.id, Case.case_no, Case.intake_key, Case.applicant_name))}  # fmt: skip
        scans: dict[int, list] = {}
        for upload in db.session.scalars(select(Upload)):
            scans.setdefault(upload.case_id, []).append(upload)
        for case_no, (draft, name, digest) in told.cases.items():
            row = cases.get(case_no)
            if row is None or (row.intake_key, row.applicant_name) != (draft, name):
                yield f"{case_no} of {name} was acknowledged and is not there"
                continue
            mine = [one for one in scans.get(row.id, ()) if one.sha256 == digest]
            if not mine:
                yield f"{case_no}: its scan has no row"
            elif hashlib.sha256(uploads.read(mine[0])).hexdigest() != digest:
                yield f"{case_no}: its scan is other than what was sent"
        keys = Counter(row.intake_key for row in cases.values())
        yield from (f"draft {key} became {count} cases" for key, count in keys.items() if count > 1)
        drafts = {row.id: row.data for row in db.session.scalars(select(Draft))}
        for draft, words in told.drafts.items():
            if draft not in drafts and draft not in keys:
                yield f"draft {draft} was acknowledged and is not there"
            elif words and draft not in keys:
                kept = drafts[draft].get("applicant_name", [""])[0]
                if not kept.startswith(words):
                    yield f"draft {draft}: {words} was acknowledged, {kept!r} is there"
        for number, digest in told.sheets.items():
            kept = db.session.scalars(select(DocumentBytes.pdf).join(Document, Document.id == DocumentBytes.document_id)
                                      .where(Document.number == number)).all()  # fmt: skip
            if digest not in [hashlib.sha256(pdf).hexdigest() for pdf in kept]:
                yield f"{number}: the sheet that was read is not the one that is kept"

    def count(self) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(Case))


def _unproved():
    """The checks an operator would run."""
    yield from proof.broken_entries()
    yield from seals.broken()
    yield from holes()
    yield from unbalanced()
    if db.engine.dialect.name == "sqlite":
        said = db.session.execute(db.text("PRAGMA integrity_check")).scalars().all()
        yield from (line for line in said if line != "ok")
        yield from (str(row) for row in db.session.execute(db.text("PRAGMA foreign_key_check")).all())


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.find("<main"):]))[:200]


def page_token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
