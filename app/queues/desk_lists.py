"""What waits at a counter: the cases of the centre by what they wait for, the drafts, the slips. Core rows only."""

from datetime import date
from functools import cache
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    column,
    false,
    func,
    literal,
    or_,
    select,
    table,
    text,
    tuple_,
)

from app.calendar.find import calendar_for
from app.cases.lights import light
from app.cases.models import IS_OPEN, Case, ClockRun, CorrectionLine, JournalEntry, Query
from app.cases.steps import STATE_WORDS
from app.extensions import db, first, read_rows
from app.moments import Moment, today
from app.people.find import office
from app.people.scope import WINDOWS
from app.queues.lists import waited
from app.queues.slips import slip, slip_line
from app.sealing import SealedJSON

SIZE = 50
SLIPS = 20
_c, _run, _query = Case.__table__.c, ClockRun.__table__.c, Query.__table__.c
_collect = ClockRun.__table__.alias("collect")
_line, _entry = CorrectionLine.__table__.c, JournalEntry.__table__.c
# The drafts of the room above, as this page reads them: columns of its table and nothing of its rules.
draft = table(
    "draft", column("id"), column("user_id"), column("office_id"), column("item_code"), column("case_id"),
    column("data", SealedJSON), column("parked"), column("saved_at", Moment),
)  # fmt: skip

# What a case at the window waits for, in the order in which the desk takes it up.
WAITS = {
    "query": _l("承办单位在问"),
    "corrected": _l("补正已齐，待受理"),
    "back": _l("待受理"),
    "route": _l("要送出的材料"),
    "decided": _l("已决定，待出证"),
    "ready": _l("待领取"),
    "reply": _l("转办，等答复"),
    "correction": _l("等申请人补正"),
}


class Row(NamedTuple):
    """A line of 今日."""

    case_no: str
    item_name: str
    applicant_name: str
    applicant_kind: str
    state: str
    light: str | None
    due_on: object
    tentative: bool
    deemed: bool
    waited: str


class Waiting(NamedTuple):
    """A page of what waits: rows by WAITS, and the cursor of the next page, empty on the last."""

    groups: dict[str, list[Row]]
    after: str


def waiting_here(by, after: str = "") -> Waiting:
    """What this centre must do next; at most SIZE rows in all, the nearest dates first. One statement."""
    beyond, day, number = _read_cursor(after)
    found: dict[str, list[Row]] = {}
    calendar, now_on = calendar_for(by.centre_id), today()
    undated_first = db.engine.dialect.name == "sqlite"  # a case without a date stands last on PostgreSQL
    listed = read_rows(_waiting(beyond, undated_first, SIZE + 1), {"places": _places(by), "day": day, "number": number}).all()
    for row in listed[:SIZE]:
        found.setdefault(_wait(row), []).append(_row(row, calendar, now_on))
    last = listed[SIZE - 1] if len(listed) > SIZE else None
    groups = {wait: found[wait] for wait in WAITS if wait in found}
    return Waiting(groups, f"{last.due_on or ''}~{last.id}" if last else "")


@cache  # put together once for each kind of page
def _waiting(beyond: str, undated_first: bool, most: int) -> Select:
    asked = _there_is(_query.case_id == _c.id, _query.answered_at.is_(None))
    lacking = _there_is(_line.case_id == _c.id, _line.settled_on.is_(None))
    deemed = _there_is(_entry.case_id == _c.id, _entry.action == "deem_accepted")
    statutory = and_(_run.case_id == _c.id, _run.kind == "statutory", _run.stopped_on.is_(None))
    collect = and_(_collect.c.case_id == _c.id, _collect.c.kind == "collect", _collect.c.stopped_on.is_(None))
    return (
        select(_c.id, _c.case_no, _c.item_name, _c.applicant_name, _c.applicant_kind, _c.state, _c.due_on, _c.due_tentative, _c.received_at,
               _c.accepted_on, _c.decided_at, _run.due_on.label("statutory_due"), asked.label("asked"), lacking.label("lacking"), deemed.label("deemed"), _collect.c.mark)
        .select_from(Case.__table__.outerjoin(ClockRun.__table__, statutory).outerjoin(_collect, collect))
        .where(_c.waits_office_id.in_(bindparam("places", expanding=True)), IS_OPEN)
        .where(*_beyond(beyond, undated_first))
        .order_by(_c.due_on, _c.id)
        .limit(first(most))
    )  # fmt: skip


