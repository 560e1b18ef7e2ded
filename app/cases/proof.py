"""The proof of the journal: every row recomputed, and held against the case it belongs to and the papers that were issued."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from sqlalchemy import select

from app.cases.journal import ERASE, ERASED, GENESIS, SAID, digest, row_hash
from app.cases.models import Case, JournalEntry
from app.extensions import db

A_WEEK = timedelta(days=7)  # a clock that was put back does not go so far
AT_ONCE = 2000  # cases looked at together: memory stays flat over a million events

_case, _entry = Case.__table__, JournalEntry.__table__
HEADS = select(_case.c.id, _case.c.case_no, _case.c.seq, _case.c.head, _case.c.state).order_by(_case.c.id)
_SAID_FIRST = sorted(_entry.c, key=lambda column: SAID.index(column.name) if column.name in SAID else len(SAID))
ROWS = select(*_SAID_FIRST).order_by(_entry.c.case_id, _entry.c.seq, _entry.c.id)  # what is hashed stands together, in its order


@dataclass
class Checked:
    """What a check that may not take long has found; `whole` when it came to the end."""

    problems: list[str] = field(default_factory=list)
    cases: int = 0
    whole: bool = True


def broken_entries(case_no: str | None = None) -> Iterator[str]:
    """Walk the journal case by case; a sentence for the first broken row of each case."""
    if case_no:
        heads = db.session.execute(HEADS.where(_case.c.case_no == case_no)).all()
        yield from _walk(heads)
        return
    for _cases, problem in _all_of_them():
        if problem:
            yield problem


def within(seconds: float) -> Checked:
    """As much of it as can be done in so many seconds, oldest cases first."""
    until, found = monotonic() + seconds, Checked()
    for cases, problem in _all_of_them():
        found.cases += cases
        found.problems += [problem] if problem else []
        if monotonic() > until:
            found.whole = False
            break
    return found


def _all_of_them() -> Iterator[tuple[int, str]]:
    """(cases looked at since the last answer, a problem or "")."""
    yield from ((0, f"日志 {row}：所属办件不存在") for row in db.session.scalars(_orphans()))
    last = 0
    while heads := db.session.execute(HEADS.where(_case.c.id > last).limit(AT_ONCE)).all():
        last = heads[-1].id
        yield from ((0, problem) for problem in _walk(heads))
        yield len(heads), ""


def _orphans():
    return select(_entry.c.id).outerjoin(_case, _case.c.id == _entry.c.case_id).where(_case.c.id.is_(None)).limit(100)


def _walk(heads: list) -> Iterator[str]:
    """`heads`: rows of HEADS without a gap between them."""
    if not heads:
        return
    between = ROWS.where(_entry.c.case_id.between(heads[0].id, heads[-1].id))
    rows = db.session.execute(between.execution_options(yield_per=1000))
    row = next(rows, None)
    for head in heads:
        wrong, seq, previous, last_id, state, blank = None, 0, GENESIS, 0, None, 0
        while row is not None and row.case_id < head.id:
            row = next(rows, None)
        while row is not None and row.case_id == head.id:
            seq += 1
            wrong = wrong or _wrong(row, seq, previous, last_id)
            blank = 0 if row.action == ERASE else blank or (seq if row.facts == ERASED else 0)
            previous, last_id, state = row.hash, row.id, row.to_state
            row = next(rows, None)
        if wrong is None and (seq, previous) != (head.seq, head.head or GENESIS):
            wrong = f"日志末尾与办件不符（应有 {head.seq} 条，实有 {seq} 条）"
        if wrong is None and blank:
            wrong = f"第 {blank} 条日志的内容被清空，之后却没有“删除到期的个人信息”的记录"
        if wrong is None and state != head.state:
            wrong = f"办件状态被改动（日志末尾是 {state}，办件上是 {head.state}）"
        if wrong:
            yield f"{head.case_no}：{wrong}"


def _wrong(row, seq: int, previous: str, last_id: int) -> str | None:
    if row.seq != seq:
        return f"缺少第 {seq} 条日志"
    if row.previous != previous or row.hash != row_hash(row[: len(SAID)]):
        return f"第 {seq} 条日志（{row.action}）与前一条不相连或被改动"
    if row.id <= last_id:
        return f"第 {seq} 条日志（{row.action}）的编号在前一条之前，是后补的"
    if row.told_at is not None and (row.notice is None or row.told_at < row.at - A_WEEK):
        return f"第 {seq} 条日志（{row.action}）的告知时间被改动"
    if row.facts == ERASED and row.action != ERASE:  # by law, and said so by a later row (_walk); the digest stands in the chain
        return None
    return f"第 {seq} 条日志（{row.action}）的内容被改动" if row.facts_digest != digest(row.facts) else None
