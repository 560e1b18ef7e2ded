"""How a case may move: one function takes a step; nothing else writes case.state."""

from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import update

from app.calendar.find import calendar_for
from app.calendar.version import stand
from app.cases import clocks, clockwork, figures, journal, owners, tasks
from app.cases.models import Case, JournalEntry
from app.cases.seats import sits, who
from app.cases.standing import Standing
from app.cases.steps import STATE_WORDS, STEPS, Step
from app.catalog.find import spec_of
from app.extensions import db, write_changes
from app.moments import day_made_up, today
from app.people.actor import SYSTEM
from app.people.record import moment_of_record
from app.refusals import Incomplete, NotAllowed, OutOfTurn


class Taken(NamedTuple):
    """A step that was taken: its row of the journal, the clocks of the case after it, and where it opened the case its papers."""

    entry: JournalEntry
    face: clockwork.Face
    papers: list[dict] | None


def advance(case: Case, action: str, by, **facts) -> JournalEntry:
    """take(), for who wants its row of the journal alone."""
    return take(case, action, by, **facts).entry


def take(case: Case, action: str, by, **facts) -> Taken:
    """Take one step for the Actor `by`: check it, move the state, write the journal, turn the clocks.

    Runs inside a verb's one_transaction(). Refuses with OutOfTurn (not from this state, or a guard says no),
    NotAllowed (another seat's step) or Incomplete (facts missing); a refused step has changed nothing.
    """
    step, facts = STEPS[action], _plain(facts)
    calendar = _calendar(case, action) if step.clocks else None
    _hold(case)
    standing = Standing(case, by)
    if case.state == "new":
        standing.face = clockwork.Face()  # no need to ask for what cannot be there yet
    _check(step, action, standing, facts)
    for derive in step.derive:
        facts |= derive(standing, facts)
    if day_made_up():
        facts.setdefault("on", day_made_up().isoformat())
    before, case.state = case.state, step.target or case.state
    entry = journal.begin(case, action, by, moment_of_record(), (before, case.state))
    for effect in step.then:
        facts |= effect(standing, facts, entry) or {}
    if calendar:
        facts |= _counted(standing, step, calendar)
    journal.write(case, entry, facts, step.notice)
    clocks.turn(case, standing.face, step.clocks, clocks.day_of(entry), facts, calendar)
    if clockwork.shifts(step.clocks):
        tasks.retime(standing, calendar)
    settle(case, by, standing.face)
    return Taken(entry, standing.face, standing.taken_in)


def _counted(standing: Standing, step: Step, calendar) -> dict:
    """What the clocks of this step go by, so that they can be rebuilt from the row alone."""
    counts = {kind: tasks.WAITING[kind](standing) for kind in clockwork.waits(step.clocks)}
    waiting = {"waiting": counts | {"on": today().isoformat()}} if counts else {}
    return {"calendar": calendar.number} | waiting


def _calendar(case: Case, action: str):
    """The calendar that counts for this step. Has it changed, and the case was not reckoned anew yet, then that comes
    first, as a row of its own."""
    stands = stand()
    if stands.pending and action != "recompute" and case.state != "new":
        recount(case, SYSTEM)
    return calendar_for(case.centre_id, stands)


def recount(case: Case, by) -> list[dict]:
    """日历变更重算: a row with every date that the present calendar moves, none when it moves none. Returns what the
    row says: {clock, before, after, tentative}, for a task's share also the office."""
    found = moves(Standing(case, by), calendar_for(case.centre_id))
    if found:
        advance(case, "recompute", by, moved=found)
    return found


def moves(standing: Standing, calendar) -> list[dict]:
    """What this calendar would move, as recount() says it; changes nothing."""
    face = standing.face
    after = clocks.recounted(face, spec_of(standing.case.item_version_id), calendar)
    said = [
        {"clock": new.kind, "before": old.due_on.isoformat(), "after": new.due_on.isoformat(), "tentative": new.tentative}
        for old, new in clockwork.moved(face, after)
    ]
    shares = [
        {"clock": "task", "before": task.due_on.isoformat(), "after": due.isoformat(), "office": task.office_id}
        for task, due in tasks.shares(standing, after, calendar) if due != task.due_on
    ]  # fmt: skip
    return said + shares


