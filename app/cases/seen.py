"""A case for a page that only looks at it: the same Standing over plain rows. Who takes a step reads objects instead."""

from functools import cached_property

from sqlalchemy import Select, bindparam, select, type_coerce

from app.cases import clocks
from app.cases.models import Case, CorrectionLine, JournalEntry, Material, Query, Task
from app.cases.numbering import normalise_code
from app.cases.standing import Standing
from app.extensions import db
from app.people.actor import SYSTEM
from app.people.settings import note_versions, with_versions
from app.sealing import ClosedJSON, SealedJSON, lookup
from app.together import Lists


def _of_case(model: type[db.Model], order: str, columns: str = "") -> Select:
    """The rows of one case; `columns`: which, where not all of them are wanted. A sealed dict stays closed until it is
    looked into."""
    table = model.__table__
    named = [table.c[name] for name in columns.split()] or table.c
    wanted = [type_coerce(c, ClosedJSON).label(c.name) if isinstance(c.type, SealedJSON) else c for c in named]
    return select(*wanted).where(table.c.case_id == bindparam("case_id")).order_by(*(table.c[name] for name in order.split()))


def _listed(name: str) -> property:
    return property(lambda seen: seen._lists[name])


class Seen(Standing):
    """What Standing says, for the page of a case: all its lists in one question."""

    LISTS = Lists(
        tasks=_of_case(Task, "stage id"),
        entries=_of_case(JournalEntry, "seq", "id seq action actor_id actor_name office_id at from_state to_state facts hash"),
        materials=_of_case(Material, "line id"),
        corrections=_of_case(CorrectionLine, "id"), queries=_of_case(Query, "id"), **clocks.OF_ONE,
    )  # fmt: skip

    @cached_property
    def _lists(self) -> dict[str, list[tuple]]:
        return self.LISTS.read({"case_id": self.case.id})

    tasks, entries, materials, corrections, queries = map(_listed, ("tasks", "entries", "materials", "corrections", "queries"))

    @cached_property
    def face(self) -> clocks.Face:
        return clocks.face_from(self._lists["runs"], self._lists["spans"])

    @cached_property
    def open_corrections(self) -> list[tuple]:
        return [line for line in self.corrections if line.settled_on is None]

    @cached_property
    def open_queries(self) -> list[tuple]:
        return [query for query in self.queries if query.answered_at is None]


class SeenFromOutside(Seen):
    """The same for residents: rows that hold no facts, no opinions and nobody's data. `case` may be a row, `lists` what was read along with it."""

    LISTS = Lists(
        tasks=_of_case(Task, "stage id", "id stage rule last office_id state"),
        entries=_of_case(JournalEntry, "seq", "seq action at from_state to_state office_id hash"),
        materials=_of_case(Material, "line id", "id kind name form required state office_id"),
        corrections=_of_case(CorrectionLine, "id", "id name material_id settled_on"), **clocks.OF_ONE,
    )  # fmt: skip

    def __init__(self, case: Case | tuple, lists: dict[str, list[tuple]] | None = None):
        super().__init__(case, SYSTEM)
        if lists is not None:
            self._lists = lists


_c = Case.__table__.c
_BEHIND = _c.status_hash == bindparam("status_hash")
_ONE = select(
    _c.id, _c.case_no, _c.item_name, _c.item_version_id, _c.parent_id, _c.centre_id, _c.street_id, _c.received_at,
    _c.delivery_mode, _c.state, _c.outcome, _c.due_on, _c.due_kind, _c.due_tentative, _c.status_hash, *with_versions(),
).where(_BEHIND)  # fmt: skip
_BY_CODE = Lists(one=_ONE, **SeenFromOutside.LISTS.found_by(case_id=select(_c.id).where(_BEHIND).scalar_subquery()).of)


def by_code(typed: str) -> SeenFromOutside | None:
    """The case behind a resident's code, with what its page shows to whoever has the code, in one question; None for anything else."""
    code = normalise_code(typed)
    lists = _BY_CODE.read({"status_hash": lookup("status", code)}) if code else {"one": []}
    for row in lists["one"]:
        note_versions(row)
        return SeenFromOutside(row, lists)
    return None
