"""Cases planted one per centre and department, with surnames that stand nowhere else: who reads one has looked too far."""

import io
import re
import zipfile
from contextvars import Context
from dataclasses import dataclass, field

from sqlalchemy import func, select, text

from app import moments
from app.catalog.find import current_spec
from app.custody import actions as custody
from app.documents.models import Document
from app.extensions import db
from app.hall import actions as hall
from app.hall.models import Visit
from app.people import sessions
from app.people.find import user_by_login
from app.process import actions as process
from app.receive import actions as receive
from app.receive import drafts
from tests import backoffice, sample

NOON = "2026-11-24 10:00"
TAKEN_UP = (1, 3)  # last digits of the canaries whose papers arrived whole and whose case was taken up
RESIDENTS = ("/status", "/verify", "/hall", "/kiosk", "/guides", "/centres", "/api")


@dataclass
class Canary:
    """One case and everything that hangs on it, in one centre and one department."""

    surname: str
    centre: str
    station: str
    street: str
    department: str
    item: str
    n: int
    args: dict = field(default_factory=dict)  # what stands in addresses: case_no, slip_no, number, draft_id …

    @property
    def name(self) -> str:
        return f"{self.surname}金雀"

    def known_to(self, login: str) -> bool:
        """The house rule said once more, by office names alone: the other half of the proof is people/scope.py."""
        place, _, role = login.partition(".")
        if role in ("admin", "auditor", "nobody"):
            return False
        if role == "supervisor" and place in ("service_admin", "governance_centre"):
            return True
        if place in (self.centre, self.station, self.department):
            return True
        return place.endswith(f"-{self.street}") and role in ("supervisor", "mediator")

    def words(self) -> list[str]:
        """What must not be read by others: the surname also stands on masked pages, the numbers everywhere."""
        return [self.surname, self.args["case_no"], self.args["slip_no"], self.args["number"]]


def canaries() -> list[Canary]:
    return [
        Canary("仉", "wf-01", "wf-s01", "wenfeng", "urban_management", "CG-002", 71),
        Canary("佴", "gh-01", "gh-s01", "guanghui", "urban_management", "CG-002", 72),
        Canary("妘", "wf-01", "wf-s01", "wenfeng", "market_regulation", "SJ-001", 73),
        Canary("笪", "gh-01", "gh-s01", "guanghui", "market_regulation", "SJ-001", 74),
    ]


def plant(canary: Canary, key: str = "") -> Canary:
    """By the real verbs: received, accepted, carried to the department, taken up; a draft and a visit beside it."""
    clerk, officer = sample.actor(f"{canary.centre}.clerk"), sample.actor(f"{canary.department}.officer")
    spec = current_spec(canary.item)
    who = sample.applicant(canary.n, sample.kind_of(spec), canary.name)
    case = receive.receive(clerk, f"canary-{canary.n}{key}", canary.item, who, sample.everything(spec), sample.answers(spec))
    receive.accept(case, clerk)
    papers = [paper.id for paper in backoffice.Standing(case, clerk).papers]
    slip = custody.pack(clerk, canary.department, papers, "P01", "S01")
    custody.send(slip, clerk, "示例流转员")
    if canary.n % 10 in TAKEN_UP:
        custody.take(slip, officer)
        process.take_up(case, officer)
    else:
        custody.take(slip, officer, papers[:1])  # a discrepancy
    draft = drafts.open_draft(clerk, canary.item)
    drafts.save_draft(draft.id, clerk, {"applicant_name": [canary.name]})
    hall.take_ticket(clerk, canary.centre)
    canary.args = {
        "case_no": case.case_no, "slip_no": slip.slip_no, "material_id": papers[0], "line": 0, "draft_id": draft.id,
        "number": db.session.scalar(select(Document.number).where(Document.case_id == case.id).order_by(Document.id)),
        "visit_id": db.session.scalar(select(func.max(Visit.id)).where(Visit.centre_id == canary.centre)),
        "code": case.status_code, "entry_id": case.id,
    }  # fmt: skip
    return canary


