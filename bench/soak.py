"""A day's shape in ten minutes: forty clerks, sixty officers and two thousand look-ups a minute on two web workers.

Each person has a browser and a pace of its own; residents come from many addresses, as the limits expect. What is asked
is noted with its moment: the first fifth of the time is held against the last. SOAK_MINUTES sets the length.
"""

import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

from sqlalchemy import select

from app.cases.models import Case
from app.extensions import db
from app.people.find import user_by_login
from app.people.sessions import actor_for
from app.receive import drafts
from bench.data import Database, inside
from bench.figures import Figure, at_most
from bench.pages import SIX_PAPERS, Run, busiest, cookie
from bench.pages import filled_in as forms_of
from bench.serve import ANSWERED, CORES, Client, Server, memory, tree

MINUTES = float(os.environ.get("SOAK_MINUTES") or 10)
CLERKS, OFFICERS, LOOK_UPS = 40, 60, 2000  # look-ups a minute
HANDS = 16  # threads that send the look-ups
CLERK_PAUSE, OFFICER_PAUSE, POLL = (4.0, 16.0), (5.0, 20.0), 15.0
INTAKES = 0.25  # of what a clerk does
WARM = 20.0  # seconds before anything counts


@dataclass
class Noted:
    """What was asked: when, what, how long it took in milliseconds; and what went wrong."""

    asked: list[tuple[float, str, float]] = field(default_factory=list)
    errors: Counter = field(default_factory=Counter)

    def between(self, since: float, until: float) -> list[float]:
        return sorted(took for at, _what, took in self.asked if since <= at < until)


class Crowd:
    """Everybody at once in front of one address, until the time is over."""

    def __init__(self, door, minutes: float):
        self._door, self._noted, self._over = door, Noted(), threading.Event()
        self.began, self.until = time.monotonic() + WARM, time.monotonic() + WARM + minutes * 60

    def run(self, people: list, look=lambda: None) -> Noted:
        """`look` is done when all are warm, after the first fifth, and at the end."""
        threads = [threading.Thread(target=one, args=(self,), daemon=True) for one in people]
        for thread in threads:
            thread.start()
        for moment in (self.began, self.began + (self.until - self.began) / 5, self.until):
            time.sleep(max(0, moment - time.monotonic()))
            look()
        self._over.set()
        for thread in threads:
            thread.join(60)
        return self._noted

    def pause(self, seconds: float) -> bool:
        """False when it is time to go home."""
        return not self._over.wait(seconds)

    def client(self, carried: str, dice: Random) -> Client:
        return Client(self._door, carried, f"127.{dice.randint(1, 250)}.{dice.randint(0, 250)}.{dice.randint(1, 250)}")

    def ask(self, client: Client, what: str, path: str, body: str | None = None) -> bytes:
        started = time.monotonic()
        try:
            status, content, _headers = client.ask(path, body)
        except OSError as problem:
            self._noted.errors[f"{what}: {type(problem).__name__}"] += 1
            client.close()
            return b""
        if status not in ANSWERED:
            self._noted.errors[f"{what}: {status}"] += 1
        self._noted.asked.append((started, what, (time.monotonic() - started) * 1000))
        return content


def clerk(seed: int, carried: str, cases: list[str], bodies: list[tuple[str, str]]):
    def work(crowd: Crowd) -> None:
        dice = Random(seed)
        client = crowd.client(carried, dice)
        waiting = iter(bodies)
        while crowd.pause(dice.uniform(*CLERK_PAUSE)):
            form = next(waiting, None) if dice.random() < INTAKES else None
            if form:
                crowd.ask(client, "intake", *form)
                continue
            what, path = dice.choice((("desk", "/desk"), ("case", f"/desk/cases/{dice.choice(cases)}"), ("slips", "/desk/slips"),
                                      ("search", f"/desk/find?q={quote(dice.choice('王李张刘陈杨') + dice.choice('伟芳娜敏'))}")))  # fmt: skip
            crowd.ask(client, what, path)

    return work


def officer(seed: int, carried: str, cases: list[str]):
    def work(crowd: Crowd) -> None:
        dice = Random(seed)
        client, polled = crowd.client(carried, dice), 0.0
        while crowd.pause(dice.uniform(*OFFICER_PAUSE)):
            if time.monotonic() - polled > POLL:
                crowd.ask(client, "poll", "/office?poll=1")
                polled = time.monotonic()
            what, path = dice.choice((("office", "/office"), ("mine", "/office?state=mine"), ("case", f"/desk/cases/{dice.choice(cases)}")))
            crowd.ask(client, what, path)

    return work


def residents(seed: int, codes: list[str]):
    def work(crowd: Crowd) -> None:
        dice, pace = Random(seed), 60 * HANDS / LOOK_UPS
        due = time.monotonic() + dice.random() * pace
        while crowd.pause(max(0, due - time.monotonic())):
            due += pace
            client = crowd.client("", dice)
            path = dice.choice([f"/status/{dice.choice(codes)}"] * 7 + ["/", "/guides", "/guides/GA-001"])
            crowd.ask(client, "look-up", path)
            client.close()

    return work


