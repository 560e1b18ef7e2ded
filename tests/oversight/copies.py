"""Many cases out of a few: the rows of every case again and again, under new numbers. For counting, not for living on."""

from sqlalchemy import func, select, text

from app.cases import figures
from app.cases.models import OPEN, Case, ClockRun, CorrectionLine, JournalEntry, Task
from app.cases.orders import Supervision, WhistleCall
from app.extensions import db, one_transaction
from app.feedback.models import Rating, Rectification

TABLES = (Case, JournalEntry, Task, ClockRun, CorrectionLine, Supervision, WhistleCall, Rating, Rectification)
WAITING = (Case, Task, ClockRun)  # what a list of open cases is made of
OF_CASE = {"case_id", "parent_id"}
UNIQUE = {"case_no", "intake_key"}
UNIQUE_BYTES = "status_hash"
SAME = {"material_id"}  # the copies point at the papers of the first


def multiply(times: int) -> int:
    """Every case `times` times; returns how many there are then."""
    cases = db.session.scalar(select(func.max(Case.id)))
    _copy(range(1, times), cases, TABLES, list(range(1, cases + 1)))
    return db.session.scalar(select(func.count()).select_from(Case))


def add_open(wanted: int, cases: int) -> int:
    """Copies of the open ones among the first `cases`, bare of all but what lists read, until `wanted` are open."""
    opened = select(func.count()).select_from(Case).where(text(f'"case".state in {OPEN}'))
    mine = list(db.session.scalars(select(Case.id).where(Case.id <= cases, text(f'"case".state in {OPEN}'))))
    begun, there = db.session.scalar(select(func.max(Case.id))) // cases, db.session.scalar(opened)
    _copy(range(begun, begun + (wanted - there) // len(mine) + 1), cases, WAITING, mine)
    return db.session.scalar(opened)


def _copy(numbers: range, cases: int, tables: tuple, among: list[int]) -> None:
    """The cases `among` the first ones, once for each number."""
    of_case = OF_CASE - ({"parent_id"} if len(among) < cases else set())  # the parent of an open child may not be copied
    ids = ", ".join(map(str, among))  # named one by one: no plan that grows with the copies
    with one_transaction():
        for table in (model.__table__ for model in tables):
            mine = table.c.id if table.name == "case" else table.c.case_id
            step = db.session.scalar(select(func.max(table.c.id)).where(mine <= cases)) if "id" in table.c else 0
            names = [column.name for column in table.columns]
            into = ", ".join(f'"{name}"' for name in names)
            for number in numbers:
                said = ", ".join(_copied(name, table, number, cases, step or 0, of_case) for name in names)
                db.session.execute(text(
                    f'insert into "{table.name}" ({into}) select {said} from "{table.name}" where {mine.name} in ({ids})'
                ))  # fmt: skip
        figures.rebuild()
        db.session.execute(text("analyze"))


def _copied(name: str, table, number: int, cases: int, step: int, of_case: set[str]) -> str:
    if name == "id":
        return f"id + {number * (cases if table.name == 'case' else step)}"
    if name in of_case:
        return f"{name} + {number * cases}"
    if name == UNIQUE_BYTES:
        return f"cast({name} || '-{number}' as {'blob' if db.engine.dialect.name == 'sqlite' else 'bytea'})"
    return f"{name} || '-{number}'" if name in UNIQUE else f'"{name}"'