# ── browsers, quick ones: no page is inspected here ──────────────────────────────────────────────────────────


class Browser:
    """Signed in as one person, asks without reading: the matrix has thousands of questions."""

    def __init__(self, app, login: str | None):
        self.app, self.login, self.client = app, login, app.test_client()
        self._token = None
        if login:
            token = Context().run(self._sign_in)
            with self.client.session_transaction() as session:
                session["sid"] = token

    def _sign_in(self) -> str:
        with self.app.app_context(), moments.at(_noon()):
            return sessions.open_session(user_by_login(self.login).id)

    def ask(self, method: str, url: str, **options):
        return Context().run(self._ask, method, url, options)

    def _ask(self, method, url, options):
        with moments.at(_noon()):
            return self.client.open(url, method=method, **options)

    def get(self, url: str, **options):
        return self.ask("GET", url, **options)

    def token(self) -> str:
        if self._token is None:
            page = self.get("/password" if self.login else "/login").text
            self._token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
        return self._token


def _noon():
    return moments.datetime.fromisoformat(NOON)


def said(answer) -> str:
    """All that an answer tells, office files unpacked."""
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return answer.data.decode("utf-8", "replace")


def still(text: str) -> str:
    """A page without what differs from one asking to the next: tokens, request numbers, marks of polling, its own address."""
    text = re.sub(r'(name="next" value=)"[^"]*"', r"\1", text)
    text = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]+"', r"\1", text)
    text = re.sub(r"seen=[\w.%:-]+", "seen=", text)
    return re.sub(r"\b[0-9a-f]{8}\b", "", text)


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────

# What stands in an address and belongs to nobody.
OPEN_ARGS = {
    "centre": "wf-01", "action": "arrive", "user_id": 1, "version": 1, "day": "2026-11-23", "year": 2026,
    "month": "2026-11", "series": "x", "upload_id": 1,
    "item_code": "MZ-001", "left_no": 1, "hand_no": "S26000000010", "record_id": 1, "job_id": 1, "inner_id": 1, "kind": "csv", "layer": "national",
}  # fmt: skip
NAMES = {  # of one view, its own words
    "oversight.watch": "overdue",
    "oversight.export": "register",
    "custody.watched": "transit",
}


def rules(app, method: str) -> list:
    """Every address of the house that takes this method; the files of libraries apart."""
    found = [rule for rule in app.url_map.iter_rules() if method in rule.methods and "static" not in rule.endpoint]
    return sorted(found, key=lambda rule: (rule.rule, rule.endpoint))


def belongs(rule, canary: Canary) -> bool:
    """Does the address name something of a case?"""
    return bool(rule.arguments & OF_A_CASE) and not rule.rule.startswith(RESIDENTS)


OF_A_CASE = {"case_no", "slip_no", "number", "draft_id", "visit_id", "material_id"}


def address(app, rule, canary: Canary | None = None) -> str | None:
    """The rule with its holes filled; None when a hole has no filling here."""
    filling = OPEN_ARGS | (canary.args if canary else {})
    if rule.endpoint in NAMES:
        filling |= {"name": NAMES[rule.endpoint]}
    if missing := rule.arguments - filling.keys():
        raise AssertionError(f"{rule.rule}: tests/canaries.py does not know what {sorted(missing)} is")
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, {n: filling[n] for n in rule.arguments})


def fingerprint(app, without=("document_bytes",)) -> dict[str, str]:
    """What is in every table, bytes as they lie there. A sheet's bytes are made at its first reading, so not those."""
    found = {}
    with app.app_context(), db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            if table.name not in without:
                rows = connection.execute(text(f'SELECT * FROM "{table.name}"')).all()
                found[table.name] = str(sorted(str(row) for row in rows))
    return found
