"""The supervisor's figures, kept up by every step: what each case adds to them, and from which day on.

A case writes beside itself what it adds (`Case.counted`, words like `due:2026-12-03`), and a step writes the difference
as rows of Figure. Nobody waits for anybody: rows are only added, and folded together in quiet minutes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import delete, func, insert, or_, select

from app.calendar.find import calendar_for
from app.cases import clocks
from app.cases.clockwork import Run
from app.cases.guards import OVER
from app.cases.lights import yellow_from
from app.cases.models import IS_OPEN, Case, Figure, Task
from app.cases.standing import Standing
from app.cases.steps import AT_WORK, UNDECIDED
from app.extensions import db, one_transaction, write_rows
from app.moments import today
from app.people.actor import SYSTEM

# Three days of a light, each adding one from that day on: yellow = lit − due, red = due − legal, black = legal.
LIT, DUE, LEGAL = "lit", "due", "legal"
ALWAYS = date(2000, 1, 1)  # for what is counted from the moment it happens
ONE_DAY = timedelta(days=1)
KEPT_APART = timedelta(days=7)  # older days need no rows of their own
SPARE = 500  # rows that folding must save to be worth it
BATCH = 500
_ROWS = insert(Figure.__table__)


def keep(s: Standing) -> None:
    """Bring what this case adds up to date; called by lifecycle.settle() only."""
    case, before = s.case, Counter((s.case.counted or "").split())
    case.yellow_on, case.legal_on, counted = said(s)
    after = Counter(counted.split())
    if before == after:
        return
    case.counted = counted
    after.subtract(before)
    add((case.street_id, case.centre_id, word, number) for word, number in after.items() if number)


def said(s: Standing) -> tuple[date | None, date | None, str]:
    """What a case says of itself: `yellow_on`, `legal_on` and `counted`."""
    light = _light(s)
    return *light, " ".join(sorted(_words(s, *light)))


def fold() -> int:
    """Rows about the same day, centre and figure become one, and long past days too. Returns how many rows that saved."""
    kinds = select(Figure.id).group_by(Figure.centre_id, Figure.name, Figure.day).with_only_columns(func.min(Figure.id))
    rows = select(func.count(Figure.id), select(func.count()).select_from(kinds.subquery()).scalar_subquery())
    there, least = db.session.execute(rows).one()
    if there - least < SPARE:
        return 0
    with one_transaction():
        taken = db.session.execute(
            delete(Figure).returning(Figure.street_id, Figure.centre_id, Figure.name, Figure.day, Figure.number)
        ).all()  # what another transaction is just adding is not seen, and stays
        sums = _sums(taken)
        _write(sums)
    return len(taken) - len(sums)


def rebuild() -> None:
    """All of it anew from what the cases say, after rows were loaded in bulk."""
    with one_transaction():
        db.session.execute(delete(Figure))
        _write(_said())


def broken() -> Iterator[str]:
    """A sentence for each case that adds something else than its clocks and tasks say, and for each sum that is wrong."""
    last = 0
    while rows := _batch(last):
        for standing in rows:
            right, last = said(standing)[2], standing.case.id
            if standing.case.counted != right:
                yield f"办件 {standing.case.case_no} 计入督办数字的是“{standing.case.counted}”，应为“{right}”"
    kept = _sums(db.session.execute(
        select(Figure.street_id, Figure.centre_id, Figure.name, Figure.day, Figure.number)).all())  # fmt: skip
    kept.subtract(_said())
    for (_street, centre, name, day), number in kept.items():
        if number:
            yield f"督办数字 {centre} {name} {day.isoformat()} 多记 {number}"


def _words(s: Standing, yellow_on: date | None, legal_on: date | None) -> Iterator[str]:
    """What this case adds, as figure:day."""
    state, face = s.case.state, s.face
    if yellow_on:
        yield f"{LIT}:{yellow_on}"
        yield f"{DUE}:{_lighted(s).due_on + ONE_DAY}"
    if legal_on:
        yield f"{LEGAL}:{legal_on + ONE_DAY}"
    if state in UNDECIDED and face.running("supplement"):
        yield f"tolerant:{ALWAYS}"
    window, delivery = face.running("correction"), face.running("delivery")
    if state == "correction" and window and window.mark == OVER:
        yield f"lapsed:{ALWAYS}"
    if state in AT_WORK:
        opened = (task.opened_at for task in s.tasks if task.state == "open" and task.opened_at)
        yield from (f"unclaimed:{at.date() + 2 * ONE_DAY}" for at in opened)  # from that day on surely more than a day
    if state == "decided" and delivery:
        yield f"undelivered:{delivery.due_on + ONE_DAY}"
    if state == "ready":
        yield f"uncollected:{ALWAYS}"


def _light(s: Standing) -> tuple[date | None, date | None]:
    """From when it is yellow, and the last day of the law; none once it is decided or while the applicant's turn lasts."""
    run, law = _lighted(s), s.face.running("statutory")
    if run is None:
        return None, None
    return yellow_from(run.due_on, run.started_on, calendar_for(None)), max(law.due_on, run.due_on) if law else None


def _lighted(s: Standing) -> Run | None:
    return (s.face.running("intake") or s.face.running("promise")) if s.case.state in UNDECIDED else None


def add(said: Iterable[tuple[str, str, str, int]]) -> None:
    """Rows of (street, centre, word of `counted`, how many more of it)."""
    rows = [
        {"street_id": street, "centre_id": centre, "name": name, "day": date.fromisoformat(day), "number": number}
        for street, centre, word, number in said for name, _colon, day in (word.partition(":"),)
    ]  # fmt: skip
    write_rows(_ROWS, rows)


def _sums(rows: Iterable[tuple]) -> Counter:
    """(street, centre, figure, day) → number; long past days count as one."""
    edge, found = today() - KEPT_APART, Counter()
    for street, centre, name, day, number in rows:
        found[street, centre, name, ALWAYS if day < edge else day] += number
    return Counter({key: number for key, number in found.items() if number})


def _said() -> Counter:
    """The sums of what the cases say."""
    rows = select(Case.street_id, Case.centre_id, Case.counted).where(Case.counted != "")
    said = db.session.execute(rows.execution_options(yield_per=BATCH))
    words = ((street, centre, *word.split(":")) for street, centre, counted in said for word in counted.split())
    return _sums((street, centre, name, date.fromisoformat(day), 1) for street, centre, name, day in words)


def _write(sums: Counter) -> None:
    names = ("street_id", "centre_id", "name", "day")
    rows = [dict(zip(names, key, strict=True), number=number) for key, number in sums.items()]
    if rows:
        write_rows(_ROWS, rows)


def _batch(last: int) -> list[Standing]:
    """The next cases that add something or could, with clocks and tasks, in four questions."""
    rows = select(Case).where(Case.id > last, or_(Case.counted != "", IS_OPEN))
    cases = list(db.session.scalars(rows.order_by(Case.id).limit(BATCH)))
    ids = [case.id for case in cases]
    faces, tasks = clocks.faces_of(ids), {case_id: [] for case_id in ids}
    for task in db.session.scalars(select(Task).where(Task.case_id.in_(ids))):
        tasks[task.case_id].append(task)
    standings = [Standing(case, SYSTEM) for case in cases]
    for standing in standings:
        standing.face, standing.tasks = faces[standing.case.id], tasks[standing.case.id]
    return standings
