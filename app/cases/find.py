"""Reading the registry: which cases a person may see, and finding them. The only scope filter of cases."""

from functools import cache

from sqlalchemy import ColumnElement, Row, Select, String, bindparam, exists, false, insert, or_, select, true
from sqlalchemy.orm import aliased

from app.calendar import version
from app.cases.models import Case, JournalEntry, Material, NamePair, Task
from app.cases.numbering import normalise_code
from app.cases.orders import Supervision, WhistleCall
from app.extensions import among, db, read_rows, write_rows
from app.people.scope import sees
from app.people.settings import SEALED_UNTIL, note_versions, with_versions
from app.refusals import NotThere
from app.sealing import lookup


def visible(by) -> ColumnElement[bool]:
    """The WHERE clause for the cases that this Actor may know of (state-machines; people/scope.py)."""
    scope = sees(by)
    return _within(scope.kind, scope.value)


def papers_in_sight(by) -> ColumnElement[bool]:
    """The WHERE clause for papers in lists: of the cases in scope; an office looks after those that it answers for itself
    (whose cases it sees, having them in hand)."""
    scope = sees(by)
    return Material.office_id == scope.value if scope.kind == "office" else _within(scope.kind, scope.value)


def _within(kind: str, limit) -> ColumnElement[bool]:
    """`limit`: the id of a Scope, or the parameter that will be."""
    if kind == "city":
        return true()
    if kind == "street":
        return Case.street_id == limit
    if kind == "centre":
        return Case.centre_id == limit
    if kind == "office":
        return or_(Case.waits_office_id == limit, _has_task(limit), _has_paper(limit), _is_asked(limit))
    return false()


def _has_task(office_id):
    return exists().where(Task.case_id == Case.id, Task.office_id == office_id)


def _has_paper(office_id):
    paper = aliased(Material)  # by another name, so that a question about papers keeps its own look at them
    return exists().where(paper.case_id == Case.id, paper.office_id == office_id)


def _is_asked(office_id):
    """By a supervisor or by a whistle: what one must answer, one may see."""
    ordered = exists().where(Supervision.case_id == Case.id, Supervision.office_id == office_id)
    return or_(ordered, exists().where(WhistleCall.case_id == Case.id, WhistleCall.office_id == office_id))


def supplement_anywhere(by) -> ColumnElement[bool]:
    """Any window takes in what is still missing (补正、容缺): those cases open to every receiving clerk by number."""
    return _TO_SUPPLEMENT if _takes_in_anywhere(by) else false()


def _takes_in_anywhere(by) -> bool:
    return by.office_kind in ("service_centre", "station") and by.may("receive")


_TO_SUPPLEMENT = (Case.state == "correction") | (Case.tolerant & among(Case.state, ("accepted", "processing")))


def case_for(by, case_no: str) -> Case:
    """The case with this number, if this person may see it; NotThere otherwise, for both reasons the same."""
    number = case_no.replace("\0", "").strip().upper()  # PostgreSQL knows no NUL
    scope = sees(by)
    found = db.session.scalar(_one(scope.kind, _takes_in_anywhere(by)), {"case_no": number, "limit": scope.value})
    if found is None:
        raise NotThere("没有这个办件，或者不在您的查看范围内。")
    return found


@cache  # asked with every page of a case: a statement for each width of scope, put together once
def _one(kind: str, anywhere: bool) -> Select:
    mine = _within(kind, bindparam("limit", type_=String))
    return select(Case).where(Case.case_no == bindparam("case_no"), or_(mine, _TO_SUPPLEMENT) if anywhere else mine)


def case_by_id(case_id: int) -> Case:
    """Inside the house only: a row that another row of ours names."""
    return db.session.get_one(Case, case_id)


def case_by_code(typed: str) -> Case | None:
    """The case behind a resident's code: exact, with its check character; None for anything else."""
    code = normalise_code(typed)
    return db.session.scalar(select(Case).filter_by(status_hash=lookup("status", code))) if code else None


