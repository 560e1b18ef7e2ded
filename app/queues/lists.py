"""What waits for an office: Core rows of exactly the columns shown, in pages by due date."""

from datetime import date
from functools import cache, partial
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select, and_, bindparam, func, or_, select, text, tuple_

from app.calendar.days import Calendar
from app.calendar.find import calendar_for
from app.cases.find import latest_entry_id
from app.cases.lights import light
from app.cases.models import IS_OPEN, IS_UNTASKED, UNTASKED, Case, ClockRun, Pause, Task
from app.cases.steps import AT_WORK, STATE_WORDS
from app.catalog.find import items, spec_of
from app.catalog.stages import stages
from app.extensions import among, first, read_rows
from app.moments import today
from app.people.find import Place, directory, office
from app.people.settings import remembered, version
from app.queues.slips import slip, slip_line
from app.web.lines import written
from app.web.masking import mask_applicant
from app.web.words import brief, light_word, say

SIZE = 50
SLIPS = 20
CASE, TASK = "case", "task"  # the two kinds of row, in the order in which they share a day

# The filters of the inbox: word, which tasks (None: no tasks), which cases without a task (None: none).
SHOWS = {
    "": (_l("全部"), lambda: (), UNTASKED),
    "mine": (_l("我的"), lambda: (_t.claimed_by == bindparam("me"), _CLAIMED), None),
    "free": (_l("待认领"), lambda: (_t.state == "open",), None),
    "waiting": (_l("等材料"), lambda: (_t.state == "waiting",), None),
    "approve": (_l("待审批"), lambda: (_CLAIMED, _t.proposed_by.is_not(None)), None),
    "accept": (_l("待受理"), None, ("received", "correction")),
    "issue": (_l("待出证"), None, ("decided", "ready")),
}

WAITED = {
    "D+30": _l("待领满 30 天：可送上门、代领或邮寄"), "D+90": _l("待领满 90 天"), "over": _l("待领满 90 天：请用交接单退回主管部门"),
}  # fmt: skip
FLAGS = ("tolerant", "extended", "parent_id")
WORDS = {  # of rows
    "tolerant": _l("容缺"), "extended": _l("已延期"), "parent_id": _l("联办"), "late": _l("接办超时"),
    "open": _l("待认领"), "waiting": _l("等材料或前一环节"), "proposed": _l("已拟办，待审批"), "mine": _l("我在办"),
}  # fmt: skip

_t, _c, _run, _pause = Task.__table__.c, Case.__table__.c, ClockRun.__table__.c, Pause.__table__.c
_link = ClockRun.__table__.alias("link")  # the clock between two links of the chain that runs now
# In the words of the partial indexes, so that both databases recognise them.
_LIVE_TASK = text("task.state in ('waiting', 'open', 'claimed')")
_CLAIMED = text("task.state = 'claimed'")
_SHOWN_OF_CASE = (
    _c.case_no, _c.item_name, _c.applicant_name, _c.applicant_kind, _c.centre_id, _c.tolerant, _c.extended, _c.due_tentative,
    _c.parent_id, _run.due_on.label("statutory_due"), _pause.procedure.label("paused"),
    _link.c.kind.label("link"), _link.c.due_on.label("link_due"), _link.c.mark.label("link_mark"),
)  # fmt: skip


class Row(NamedTuple):
    """A line of the inbox, in the words of the page and in the order of its columns. `claimable`: the box of the batch
    claim stands before it."""

    claimable: bool
    light: str | None
    light_word: str
    due: str
    tentative: bool
    case_no: str
    item_name: str
    applicant: str
    centre: str
    word: str
    flags: tuple[str, ...]


class _Eyes(NamedTuple):
    """With what a list is looked at, asked once and not a row."""

    me: int
    may_claim: bool
    calendar: Calendar
    day: date
    offices: dict[str, Place]


class Page(NamedTuple):
    """At most SIZE lines, as they are written; `claimable`: one of them can be claimed; `after` is the cursor of the next
    page, or None."""

    lines: Markup
    claimable: bool
    after: str | None


