"""The balance of papers: received = held + in transit + returned + archived + lost, for every case, office and centre.

Pure SQL over all rows. That the five sums close is not enough: each paper must also be where its slip says it is, so
the second half looks for papers with two holders, or none.
"""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, case, func, or_, select

from app.cases.find import visible
from app.cases.models import Case, Material
from app.custody.models import PouchLine, Slip, SlipLine
from app.custody.slips import OPEN
from app.extensions import db
from app.people.find import directory
from app.people.models import Office
from app.people.scope import sees

NEVER_CAME = ("missing", "deferred", "exempt")
PLACES = ("held", "in_transit", "returned", "archived", "lost")
KINDS = {"office": _l("按单位"), "centre": _l("按收件中心"), "case": _l("按办件")}
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


def page_of(by, kind: str, after: str = "") -> list[Sum]:
    """At most MOST and one more lines of the account by office, centre or case number, from the key `after` on, within
    what this person watches over."""
    balance, column = {"office": (of_offices(), Material.office_id), "centre": (of_centres(), Case.centre_id),
                       "case": (of_cases(), Case.case_no)}[kind]  # fmt: skip
    scope = visible(by) if kind == "case" else column.in_(_watched(by))
    return sums(balance.where(column > after, scope).limit(MOST + 1))


def total(by) -> Sum:
    """The whole account of the cases this person may know of; of the city for an auditor, who sees sums alone."""
    whole = _sums(db.literal("")).join_from(Material, Case, Material.case_id == Case.id)
    return Sum(*db.session.execute(whole if by.may("read_audit") else whole.where(visible(by))).one())


def unbalanced_for(by) -> list[str]:
    """unbalanced(), for whoever watches over the city or audits; others are told by their supervisor."""
    return unbalanced() if by.may("read_audit") or sees(by).kind == "city" else []


def _watched(by) -> set[str]:
    if by.may("read_audit") or sees(by).kind == "city":
        return set(directory().offices)
    return {by.office_id} | {place.id for place in directory().offices.values() if place.street_id == by.street_id}


def unbalanced() -> list[str]:
    """A sentence for each case, office, centre, paper or pouch whose account does not close; empty when all do."""
    found = []
    for word, balance in (("办件", of_cases()), ("单位", of_offices()), ("中心", of_centres())):
        open_sums = balance.having(_received() != sum(_count(place) for place in PLACES)).limit(MOST)
        found += [f"{word} {line.key}：收 {line.received}，账上只有 {sum(line[2:])}" for line in sums(open_sums)]
    for query in _contradictions():
        found += [f"办件 {no}“{name}”：{why}" for no, name, why in db.session.execute(query.limit(MOST))]
    found += [f"交接单 {no}：封在袋里，那只袋却不在途，也没有它" for no in db.session.scalars(_stray_pouches().limit(MOST))]
    return found


def _stray_pouches() -> Select:
    """Sealed slips that say they travel inside a pouch which says otherwise."""
    outer = db.aliased(Slip)
    in_it = select(1).where(PouchLine.slip_id == outer.id, PouchLine.inner_id == Slip.id, PouchLine.found.is_not(True),
                            PouchLine.settled.is_(None))  # fmt: skip
    there = select(1).where(outer.id == Slip.inside_id, outer.state.in_(OPEN), in_it.correlate(outer, Slip).exists())
    lies = and_(Slip.inside_id.is_not(None), or_(Slip.state.not_in(("packing", "sent")), ~there.correlate(Slip).exists()))
    nowhere = and_(Slip.at_office_id.is_not(None), or_(Slip.state != "sent", Slip.inside_id.is_not(None)))
    return select(Slip.slip_no).where(or_(lies, nowhere)).order_by(Slip.id)


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
