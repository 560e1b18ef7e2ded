"""How clocks turn, purely: a face of running clocks and pauses in, the same face after one journal row out.

The same code moves the clocks when a step is taken and rebuilds every date from the journal (rebuild),
so that a stored due date can always be proved.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.calendar.due import due
from app.catalog.spec import ItemSpec

WORKING, CALENDAR = "working_day", "calendar_day"
CORRECTION = (10, WORKING)  # local rule, about 10–15
# The limits that are the same for every item; promise and statutory are the item's, supplement the applicant's.
LIMITS = {
    "intake": (5, WORKING),  # 许可法 32(4)
    "transfer": (1, WORKING),  # handed over → taken: the same day or the next working morning
    "ack": (1, WORKING),  # may be taken up → taken up; about half a day is meant, a day is the least that dates count
    "delivery": (10, WORKING),  # 许可法 44
    "collect": (90, CALENDAR),
    "reply": (5, WORKING),
    "archive": (10, WORKING),
    "rating_fix": (15, WORKING),  # 差评整改, with a call back
}
# What runs apart from the application and does not end with it: paper still arrives, a rating is still answered.
APART = ("transfer", "rating_fix")
INNER = ("transfer", "ack", "rating_fix")  # between offices: they run by the day of the deed, not by that of the law

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
    calendar: int = 0  # the edition of the calendar that gave this due date
    mark: str = ""  # the last thing the calendar did about it: T-3, T-1, D+10 …, over
    kept: tuple | None = field(default=None, compare=False, repr=False)  # what the database says of it


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
    kept: tuple | None = field(default=None, compare=False, repr=False)


@dataclass
class Face:
    """The clocks of one case."""

    runs: list[Run] = field(default_factory=list)
    pauses: list[Span] = field(default_factory=list)

    def running(self, kind: str) -> Run | None:
        return next((run for run in self.runs if run.kind == kind and run.stopped_on is None), None)

    def open_pause(self) -> Span | None:
        return next((span for span in self.pauses if span.ended_on is None), None)

    def latest(self) -> date:
        """The latest day from which the law counts; no later step counts from an earlier one (a clock set back)."""
        began = (one.started_on for one in (*self.runs, *self.pauses) if getattr(one, "kind", "") not in INNER)
        return max(began, default=date.min)


def turn(face: Face, clocks: tuple, on: date, facts: dict, seq: int, spec: ItemSpec, calendar) -> None:
    """Apply the clock column of one step, taken on day `on` as journal row `seq`, to the face."""
    on, running = max(on, face.latest()), [run for run in face.runs if run.stopped_on is None]
    for move, kind in clocks:
        _MOVES[move](face, kind, on, facts, seq, spec, calendar)
    for span in face.pauses:
        if span.ended_on is None:
            span.planned_until = due(span.started_on, span.amount, span.unit, calendar).on
    for run in face.runs:
        if run.stopped_on is None or run in running:  # also what stopped just now, in the middle of a pause
            _derive(run, face, calendar)


def moved(before: Face, after: Face) -> list[tuple[Run, Run]]:
    """The running clocks whose date, or whether it is tentative, is another one now: (before, after)."""
    pairs = zip(before.runs, after.runs, strict=True)
    return [(a, b) for a, b in pairs if a.stopped_on is None and (a.due_on, a.tentative) != (b.due_on, b.tentative)]


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
    return LIMITS[kind]


def waits(clocks: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The clocks of a step that run as long as something waits; the step's facts say under `waiting` how many do."""
    return tuple(kind for move, kind in clocks if move == "while")


def shifts(clocks: Sequence[tuple[str, str]]) -> bool:
    """Whether a step can move a running promise, and with it the shares of the offices."""
    return any(move in ("pause", "resume", "extend", "recount") for move, _kind in clocks)


def _derive(run: Run, face: Face, calendar) -> None:
    found = due(run.started_on, run.amount, run.unit, calendar, intervals(run, face), run.extended)
    if run.due_on not in (None, found.on) and run.kind != "collect":
        run.mark = ""  # another date: who was reminded of the old one is reminded again
    run.due_on, run.tentative, run.calendar = found.on, found.tentative, calendar.number


def _start(face, kind, on, facts, seq, spec, calendar) -> None:
    length = limit(kind, spec, facts)
    if length and not face.running(kind):
        face.runs.append(Run(kind, on, length[0], length[1], seq))


def _stop(face, kind, on, facts, seq, spec, calendar) -> None:
    for run in face.runs:
        if run.stopped_on is None and (run.kind == kind or (kind == "all" and run.kind not in APART)):
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


def _while(face, kind, on, facts, seq, spec, calendar) -> None:
    """Runs as long as something waits: a paper on its way, a task that nobody has taken up."""
    waiting = facts["waiting"]
    move = _start if waiting[kind] else _stop
    move(face, kind, date.fromisoformat(waiting["on"]), facts, seq, spec, calendar)


def _mark(face, kind, on, facts, seq, spec, calendar) -> None:
    """`kind` is a clock, or "said": the one that the facts are about."""
    run = face.running(facts.get("about", "") if kind == "said" else kind)
    if run:
        run.mark = facts.get("mark") or "told"


def _recount(face, kind, on, facts, seq, spec, calendar) -> None:
    """Nothing but what every turn does: derive the running clocks anew, now with another calendar."""


_MOVES = {
    "while": _while,
    "mark": _mark,
    "recount": _recount,
    "start": _start,
    "stop": _stop,
    "stop_when_complete": _stop_when_complete,
    "restart_when_complete": _restart_when_complete,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
}
