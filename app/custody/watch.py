"""Lists of papers that somebody should look at: too long on the way, still at a department, originals not given back."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, bindparam, func, select

from app.cases.find import papers_in_sight
from app.cases.models import DONE, IN_TRANSIT, IS_DONE, Case, Material
from app.custody.lists import ABOUT, HELD, MOST, behind
from app.custody.models import Slip
from app.extensions import db, first
from app.moments import now
from app.people.scope import sees

LISTS = {
    "transit": (_l("在途超过一天"), _l("交出超过一天、对方还没有接收的材料。")),
    "after": (_l("已决定仍在部门"), _l("已经有决定、申请材料还留在部门的，应随结果退回窗口或归档。")),
    "originals": (_l("原件未退还"), _l("已经有决定或已结束的办件里，还没有退还申请人的原件。")),
}
MANY = 1000  # more are not counted
_ON_THE_WAY = and_(IN_TRANSIT, Material.since < bindparam("day_ago", type_=Material.__table__.c.since.type))


def papers(by, name: str, after: int = 0) -> list:
    """At most MOST and one more of a list, case by case; `after` is the last paper seen. Cases in scope only."""
    rows, case_id = _query(by, name), _case_id(by, name)
    if after:
        rows = rows.where(*behind(after, case_id))
    return db.session.execute(rows.order_by(case_id, Material.id).limit(first(MOST + 1)), _day_ago()).all()


def counts(by) -> dict[str, int]:
    """How long each list is; of a long one only that it has more than MANY."""
    few = {name: _query(by, name).with_only_columns(Material.id).limit(first(MANY + 1)).subquery() for name in LISTS}
    numbers = [select(func.count()).select_from(rows).scalar_subquery().label(name) for name, rows in few.items()]
    return db.session.execute(select(*numbers), _day_ago()).one()._asdict()


def _query(by, name: str) -> Select:
    rows = select(
        Material.id, Material.name, Material.kind, Material.form, Material.copies, Material.pages, Material.since,
        Material.holder_name, Material.office_id, Material.state, Case.case_no, Case.item_name,
        Case.state.label("case_state"), Slip.slip_no, Slip.to_office_id, Slip.carrier_name,
    ).outerjoin_from(Material, Slip, Material.slip_id == Slip.id).where(ABOUT, papers_in_sight(by), Material.form != "electronic")  # fmt: skip
    if name == "transit":
        return rows.join(Case, Material.case_id == Case.id).where(_ON_THE_WAY)
    if name == "after":
        rows = rows.where(HELD, Material.kind != "result", Material.office_id != Case.centre_id)
    else:
        rows = rows.where(Material.kind != "result", Material.form == "original")
    return _of_done(rows, by)


def _of_done(rows: Select, by) -> Select:
    """Papers of cases that are done with, which are few beside all papers in hand: from the cases to their papers (with
    `+ 0` no plan can go the other way), but where the papers of one office are asked for."""
    if _by_office(by):
        return rows.join(Case, Material.case_id == Case.id).where(Case.state.in_(DONE))
    return rows.join(Case, Material.case_id == Case.id + 0).where(IS_DONE)


def _case_id(by, name: str):
    """The column whose index has the order of the list."""
    return Material.case_id if name == "transit" or _by_office(by) else Case.id


def _by_office(by) -> bool:
    return sees(by).kind == "office"


def _day_ago() -> dict:
    return {"day_ago": now() - timedelta(days=1)}
