"""A case for a page that only looks at it: the same Standing over plain rows. Who takes a step reads objects instead."""

from functools import cached_property

from sqlalchemy import Row, Select, bindparam, select

from app.cases.models import Case, CorrectionLine, JournalEntry, Material, Query, Task
from app.cases.numbering import normalise_code
from app.cases.standing import Standing
from app.extensions import db, read_rows
from app.people.actor import SYSTEM
from app.people.settings import note_versions, with_versions
from app.sealing import lookup


def _of_case(model: type[db.Model], order: str, columns: str = "") -> Select:
    """The rows of one case, put together once; `columns`: which, where not all of them are wanted."""
    table = model.__table__
    wanted = [table.c[name] for name in columns.split()] or table.c
    return select(*wanted).where(table.c.case_id == bindparam("case_id")).order_by(*(table.c[name] for name in order.split()))


class Seen(Standing):
    """What Standing says, for the page of a case."""

    TASKS = _of_case(Task, "stage id")
    ENTRIES = _of_case(JournalEntry, "seq")
    MATERIALS = _of_case(Material, "line id")
    CORRECTIONS = _of_case(CorrectionLine, "id")
    QUERIES = _of_case(Query, "id")

    @cached_property
    def tasks(self) -> list[Row]:
        return self._rows(self.TASKS)

    @cached_property
    def entries(self) -> list[Row]:
        return self._rows(self.ENTRIES)

    @cached_property
    def materials(self) -> list[Row]:
        return self._rows(self.MATERIALS)

    @cached_property
    def corrections(self) -> list[Row]:
        return self._rows(self.CORRECTIONS)

    @cached_property
    def queries(self) -> list[Row]:
        return self._rows(self.QUERIES)

    @cached_property
    def open_corrections(self) -> list[Row]:
        return [line for line in self.corrections if line.settled_on is None]

    @cached_property
    def open_queries(self) -> list[Row]:
        return [query for query in self.queries if query.answered_at is None]

    def _rows(self, statement: Select) -> list[Row]:
        return read_rows(statement, {"case_id": self.case.id}).all()


class SeenFromOutside(Seen):
    """The same for residents: rows that hold no facts, no opinions and nobody's data. `case` may be a row of by_code()."""

    TASKS = _of_case(Task, "stage id", "id stage rule last office_id state")
    ENTRIES = _of_case(JournalEntry, "seq", "seq action at from_state to_state office_id hash")
    MATERIALS = _of_case(Material, "line id", "id kind name form required state office_id")
    CORRECTIONS = _of_case(CorrectionLine, "id", "id name material_id settled_on")

    def __init__(self, case: Case | Row):
        super().__init__(case, SYSTEM)


_c = Case.__table__.c
_BY_CODE = select(
    _c.id, _c.case_no, _c.item_name, _c.item_version_id, _c.parent_id, _c.centre_id, _c.street_id, _c.received_at,
    _c.delivery_mode, _c.state, _c.outcome, _c.due_on, _c.due_kind, _c.due_tentative, _c.status_hash, *with_versions(),
).where(_c.status_hash == bindparam("status_hash"))  # fmt: skip


def by_code(typed: str) -> Row | None:
    """Of the case behind a resident's code, what its page shows to whoever has the code; None for anything else."""
    code = normalise_code(typed)
    found = read_rows(_BY_CODE, {"status_hash": lookup("status", code)}).first() if code else None
    if found:
        note_versions(found)
    return found
