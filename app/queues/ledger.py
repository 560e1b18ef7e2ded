"""逐日推算: every date of a case as the sum of its days, the promised and the statutory limit side by side."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _

from app.calendar import words
from app.calendar.due import WORKING_DAY, Line, ledger
from app.calendar.find import calendar_then
from app.cases import clocks, journal
from app.cases.clockwork import INNER, PAUSABLE, Face, Run
from app.cases.models import Case
from app.documents.models import Document
from app.extensions import db
from app.moments import today
from app.queues.story import CLOCKS

SKIPPED = ("weekend", "holiday", "paused")
STOPS_BY = ("special_procedure_notice", "extension_notice")


class Column(NamedTuple):
    """One clock of a sheet. `limit`, `sum`: how long it is, and of which days that is made; `edition`: the calendar."""

    word: str
    run: Run
    limit: str
    sum: str


class Day(NamedTuple):
    """A line: what each column makes of this day ("" before its start and after its end), and why."""

    day: date
    kind: str
    cells: tuple[str, ...]
    note: str
    due: bool
    today: bool


class Sheet(NamedTuple):
    columns: list[Column]
    days: list[Day]


class Notices(NamedTuple):
    """What stopped or lengthened the clocks: (after, until, notice) of each pause, the notice of the extension."""

    pauses: list[tuple[date, date, str]]
    extension: str


def sheets(case: Case, inside: bool = True) -> list[Sheet]:
    """The promise beside the statutory limit first, then every other clock by itself, running ones before stopped
    ones. `inside` the house: with the clocks between offices, and who paused and who extended beside the notice."""
    face, notices = clocks.face_of(case), _notices(case, inside)
    runs = [run for run in face.runs if inside or run.kind not in INNER]
    limits = [run for run in runs if run.kind in PAUSABLE]
    others = sorted((run for run in runs if run.kind not in PAUSABLE), key=lambda run: run.stopped_on is not None)
    groups = ([limits] if limits else []) + [[run] for run in others]
    return [_sheet(runs, face, notices, case.centre_id) for runs in groups]


def lines_of(run: Run, face: Face, centre_id: str, notices: Notices | None = None) -> list[Line]:
    """The days of one clock, counted with the calendar that gave its date; the last of them is that date."""
    pauses: Sequence = notices.pauses if notices else [(s.started_on, s.ended_on or s.planned_until) for s in face.pauses]
    pauses = pauses if run.kind in PAUSABLE else ()
    calendar = calendar_then(run.calendar, centre_id)
    return ledger(run.started_on, run.amount, run.unit, calendar, pauses, run.extended)


def _sheet(runs: list[Run], face: Face, notices: Notices, centre_id: str) -> Sheet:
    counted = [{line.day: line for line in lines_of(run, face, centre_id, notices)} for run in runs]
    days = sorted(set().union(*counted))
    columns = [
        Column(str(CLOCKS[run.kind]), run, _limit(run), _sum(lines)) for run, lines in zip(runs, counted, strict=True)
    ]
    return Sheet(columns, [_day(day, runs, counted, notices) for day in days])


def _day(day: date, runs: list[Run], counted: list[dict[date, Line]], notices: Notices) -> Day:
    lines = [by_day.get(day) for by_day in counted]
    cells = tuple(words.counted(line, run.unit) if line else "" for line, run in zip(lines, runs, strict=True))
    here = [line for line in lines if line]
    notes = [line.note for line in here]
    notes += [notices.extension for line in here if line.kind == "extended"]
    notes += [
        _("%(clock)s当日停止计时", clock=CLOCKS[run.kind]) for run, line in zip(runs, lines, strict=True)
        if line and run.stopped_on == day
    ]  # fmt: skip
    return Day(day, here[0].kind, cells, "；".join(dict.fromkeys(filter(None, notes))),
               any(run.due_on == day for run in runs), day == today())  # fmt: skip


def _limit(run: Run) -> str:
    length = _("%(n)s 个工作日", n=run.amount) if run.unit == WORKING_DAY else _("%(n)s 日", n=run.amount)
    return length + (_("，延长 %(n)s 个工作日", n=run.extended) if run.extended else "")


def _sum(lines: dict[date, Line]) -> str:
    """计入 7 日，周末 4 日，放假 9 日，暂停 2 日: together every day from the start to the end."""
    kinds = Counter(line.kind for line in lines.values())
    said = {
        "counted": _("计入"), "makeup": _("调休上班计入"), "extended": _("延长"), "weekend": _("周末"),
        "holiday": _("放假"), "paused": _("暂停"), "rolled": _("顺延"),
    }  # fmt: skip
    return "，".join(_("%(kind)s %(n)s 日", kind=word, n=kinds[kind]) for kind, word in said.items() if kinds[kind])


def _notices(case: Case, named: bool) -> Notices:
    numbers = dict(
        db.session.execute(db.select(Document.seq, Document.number).where(Document.case_id == case.id, Document.kind.in_(STOPS_BY))).all()
    )
    face, entries = clocks.face_of(case), {entry.seq: entry for entry in journal.entries_of(case.id)}
    extended = next((entry for entry in entries.values() if entry.action == "extend"), None)

    def notice(seq: int, otherwise: str) -> str:
        who = entries[seq].actor_name if named else ""
        return " ".join(filter(None, (numbers.get(seq, ""), otherwise, who)))

    pauses = [
        (span.started_on, span.ended_on or span.planned_until, notice(span.seq, span.procedure)) for span in face.pauses
    ]
    return Notices(pauses, notice(extended.seq, _("延期")) if extended else "")
