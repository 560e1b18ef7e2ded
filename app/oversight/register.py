"""台账: every case that was with the desk in the period: received, due, handed to whom, how it ended."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, case, exists, func, or_, select

from app.cases.models import Case, ClockRun, JournalEntry, Task
from app.cases.steps import STATE_WORDS
from app.extensions import db
from app.oversight.asked import Asked, cases
from app.oversight.sheets import Sheet
from app.people.find import office
from app.web.masking import mask_applicant

MOST = 50
RETURNED = ("request_correction", "refuse", "forward", "query_window")  # 退件: it came back instead of going on
HEADS = (_l("编号"), _l("收件时间"), _l("事项"), _l("申请人"), _l("收件地点"), _l("期限"), _l("承办单位"), _l("办理结果"),
         _l("办结时间"), _l("标记"))  # fmt: skip
OUTCOMES = {"granted": _l("准予"), "denied": _l("不予"), "partly": _l("部分准予")}
_concluded = func.coalesce(Case.decided_at, Case.ended_at)


class Summary(NamedTuple):
    """The head of the register: carried + received = ended + open."""

    carried: int
    received: int
    ended: int
    open: int
    late: int
    returned: int


def summary(by, asked: Asked, day: date) -> Summary:
    """One question. `day`: today; what is still open is late when its limit was over before it or the period's end."""
    ended = and_(_concluded.is_not(None), _concluded < asked.ends)
    counted = [
        func.count(),
        *(func.coalesce(func.sum(case((one, 1), else_=0)), 0)
          for one in (Case.received_at < asked.begins, ended, _late(asked, day), _returned(asked))),
    ]  # fmt: skip
    total, carried, over, late, returned = db.session.execute(_within(select(*counted), by, asked)).one()
    return Summary(carried, total - carried, over, total - over, late, returned)


def sheet(by, asked: Asked, day: date, after: int = 0, limit: int | None = None) -> Sheet:
    rows = _rows(by, asked, day).where(Case.id > after)
    return Sheet("register", _("台账"), HEADS, _written(rows.limit(limit) if limit else rows, asked))


def page(by, asked: Asked, day: date, after: int = 0) -> tuple[list[tuple], int | None]:
    """MOST rows in the order of receipt, and the id after which the next page begins."""
    rows = db.session.execute(_rows(by, asked, day).where(Case.id > after).limit(MOST + 1)).all()
    shown = rows[:MOST]
    return [_cells(row, asked) for row in shown], shown[-1].id if len(rows) > MOST else None


def count(by, asked: Asked) -> int:
    return db.session.scalar(_within(select(func.count()), by, asked))


def _within(rows: Select, by, asked: Asked) -> Select:
    """Received before the period ends, and not concluded before it begins."""
    return rows.select_from(Case).where(
        *cases(by, asked), Case.received_at < asked.ends, or_(_concluded.is_(None), _concluded >= asked.begins))  # fmt: skip


def _rows(by, asked: Asked, day: date) -> Select:
    to = (
        select(func.min(Task.office_id)).where(Task.case_id == Case.id, Task.last, Task.state != "cancelled")
        .correlate(Case).scalar_subquery()
    )  # fmt: skip
    limit = _limit(func.max(ClockRun.due_on))
    columns = (Case.id, Case.case_no, Case.received_at, Case.item_name, Case.applicant_name, Case.applicant_kind,
               Case.centre_id, Case.due_on, Case.state, Case.outcome, _concluded.label("concluded"), to.label("to"),
               limit.label("limit"), _limit(func.max(case((ClockRun.tentative, 1), else_=0))).label("tentative"),
               _late(asked, day).label("late"), _returned(asked).label("returned"))  # fmt: skip
    return _within(select(*columns), by, asked).order_by(Case.id)


def _limit(what):
    """Of the promise, from ClockRun: a case has one."""
    found = select(what).where(ClockRun.case_id == Case.id, ClockRun.kind == "promise")
    return found.correlate(Case).scalar_subquery()


def _late(asked: Asked, day: date):
    """The promise was or is over its limit within what the period knows."""
    known = min(day, asked.until)
    over = or_(
        and_(ClockRun.stopped_on.is_not(None), ClockRun.stopped_on <= known, ClockRun.stopped_on > ClockRun.due_on),
        and_(or_(ClockRun.stopped_on.is_(None), ClockRun.stopped_on > known), ClockRun.due_on < known),
    )
    return exists().where(ClockRun.case_id == Case.id, ClockRun.kind == "promise", over).correlate(Case)


def _returned(asked: Asked):
    back = exists().where(JournalEntry.case_id == Case.id, JournalEntry.action.in_(RETURNED))
    return back.where(JournalEntry.at < asked.ends).correlate(Case)


def _written(rows: Select, asked: Asked) -> Iterator[tuple]:
    for row in db.session.execute(rows.execution_options(yield_per=500)):
        yield _cells(row, asked)


def _cells(row, asked: Asked) -> tuple:
    over = row.concluded is not None and row.concluded < asked.ends
    flags = ((row.received_at < asked.begins, _("结转")), (row.late, _("超期")), (row.returned, _("退件")),
             (not over, _("未结")), (row.tentative and not over, _("暂定")))  # fmt: skip
    return (
        row.case_no, row.received_at, row.item_name, mask_applicant(row.applicant_name, row.applicant_kind),
        office(row.centre_id).name, row.limit or row.due_on, office(row.to).name if row.to else "",
        _ending(row) if over else "", row.concluded if over else None,
        " ".join(word for there, word in flags if there),
    )  # fmt: skip


def _ending(row) -> str:
    return str(OUTCOMES.get(row.outcome) or STATE_WORDS[row.state])
