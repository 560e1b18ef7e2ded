"""The second-trip meter 二次跑动: each extra visit has a cause, and the catalogue line that costs most stands on top."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, and_, case, column, exists, func, select, table, type_coerce

from app.cases.models import Case, CorrectionLine, JournalEntry
from app.extensions import db
from app.oversight.asked import Asked, cases
from app.oversight.sheets import Sheet, per_cent
from app.oversight.statistics import CST_AHEAD, DAY

visit = table("visit", column("case_id"))  # of the room beside this one: its column and nothing of its rules
CAUSES = {
    "correction": _l("补正材料（一次性告知后再来）"), "tolerant": _l("容缺补齐材料"), "refused": _l("不予受理，白跑一趟"),
    "collect": _l("再来领取结果"), "other": _l("其他到访（咨询、找错窗口等）"),
}  # fmt: skip
NEEDLESS = ("supplement", "refuse")  # what the rate counts; a second trip to collect is spared by post alone


def meter(by, asked: Asked) -> dict:
    """Cases received in the period: how many, how many came again, visits by cause. Three questions."""
    mine = (*cases(by, asked), Case.received_at >= asked.begins, Case.received_at < asked.ends)
    cause = _cause()
    rows = select(cause, func.count()).join_from(JournalEntry, Case, JournalEntry.case_id == Case.id)
    rows = rows.where(*mine, cause.is_not(None)).group_by(cause)
    found = dict.fromkeys(CAUSES, 0) | dict(db.session.execute(rows).all())
    needless = exists().where(JournalEntry.case_id == Case.id, JournalEntry.action.in_(NEEDLESS))
    received, again = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((needless, 1), else_=0)), 0)).select_from(Case).where(*mine)
    ).one()
    found["other"] = _unexplained(mine)
    return {"received": received, "again": again, "rate": per_cent(again, received), "visits": found}


def causes(by, asked: Asked, found: dict | None = None) -> Sheet:
    found = (found or meter(by, asked))["visits"]
    whole = sum(found.values())
    rows = [(str(CAUSES[name]), number, per_cent(number, whole)) for name, number in found.items()]
    return Sheet("trips", _("再来一趟的原因"), (_("原因"), _("次数"), _("占比")), rows)


def worst(by, asked: Asked, limit: int | None = 30) -> Sheet:
    """Which line of which item was asked for most often in corrections of the period's cases. One question."""
    rows = select(Case.item_code, func.max(Case.item_name), CorrectionLine.name, func.count(),
                  func.count(func.distinct(Case.id))).join_from(CorrectionLine, Case)  # fmt: skip
    rows = rows.where(*cases(by, asked), Case.received_at >= asked.begins, Case.received_at < asked.ends)
    rows = rows.group_by(Case.item_code, CorrectionLine.name)
    rows = rows.order_by(func.count().desc(), Case.item_code, CorrectionLine.name).limit(limit)
    heads = (_("事项编码"), _("事项"), _("材料"), _("告知次数"), _("件数"))
    return Sheet("worst-lines", _("最常要补的材料"), heads, [tuple(row) for row in db.session.execute(rows)])


def _cause():
    """The cause of the visit behind a journal row, or NULL: most rows are nobody's trip."""
    entry = JournalEntry
    return case(
        (and_(entry.action == "supplement", entry.from_state == "correction"), "correction"),
        (entry.action == "supplement", "tolerant"),
        (entry.action == "refuse", "refused"),
        (and_(entry.action == "deliver", Case.delivery_mode == "window", _day(entry.at) != _day(Case.received_at)),
         "collect"),
        else_=None,
    )  # fmt: skip


def _day(column):
    """The day at the desk, counted from 1970."""
    return (type_coerce(column, BigInteger) + CST_AHEAD) // DAY


def _unexplained(mine) -> int:
    """Visits with a number that led to these cases, beyond the first and beyond what the journal explains."""
    came = select(func.count()).select_from(visit).where(visit.c.case_id == Case.id).correlate(Case).scalar_subquery()
    told = select(func.count()).where(JournalEntry.case_id == Case.id, _cause().is_not(None))
    more = select((came - 1 - told.correlate(Case).scalar_subquery()).label("more")).select_from(Case)
    more = more.where(*mine, exists().where(visit.c.case_id == Case.id)).subquery()
    return db.session.scalar(select(func.coalesce(func.sum(more.c.more), 0)).where(more.c.more > 0))
