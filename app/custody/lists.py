"""Reading papers and slips: what lies here, what is on its way, and where a paper is waited for. Core rows only."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Subquery, and_, bindparam, exists, func, or_, select, text, true, tuple_

from app.cases.find import visible
from app.cases.models import Case, Material, Task
from app.custody.models import PouchLine, Slip, SlipLine
from app.custody.slips import OPEN
from app.documents.models import Document
from app.extensions import db, first
from app.people.find import offices
from app.people.scope import sees
from app.refusals import NotThere

MOST = 50  # rows of a list
LIVE = ("waiting", "open", "claimed")


def seen_slips(by) -> ColumnElement[bool]:
    """The WHERE clause for slips: of the own office; couriers and supervisors see their street's, or the city's."""
    if sees(by).kind == "city" or (by.may("handover") and by.street_id is None):
        return true()
    ends = {by.office_id}
    if by.may("handover", "supervise"):
        ends |= {place.id for place in offices() if place.street_id == by.street_id}
    return or_(Slip.from_office_id.in_(ends), Slip.to_office_id.in_(ends), Slip.at_office_id.in_(ends))


def slip_for(by, slip_no: str) -> Slip:
    """NotThere for a slip that is not, and for one between other offices."""
    found = db.session.scalar(select(Slip).where(Slip.slip_no == slip_no.strip().upper(), seen_slips(by)))
    if found is None:
        raise NotThere("没有这张交接单，或者它不经过您的单位。")
    return found


ABOUT = text("material.state in ('held', 'in_transit')")  # so too: papers that are gone are never looked at
HELD = text("material.state != 'in_transit'")  # beside ABOUT; to ask for the state twice makes PostgreSQL expect next to nothing
_UNDER_WAY = text(f"slip.state in {OPEN}")  # in the words of the partial index: closed slips are never looked at


def open_slips(by) -> list:
    """Slips that somebody must still act on, oldest first: number, offices, state, times, carrier, count of papers."""
    count = select(func.count()).where(SlipLine.slip_id == Slip.id).scalar_subquery().label("papers")
    rows = select(Slip.slip_no, Slip.from_office_id, Slip.to_office_id, Slip.state, Slip.packed_at, Slip.sent_at,
                  Slip.carrier_name, Slip.handed_name, Slip.search_until, Slip.inside_id, Slip.at_office_id, count,
                  select(func.count()).where(PouchLine.slip_id == Slip.id).scalar_subquery().label("pouches"))  # fmt: skip
    oldest = select(Slip.id).where(_UNDER_WAY, seen_slips(by)).order_by(Slip.packed_at, Slip.id).limit(first(4 * MOST)).subquery()
    rows = rows.join(oldest, Slip.id == oldest.c.id).order_by(Slip.packed_at, Slip.id)
    return db.session.execute(rows).all()


def lines(slip: Slip) -> list:
    """The papers of a slip with their cases, in the order of the printed sheet."""
    rows = select(SlipLine.material_id, SlipLine.found, SlipLine.settled, SlipLine.note, Material.name, Material.form,
                  Material.copies, Material.pages, Material.state, Case.id.label("case_id"), Case.case_no,
                  Case.item_name)  # fmt: skip
    rows = rows.join_from(SlipLine, Material, SlipLine.material_id == Material.id)
    rows = rows.join(Case, SlipLine.case_id == Case.id).where(SlipLine.slip_id == slip.id)
    return db.session.execute(rows.order_by(Material.case_id, Material.line, Material.id)).all()


def pouch_lines(slip: Slip) -> list:
    """The sealed slips of a pouch: number, ends, seal, count of papers, whether found."""
    inner = db.aliased(Slip)
    count = select(func.count()).where(SlipLine.slip_id == inner.id).scalar_subquery().label("papers")
    rows = select(PouchLine.inner_id, PouchLine.found, PouchLine.settled, PouchLine.note, inner.slip_no, inner.pouch_no,
                  inner.seal_no, inner.from_office_id, inner.to_office_id, count)  # fmt: skip
    rows = rows.join_from(PouchLine, inner, PouchLine.inner_id == inner.id).where(PouchLine.slip_id == slip.id)
    return db.session.execute(rows.order_by(PouchLine.inner_id)).all()


def loadable(slip: Slip) -> list:
    """Slips that may travel inside this one: packed here, or lying here sealed to be sent on; in no pouch yet."""
    here = slip.from_office_id
    packed = and_(Slip.state == "packing", Slip.from_office_id == here)
    on_the_way = and_(Slip.state == "sent", Slip.at_office_id == here, Slip.to_office_id != here)
    rows = select(Slip.id, Slip.slip_no, Slip.state, Slip.to_office_id, Slip.seal_no).where(
        or_(packed, on_the_way), Slip.inside_id.is_(None), Slip.id != slip.id,
        ~exists().where(PouchLine.slip_id == Slip.id), ~exists().where(PouchLine.inner_id == slip.id),
    )  # fmt: skip
    return db.session.execute(rows.order_by(Slip.id).limit(MOST)).all()


def slip_no_of(slip_id: int | None) -> str:
    return db.session.scalar(select(Slip.slip_no).where(Slip.id == slip_id)) or "" if slip_id else ""


def visible_ids(by, case_ids: set[int]) -> set[int]:
    """Which of these cases this person may open."""
    return set(db.session.scalars(select(Case.id).where(Case.id.in_(case_ids), visible(by))))


def sheets(slip: Slip) -> list:
    """The printed 材料交接单 of a slip: number and state."""
    rows = select(Document.number, Document.state).where(Document.slip_id == slip.id).order_by(Document.id)
    return db.session.execute(rows).all()


def behind(after: int, case_id) -> tuple[ColumnElement[bool], ...]:
    """WHERE clauses of a list of papers, case by case, for what follows the paper `after`; `case_id`: the column that leads."""
    seen = db.session.scalar(select(Material.case_id).where(Material.id == after)) or 0
    return case_id >= seen, or_(case_id > seen, Material.id > after)


def papers_here(office_id: str, after: int = 0, case_no: str = "") -> list:
    """Physical papers that lie in this office, by case, at most MOST and one more; `after`: the last id seen."""
    rows = _papers().where(_lies(office_id))
    if after:
        rows = rows.where(*behind(after, Material.case_id))
    if case_no:
        rows = rows.where(Case.case_no == case_no)
    rows = rows.outerjoin(Slip, Material.slip_id == Slip.id).add_columns(Slip.slip_no)
    return db.session.execute(rows.order_by(Material.case_id, Material.id).limit(first(MOST + 1))).all()


@dataclass(frozen=True)
class Wanted:
    """An office that waits for papers which lie here: how many cases, how many papers."""

    office_id: str
    cases: int
    papers: int


def wanted(office_id: str) -> list[Wanted]:
    """Where the papers that lie here are waited for: a task waits for them, or a window for the result."""
    cases, papers = defaultdict(set), Counter()
    to, here = _wanted(), {"office": office_id}
    for case_id, to_id in db.session.execute(select(to.c.case_id, to.c.to_id), here):  # counted as they come: to group them is to sort them
        cases[to_id].add(case_id)
        papers[to_id] += 1
    return sorted((Wanted(to_id, len(cases[to_id]), count) for to_id, count in papers.items()), key=lambda one: (-one.papers, one.office_id))


def awaited(office_id: str, case_id: int) -> dict[str, list[int]]:
    """The papers of one case that lie here, by the office that waits for them; each paper once."""
    to = _wanted()
    found: dict[str, list[int]] = {}
    rows = select(to.c.id, func.min(to.c.to_id)).where(to.c.case_id == case_id).group_by(to.c.id)
    for paper, to_id in db.session.execute(rows, {"office": office_id}):
        found.setdefault(to_id, []).append(paper)
    return found


def packable(office_id: str, to_office_id: str = "", case_no: str = "") -> list:
    """Papers that may go onto a slip: those that this office waits for, or those of one case; oldest first."""
    rows = _papers().where(_lies(office_id), Material.slip_id.is_(None))
    if case_no:
        rows = rows.where(Case.case_no == case_no)
    elif to_office_id:
        to = _wanted()
        rows = rows.where(Material.id.in_(select(to.c.id).where(to.c.to_id == to_office_id)))
    return db.session.execute(rows.order_by(Case.id, Material.line, Material.id).limit(4 * MOST), {"office": office_id}).all()


def _papers():
    return select(Material.id, Material.name, Material.kind, Material.form, Material.copies, Material.pages,
                  Material.since, Material.holder_name, Case.case_no, Case.item_name, Case.state.label("case_state"),
                  ).join_from(Material, Case, Material.case_id == Case.id)  # fmt: skip


def _lies(office_id) -> ColumnElement[bool]:
    return and_(ABOUT, HELD, Material.office_id == office_id, Material.form != "electronic")


@cache  # five tables by other names are put together once, not with every page
def _wanted() -> Subquery:
    """(paper id, case id, office that waits for it) of what lies in `office`: the next stage's office, or the window."""
    office_id = bindparam("office", type_=Material.office_id.type)
    before = db.aliased(Task)
    next_stage = ~exists().where(before.case_id == Task.case_id, before.stage < Task.stage, before.state.in_(LIVE))
    here = and_(_lies(office_id), Material.slip_id.is_(None))
    for_task = (
        select(Material.id, Material.case_id, Task.office_id.label("to_id"))
        .join_from(Material, Task, Task.case_id == Material.case_id)
        .where(here, Material.kind != "result", Task.state == "waiting", Task.office_id != office_id, next_stage)
    )
    for_window = (
        select(Material.id, Material.case_id, Case.centre_id.label("to_id"))
        .join_from(Material, Case, Material.case_id == Case.id)
        .where(here, Material.kind == "result", Case.state == "decided", Case.centre_id != office_id)
    )
    parent, child, its = db.aliased(Case), db.aliased(Case), db.aliased(Task)
    other, task_of_other = db.aliased(Case), db.aliased(Task)
    later = exists().where(  # than another task that waits: one paper is packed for one office
        other.parent_id == Material.case_id, task_of_other.case_id == other.id, task_of_other.state.in_(LIVE),
        task_of_other.office_id != office_id, tuple_(task_of_other.office_id, task_of_other.id) < tuple_(Task.office_id, Task.id),
    )  # fmt: skip
    still_needed = exists().where(child.parent_id == Material.case_id, its.case_id == child.id, its.state.in_(LIVE),
                                  its.office_id == Material.office_id)  # fmt: skip
    for_joint = (  # an original in a joint case travels once: from office to office, not home between two of them
        select(Material.id, Material.case_id, Task.office_id.label("to_id"))
        .join_from(Material, parent, Material.case_id == parent.id)
        .join(Case, Case.parent_id == parent.id)
        .join(Task, Task.case_id == Case.id)
        .where(here, Material.kind != "result", Material.form == "original", Task.state.in_(LIVE),
               Task.office_id != office_id, ~still_needed, ~later)
    )  # fmt: skip
    return for_task.union_all(for_window, for_joint).subquery()
