"""A case for a page that only looks at it: the same Standing over plain rows, and nothing sealed is opened."""

from functools import cached_property

from sqlalchemy import Row, bindparam, select

from app.cases.models import Case, CorrectionLine, JournalEntry, Material, Task
from app.cases.numbering import normalise_code
from app.cases.standing import Standing
from app.extensions import read_rows
from app.people.actor import SYSTEM
from app.people.settings import note_versions, with_versions
from app.sealing import lookup

_c, _t, _m = Case.__table__.c, Task.__table__.c, Material.__table__.c
_e, _l = JournalEntry.__table__.c, CorrectionLine.__table__.c
_this = bindparam("case_id")

_BY_CODE = select(
    _c.id, _c.case_no, _c.item_name, _c.item_version_id, _c.parent_id, _c.centre_id, _c.street_id, _c.received_at,
    _c.delivery_mode, _c.state, _c.outcome, _c.due_on, _c.due_kind, _c.due_tentative, _c.status_hash, *with_versions(),
).where(_c.status_hash == bindparam("status_hash"))  # fmt: skip
_TASKS = select(
    _t.id, _t.stage, _t.rule, _t.last, _t.office_id, _t.state, _t.claimed_by, _t.claimed_name, _t.opened_at, _t.due_on
).where(_t.case_id == _this).order_by(_t.stage, _t.id)  # fmt: skip
_ENTRIES = select(_e.seq, _e.action, _e.at, _e.from_state, _e.to_state, _e.office_id, _e.hash).where(
    _e.case_id == _this).order_by(_e.seq)  # fmt: skip
_PAPERS = select(_m.id, _m.kind, _m.name, _m.form, _m.required, _m.state, _m.office_id).where(
    _m.case_id == _this).order_by(_m.line, _m.id)  # fmt: skip
_CORRECTIONS = (
    select(_l.id, _l.name, _l.material_id).where(_l.case_id == _this, _l.settled_on.is_(None)).order_by(_l.id)
)


class Seen(Standing):
    """What Standing says, of rows that hold no facts, no opinions and nobody's data. `case` may be a row of by_code()."""

    def __init__(self, case: Case | Row, by=SYSTEM):
        super().__init__(case, by)

    @cached_property
    def tasks(self) -> list[Row]:
        return self._rows(_TASKS)

    @cached_property
    def entries(self) -> list[Row]:
        return self._rows(_ENTRIES)

    @cached_property
    def materials(self) -> list[Row]:
        return self._rows(_PAPERS)

    @cached_property
    def open_corrections(self) -> list[Row]:
        return self._rows(_CORRECTIONS)

    def _rows(self, statement) -> list[Row]:
        return read_rows(statement, {"case_id": self.case.id}).all()


def by_code(typed: str) -> Row | None:
    """Of the case behind a resident's code, what its page shows to whoever has the code; None for anything else."""
    code = normalise_code(typed)
    found = read_rows(_BY_CODE, {"status_hash": lookup("status", code)}).first() if code else None
    if found:
        note_versions(found)
    return found
