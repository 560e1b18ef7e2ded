"""A case on somebody's table in the back office: received, accepted, its paper carried there, as the right people."""

from contextlib import contextmanager

from sqlalchemy import event

from app.cases.find import case_for
from app.cases.models import Case
from app.cases.standing import Standing
from app.catalog.find import current_spec
from app.custody import actions as custody
from app.extensions import db
from app.process import actions as process
from app.receive import actions as receive
from tests import sample

CLERK = "wf-01.clerk"


def received(item: str = "CG-002", n: int = 1, **ticks) -> Case:
    """Taken in at a counter of 文峰, everything there unless `ticks` say otherwise (line0="missing")."""
    spec = current_spec(item)
    who = sample.applicant(n, sample.kind_of(spec))
    return receive.receive(sample.actor(CLERK), f"intake-{item}-{n}", item, who, sample.everything(spec, **ticks),
                           sample.answers(spec))  # fmt: skip


def accepted(item: str = "CG-002", n: int = 1) -> Case:
    case = received(item, n)
    receive.accept(case, sample.actor(CLERK))
    return case


def on_the_table(item: str = "CG-002", n: int = 1) -> Case:
    """Accepted, and its paper taken over by the office of the first stage."""
    case = accepted(item, n)
    carry(case, CLERK, f"{first_office(case)}.officer")
    return case


def taken_up(item: str = "CG-002", n: int = 1) -> Case:
    case = on_the_table(item, n)
    process.take_up(case, sample.actor(f"{first_office(case)}.officer"))
    return case


def proposed(item: str = "CG-002", n: int = 1, **grounds) -> Case:
    case = taken_up(item, n)
    process.propose(case, sample.actor(f"{first_office(case)}.officer"), "granted", **grounds)
    return case


def first_office(case: Case) -> str:
    return Standing(case, sample.actor(CLERK)).live_tasks[0].office_id


def carry(case: Case, giver: str, taker: str) -> None:
    """Every paper that the giver's office holds, on one slip."""
    by, to = sample.actor(giver), sample.actor(taker)
    papers = [paper.id for paper in Standing(case, by).papers if paper.office_id == by.office_id]
    slip = custody.pack(by, to.office_id, papers)
    custody.send(slip, by, "钱乙")
    custody.take(slip, to)


def again(case_no: str) -> Case:
    """The case as it is now."""
    db.session.rollback()
    return case_for(sample.actor("service_admin.supervisor"), case_no)


@contextmanager
def statements(app):
    """What the database is asked while a page is made."""
    asked = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
