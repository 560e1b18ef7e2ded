"""What should lie in a drawer tonight, by the account; and what is still open around it. Core rows only."""

from typing import NamedTuple

from sqlalchemy import Select, column, func, or_, select, table

from app.cases.models import Case, Material
from app.custody.lists import ABOUT, HELD
from app.custody.models import Slip
from app.documents import hand
from app.extensions import db
from app.moments import Moment, today
from app.people.find import directory
from app.people.models import User

NAMED = 200  # lines of each kind that are named in the record
# Tables of the rooms above, as this page reads them: columns and nothing of their rules.
visit = table("visit", column("centre_id"), column("day"), column("ticket_no"), column("state"), column("desk_id"))
draft = table("draft", column("user_id"), column("office_id"), column("item_code"), column("case_id"),
              column("saved_at", Moment))  # fmt: skip
OPEN_TICKETS = ("waiting", "called", "serving", "parked")


class Drawer(NamedTuple):
    """A counter of an office; without a counter, everything in the office that lies in nobody's drawer."""

    office_id: str
    desk_id: str


class Group(NamedTuple):
    """One line to count: the papers, or the results, of one case."""

    key: str
    case_no: str
    item: str
    kind: str  # papers | results
    papers: int


def groups(drawer: Drawer) -> list[Group]:
    """Every case with papers in this drawer, in the order in which they came: that of the index of what lies in an office."""
    result = func.count().filter(Material.kind == "result")
    number, item = (select(one).where(Case.id == Material.case_id).scalar_subquery() for one in (Case.case_no, Case.item_name))
    rows = select(number, item, func.count() - result, result).where(*_lies_in(drawer))
    rows = rows.group_by(Material.case_id).order_by(Material.case_id)
    return [Group(f"{no}{kind[0]}", no, item, kind, n) for no, item, papers, results in db.session.execute(rows)
            for kind, n in (("papers", papers), ("results", results)) if n]  # fmt: skip


def left_open(drawer: Drawer) -> dict[str, list[str]]:
    """What the day leaves behind, named by number: tickets, unsent slips, disputes, drafts, results nobody fetched."""
    day, people = today(), _staff(drawer)
    tickets = select(visit.c.ticket_no).where(visit.c.centre_id == drawer.office_id, visit.c.day == day, visit.c.state.in_(OPEN_TICKETS))
    mine = visit.c.desk_id == drawer.desk_id if drawer.desk_id else visit.c.desk_id.is_(None)
    slips = select(Slip.slip_no).where(Slip.from_office_id == drawer.office_id, Slip.state == "packing")
    disputes = select(Slip.slip_no).where(or_(Slip.from_office_id == drawer.office_id, Slip.to_office_id == drawer.office_id),
                                          Slip.state == "discrepancy")  # fmt: skip
    forms = select(draft.c.item_code, draft.c.saved_at).where(
        draft.c.office_id == drawer.office_id, draft.c.case_id.is_(None), draft.c.user_id.in_(people))  # fmt: skip
    unclaimed = select(Case.case_no).join_from(Material, Case, Material.case_id == Case.id).where(
        *_lies_in(drawer), Material.kind == "result", Case.state == "ready").distinct()  # fmt: skip
    return {
        "tickets": [f"{number} 号" for number in _first(tickets.where(mine).order_by(visit.c.ticket_no))],
        "slips": list(_first(slips.where(Slip.packed_by.in_(people)).order_by(Slip.id))),
        "disputes": list(_first(disputes.order_by(Slip.id))) if not drawer.desk_id else [],
        "drafts": [f"{code or '未选事项'}（{saved:%H:%M}）" for code, saved in db.session.execute(forms.order_by(draft.c.saved_at).limit(NAMED))],
        "hand": hand.skipped({drawer.office_id}, drawer.desk_id),
        "results": list(_first(unclaimed.order_by(Case.case_no))),
    }


def _first(rows: Select):
    return db.session.scalars(rows.limit(NAMED))


def _lies_in(drawer: Drawer) -> tuple:
    """A paper lies in the drawer of whoever holds it, and on the shelf when its holder has no counter here."""
    here = (ABOUT, HELD, Material.office_id == drawer.office_id, Material.form != "electronic")
    if drawer.desk_id:
        return (*here, Material.holder_id.in_(list(db.session.scalars(_staff(drawer)))))
    seated = select(User.id).where(User.desk_id.in_(_desks(drawer.office_id)), User.office_id == drawer.office_id)
    return (*here, or_(Material.holder_id.is_(None), Material.holder_id.not_in(list(db.session.scalars(seated)))))


def _staff(drawer: Drawer) -> Select:
    """The people of this counter; of the shelf, everybody in the office without one."""
    people = select(User.id).where(User.office_id == drawer.office_id)
    if drawer.desk_id:
        return people.where(User.desk_id == drawer.desk_id)
    return people.where(or_(User.desk_id.is_(None), User.desk_id.not_in(_desks(drawer.office_id))))


def _desks(office_id: str) -> list[str]:
    return [desk.id for desk in directory().desks.values() if desk.office_id == office_id]