def office_inbox(by, show: str = "", item_code: str = "", after: str = "") -> Page:
    """Live tasks of the office, and the cases that wait for it without one, by due date. Two statements at most."""
    _word, of_tasks, states = SHOWS[show]
    cursor, found = _read_cursor(after), []
    day, kind, number = cursor or (None, "", None)
    given = {"office": by.office_id, "me": by.id, "item": item_code, "day": day, "number": number}
    asked = show, bool(item_code), kind
    if of_tasks is not None:
        found += [(TASK, row) for row in read_rows(_tasks(*asked), given).all()]
    if states is not None:
        joint = _joint_items(by.office_id) if states == UNTASKED else []
        found += [(CASE, row) for row in read_rows(_cases(*asked, bool(joint)), given | {"joint": joint}).all()]
    found.sort(key=lambda one: (one[1].due_on, one[0], one[1].id))
    shown, more = found[:SIZE], found[SIZE:]
    may_claim, calendar, day = by.may("acknowledge"), calendar_for(by.centre_id or None), today()
    eyes = _Eyes(by.id, may_claim, calendar, day, directory().offices)
    keyed = [((kind, kind == TASK and row.claimed_by == by.id, tuple(row)), (kind, row)) for kind, row in shown]
    lines = written("queues/_row.html", (may_claim, calendar, day, version("organisation")), keyed, partial(_row, eyes))
    claimable = any(_claimable(kind, row, eyes) for kind, row in shown)
    kind, last = shown[-1] if shown else ("", None)
    return Page(lines, claimable, f"{last.due_on.isoformat()}~{kind}~{last.id}" if more else None)


def slips_to_take(by) -> Markup:
    """Lines of the slips on their way to this office: number, sender, since when, who carries, how many papers."""
    rows = read_rows(_SLIPS_TO_TAKE, {"office": by.office_id}).all()
    keyed = ((tuple(row), row) for row in rows)
    return written("queues/_slip.html", (today(), version("organisation")), keyed, _slip)


def _slip(row) -> tuple:
    return row.slip_no, office(row.from_office_id).name, row.papers, row.sent_at, row.carrier_name


_oldest = (
    select(slip.c.id, slip.c.slip_no, slip.c.from_office_id, slip.c.sent_at, slip.c.carrier_name)
    .where(slip.c.to_office_id == bindparam("office"), text("slip.state = 'sent'"), text("slip.state in ('sent', 'discrepancy')"))
    .order_by(slip.c.sent_at, slip.c.id)
    .limit(first(SLIPS))
    .subquery()
)
# Papers are counted for the slips that are shown, not for all that are on their way.
_SLIPS_TO_TAKE = select(
    _oldest.c.slip_no, _oldest.c.from_office_id, _oldest.c.sent_at, _oldest.c.carrier_name,
    select(func.count()).where(slip_line.c.slip_id == _oldest.c.id).scalar_subquery().label("papers"),
).order_by(_oldest.c.sent_at, _oldest.c.id)  # fmt: skip


def newest() -> str:
    """A mark that changes with every step anybody takes, and with the day: a poll that knows it has nothing to learn."""
    return f"{latest_entry_id()}.{today():%j}"


def items_of(office_id: str) -> list:
    """The items this office has a part in, for the filter."""
    return remembered("catalogue", _items_by_unit).get(office(office_id).department_id, [])


def filters(by, show: str, item_code: str) -> Markup:
    """What of the inbox can be asked for, and what is."""
    key = (office(by.office_id).department_id, show, item_code)
    eyes = (version("catalogue"), version("organisation"))
    return written("queues/_filters.html", eyes, [(key, key)], lambda _key: (SHOWS, items_of(by.office_id), show, item_code))


def _items_by_unit() -> dict[str, list]:
    found: dict[str, list] = {}
    for listed in items():
        for unit in _units(listed):
            found.setdefault(unit, []).append(listed)
    return found


def _units(listed) -> set[str]:
    return {listed.department_id}.union(*(stage.departments for stage in stages(spec_of(listed.version_id))))


def _joint_items(office_id: str) -> list[str]:
    return [one.code for one in items_of(office_id) if spec_of(one.version_id).components]


@cache  # a statement for each kind of question, put together once
def _tasks(show: str, of_one_item: bool, cursor_kind: str) -> Select:
    rows = select(
        _t.id, _t.due_on, _t.state, _t.claimed_by, _t.claimed_name, _t.proposed_by,
        _c.accepted_on.label("started_on"), *_SHOWN_OF_CASE,
    ).select_from(Task.__table__.join(Case.__table__, _c.id == _t.case_id))  # fmt: skip
    rows = _with_clocks(rows).where(_t.office_id == bindparam("office"), _LIVE_TASK, *SHOWS[show][1]())
    return _paged(rows, TASK, _t, of_one_item, cursor_kind)


