"""日封: once a day all journal heads under one hash, so that a cut tail or an emptied table shows."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from app.cases.journal import GENESIS, chain_hash, digest
from app.cases.models import Case, JournalEntry, Seal
from app.extensions import db
from app.moments import CST, now


def seal(day: date) -> Seal | None:
    """Seal a day that is over; inside one_transaction(). None when it is sealed already. Days are sealed in order."""
    if db.session.get(Seal, day):
        return None
    before = db.session.scalar(select(Seal).where(Seal.day < day).order_by(Seal.day.desc()).limit(1))
    made = Seal(day=day, previous=before.digest if before else GENESIS, made_at=now())
    made.entries, made.digest = _heads(day, made.previous, before.entries if before else 0)
    db.session.add(made)
    return made


def unsealed_days(until: date) -> list[date]:
    """The days before `until` that want a seal: from the day after the last one, or from the first entry on."""
    last = db.session.scalar(select(func.max(Seal.day)))
    first = db.session.scalar(select(func.min(JournalEntry.at)))
    if first is None:
        return []
    start = last + timedelta(days=1) if last else first.date()
    return [start + timedelta(days=n) for n in range(max(0, (until - start).days))]


def broken() -> Iterator[str]:
    """A sentence for each seal that no longer fits the journal."""
    previous, entries = GENESIS, 0
    for made in db.session.scalars(select(Seal).order_by(Seal.day)).all():
        if made.previous != previous or (made.entries, made.digest) != _heads(made.day, made.previous, entries):
            yield f"{made.day.isoformat()} 的日封与日志不符：当日或以前的日志被改动、删除或截断"
        previous, entries = made.digest, made.entries


def broken_entries(case_no: str | None = None) -> Iterator[str]:
    """Walk the journal case by case in one pass; a sentence for the first broken row of each case."""
    rows = select(JournalEntry).order_by(JournalEntry.case_id, JournalEntry.seq)
    heads = select(Case.id, Case.case_no, Case.seq, Case.head).order_by(Case.id)
    if case_no:
        heads = heads.where(Case.case_no == case_no)
        rows = rows.where(JournalEntry.case_id.in_(heads.with_only_columns(Case.id).order_by(None)))
    entries = iter(db.session.scalars(rows.execution_options(yield_per=1000)))
    entry = next(entries, None)
    for head in db.session.execute(heads).all():
        wrong, seq, previous = None, 0, GENESIS
        while entry is not None and entry.case_id < head.id:
            yield f"日志 {entry.id}：所属办件不存在"
            entry = next(entries, None)
        while entry is not None and entry.case_id == head.id:
            seq += 1
            wrong = wrong or _wrong(entry, seq, previous)
            previous = entry.hash
            db.session.expunge(entry)
            entry = next(entries, None)
        if wrong is None and (seq, previous) != (head.seq, head.head or GENESIS):
            wrong = f"日志末尾与办件不符（应有 {head.seq} 条，实有 {seq} 条）"
        if wrong:
            yield f"{head.case_no}：{wrong}"


def _wrong(entry: JournalEntry, seq: int, previous: str) -> str | None:
    if entry.seq != seq:
        return f"缺少第 {seq} 条日志"
    if entry.previous != previous or entry.hash != chain_hash(entry):
        return f"第 {seq} 条日志（{entry.action}）与前一条不相连或被改动"
    return f"第 {seq} 条日志（{entry.action}）的内容被改动" if entry.facts_digest != digest(entry.facts) else None


def _heads(day: date, previous: str, entries: int) -> tuple[int, str]:
    """How many rows there are up to the end of the day (`entries` up to its beginning; before the first seal all that
    there are), and the hash over the last row of each case that moved."""
    start = datetime(day.year, day.month, day.day, tzinfo=CST)
    end = start + timedelta(days=1)
    since = (JournalEntry.at >= start,) if previous != GENESIS else ()
    count = entries + db.session.scalar(select(func.count()).select_from(JournalEntry).where(*since, JournalEntry.at < end))
    moved = (
        select(JournalEntry.case_id, func.max(JournalEntry.seq).label("seq"))
        .where(JournalEntry.at >= start, JournalEntry.at < end).group_by(JournalEntry.case_id).subquery()
    )  # fmt: skip
    same = (JournalEntry.case_id == moved.c.case_id) & (JournalEntry.seq == moved.c.seq)
    heads = select(JournalEntry.case_id, JournalEntry.hash).join(moved, same).order_by(JournalEntry.case_id)
    sealed = hashlib.sha256(f"{previous}|{day.isoformat()}|{count}".encode())
    for case_id, head in db.session.execute(heads):
        sealed.update(f"|{case_id}:{head}".encode())
    return count, sealed.hexdigest()
