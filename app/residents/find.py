"""What a resident may read of a case: with the code where it stands, with a second proof masked details."""

import hmac

from sqlalchemy import select

from app.cases import journal
from app.cases.models import Case
from app.cases.rail import rail
from app.cases.standing import Standing
from app.cases.steps import STEPS
from app.documents.kinds import KINDS
from app.documents.models import Document
from app.extensions import db
from app.people.find import directory
from app.refusals import NotThere
from app.residents.story import Facts, Story, story

HANDED_OVER = ("delivered", "archived")
SHOWN = ("valid", "superseded")
LATELY = ("accepted", "processing")


def proves(case: Case, last_four: str) -> bool:
    """Whether these are the last four of the applicant's ID number or phone, in constant time."""
    typed = last_four.strip().upper().encode()
    tails = [number[-4:].upper().encode() for number in (case.id_number, case.phone) if number and len(number) >= 4]
    return any([hmac.compare_digest(tail, typed) for tail in tails]) and len(typed) == 4


def told(s: Standing) -> Story:
    return story(facts_of(s))


def facts_of(s: Standing) -> Facts:
    case = s.case
    task = next((task for task in s.live_tasks), None)
    pause = s.face.open_pause()
    lacking = s.open_corrections if case.state == "correction" else s.missing if case.state in LATELY else ()
    return Facts(
        state=case.state,
        outcome=case.outcome,
        mode=case.delivery_mode,
        centre=_name(case.centre_id),
        at=_name(task.office_id) if task else _name(s.authority.id) if s.joint else "",
        moving=case.state == "accepted" and any(paper.state == "in_transit" for paper in s.papers),
        there=bool(task and task.state in ("open", "claimed")),
        procedure=pause.procedure if pause else "",
        forwarded_to=_name(journal.last_facts(case.id, "forward").get("target", "")) if case.state == "forwarded" else "",
        replied=s.has_done("record_reply"),
        dues={run.kind: run.due_on for run in s.face.runs if run.stopped_on is None},
        tentative=case.due_tentative,
        missing=tuple(one.name for one in lacking),
    )


def chain(s: Standing) -> list[dict]:
    return rail(s.case, s.entries, s.tasks, s.face.runs, _name)


def timeline(s: Standing) -> list[dict]:
    """Every row of the journal, as the staff sees it, but with offices in place of people."""
    return [
        {"at": entry.at, "word": STEPS[entry.action].word, "office": _name(entry.office_id or ""), "hash": entry.hash}
        for entry in reversed(s.entries)
    ]


def documents(case: Case) -> list:
    """Number, title and state of what was handed to the resident; results only once they were handed over."""
    family = [case.id, *db.session.scalars(select(Case.id).where(Case.parent_id == case.id))]
    kinds = [kind for kind, row in KINDS.items() if row.resident]
    rows = select(Document).where(Document.case_id.in_(family), Document.kind.in_(kinds), Document.state.in_(SHOWN))
    if case.state not in HANDED_OVER:
        rows = rows.where(~Document.is_result)
    return list(db.session.scalars(rows.order_by(Document.id)))


def document(case: Case, number: str) -> Document:
    """NotThere for another case's document, and for one that a resident does not get."""
    found = next((one for one in documents(case) if one.number == number), None)
    if found is None:
        raise NotThere("没有这份文书。")
    return found


def _name(office_id: str) -> str:
    """Of an office of ours; a unit outside is named by its own words."""
    place = directory().offices.get(office_id)
    return place.name if place else office_id
