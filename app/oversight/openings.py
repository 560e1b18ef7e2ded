"""个人信息查看记录: who opened whose data, when and why. The auditor reads all of it, a supervisor that of the own cases."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, select, true

from app.cases.find import visible
from app.cases.models import IS_WITH_DATA, Case, JournalEntry
from app.cases.steps import STEPS
from app.extensions import db
from app.moments import CST, today
from app.oversight.asked import day_of
from app.oversight.sheets import Sheet
from app.people.find import directory
from app.web.words import say

HEADS = (_l("时间"), _l("谁"), _l("单位"), _l("办件"), _l("做了什么"), _l("原因"))
MOST = 50


class Wanted(NamedTuple):
    """Empty asks for everything. `who`: part of a name; `case`: a number; `since`, `until`: first and last day."""

    who: str
    case: str
    since: date
    until: date

    @property
    def address(self) -> dict:
        days = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return days | {name: said for name, said in (("who", self.who), ("case", self.case)) if said}


def read(args: Mapping) -> Wanted:
    """Days default to the last thirty."""
    until = day_of(args.get("until")) or today()
    since = min(day_of(args.get("since")) or until - timedelta(days=30), until)
    who, case = (args.get(name, "").replace("\0", "").strip()[:60] for name in ("who", "case"))
    return Wanted(who, case.upper(), since, until)


def page(by, wanted: Wanted, before: int = 0) -> tuple[list[tuple], int]:
    """At most MOST rows, the newest first, and the number to go on from (0 at the end)."""
    rows = _rows(by, wanted).limit(MOST + 1)
    found = db.session.execute(rows.where(JournalEntry.id < before) if before else rows).all()
    return [_told(row) for row in found[:MOST]], found[MOST - 1].id if len(found) > MOST else 0


def sheet(by, wanted: Wanted) -> Sheet:
    def lines() -> Iterator[tuple]:
        for row in db.session.execute(_rows(by, wanted).execution_options(yield_per=500)):
            yield _told(row)

    return Sheet("openings", "个人信息查看记录", HEADS, lines())


def _rows(by, wanted: Wanted) -> Select:
    begins = datetime.combine(wanted.since, time(), CST)
    ends = datetime.combine(wanted.until + timedelta(days=1), time(), CST)
    rows = (
        select(JournalEntry.id, JournalEntry.at, JournalEntry.actor_name, JournalEntry.office_id, JournalEntry.action,
               JournalEntry.facts, Case.case_no).join(Case, Case.id == JournalEntry.case_id)
        .where(IS_WITH_DATA, _moment() >= begins, _moment() < ends,
               true() if by.may("read_audit") else visible(by))
    )  # fmt: skip
    if wanted.who:
        rows = rows.where(JournalEntry.actor_name.contains(wanted.who, autoescape=True))
    if wanted.case:
        rows = rows.where(Case.case_no == wanted.case)
    return rows.order_by(JournalEntry.id.desc())


def _moment() -> ColumnElement:
    """Wrapped, so that no plan goes through everything that happened in these days instead of the few that opened data."""
    return func.coalesce(JournalEntry.at, JournalEntry.at, type_=JournalEntry.__table__.c.at.type)


def _told(row) -> tuple:
    place = directory().offices.get(row.office_id)
    return row.at, row.actor_name, place.name if place else "", row.case_no, say(STEPS[row.action].word), row.facts.get("reason", "")
