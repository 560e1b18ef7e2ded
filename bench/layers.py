"""Where the CPU of a page goes, layer by layer: what a target that is short is made of (`bin/bench layers`).

The desk runs in this process and is looked at whenever it has used a little more CPU: whose code is it in? What the standard library
does counts for whoever called it, what C code does for the line that called it. PostgreSQL's own work is not in here.
"""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from sqlalchemy import select

import app as house
from app.cases.models import Case
from app.extensions import db
from app.people.find import user_by_login
from app.people.sessions import actor_for
from app.receive import drafts
from bench.data import Database, inside
from bench.figures import Figure
from bench.pages import SIX_PAPERS, Run, busiest, cookie, filled_in, long_one

EVERY = 0.001  # seconds of CPU between two looks, or the kernel's tick where that is longer
SECONDS = 8  # of CPU a page is looked at
FORMS = 4_000  # more than can be sent in that time
HERE = "http://localhost"
OURS, TEMPLATES = str(Path(house.__file__).parent), str(Path(house.__file__).parents[1] / "templates")
LAYERS = {  # package: the name of its layer
    "sqlalchemy": "SQLAlchemy", "flask_sqlalchemy": "SQLAlchemy", "psycopg": "database and driver", "psycopg_binary": "database and driver",
    "flask": "Flask, Werkzeug", "werkzeug": "Flask, Werkzeug", "blinker": "Flask, Werkzeug", "flask_login": "Flask-Login",
    "wtforms": "WTForms, CSRF", "flask_wtf": "WTForms, CSRF", "itsdangerous": "WTForms, CSRF", "markupsafe": "Jinja and templates",
    "jinja2": "Jinja and templates", "flask_babel": "Babel", "babel": "Babel", "flask_limiter": "Flask-Limiter", "limits": "Flask-Limiter",
}  # fmt: skip
DRIVER = {"do_execute", "do_executemany", "do_commit", "_fetchall_impl", "fetchall", "fetchone", "_raw_all_rows"}  # in SQLAlchemy, the lines that call it


class Looker:
    """Counts by layer. Only what happens inside a request counts."""

    def __init__(self):
        self.seen: Counter[str] = Counter()

    @contextmanager
    def looking(self) -> Iterator[None]:
        before = signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _look(self, _signal, frame: FrameType | None) -> None:
        layer = None
        while frame:
            layer = layer or _layer(frame.f_code.co_filename, frame.f_code.co_name)
            if frame.f_code.co_name == "wsgi_app":
                self.seen[layer or "other"] += 1
                return
            frame = frame.f_back

    def share(self, layer: str) -> float:
        return 100 * self.seen[layer] / sum(self.seen.values())


def _layer(file: str, function: str) -> str | None:
    """None for the standard library: whoever called it is asked."""
    if file.startswith(TEMPLATES):
        return "Jinja and templates"
    if file.startswith(OURS):
        return f"app/{Path(file[len(OURS) + 1 :]).parts[0].removesuffix('.py')}"
    if "site-packages" not in file:
        return None
    package = Path(file.split("site-packages/")[1]).parts[0].removesuffix(".py")
    if package == "sqlalchemy" and function in DRIVER:
        return "database and driver"
    return LAYERS.get(package, package)


class Browser:
    """What Client is to a server, to the desk in this process."""

    def __init__(self, app, cookies: str = ""):
        app.config["BASE_URL"] = HERE
        self._client = app.test_client()
        if cookies:
            self._client.set_cookie(*cookies.split("=", 1))

    def ask(self, path: str, body: str | None = None) -> tuple[int, bytes, dict]:
        sent = {} if body is None else {"method": "POST", "data": body, "content_type": "application/x-www-form-urlencoded"}
        answer = self._client.open(path, base_url=HERE, **sent)
        if answer.status_code not in (200, 303):
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return answer.status_code, answer.data, dict(answer.headers)


def layers(run: Run) -> list[Figure]:
    """A row for each layer of each page that takes a hundredth or more of it."""
    figures = []
    for page, ask in _pages(run.store.copy(run.big)):
        for _warm in range(30):
            ask()
        looker, until = Looker(), time.process_time() + (1 if run.quick else SECONDS)
        with looker.looking():
            while time.process_time() < until:
                ask()
        figures += [
            Figure("layers", f"{page}: {layer}", looker.share(layer), "%", note=f"of {sum(looker.seen.values()):,} looks")
            for layer, _count in looker.seen.most_common() if looker.share(layer) >= 1
        ]  # fmt: skip
    return figures


def _pages(database: Database) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each page by name, and how to ask for it: outside of the desk's context, so that each answer has one of its own."""
    with inside(database) as app:
        _office, officers = busiest()
        case_no, clerks = long_one()
        code = db.session.scalar(select(Case).where(Case.state == "processing").limit(1)).status_code
        counters = f"{db.session.scalar(select(Case.centre_id).limit(1))}.clerk"
        by = actor_for(user_by_login(counters))
        waiting = [drafts.open_draft(by, SIX_PAPERS).id for _form in range(FORMS)]
        officer, clerk, counter = (Browser(app, cookie(app, login)) for login in (officers, clerks, counters))
    resident, forms = Browser(app), filled_in(counter, waiting, 7)
    yield "office queue", lambda: officer.ask("/office")
    yield "page of a case", lambda: clerk.ask(f"/desk/cases/{case_no}")
    yield "status", lambda: resident.ask(f"/status/{code}")
    yield "intake", lambda: counter.ask(*next(forms))