@cache
def _cases(show: str, of_one_item: bool, cursor_kind: str, joint: bool) -> Select:
    """Also joint parents at work: they have children instead of tasks, and must not fall between two desks."""
    rows = select(
        _c.id, _c.due_on, _c.state, _c.received_at, _c.decided_at, *_SHOWN_OF_CASE
    ).select_from(Case.__table__)  # fmt: skip
    wanted = among(_c.state, SHOWS[show][2])
    if joint:
        wanted = or_(wanted, and_(among(_c.state, AT_WORK), _c.item_code.in_(bindparam("joint", expanding=True))))
    here = (_c.waits_office_id == bindparam("office"), IS_OPEN if joint else IS_UNTASKED, _c.due_on.is_not(None))
    return _paged(_with_clocks(rows).where(*here, wanted), CASE, _c, of_one_item, cursor_kind)


def _with_clocks(rows: Select) -> Select:
    statutory = and_(_run.case_id == _c.id, _run.kind == "statutory", _run.stopped_on.is_(None))
    paused = and_(_pause.case_id == _c.id, _pause.ended_on.is_(None))
    link = and_(_link.c.case_id == _c.id, among(_link.c.kind, ("ack", "collect")), _link.c.stopped_on.is_(None))
    return rows.outerjoin(ClockRun.__table__, statutory).outerjoin(Pause.__table__, paused).outerjoin(_link, link)


def _paged(rows: Select, kind: str, columns, of_one_item: bool, cursor_kind: str) -> Select:
    if of_one_item:
        rows = rows.where(_c.item_code == bindparam("item"))
    if cursor_kind:
        day, number = bindparam("day", type_=columns.due_on.type), bindparam("number", type_=columns.id.type)
        same = tuple_(columns.due_on, columns.id) > tuple_(day, number)
        rows = rows.where(same if kind == cursor_kind else columns.due_on >= day if kind > cursor_kind else columns.due_on > day)
    return rows.order_by(columns.due_on, columns.id).limit(first(SIZE + 1))


def _read_cursor(after: str) -> tuple[date, str, int] | None:
    """What the address says; anything that is not a cursor is the first page."""
    day, _mark, rest = after.partition("~")
    kind, _mark, number = rest.partition("~")
    if kind not in (CASE, TASK) or not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    try:
        return date.fromisoformat(day), kind, int(number)
    except ValueError:
        return None


def _claimable(kind: str, row, eyes: _Eyes) -> bool:
    return kind == TASK and row.state == "open" and eyes.may_claim


def _row(eyes: _Eyes, seen: tuple) -> Row:
    kind, row = seen
    if kind == TASK:
        started, word = row.started_on, _task_word(row, eyes.me)
    else:
        started, word = (row.decided_at or row.received_at).date(), say(STATE_WORDS[row.state])
    lit = light(row.due_on, started, row.statutory_due, eyes.day, eyes.calendar)
    return Row(
        _claimable(kind, row, eyes), lit, light_word(lit), brief(row.due_on), row.due_tentative, row.case_no, row.item_name,
        mask_applicant(row.applicant_name, row.applicant_kind), eyes.offices[row.centre_id].short, word, _flags(row, eyes.day),
    )  # fmt: skip


def _task_word(row, me: int) -> str:
    if row.state == "claimed" and not row.proposed_by:
        return str(WORDS["mine"]) if row.claimed_by == me else _("%(name)s在办", name=row.claimed_name)
    return str(WORDS["proposed" if row.state == "claimed" else row.state])


def _flags(row, day: date) -> tuple[str, ...]:
    flags = [str(WORDS["late"])] if row.link == "ack" and row.state == "open" and row.link_due < day else []
    flags += [waited(row.link_mark)] if row.link == "collect" and waited(row.link_mark) else []
    flags += [_("停表：%(procedure)s", procedure=row.paused)] if row.paused else []
    flags += [str(WORDS[flag]) for flag in FLAGS if getattr(row, flag)]
    return tuple(flags)


def waited(mark: str | None) -> str:
    """What is due for a result that nobody fetches, by the last mark of its clock (domain 4.4 无人领取)."""
    return str(WAITED.get(mark or "", ""))
