"""The balance of papers: received = held + in transit + returned + archived + lost, for every case, office and centre.

Pure SQL over all rows. That the five sums close is not enough: each paper must also be where its slip says it is, so
the second half looks for papers with two holders, or none.
"""

from typing import NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select

from app.cases.models import Case, Material
from app.custody.models import Slip, SlipLine
from app.extensions import db
from app.people.models import Office

NEVER_CAME = ("missing", "deferred", "exempt")
PLACES = ("held", "in_transit", "returned", "archived", "lost")
MOST = 50  # lines of each kind of finding; the first ones are enough to begin with


class Sum(NamedTuple):
    """One line of the balance: `received` papers, and where they are now."""

    key: str
    received: int
    held: int
    in_transit: int
    returned: int
    archived: int
    lost: int

    @property
    def closes(self) -> bool:
        return self.received == self.held + self.in_transit + self.returned + self.archived + self.lost


def of_cases() -> Select:
    """By case number."""
    return _sums(Case.case_no).join_from(Material, Case, Material.case_id == Case.id).group_by(Case.case_no)


def of_centres() -> Select:
    """By the centre that received the case."""
    return _sums(Case.centre_id).join_from(Material, Case, Material.case_id == Case.id).group_by(Case.centre_id)


def of_offices() -> Select:
    """By the office that answers for the paper: it holds it, archived it, or sent it and it has not been taken."""
    return _sums(Material.office_id).where(Material.office_id.is_not(None)).group_by(Material.office_id)


def sums(balance: Select) -> list[Sum]:
    return [Sum(*row) for row in db.session.execute(balance.order_by(balance.selected_columns[0]))]


def unbalanced() -> list[str]:
    """A sentence for each case, office, centre or paper whose account does not close; empty when all do."""
    found = []
    for word, balance in (("办件", of_cases()), ("单位", of_offices()), ("中心", of_centres())):
        open_sums = balance.having(_received() != sum(_count(place) for place in PLACES)).limit(MOST)
        found += [f"{word} {line.key}：收 {line.received}，账上只有 {sum(line[2:])}" for line in sums(open_sums)]
    for query in _contradictions():
        found += [f"办件 {no}“{name}”：{why}" for no, name, why in db.session.execute(query.limit(MOST))]
    return found


def _sums(key) -> Select:
    return select(key, _received(), *(_count(place) for place in PLACES))


def _received():
    return func.count(case((Material.state.not_in(NEVER_CAME), 1)))


def _count(state: str):
    return func.count(case((Material.state == state, 1)))


def _contradictions():
    """Papers whose row and slip do not tell the same story; with each the words why."""
    sent = Slip.state.in_(("sent", "discrepancy"))
    on_line = and_(SlipLine.slip_id == Slip.id, SlipLine.material_id == Material.id)
    its_slip = select(1).where(Slip.id == Material.slip_id, on_line)
    no_office = or_(Material.office_id.is_(None), Material.office_id.not_in(select(Office.id)))
    state, slip_id = Material.state, Material.slip_id
    yield _papers("在手或在途，却没有保管单位", state.in_(("held", "in_transit")), no_office)
    yield _papers("在途，却不在已交出的交接单上", state == "in_transit",
                  ~its_slip.where(sent, Slip.from_office_id == Material.office_id).exists())  # fmt: skip
    yield _papers("在手，却写在别的单位或已交出的交接单上", state == "held", slip_id.is_not(None),
                  ~its_slip.where(Slip.state == "packing", Slip.from_office_id == Material.office_id).exists())  # fmt: skip
    yield _papers("已退还、遗失或从未收到，却还有保管单位",
                  state.in_(("returned", "lost", *NEVER_CAME)), Material.office_id.is_not(None))  # fmt: skip
    on_the_way = select(1).where(on_line, sent, SlipLine.found.is_not(True), SlipLine.settled.is_(None))
    yield _papers("交接单上未到账，材料却不在途", state.in_(("held", "archived", "returned", "lost")), on_the_way.exists())
    open_lines = select(func.count()).where(on_line, or_(Slip.state == "packing", Slip.state == "sent"))
    yield _papers("同时在两张交接单上", state.in_(("held", "in_transit")), open_lines.scalar_subquery() > 1)


def _papers(why: str, *wrong) -> Select:
    found = select(Case.case_no, Material.name, db.literal(why)).select_from(Material)
    return found.join(Case, Material.case_id == Case.id).where(*wrong).order_by(Material.id)
