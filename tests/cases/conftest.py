"""Cases that stand nowhere but in memory: the guards and the clocks are pure enough for that."""

from datetime import date, datetime
from pathlib import Path

import pytest

from app import moments
from app.cases.clockwork import Face, Run, Span
from app.cases.models import Case, CorrectionLine, JournalEntry, Material, Query, Task
from app.cases.standing import Standing
from app.extensions import db
from app.jobs.city import read_catalogue
from app.people.actor import Actor
from app.people.models import Office, Street

SPECS = {spec.code: spec for spec in read_catalogue(Path(__file__).parents[2] / "data/duyun/catalogue.yaml").specs()}
TODAY = date(2026, 11, 24)


def person(number: int = 7, *can: str, office: str = "civil_affairs", kind: str = "city_bureau", centre: str | None = None) -> Actor:
    return Actor(number, f"p{number}", f"人{number}", office, office, kind, "wenfeng", centre, can=frozenset(can))


def paper(name: str = "身份证", state: str = "held", office: str = "civil_affairs", **more) -> Material:
    given = {"kind": "application", "form": "copy", "required": True, "deferrable": False, **more}
    return Material(name=name, state=state, office_id=office, **given)


def task(office: str = "civil_affairs", state: str = "claimed", by: int | None = 7, **more) -> Task:
    """A share of the first and last stage, unless said otherwise."""
    given = {"id": 1, "stage": 1, "rule": "all", "last": True, "claimed_name": f"人{by}" if by else None, **more}
    return Task(office_id=office, state=state, claimed_by=by, **given)


def run(kind: str, due: date = TODAY, amount: int = 5, started: date = TODAY, **more) -> Run:
    return Run(kind, started, amount, "working_day", 1, due_on=due, **more)


def span(ended: date | None = None) -> Span:
    return Span("社区公示", 5, "working_day", TODAY, TODAY, 3, ended)


def entry(action: str, by: int | None = 7, at: str = "2026-11-24 10:00", **facts) -> JournalEntry:
    when = datetime.fromisoformat(at).replace(tzinfo=moments.CST)
    return JournalEntry(action=action, actor_id=by, facts=facts, at=when, to_state="processing", from_state="accepted")


def line(name: str, material_id: int | None = None) -> CorrectionLine:
    return CorrectionLine(name=name, material_id=material_id)


def question() -> Query:
    return Query(question="?")


def standing(by: Actor | None = None, item: str = "MZ-001", spec: dict | None = None, **has) -> Standing:
    """A case in somebody's eyes; what is not said is empty. `case`: its columns, `spec`: what its item has otherwise."""
    columns = {"id": 1, "state": "processing", "centre_id": "wf-01", "street_id": "wenfeng", "item_code": item, "extended": 0,
               "tolerant": False, "outcome": None, "parent_id": None, "id_hash": None}  # fmt: skip
    made = Standing(Case(**columns | has.pop("case", {})), by or person())
    made.spec = SPECS[item].model_copy(update=spec or {})
    made.face = Face(has.pop("runs", []), has.pop("pauses", []))
    empty = {"materials": [], "tasks": [], "open_queries": [], "children": [], "open_corrections": [], "entries": [],
             "document_states": set()}  # fmt: skip
    for name, value in (empty | has).items():
        assert name in empty, name
        setattr(made, name, value)
    return made


@pytest.fixture
def midday(clock):
    return clock(f"{TODAY} 12:00")


@pytest.fixture(scope="session")
def offices_once(app_once):
    """A database with a street and two offices. No context stays open behind it: commands of other tests would run in it."""
    with app_once.app_context():
        db.create_all()
        db.session.add(Street(id="wenfeng", name="文峰街道", short="文峰", code="522701001", document_code="都文峰"))
        db.session.flush()
        for number, name in (("civil_affairs", "市民政局"), ("health", "市卫健局")):
            db.session.add(Office(id=number, department_id=number, name=name, short=name, kind="city_bureau"))
        db.session.commit()
    yield app_once
    with app_once.app_context():
        db.drop_all()


@pytest.fixture
def two_offices(offices_once):
    """For the few guards that name an office or look for other cases."""
    with offices_once.app_context():
        yield offices_once
