"""What a supervisor watches: each number with the list behind it, within the own street or the whole city."""

from datetime import timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, select

from app.calendar.find import calendar_for
from app.cases.find import visible
from app.cases.models import Case, ClockRun, JournalEntry
from app.custody.lists import seen_slips
from app.custody.models import Slip
from app.extensions import db
from app.feedback.models import Rating
from app.moments import now, today
from app.queues.lights import light

MOST = 50  # rows of a list
UNDECIDED = ("received", "correction", "accepted", "processing")
NEAR = 45  # days ahead in which a case can be yellow: a fifth of the longest promise
BAD = 2  # stars and fewer


class Line(NamedTuple):
    """One line of a list; a case, or a slip when `slip_no` is set."""

    case_no: str = ""
    item_name: str = ""
    applicant_name: str = ""
    office_id: str = ""
    due_on: object = None
    light: str | None = None
    since: object = None
    slip_no: str = ""
    note: str = ""


class Watch(NamedTuple):
    word: str
    about: str  # what appears in the list
    light: str | None = None


WATCHES = {
    "today": Watch(_l("今天到期"), _l("今天必须办出结果的办件。")),
    "yellow": Watch(_l("临期"), _l("只剩一个工作日，或只剩五分之一期限的办件。"), "yellow"),
    "red": Watch(_l("超期"), _l("超过承诺期限还没有办完的办件。"), "red"),
    "black": Watch(_l("超法定"), _l("超过法定期限还没有办完的办件。"), "black"),
    "tolerant": Watch(_l("容缺待补"), _l("容缺受理后材料还没有补齐的办件。")),
    "lapsed": Watch(_l("补正逾期待确认"), _l("补正期限已过、等值班长确认视为撤回的办件。")),
    "transit": Watch(_l("在途超过一天"), _l("交出超过一天还没有接收的交接单。")),
    "discrepancy": Watch(_l("交接差异"), _l("清点少件、还没有处理完的交接单。")),
    "uncollected": Watch(_l("待领取"), _l("已经备好、申请人还没有来领的结果，最早的在前。")),
    "rated": Watch(_l("差评"), _l("近三十天评为不满意的办件。")),
}


def counts(by) -> dict[str, int]:
    """How many stand behind each watch. The number of questions does not grow with the cases."""
    lights = _lights(by)
    found = {name: len(rows) for name, rows in lights.items()}
    for name, query in _queries(by).items():
        found[name] = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    return found


def lines(by, name: str) -> list[Line]:
    """The first MOST lines behind a watch, the most urgent first."""
    if name in ("today", "yellow", "red", "black"):
        return _lights(by)[name][:MOST]
    rows = db.session.execute(_queries(by)[name].limit(MOST)).all()
    return [Line(**row._asdict()) for row in rows]


def _lights(by) -> dict[str, list[Line]]:
    """Undecided cases with a running limit that could be anything but green, in one query."""
    statutory = db.aliased(ClockRun)
    legal = and_(statutory.case_id == Case.id, statutory.kind == "statutory", statutory.stopped_on.is_(None))
    rows = (
        select(*_case_columns(), ClockRun.started_on, statutory.due_on.label("legal"))
        .join_from(Case, ClockRun, ClockRun.case_id == Case.id).outerjoin(statutory, legal)
        .where(visible(by), Case.state.in_(UNDECIDED), ClockRun.kind.in_(("intake", "promise")),
               ClockRun.stopped_on.is_(None), Case.due_on <= today() + timedelta(days=NEAR))
        .order_by(Case.due_on, Case.id)
    )  # fmt: skip
    calendar, found = calendar_for(None), {"today": [], "yellow": [], "red": [], "black": []}
    for row in db.session.execute(rows):
        *columns, started, legal_due = row
        shown = light(row.due_on, started, legal_due, today(), calendar)
        line = Line(*columns, light=shown)
        if row.due_on == today():
            found["today"].append(line)
        if shown in found:
            found[shown].append(line)
    return found


def _queries(by) -> dict:
    """The other watches as queries whose columns are fields of Line."""
    cases, slips = select(*_case_columns()).where(visible(by)), select(*_slip_columns()).where(seen_slips(by))
    supplement = and_(ClockRun.case_id == Case.id, ClockRun.kind == "supplement", ClockRun.stopped_on.is_(None))
    proposed = and_(JournalEntry.case_id == Case.id, JournalEntry.action == "propose_withdrawal")
    rated = and_(Rating.case_id == Case.id, Rating.stars <= BAD, Rating.at > now() - timedelta(days=30))
    return {
        "tolerant": cases.join(ClockRun, supplement).where(Case.state.in_(UNDECIDED)).order_by(ClockRun.due_on, Case.id),
        "lapsed": cases.where(Case.state == "correction", select(JournalEntry.id).where(proposed).exists())
        .order_by(Case.due_on, Case.id),
        "transit": slips.where(Slip.state == "sent", Slip.sent_at < now() - timedelta(days=1)).order_by(Slip.sent_at),
        "discrepancy": slips.where(Slip.state == "discrepancy").order_by(Slip.taken_at),
        "uncollected": cases.where(Case.state == "ready").order_by(Case.due_on, Case.id),
        "rated": cases.join(Rating, rated).order_by(Rating.at.desc()),
    }  # fmt: skip


def _case_columns():
    waits = func.coalesce(Case.waits_office_id, Case.centre_id).label("office_id")
    return Case.case_no, Case.item_name, Case.applicant_name, waits, Case.due_on


def _slip_columns():
    return Slip.slip_no, Slip.to_office_id.label("office_id"), Slip.sent_at.label("since")
