"""日封: once a day all journal heads and desk events under one hash, so that a cut tail or an emptied table shows."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Select, bindparam, func, select

from app.cases.journal import GENESIS
from app.cases.models import JournalEntry, Seal
from app.extensions import db
from app.moments import CST, Moment, now
from app.people.models import DeskEvent
from app.people.settings import SEALED_UNTIL, setting
from app.sealing import lookup

_START, _END = (bindparam(name, type_=Moment) for name in ("start", "end"))


def _since_the_morning(model) -> tuple:
    return model.at >= _START, model.at < _END


def _counts(of_when) -> Select:
    return select(*(select(func.count()).select_from(model).where(*of_when(model)).scalar_subquery() for model in (JournalEntry, DeskEvent)))


def _heads_of_the_day() -> Select:
    day = _since_the_morning(JournalEntry)
    moved = select(JournalEntry.case_id, func.max(JournalEntry.seq).label("seq")).where(*day).group_by(JournalEntry.case_id).subquery()
    same = (JournalEntry.case_id == moved.c.case_id) & (JournalEntry.seq == moved.c.seq)
    return select(JournalEntry.case_id, JournalEntry.hash).join(moved, same).order_by(JournalEntry.case_id)


def _events_of_the_day() -> Select:
    e = DeskEvent
    said = select(e.id, e.at, e.actor_id, e.actor_name, e.action, e.subject, e.result, e.facts)
    return said.where(*_since_the_morning(e)).order_by(e.id)


# Put together once: a proof asks them for every day there was.
UNTIL = _counts(lambda model: (model.at < _END,))  # without a beginning: what somebody dates before all days is counted too
COUNTS = _counts(_since_the_morning)
# Read in portions: a city's day has tens of thousands of them.
HEADS, EVENTS = (rows.execution_options(yield_per=1000) for rows in (_heads_of_the_day(), _events_of_the_day()))


def seal(day: date) -> Seal | None:
    """Seal a day that is over; inside one_transaction(). None when it is sealed already. Days are sealed in order."""
    if db.session.get(Seal, day):
        return None
    earlier = before(day)
    made = Seal(day=day, previous=earlier.digest if earlier else GENESIS, made_at=now())
    made.entries, made.events, made.digest = _heads(day, made.previous, earlier)
    made.mac = _mac(made)
    db.session.add(made)
    return made


def before(day: date) -> Seal | None:
    """The last seal of an earlier day."""
    return db.session.scalar(select(Seal).where(Seal.day < day).order_by(Seal.day.desc()).limit(1))


def newest(limit: int, until: date | None = None) -> list[Seal]:
    """The last seals, newest first; of days before `until` where it is given."""
    rows = select(Seal).where(*([Seal.day < until] if until else [])).order_by(Seal.day.desc())
    return list(db.session.scalars(rows.limit(limit)))


def of(day: date) -> Seal | None:
    return db.session.get(Seal, day)


def by_digest(digest: str) -> Seal | None:
    return db.session.scalar(select(Seal).filter_by(digest=digest))


def moved(day: date) -> tuple[int, int]:
    """How many cases have a row in the journal of this day, and how many of them were taken in on it."""
    start, end = _hours(day)
    of_day = (JournalEntry.at >= start, JournalEntry.at < end)
    cases = db.session.scalar(select(func.count(JournalEntry.case_id.distinct())).where(*of_day))
    return cases, db.session.scalar(select(func.count()).select_from(JournalEntry).where(*of_day, JournalEntry.seq == 1))


def holds(made: Seal) -> bool:
    """Is what the journal gives today for this day still what was sealed?"""
    earlier = before(made.day)
    previous = earlier.digest if earlier else GENESIS
    return made.previous == previous and (made.entries, made.events, made.digest) == _heads(made.day, previous, earlier)


def unsealed_days(until: date) -> list[date]:
    """The days before `until` that want a seal: from the day after the last one, or from the first entry on."""
    last = db.session.scalar(select(func.max(Seal.day)))
    first = db.session.scalar(select(func.min(JournalEntry.at)))
    if first is None:
        return []
    start = last + timedelta(days=1) if last else first.date()
    return [start + timedelta(days=n) for n in range(max(0, (until - start).days))]


def broken() -> Iterator[str]:
    """A sentence for each seal that no longer fits the journal, was not made by us, or is missing."""
    previous, expected, before = GENESIS, None, None
    for made in db.session.scalars(select(Seal).order_by(Seal.day)).all():
        if expected and made.day != expected:
            yield f"{expected.isoformat()} 的日封不见了"
        if not hmac.compare_digest(made.mac, _mac(made)):
            yield f"{made.day.isoformat()} 的日封不是本系统用密钥封的，或封后被改动"
        elif made.previous != previous or (made.entries, made.events, made.digest) != _heads(made.day, previous, before):
            yield f"{made.day.isoformat()} 的日封与日志不符：当日或以前的日志被改动、删除、补入或截断"
        previous, expected, before = made.digest, made.day + timedelta(days=1), made
    yield from _missing_at_the_end(expected)


def _missing_at_the_end(expected: date | None) -> Iterator[str]:
    """The night work noted how far it came; what it sealed must be there."""
    done = setting(SEALED_UNTIL)
    if done is None:
        return
    if expected is None:
        first = db.session.scalar(select(func.min(JournalEntry.at)))
        expected = first.date() if first else None
    if expected and expected < date.fromisoformat(done):
        yield f"{expected.isoformat()} 起的日封不见了：{done} 以前的各日都已封过"


def _mac(made: Seal) -> str:
    said = json.dumps([made.day.isoformat(), made.entries, made.events, made.digest, made.previous, made.made_at.isoformat()])
    return lookup("seal", said) or ""


def _heads(day: date, previous: str, before: Seal | None) -> tuple[int, int, str]:
    """How many rows and events there are up to the end of the day (counted on from the seal before; under the first seal
    lies all that is older), and the hash over the last row of each case that moved and over the events of the day."""
    start, end = _hours(day)
    hours = {"start": start, "end": end}
    count, events = db.session.execute(*((COUNTS, hours) if before else (UNTIL, {"end": end}))).one()
    if before:
        count, events = count + before.entries, events + before.events
    sealed = hashlib.sha256(f"{previous}|{day.isoformat()}|{count}|{events}".encode())
    for case_id, head in db.session.execute(HEADS, hours):
        sealed.update(f"|{case_id}:{head}".encode())
    for number, at, *said in db.session.execute(EVENTS, hours):
        sealed.update(json.dumps((number, at.isoformat(), *said), ensure_ascii=False, sort_keys=True).encode())
    return count, events, sealed.hexdigest()


def _hours(day: date) -> tuple[datetime, datetime]:
    start = datetime(day.year, day.month, day.day, tzinfo=CST)
    return start, start + timedelta(days=1)