def _there_is(*conditions) -> ColumnElement[bool]:
    """Asked for each line that is shown. Of an EXISTS PostgreSQL reads the whole table first and remembers it, which it holds for
    cheaper: it does not see that a page ends after fifty lines."""
    return select(literal(1)).where(*conditions).limit(1).scalar_subquery().is_not(None)


# The pages of the list: the first, one behind a case without a date, one behind a case with one.
FIRST, UNDATED, DATED = "", "undated", "dated"


def _read_cursor(after: str) -> tuple[str, date | None, int | None]:
    """What the address says; anything that is not a cursor is the first page."""
    day, _mark, number = after.partition("~")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return FIRST, None, None
    try:
        return (DATED, date.fromisoformat(day), int(number)) if day else (UNDATED, None, int(number))
    except ValueError:
        return FIRST, None, None


def _beyond(page: str, undated_first: bool) -> list:
    """The condition of a later page."""
    undated, number = _c.due_on.is_(None), bindparam("number", type_=_c.id.type)
    if page == UNDATED:
        return [or_(and_(undated, _c.id > number), ~undated if undated_first else false())]
    if page == DATED:
        later = tuple_(_c.due_on, _c.id) > tuple_(bindparam("day", type_=_c.due_on.type), number)
        return [or_(later, false() if undated_first else undated)]
    return []


def drafts_of(by) -> list:
    """Forms this person has typed in and not finished: id, item, what was typed, when saved, whether parked."""
    rows = (
        select(draft.c.id, draft.c.item_code, draft.c.data, draft.c.parked, draft.c.saved_at)
        .where(draft.c.user_id == by.id, draft.c.office_id == by.office_id, draft.c.case_id.is_(None))
        .order_by(draft.c.saved_at.desc())
        .limit(first(SIZE))
    )
    return [row for row in db.session.execute(rows) if row.data or row.parked]


def left_at_the_door(by) -> list:
    """自助申请 that nobody of this centre has taken up yet, the oldest first."""
    rows = select(draft.c.id, draft.c.item_code, draft.c.data, draft.c.saved_at)
    rows = rows.where(draft.c.user_id.is_(None), draft.c.office_id == by.office_id, draft.c.case_id.is_(None))
    return db.session.execute(rows.order_by(draft.c.saved_at).limit(SIZE)).all()


def slips_here(by) -> list:
    """Slips this office packs, has sent, or must take over, and those in dispute."""
    return read_rows(_SLIPS_HERE, {"office": by.office_id}).all()


def _oldest(since, *conditions) -> Select:
    """The ids of the first slips of one side, in the order of its index."""
    rows = select(slip.c.id).where(*conditions).order_by(since, slip.c.id).limit(first(SLIPS)).subquery()
    return select(rows.c.id)


_mine = _oldest(slip.c.packed_at, slip.c.from_office_id == bindparam("office"), text("slip.state in ('packing', 'sent', 'discrepancy')"))
_coming = _oldest(slip.c.sent_at, slip.c.to_office_id == bindparam("office"), text("slip.state in ('sent', 'discrepancy')"))
_papers = select(func.count()).where(slip_line.c.slip_id == slip.c.id).scalar_subquery()
_SLIPS_HERE = (
    select(slip.c.slip_no, slip.c.state, slip.c.from_office_id, slip.c.to_office_id, slip.c.sent_at, _papers.label("papers"))
    .where(slip.c.id.in_(_mine.union_all(_coming))).order_by(slip.c.id).limit(first(SLIPS))
)  # fmt: skip


def _places(by) -> set[str]:
    """The window one sits at, and the centre it belongs to."""
    if by.office_kind in WINDOWS:
        return {by.office_id, by.centre_id} - {None}
    return {by.office_id}


def _wait(row) -> str:
    if row.asked:
        return "query"
    if row.state == "correction" and not row.lacking:
        return "corrected"
    found = {"received": "back", "accepted": "route", "processing": "route", "forwarded": "reply"}
    return found.get(row.state, row.state)


def _row(row, calendar, day) -> Row:
    started = row.decided_at.date() if row.decided_at else row.accepted_on or row.received_at.date()
    shown = light(row.due_on, started, row.statutory_due, day, calendar)
    return Row(row.case_no, row.item_name, row.applicant_name, row.applicant_kind, STATE_WORDS[row.state], shown, row.due_on,
               row.due_tentative, bool(row.deemed), waited(row.mark))  # fmt: skip


def office_name(office_id: str) -> str:
    return office(office_id).short