def people(database: Database, minutes: float) -> list:
    """Who comes, with their sessions, their cases and the forms they will send."""
    each = int(minutes * 60 / sum(CLERK_PAUSE) * 2 * INTAKES) + 3
    with inside(database) as app:
        centres = list(db.session.scalars(select(Case.centre_id).distinct().limit(20)))
        logins = [f"{centre}.{word}" for centre in centres for word in ("clerk", "clerk2") if user_by_login(f"{centre}.{word}")]
        sitting = [logins[place % len(logins)] for place in range(CLERKS)]
        working = busiest()[1]
        of_centre, found = {}, []
        for place, login in enumerate(sitting):
            centre = login.split(".")[0]
            if centre not in of_centre:
                rows = select(Case.case_no).where(Case.centre_id == centre).order_by(Case.received_at.desc()).limit(50)
                of_centre[centre] = list(db.session.scalars(rows))
            by = actor_for(user_by_login(login))
            waiting = [drafts.open_draft(by, SIX_PAPERS).id for _ in range(each)]
            found.append((place, cookie(app, login), of_centre[centre], waiting))
        office = user_by_login(working).office_id
        theirs = list(db.session.scalars(select(Case.case_no).where(Case.waits_office_id == office, Case.ended_at.is_(None)).limit(50)))
        codes = [one.status_code for one in db.session.scalars(select(Case).order_by(Case.id.desc()).limit(500))]
        carried = [cookie(app, working) for _ in range(OFFICERS)]
    crowd = [officer(100 + place, one, theirs) for place, one in enumerate(carried)]
    crowd += [residents(1000 + place, codes) for place in range(HANDS)]
    with_forms = _forms(database, [(carried, waiting) for _place, carried, _cases, waiting in found])
    return crowd + [clerk(place, carried, cases, forms) for (place, _cookie, cases, _waiting), (carried, forms) in zip(found, with_forms, strict=True)]


def _forms(database: Database, asked: list[tuple[str, list[str]]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each clerk's cookies, and forms filled in beforehand."""
    server = Server("desk", database, cores=CORES)
    try:
        server.wait("/")
        clients = [Client(server, carried) for carried, _waiting in asked]
        forms = [list(forms_of(client, asked[seed][1], seed)) for seed, client in enumerate(clients)]
        return [(client.cookies, filled) for client, filled in zip(clients, forms, strict=True)]
    finally:
        server.stop()


def soak(run: Run) -> list[Figure]:
    database = run.store.copy(run.small if run.quick else run.big)
    minutes = min(MINUTES, 1.0) if run.quick else MINUTES
    crowd_of = people(database, minutes)
    server = Server("desk", database, workers=2, cores=CORES)
    held: list[float] = []
    try:
        server.wait("/")
        crowd = Crowd(server, minutes)
        noted = crowd.run(crowd_of, lambda: held.append(_held(server)))
        spent = server.cpu()
    finally:
        server.stop()
    return figures("soak", crowd, noted, held, spent, minutes)


def _held(server: Server) -> float:
    return sum(map(memory, tree(server.process.pid)))


def figures(section: str, crowd: Crowd, noted: Noted, held: list[float], spent: float, minutes: float) -> list[Figure]:
    fifth = (crowd.until - crowd.began) / 5
    first, last = noted.between(crowd.began, crowd.began + fifth), noted.between(crowd.until - fifth, crowd.until)
    kinds = Counter(what for _at, what, _took in noted.asked)
    asked = ", ".join(f"{what} {count:,}" for what, count in kinds.most_common())
    wrong = ", ".join(f"{what} × {count}" for what, count in noted.errors.items())
    rows = [
        Figure(section, f"requests in {minutes:g} minutes", len(noted.asked), "requests", note=asked),
        at_most(section, "errors", [sum(noted.errors.values())], 0, "errors", note=wrong),
        Figure(section, "CPU a request", spent * 1000 / max(1, len(noted.asked)), note="start and warming up included"),
    ]
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        before, after = (some[min(len(some) - 1, int(len(some) * share))] for some in (first, last))
        rows.append(Figure(section, f"{name}, first fifth → last fifth", after, "ms", floor=before, ratio=after / before, note="wall clock"))
    rows[-2].target, rows[-2].ok = "≤ 1.2 ×", rows[-2].ratio <= 1.2
    warm, met, end = held
    rows.append(at_most(section, "memory, end ÷ start", [end / warm], 1.1, "×", note=f"two workers {warm:.0f} → {end:.0f} MB"))
    rows.append(at_most(section, "memory, end ÷ after the first fifth", [end / met], 1.1, "×", note=f"{met:.0f} → {end:.0f} MB"))
    return rows