def case_by_intake(intake_key: str) -> Case | None:
    """Nearly always there is none: no object is made for that, and what the step that opens it will ask is read along."""
    found = read_rows(_BY_INTAKE, {"intake_key": intake_key}).one()
    note_versions(found, SEALED_UNTIL)
    version.note(found._mapping)
    return case_by_id(found.id) if found.id else None


_OF_INTAKE = select(Case.__table__.c.id).where(Case.__table__.c.intake_key == bindparam("intake_key"))
_BY_INTAKE = select(_OF_INTAKE.scalar_subquery().label("id"), *with_versions(SEALED_UNTIL), *version.with_stand())


def open_cases_of(id_hash: str | None, item_code: str) -> list[Row]:
    """The same person's cases of the same item that have not ended: a second one needs a reason."""
    return read_rows(_OPEN_OF, {"id_hash": id_hash, "item_code": item_code}).all() if id_hash else []


_case = Case.__table__.c
_OPEN_OF = select(_case.id, _case.case_no, _case.item_name, _case.state, _case.received_at, _case.centre_id).where(
    _case.id_hash == bindparam("id_hash"), _case.item_code == bindparam("item_code"), _case.ended_at.is_(None),
    ~among(_case.state, ("delivered", "archived", "forwarded")),
)  # fmt: skip


_FOUND = (Case.case_no, Case.item_name, Case.applicant_name, Case.applicant_kind, Case.state, Case.received_at)


def find_cases(words: str, by, limit: int = 50) -> list[Row]:
    """By case number, ID number, phone, or two neighbouring characters of a name; newest first, in scope: what a list
    shows of each, nothing that is sealed."""
    words = words.replace("\0", "").strip()[:100]
    if not words:
        return []
    pairs = [] if words.isascii() else [words[i : i + 2] for i in range(len(words) - 1)]
    rows = _by_name(pairs) if pairs else _by_number(words)
    return list(db.session.execute(rows.where(visible(by)).limit(limit)))


def _by_number(words: str) -> Select:
    upper = words.upper()
    exact = or_(
        Case.case_no == upper, Case.id_hash == lookup("id", upper), Case.phone_hash == lookup("phone", words)
    )
    return select(*_FOUND).where(exact).order_by(Case.id.desc())


def _by_name(pairs: list[str]) -> Select:
    """Down the cases of the last pair, newest first: what a name costs does not grow with the number of cases. A given
    name is rarer than a family name with a character after it."""
    *others, last = pairs
    rows = select(*_FOUND).join(NamePair, NamePair.case_id == Case.id).where(NamePair.pair == last)
    other = (aliased(NamePair) for _pair in others)
    also = (exists().where(one.case_id == NamePair.case_id, one.pair == pair) for one, pair in zip(other, others, strict=True))
    return rows.where(*also).order_by(NamePair.case_id.desc())


def name_pairs(name: str) -> set[str]:
    """The neighbouring pairs under which a name is found; a name of one character under itself."""
    plain = "".join(name.split())
    return {plain[i : i + 2] for i in range(len(plain) - 1)} or {plain}


_PAIRS = insert(NamePair.__table__)


def find_by_name(case: Case) -> None:
    """From now on the case is found under the name of its applicant; inside one_transaction()."""
    write_rows(_PAIRS, [{"pair": pair, "case_id": case.id} for pair in sorted(name_pairs(case.applicant_name))])


def latest_entry_id() -> int:
    """The newest journal row: a queue with nothing newer has nothing new (one read of the primary key)."""
    found = read_rows(_NEWEST).one()
    version.note(found._mapping)  # what a list needs next if there is something new
    return found.newest or 0


# Asked by every poll: put together once, and max() alone in its bracket, where both databases read it off the key's end.
_NEWEST = select(select(db.func.max(JournalEntry.__table__.c.id)).scalar_subquery().label("newest"), *version.with_stand())


def lock_cases(case_ids) -> list[Case]:
    """The rows of these cases, held until the transaction ends, always in the same order."""
    rows = select(Case).where(Case.id.in_(set(case_ids))).order_by(Case.id).with_for_update()
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))
