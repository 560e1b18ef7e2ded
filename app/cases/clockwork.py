"""How clocks turn, purely: a face of running clocks and pauses in, the same face after one journal row out.

The same code moves the clocks when a step is taken and rebuilds every date from the journal (rebuild),
so that a stored due date can always be proved.
"""

from dataclasses import dataclass, field
from datetime import date

from app.calendar.due import due
from app.catalog.spec import ItemSpec

WORKING, CALENDAR = "working_day", "calendar_day"
INTAKE = (5, WORKING)  # 许可法 32(4)
CORRECTION = (10, WORKING)  # local rule, about 10–15
DELIVERY = (10, WORKING)  # 许可法 44
COLLECT = (90, CALENDAR)
REPLY = (5, WORKING)
ARCHIVE = (10, WORKING)

PAUSABLE = ("promise", "statutory")  # 许可法 45: the time of a special procedure is not counted
# Which clock a person at the desk cares about, by state; the first that runs is shown.
SHOWN = {
    "received": ("intake",),
    "correction": ("intake", "correction"),
    "accepted": ("promise",),
    "processing": ("promise",),
    "decided": ("delivery",),
    "ready": ("collect",),
    "delivered": ("archive",),
    "forwarded": ("reply",),
}


@dataclass
class Run:
    """One running of one clock; `amount` in `unit`s, `extended` in working days."""

    kind: str
    started_on: date
    amount: int
    unit: str
    started_seq: int
    extended: int = 0
    stopped_on: date | None = None
    due_on: date | None = None
    tentative: bool = False


@dataclass
class Span:
    """A special procedure: not counted after `started_on` up to `ended_on` (or `planned_until` while open)."""

    procedure: str
    amount: int
    unit: str
    started_on: date
    planned_until: date
    seq: int
    ended_on: date | None = None


@dataclass
class Face:
    """The clocks of one case."""

    runs: list[Run] = field(default_factory=list)
    pauses: list[Span] = field(default_factory=list)

    def running(self, kind: str) -> Run | None:
        return next((run for run in self.runs if run.kind == kind and run.stopped_on is None), None)

    def open_pause(self) -> Span | None:
        return next((span for span in self.pauses if span.ended_on is None), None)


def turn(face: Face, clocks: tuple, on: date, facts: dict, seq: int, spec: ItemSpec, calendar) -> None:
    """Apply the clock column of one step, taken on day `on` as journal row `seq`, to the face."""
    for move, kind in clocks:
        _MOVES[move](face, kind, on, facts, seq, spec, calendar)
    for run in face.runs:
        if run.stopped_on is None:
            _derive(run, face, calendar)


def shown(face: Face, state: str) -> Run | None:
    return next((run for kind in SHOWN.get(state, ()) if (run := face.running(kind))), None)


def intervals(run: Run, face: Face) -> tuple[tuple[date, date], ...]:
    """The pauses that this clock does not count, as (started_on, ended_on)."""
    if run.kind not in PAUSABLE:
        return ()
    return tuple((span.started_on, span.ended_on or span.planned_until) for span in face.pauses)


def limit(kind: str, spec: ItemSpec, facts: dict) -> tuple[int, str] | None:
    """Length of a clock for this item; None when the item has no such limit."""
    if kind == "promise":
        return spec.promised_days, spec.time_unit
    if kind == "statutory":
        return None if spec.statutory_days is None else (spec.statutory_days, spec.time_unit)
    if kind == "supplement":
        return facts["supplement_days"], WORKING
    if kind == "correction":
        return facts.get("correction_days", CORRECTION[0]), WORKING
    return {"intake": INTAKE, "delivery": DELIVERY, "collect": COLLECT, "reply": REPLY, "archive": ARCHIVE}[kind]


def _derive(run: Run, face: Face, calendar) -> None:
    found = due(run.started_on, run.amount, run.unit, calendar, intervals(run, face), run.extended)
    run.due_on, run.tentative = found.on, found.tentative


def _start(face, kind, on, facts, seq, spec, calendar) -> None:
    length = limit(kind, spec, facts)
    if length and not face.running(kind):
        face.runs.append(Run(kind, on, length[0], length[1], seq))


def _stop(face, kind, on, facts, seq, spec, calendar) -> None:
    for run in face.runs:
        if run.stopped_on is None and kind in (run.kind, "all"):
            run.stopped_on = on
    for span in face.pauses:
        if kind in ("all", "promise") and span.ended_on is None:
            span.ended_on = on


def _stop_when_complete(face, kind, on, facts, seq, spec, calendar) -> None:
    if facts.get("complete") and face.running(kind):
        _stop(face, kind, on, facts, seq, spec, calendar)


def _restart_when_complete(face, kind, on, facts, seq, spec, calendar) -> None:
    """The last missing item is in: the window has its days again to say whether it is accepted."""
    if facts.get("complete") and facts.get("correcting"):
        _start(face, kind, on, facts, seq, spec, calendar)


def _pause(face, kind, on, facts, seq, spec, calendar) -> None:
    until = due(on, facts["amount"], facts["unit"], calendar).on
    face.pauses.append(Span(facts["procedure"], facts["amount"], facts["unit"], on, until, seq))


def _resume(face, kind, on, facts, seq, spec, calendar) -> None:
    span = face.open_pause()
    span.ended_on = min(max(on, span.started_on), span.planned_until)


def _extend(face, kind, on, facts, seq, spec, calendar) -> None:
    for run in face.runs:
        if run.stopped_on is None and run.kind in PAUSABLE:
            run.extended += facts["days"]


_MOVES = {
    "start": _start,
    "stop": _stop,
    "stop_when_complete": _stop_when_complete,
    "restart_when_complete": _restart_when_complete,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
}
