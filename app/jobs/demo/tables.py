"""What a story leaves behind, as plain rows: the tables, and their values as text and numbers, unsealed."""

import json
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import or_, select

from app.cases.models import Case, ClockRun, CorrectionLine, JournalEntry, Material, NamePair, Pause, Query, Task
from app.custody.models import Slip, SlipLine
from app.documents.models import Document
from app.extensions import db
from app.feedback.models import Rating, Rectification

MODELS = (Case, Slip, ClockRun, Document, JournalEntry, NamePair, Pause, Rating, Rectification, Material, Task,
          CorrectionLine, Query, SlipLine)  # fmt: skip
TABLES = {model.__table__.name: model.__table__ for model in MODELS}  # parents before what refers to them
COLUMNS = {name: [column.name for column in table.columns] for name, table in TABLES.items()}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Rows = dict[str, dict[str, list]]  # table -> key -> values in the order of COLUMNS


def rows_of(root_id: int) -> Rows:
    """Every row of a case, its children and its slips."""
    family = list(db.session.scalars(select(Case.id).where(or_(Case.id == root_id, Case.parent_id == root_id))))
    slips = list(db.session.scalars(select(SlipLine.slip_id).where(SlipLine.case_id.in_(family)).distinct()))
    return {name: _read(table, family, slips) for name, table in TABLES.items()}


def plain(value):
    """As the drivers of both databases take it; what is sealed, as text."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))  # as journal.digest() does
    return int(value) if isinstance(value, bool) else value


def _read(table, family: list[int], slips: list[int]) -> dict[str, list]:
    found = select(table).order_by(*table.primary_key.columns)
    if table.name == "case":
        found = found.where(table.c.id.in_(family))
    elif table.name in ("slip", "slip_line"):
        found = found.where(table.c.id.in_(slips) if table.name == "slip" else table.c.slip_id.in_(slips))
    elif table.name == "document":
        found = found.where(or_(table.c.case_id.in_(family), table.c.slip_id.in_(slips)))
    else:
        found = found.where(table.c.case_id.in_(family))
    keys = [column.name for column in table.primary_key.columns]
    return {
        " ".join(str(getattr(row, key)) for key in keys): [plain(value) for value in row] for row in db.session.execute(found)
    }
