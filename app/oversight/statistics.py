"""Statistics of a period: on time, the length of each link of the chain, when people come, for what, how content."""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import BigInteger, case, func, select, type_coerce

from app.cases.models import Case, ClockRun, JournalEntry
from app.extensions import db
from app.feedback.models import Rating
from app.oversight.asked import Asked, cases
from app.oversight.sheets import Sheet, per_cent, percentile

HOUR, DAY = 3_600_000_000, 86_400_000_000  # microseconds, as Moment keeps them
CST_AHEAD = 8 * HOUR
THURSDAY = 3  # 1 January 1970, Monday is 0
LINKS = ("收件", "流转", "办理", "反馈")  # received → accepted → processing → decided → delivered
ENDS = ("accepted", "processing", "decided", "delivered")
WEEKDAYS = "一二三四五六日"


class OnTime(NamedTuple):
    decided: int
    on_time: int

    @property
    def rate(self) -> str:
        return per_cent(self.on_time, self.decided)


def on_time(by, asked: Asked) -> OnTime:
    """Cases decided in the period whose promise had not run out. One question."""
    kept = func.coalesce(func.sum(case((ClockRun.stopped_on <= ClockRun.due_on, 1), else_=0)), 0)
    rows = select(func.count(), kept).join_from(Case, ClockRun).where(*cases(by, asked), ClockRun.kind == "promise")
    return OnTime(*db.session.execute(rows.where(*_during(Case.decided_at, asked))).one())


def of_items(by, asked: Asked) -> Sheet:
    """The same for each item."""
    kept = func.sum(case((ClockRun.stopped_on <= ClockRun.due_on, 1), else_=0))
    rows = select(Case.item_code, func.max(Case.item_name), func.count(), kept).join_from(Case, ClockRun)
    rows = rows.where(*cases(by, asked), ClockRun.kind == "promise", *_during(Case.decided_at, asked))
    rows = rows.group_by(Case.item_code).order_by(func.count().desc(), Case.item_code)
    found = [(code, name, all_, good, per_cent(good, all_)) for code, name, all_, good in db.session.execute(rows)]
    heads = (_("事项编码"), _("事项"), _("办结"), _("按时"), _("按时率"))
    return Sheet("on-time", _("按时办结率"), heads, found)


def links(by, asked: Asked) -> Sheet:
    """Median and 90th percentile of each link that ended in the period, in hours. One question."""
    mine = select(JournalEntry.case_id).join(Case, JournalEntry.case_id == Case.id)
    mine = mine.where(*cases(by, asked), *_during(JournalEntry.at, asked), _moved())
    rows = select(JournalEntry.case_id, JournalEntry.to_state, func.min(JournalEntry.at))
    rows = rows.where(_moved(), JournalEntry.case_id.in_(mine)).group_by(JournalEntry.case_id, JournalEntry.to_state)
    reached = defaultdict(dict)
    for case_id, state, at in db.session.execute(rows):
        reached[case_id][state] = at
    lengths = {link: [] for link in LINKS}
    for states in reached.values():
        for link, length in spans(states, asked):
            lengths[link].append(length)
    said = [(_words(link), len(found), *(_hours(percentile(sorted(found), share)) for share in (0.5, 0.9)))
            for link, found in lengths.items()]  # fmt: skip
    return Sheet("links", _("各环节用时（小时）"), (_("环节"), _("件数"), _("中位数"), _("九成以内")), said)


def spans(states: dict, asked: Asked) -> list[tuple[str, timedelta]]:
    """(link, length) of one case, from the first moment in each state; pure. A link that was jumped over has none."""
    found, begun = [], states.get("received")
    for link, end in zip(LINKS, ENDS, strict=True):
        if end not in states:
            continue
        if begun is not None and asked.begins <= states[end] < asked.ends:
            found.append((link, states[end] - begun))
        begun = states[end]
    return found


def hours(by, asked: Asked) -> Sheet:
    """How many cases were received in each hour of each weekday. One question."""
    at = type_coerce(Case.received_at, BigInteger) + CST_AHEAD
    weekday, hour = (at // DAY + THURSDAY) % 7, at % DAY // HOUR
    rows = select(weekday, hour, func.count()).where(*cases(by, asked), *_during(Case.received_at, asked))
    found = {(day, at): number for day, at, number in db.session.execute(rows.group_by(weekday, hour))}
    shown = range(*_open_hours({at for _day, at in found}))
    said = [(f"{at:02d}:00", *(found.get((day, at), 0) for day in range(7))) for at in shown]
    return Sheet("hours", _("收件的时段"), (_("时段"), *(_("周%(day)s", day=day) for day in WEEKDAYS)), said)


def items(by, asked: Asked) -> Sheet:
    """Received in the period, by item. One question."""
    rows = select(Case.item_code, func.max(Case.item_name), func.count()).where(
        *cases(by, asked), *_during(Case.received_at, asked))  # fmt: skip
    rows = rows.group_by(Case.item_code).order_by(func.count().desc(), Case.item_code)
    return Sheet("items", _("各事项收件量"), (_("事项编码"), _("事项"), _("收件")), [tuple(r) for r in db.session.execute(rows)])


def satisfaction(by, asked: Asked) -> Sheet:
    """Ratings given in the period, by stars. One question."""
    rows = select(Rating.stars, func.count()).join_from(Rating, Case).where(*cases(by, asked), *_during(Rating.at, asked))
    found = {stars: number for stars, number in db.session.execute(rows.group_by(Rating.stars))}
    whole = sum(found.values())
    words = ((5, _("非常满意")), (4, _("满意")), (3, _("基本满意")), (2, _("不满意")), (1, _("非常不满意")))
    said = [(word, found.get(stars, 0), per_cent(found.get(stars, 0), whole)) for stars, word in words]
    return Sheet("satisfaction", _("好差评"), (_("评价"), _("件数"), _("占比")), said)


SHEETS = {"on-time": of_items, "links": links, "hours": hours, "items": items, "satisfaction": satisfaction}


def _during(column, asked: Asked) -> tuple:
    return column >= asked.begins, column < asked.ends


def _moved():
    return JournalEntry.from_state != JournalEntry.to_state


def _open_hours(seen: set[int]) -> tuple[int, int]:
    """Office hours, and further where somebody came earlier or later."""
    return min(seen | {8}), max(seen | {17}) + 1


def _words(link: str) -> str:
    return {"收件": _("收件（到受理）"), "流转": _("流转（到接办）"), "办理": _("办理（到决定）"), "反馈": _("反馈（到送达）")}[link]


def _hours(length: timedelta | None) -> float | str:
    return "—" if length is None else round(length.total_seconds() / 3600, 1)
