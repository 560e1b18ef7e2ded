"""Lists of papers that somebody should look at: too long on the way, still at a department, originals not given back."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from app.cases.find import visible
from app.cases.models import Case, Material
from app.cases.steps import CONCLUDED, ENDS
from app.custody.lists import ABOUT, MOST
from app.custody.models import Slip
from app.extensions import db
from app.moments import now

LISTS = {
    "transit": (_l("在途超过一天"), _l("交出超过一天、对方还没有接收的材料。")),
    "after": (_l("已决定仍在部门"), _l("已经有决定、申请材料还留在部门的，应随结果退回窗口或归档。")),
    "originals": (_l("原件未退还"), _l("已经有决定或已结束的办件里，还没有退还申请人的原件。")),
}
OVER = (*CONCLUDED, *(state for state in ENDS if state != "archived"))


def papers(by, name: str, after: int = 0) -> list:
    """At most MOST and one more of a list, by paper id; `after` is the last id seen. Cases in scope only."""
    return db.session.execute(_query(by, name).where(Material.id > after).order_by(Material.id).limit(MOST + 1)).all()


def counts(by) -> dict[str, int]:
    return {name: db.session.scalar(select(func.count()).select_from(_query(by, name).subquery())) for name in LISTS}


def _query(by, name: str) -> Select:
    rows = (
        select(Material.id, Material.name, Material.kind, Material.form, Material.copies, Material.pages, Material.since,
               Material.holder_name, Material.office_id, Material.state, Case.case_no, Case.item_name,
               Case.state.label("case_state"), Slip.slip_no, Slip.to_office_id, Slip.carrier_name)
        .join_from(Material, Case, Material.case_id == Case.id).outerjoin(Slip, Material.slip_id == Slip.id)
        .where(ABOUT, visible(by), Material.form != "electronic")
    )  # fmt: skip
    if name == "transit":
        return rows.where(Material.state == "in_transit", Material.since < now() - timedelta(days=1))
    if name == "after":
        return rows.where(Material.state == "held", Material.kind != "result", Material.office_id != Case.centre_id,
                          Case.state.in_(OVER))  # fmt: skip
    return rows.where(Material.kind != "result", Material.form == "original",
                      Case.state.in_(OVER))  # fmt: skip
