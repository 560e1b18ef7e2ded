"""Many cases out of a few: the rows of every case again and again, under new numbers. For counting, not for living on."""

from sqlalchemy import func, select, text

from app.cases import figures
from app.cases.models import Case, ClockRun, CorrectionLine, JournalEntry, Task
from app.cases.orders import Supervision, WhistleCall
from app.extensions import db, one_transaction
from app.feedback.models import Rating, Rectification

TABLES = (Case, JournalEntry, Task, ClockRun, CorrectionLine, Supervision, WhistleCall, Rating, Rectification)
OF_CASE = {"case_id", "parent_id"}
UNIQUE = {"case_no", "intake_key", "status_hash"}
SAME = {"material_id"}  # the copies point at the papers of the first


def multiply(times: int) -> int:
    """Every case `times` times; returns how many there are then."""
    with one_transaction():
        cases = db.session.scalar(select(func.max(Case.id)))
        for table in (model.__table__ for model in TABLES):
            step = db.session.scalar(select(func.max(table.c.id))) if "id" in table.c else 0
            names = [column.name for column in table.columns]
            for number in range(1, times):
                said = ", ".join(_copied(name, table, number, cases, step or 0) for name in names)
                into = ", ".join(f'"{name}"' for name in names)
                db.session.execute(text(
                    f'insert into "{table.name}" ({into}) select {said} from "{table.name}" where {_first(table, cases)}'
                ))  # fmt: skip
        figures.rebuild()
    return db.session.scalar(select(func.count()).select_from(Case))


def _first(table, cases: int) -> str:
    return f"{'id' if table.name == 'case' else 'case_id'} <= {cases}"


def _copied(name: str, table, number: int, cases: int, step: int) -> str:
    if name == "id":
        return f"id + {number * (cases if table.name == 'case' else step)}"
    if name in OF_CASE:
        return f"{name} + {number * cases}"
    return f"{name} || '-{number}'" if name in UNIQUE else f'"{name}"'
