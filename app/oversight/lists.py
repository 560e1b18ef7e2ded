"""The lists behind the numbers of a supervisor that are not lights: fn(by, asked) -> rows with the columns of watch.Line."""

from collections.abc import Callable

from sqlalchemy import Select, and_, bindparam, exists, func, select, text

from app.cases.guards import OVER
from app.cases.models import IS_OPEN, Case, ClockRun, Task
from app.cases.orders import Supervision, WhistleCall
from app.custody.lists import seen_slips
from app.custody.models import Slip, SlipLine
from app.extensions import among
from app.feedback.models import Rectification
from app.moments import today
from app.oversight.asked import Asked, cases, offices_of

UNDECIDED = ("received", "correction", "accepted", "processing")
DAY_AGO = bindparam("day_ago", type_=Task.__table__.c.opened_at.type)  # watch.day_ago()
# In the words of the partial indexes, so that both databases recognise them.
OPEN_TASK = text("task.state = 'open'")
AGED = Task.opened_at < DAY_AGO
_UNDER_WAY = text("slip.state in ('sent', 'discrepancy')")


def shown(key=Case.due_on, number=Case.id):
    waits = func.coalesce(Case.waits_office_id, Case.centre_id).label("office_id")
    return (key.label("key"), number.label("id"), Case.case_no, Case.item_name, Case.applicant_name, Case.applicant_kind,
            waits, Case.due_on, Case.due_tentative.label("tentative"))  # fmt: skip


def _tolerant(by, asked: Asked) -> Select:
    supplement = and_(ClockRun.case_id == Case.id, ClockRun.kind == "supplement", ClockRun.stopped_on.is_(None))
    rows = select(*shown(ClockRun.due_on)).join_from(Case, ClockRun, supplement)
    return rows.where(*cases(by, asked), among(Case.state, UNDECIDED))


def _lapsed(by, asked: Asked) -> Select:
    over = exists().where(ClockRun.case_id == Case.id, ClockRun.kind == "correction", ClockRun.stopped_on.is_(None),
                          ClockRun.mark == OVER)  # fmt: skip
    return select(*shown()).where(*cases(by, asked), IS_OPEN, Case.state == "correction", over)


def _unclaimed(by, asked: Asked) -> Select:
    rows = select(*shown(Task.opened_at, Task.id)).join_from(Case, Task, Task.case_id == Case.id)
    return rows.where(*cases(by, asked), OPEN_TASK, AGED)


def _transit(by, asked: Asked) -> Select:
    return _slips(by, asked, Slip.sent_at).where(Slip.state == "sent", Slip.sent_at < DAY_AGO)


def _discrepancy(by, asked: Asked) -> Select:
    return _slips(by, asked, Slip.taken_at).where(Slip.state == "discrepancy")


def _slips(by, asked: Asked, key) -> Select:
    first = select(Case.case_no).join_from(SlipLine, Case).where(SlipLine.slip_id == Slip.id).order_by(SlipLine.id)
    rows = select(key.label("key"), Slip.id.label("id"), Slip.slip_no, Slip.to_office_id.label("office_id"),
                  Slip.sent_at.label("since"), func.coalesce(first.limit(1).scalar_subquery(), "").label("case_no"))
    rows = rows.where(seen_slips(by), _UNDER_WAY)
    if asked.centre:
        rows = rows.where((Slip.from_office_id == asked.centre) | (Slip.to_office_id == asked.centre))
    if asked.department:
        ids = offices_of(asked.department)
        rows = rows.where(Slip.from_office_id.in_(ids) | Slip.to_office_id.in_(ids))
    if asked.person:
        rows = rows.where(Slip.handed_by == asked.person)
    if asked.item:
        of_item = select(SlipLine.slip_id).join(Case).where(Case.item_code == asked.item)
        rows = rows.where(Slip.id.in_(of_item))
    return rows


def _undelivered(by, asked: Asked) -> Select:
    late = exists().where(ClockRun.case_id == Case.id, ClockRun.kind == "delivery", ClockRun.stopped_on.is_(None),
                          ClockRun.due_on < today())  # fmt: skip
    return select(*shown()).where(*cases(by, asked), IS_OPEN, Case.state == "decided", late)


def _uncollected(by, asked: Asked) -> Select:
    return select(*shown()).where(*cases(by, asked), IS_OPEN, Case.state == "ready")


def _rated(by, asked: Asked) -> Select:
    key, number, *columns, _due, _tentative = shown(Rectification.opened_at)
    rows = select(key, number, *columns, Rectification.opened_at.label("since"), Case.centre_id)
    rows = rows.join_from(Rectification, Case, _from_few(Rectification))
    return rows.where(*cases(by, asked), Rectification.closed_at.is_(None))


def _orders(by, asked: Asked) -> Select:
    rows = select(*shown(Supervision.reply_by, Supervision.id)[:6], Supervision.office_id, Supervision.reply_by.label("due_on"),
                  Supervision.level.label("note"))  # fmt: skip
    return rows.join_from(Supervision, Case, _from_few(Supervision)).where(*cases(by, asked), Supervision.replied_at.is_(None))


def _whistles(by, asked: Asked) -> Select:
    rows = select(*shown(WhistleCall.report_by, WhistleCall.id)[:6], WhistleCall.office_id, WhistleCall.report_by.label("due_on"),
                  WhistleCall.missed.label("note"))  # fmt: skip
    return rows.join_from(WhistleCall, Case, _from_few(WhistleCall)).where(*cases(by, asked), WhistleCall.reported_at.is_(None))


def _from_few(model):
    """Join so that the few rows lead to their cases: with `+ 0` no plan can go through all cases instead."""
    return Case.id == model.case_id + 0


QUERIES: dict[str, Callable[..., Select]] = {
    "tolerant": _tolerant, "lapsed": _lapsed, "unclaimed": _unclaimed, "transit": _transit, "discrepancy": _discrepancy,
    "undelivered": _undelivered, "uncollected": _uncollected, "rated": _rated, "orders": _orders,
    "whistles": _whistles,
}  # fmt: skip
