"""The supervisor's figures once more, slowly and from the journal alone: no column that a step keeps up to date is read."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import NamedTuple

from app.calendar.find import calendar_for
from app.cases import clocks, journal
from app.cases.models import Case
from app.cases.steps import STEPS
from app.extensions import db
from app.feedback.models import Rating
from app.moments import now, today
from app.oversight import register as pages_register
from app.oversight import statistics, watch
from app.oversight import trips as pages_trips
from app.oversight.asked import Asked
from app.people.find import office

UNDECIDED = ("received", "correction", "accepted", "processing")
OVER = ("decided", "not_accepted", "withdrawn", "revoked", "terminated", "archived")
BACK = ("request_correction", "refuse", "forward", "query_window")


class Told(NamedTuple):
    """One case as its journal tells it."""

    case: Case
    entries: list
    face: object

    @property
    def state(self) -> str:
        return self.entries[-1].to_state

    @property
    def moves(self) -> list:
        return [e for e in self.entries if e.from_state != e.to_state]

    @property
    def concluded(self) -> datetime | None:
        """Decided, else ended; a forwarded case ends with the answer."""
        for entry in self.entries:
            if entry.to_state in OVER or entry.action == "record_reply":
                return entry.at
        return None

    def run(self, kind: str):
        return next((run for run in self.face.runs if run.kind == kind), None)

    def running(self, kind: str):
        return next((run for run in self.face.runs if run.kind == kind and run.stopped_on is None), None)


def stories(street_id: str | None = None) -> list[Told]:
    """Every case of a street, or of all."""
    told = []
    for case in db.session.scalars(db.select(Case).order_by(Case.id)):
        entries = journal.entries_of(case.id)
        if street_id in (None, office(case.centre_id).street_id):
            told.append(Told(case, entries, clocks.rebuild(case, entries, STEPS)))
    return told


def watches(told: list[Told]) -> dict:
    found = Counter()
    for one in told:
        run = one.running("intake") or one.running("promise")
        if one.state in UNDECIDED and run:
            found[light(run, one.running("statutory"))] += 1
            found["today"] += run.due_on == today()
        found["tolerant"] += one.state in UNDECIDED and one.running("supplement") is not None
        found["lapsed"] += _lapsed(one)
        found["uncollected"] += one.state == "ready"
        delivery = one.running("delivery")
        found["undelivered"] += one.state == "decided" and delivery is not None and delivery.due_on < today()
        found["orders"] += _unanswered(one)
        found["whistles"] += _unreported(one)
        found["rated"] += _badly_rated(one)
    found["transit"], found["discrepancy"] = _slips(told)
    return {name: found[name] for name in (
        "today", "yellow", "red", "black", "tolerant", "lapsed", "uncollected", "undelivered", "orders", "whistles",
        "rated", "transit", "discrepancy")}  # fmt: skip


def light(run, law) -> str:
    """Word for word from state-machines.md, a day at a time."""
    if law and today() > law.due_on:
        return "black"
    if today() > run.due_on:
        return "red"
    left, whole = _working(today(), run.due_on), _working(run.started_on, run.due_on)
    return "yellow" if left <= 1 or left <= whole / 5 else "green"


def _working(after: date, until: date) -> int:
    calendar = calendar_for(None)
    return sum(calendar.is_working(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def _lapsed(one: Told) -> bool:
    asked = max((e.seq for e in one.entries if e.action == "request_correction"), default=0)
    proposed = any(e.action == "propose_withdrawal" and e.seq > asked for e in one.entries)
    return one.state == "correction" and proposed and one.running("correction") is not None


def _unanswered(one: Told) -> int:
    return sum(e.action == "supervise" for e in one.entries) - sum(e.action == "reply_supervision" for e in one.entries)


def _unreported(one: Told) -> int:
    called = sum(len(e.facts["office_ids"]) for e in one.entries if e.action == "whistle")
    return called - sum(e.action == "whistle_report" for e in one.entries)


def _badly_rated(one: Told) -> bool:
    rating = db.session.get(Rating, one.case.id)
    return rating is not None and rating.stars <= 2 and not any(e.action == "call_back" for e in one.entries)


def _slips(told: list[Told]) -> tuple[int, int]:
    sent, here, short = {}, set(), Counter()
    for one in told:
        for entry in one.entries:
            slip = entry.facts.get("slip_no")
            if entry.action == "papers_sent":
                sent[slip] = entry.at
            if entry.action in ("papers_taken", "papers_short", "papers_recalled"):
                here.add(slip)
            if entry.action == "papers_short":
                short[slip] += len(entry.facts["papers"])
            if entry.action == "papers_settled":
                short[slip] -= len(entry.facts["papers"])
    late = [slip for slip, at in sent.items() if slip not in here and at < now() - timedelta(days=1)]
    return len(late), sum(1 for missing in short.values() if missing > 0)


def register(told: list[Told], asked: Asked) -> dict:
    found, known = Counter(), min(today(), asked.until)
    for one in told:
        received, over = one.case.received_at, one.concluded
        if received >= asked.ends or (over is not None and over < asked.begins):
            continue
        found["carried" if received < asked.begins else "received"] += 1
        found["ended" if over is not None and over < asked.ends else "open"] += 1
        run = one.run("promise")
        if run:
            stopped = run.stopped_on if run.stopped_on and run.stopped_on <= known else None
            found["late"] += (stopped or known) > run.due_on
        found["returned"] += any(e.action in BACK and e.at < asked.ends for e in one.entries)
    return {name: found[name] for name in ("carried", "received", "ended", "open", "late", "returned")}


def on_time(told: list[Told], asked: Asked) -> tuple[int, int]:
    decided = [one.run("promise") for one in told if _within(_decided(one), asked)]
    decided = [run for run in decided if run]
    return len(decided), sum(run.stopped_on <= run.due_on for run in decided)


def links(told: list[Told], asked: Asked) -> list[tuple]:
    lengths = defaultdict(list)
    for one in told:
        first = {}
        for entry in one.moves:
            first.setdefault(entry.to_state, entry.at)
        reached = [(state, first[state]) for state in ("received", "accepted", "processing", "decided", "delivered") if state in first]
        for (_before, begun), (state, at) in zip(reached, reached[1:], strict=False):
            if _within(at, asked):
                lengths[state].append((at - begun).total_seconds() / 3600)
    said = []
    for state in ("accepted", "processing", "decided", "delivered"):
        found = sorted(lengths[state])
        nine = found[-(-9 * len(found) // 10) - 1] if found else None
        said.append((len(found), round(median_low(found), 1) if found else "—", round(nine, 1) if found else "—"))
    return said


def hours(told: list[Told], asked: Asked) -> Counter:
    at = (one.case.received_at for one in told if _within(one.case.received_at, asked))
    return Counter((moment.weekday(), moment.hour) for moment in at)


def items(told: list[Told], asked: Asked) -> Counter:
    return Counter(one.case.item_code for one in told if _within(one.case.received_at, asked))


def satisfaction(told: list[Told], asked: Asked) -> Counter:
    ratings = filter(None, (db.session.get(Rating, one.case.id) for one in told))
    return Counter(rating.stars for rating in ratings if _within(rating.at, asked))


def trips(told: list[Told], asked: Asked) -> dict:
    found, again, received = Counter(), 0, 0
    for one in told:
        if not _within(one.case.received_at, asked):
            continue
        received += 1
        again += any(e.action in ("supplement", "refuse") for e in one.entries)
        for entry in one.entries:
            if entry.action == "supplement":
                found["correction" if entry.from_state == "correction" else "tolerant"] += 1
            found["refused"] += entry.action == "refuse"
            later = entry.at.date() != one.case.received_at.date() and one.case.delivery_mode == "window"
            found["collect"] += entry.action == "deliver" and later
    return {"received": received, "again": again} | {k: found[k] for k in ("correction", "tolerant", "refused", "collect")}


def worst(told: list[Told], asked: Asked) -> Counter:
    found = Counter()
    for one in told:
        if _within(one.case.received_at, asked):
            for entry in one.entries:
                if entry.action == "request_correction":
                    found.update((one.case.item_code, line["name"]) for line in entry.facts["lines"])
    return found


def _decided(one: Told) -> datetime | None:
    return next((e.at for e in one.entries if e.action == "conclude"), None)


def _within(at: datetime | None, asked: Asked) -> bool:
    return at is not None and asked.since <= at.date() <= asked.until


def differences(by, told: list[Told], asked: Asked) -> dict:
    """Every figure that the pages show and the recount does not find: name → (shown, recounted)."""
    shown_links = [row[1:] for row in statistics.links(by, asked).rows]
    shown_hours = Counter({
        (day, int(row[0][:2])): row[day + 1] for row in statistics.hours(by, asked).rows for day in range(7) if row[day + 1]
    })  # fmt: skip
    meter, counted = pages_trips.meter(by, asked), trips(told, asked)
    found = {name: (watch.counts(by)[name], number) for name, number in watches(told).items()}
    found |= {name: (pages_register.summary(by, asked, today())._asdict(), register(told, asked)) for name in ("register",)}
    found |= {
        "rows of the register": (pages_register.count(by, asked), sum(register(told, asked)[k] for k in ("carried", "received"))),
        "on time": (tuple(statistics.on_time(by, asked)), on_time(told, asked)),
        "links": (shown_links, links(told, asked)),
        "hours": (shown_hours, hours(told, asked)),
        "items": (Counter({code: n for code, _name, n in statistics.items(by, asked).rows}), items(told, asked)),
        "satisfaction": ([row[1] for row in statistics.satisfaction(by, asked).rows],
                         [satisfaction(told, asked)[stars] for stars in (5, 4, 3, 2, 1)]),
        "trips": ({k: meter["visits"][k] for k in ("correction", "tolerant", "refused", "collect")}
                  | {k: meter[k] for k in ("received", "again")}, counted),
        "worst": (Counter({(code, line): n for code, _i, line, n, _c in pages_trips.worst(by, asked, None).rows}),
                  worst(told, asked)),
    }  # fmt: skip
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}
