"""我的今日: what one person did at the desk today, counted from the journal. One statement over its day."""

from collections import Counter
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import select

from app.cases.models import Case, JournalEntry
from app.cases.steps import STEPS
from app.extensions import db, first
from app.moments import CST, today

MOST = 2000  # rows of one person in one day that are looked at
BESIDE = ("open_personal_data", "recompute")  # looking is no handling


class Day(NamedTuple):
    """`steps`: (word, count), the most frequent first; `items` likewise; `hours`: {hour: count}; `cases`: the newest."""

    handled: int
    steps: list[tuple[str, int]]
    items: list[tuple[str, int]]
    hours: dict[int, int]
    cases: list


def my_day(by) -> Day:
    begin = datetime.combine(today(), time.min, CST)
    rows = select(JournalEntry.action, JournalEntry.at, JournalEntry.case_id, Case.case_no, Case.item_name)
    rows = rows.join(Case, Case.id == JournalEntry.case_id)
    rows = rows.where(JournalEntry.at >= begin, JournalEntry.actor_id == by.id, JournalEntry.action.not_in(BESIDE))
    done = db.session.execute(rows.order_by(JournalEntry.at.desc()).limit(first(MOST))).all()  # as the index has them: nothing is sorted
    cases = list({row.case_id: row for row in reversed(done)}.values())[::-1]
    steps, hours = Counter(row.action for row in done), Counter(row.at.hour for row in done)
    return Day(
        handled=len(cases),
        steps=[(STEPS[action].word, count) for action, count in steps.most_common()],
        items=Counter(row.item_name for row in cases).most_common(20),
        hours=dict(sorted(hours.items())),
        cases=[row._asdict() | {"word": STEPS[row.action].word} for row in cases[:20]],
    )