def settle(case: Case, by, face: clockwork.Face | None = None) -> None:
    """Say anew where the case waits and what it counts as; also after papers moved, which is no step of the case
    itself. `face`: its clocks, where they are known."""
    if case.seq > 1:  # the first row of a case is written once, with all that follows from it
        db.session.flush()
    standing = Standing(case, by)
    if face:
        standing.face = face
    case.waits_office_id, case.waits_for = owners.owner(standing)
    figures.keep(standing)
    if case.seq > 1 or db.session.new:
        db.session.flush()
    else:  # a case that is taken in: nothing else is waiting to be written, as the tasks of a joint child are
        write_changes(case)


def documents_of(entry: JournalEntry, case: Case, by) -> tuple[str, ...]:
    """The kinds of document that this step owes (documents.actions.issue_for makes them)."""
    kinds = STEPS[entry.action].documents
    return kinds(Standing(case, by), entry.facts) if callable(kinds) else kinds


class Offer(NamedTuple):
    """A step on the page of a case: takeable, or greyed with the reason. `mine`: this person's seat takes it."""

    action: str
    step: Step
    reason: str | None
    mine: bool = True

    @property
    def endpoint(self) -> str:
        return f"{self.step.room}.{self.action}"


def offers(case: Case, by, standing: Standing | None = None) -> list[Offer]:
    """Every step of the present state, each with None or the reason why not (for a page; advance() asks again)."""
    standing = standing or Standing(case, by)
    here = ((name, step) for name, step in STEPS.items() if step.room and case.state in step.sources)
    return [Offer(name, step, _why_not(step, standing), sits(standing, step.seats)) for name, step in here]


def offer(case: Case, action: str, by) -> Offer:
    """One step in whatever state, for its own page: with the reason of the greyed button."""
    step = STEPS[action]
    return Offer(action, step, why_not(case, by, action), sits(Standing(case, by), step.seats))


def why_not(case: Case, by, action: str) -> str | None:
    """None, or why this person cannot take the step now: what its greyed button says, for the step's own page."""
    step = STEPS[action]
    if case.state not in step.sources:
        return _("“%(state)s”的办件不能“%(step)s”", state=_(STATE_WORDS[case.state]), step=_(step.word))
    return _why_not(step, Standing(case, by))


def _plain(value):
    """Facts are JSON: a date or a moment is kept as ISO text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _hold(case: Case) -> None:
    """Number the step and hold the row until the transaction ends: of two desks, one goes first, and the
    other then sees what the first has done. A case that is being opened here is not there for anybody else yet."""
    if case.state == "new":
        case.seq = 1
        return
    held = update(Case).where(Case.id == case.id).values(seq=Case.seq + 1)
    db.session.flush()
    db.session.execute(held, execution_options={"synchronize_session": False})
    db.session.refresh(case)


def _check(step: Step, action: str, standing: Standing, facts: dict) -> None:
    case = standing.case
    if case.state not in step.sources:
        state, word = _(STATE_WORDS[case.state]), _(step.word)
        raise OutOfTurn(_("“%(state)s”的办件不能“%(step)s”，可能刚有人办过，请刷新。", state=state, step=word))
    if not sits(standing, step.seats):
        raise NotAllowed(_("“%(step)s”由%(who)s办理。", step=_(step.word), who=who(step.seats)))
    if reason := next((why for guard in step.guards if (why := guard(standing))), None):
        raise OutOfTurn(_("不能“%(step)s”：%(reason)s。", step=_(step.word), reason=_(reason)))
    if reason := next((why for need in step.needs if (why := need(standing, facts))), None):
        raise Incomplete(_("%(reason)s。", reason=_(reason)))


def _why_not(step: Step, standing: Standing) -> str | None:
    if not sits(standing, step.seats):
        return _("由%(who)s办理", who=who(step.seats))
    return next((why for guard in step.guards if (why := guard(standing))), None)
