"""在哪里: every sheet of a case, a slip or a number, who holds it since when, and the way it has come (from the journal)."""

import re
from typing import NamedTuple

from sqlalchemy import or_, select

from app.calendar.due import working_days_between
from app.calendar.find import calendar_for
from app.cases.find import case_by_id, case_for
from app.cases.journal import entries_of
from app.cases.models import Case, JournalEntry, Material, Task
from app.cases.numbering import checks, normalise_code
from app.custody.lists import LIVE, slip_for
from app.custody.models import Slip, SlipLine
from app.documents.models import Document
from app.extensions import db
from app.moments import today
from app.people.find import office
from app.refusals import NotThere
from app.sealing import lookup

SHEET_NO = re.compile(r"(\d{20}[0-9A-Z])(?:-(\d{1,2}))?")  # a case, or one line of its papers: the paper's barcode
SLIP_NO = re.compile(r"J\d{10}[0-9A-Z]")
TRANSIT_DAYS = 1  # working days a paper may be on its way


class Step(NamedTuple):
    """One station of a paper's way."""

    at: object
    action: str
    actor: str
    facts: dict


class Sheet(NamedTuple):
    """A paper, the slip it is on, its way, and who is late with it."""

    case: Case
    paper: Material
    slip: Slip | None
    path: list[Step]
    late: dict | None
    document_no: str = ""

    @property
    def code(self) -> str:
        return sheet_no(self.case.case_no, self.paper.line)


def sheet_no(case_no: str, line: int) -> str:
    """材料条码: the case number and the line of its list."""
    return f"{case_no}-{line:02d}"


def where(by, words: str) -> list[Sheet]:
    """Every sheet that a number names, in the scope of this person. NotThere when it names nothing they may see.

    A case number answers with the whole family of a joint case: its originals travel once for all children.
    """
    number = "".join(words.split()).upper()
    if SLIP_NO.fullmatch(number) and checks(number):
        return _on_slip(slip_for(by, number))
    if named := SHEET_NO.fullmatch(number):
        case = case_for(by, named[1])
        sheets = _sheets(_family(case))
        return [one for one in sheets if one.case.id == case.id and one.paper.line == int(named[2])] if named[2] else sheets
    return _of_document(by, words)


def _of_document(by, words: str) -> list[Sheet]:
    plain = re.sub(r"[\[（(](\d{4})[\]）)]", r"〔\1〕", "".join(words.split()))
    named = [Document.number.in_((plain, f"{plain}号"))]
    if code := normalise_code(words):
        named.append(Document.verify_hash == lookup("verify", code))
    found = db.session.execute(select(Document.id, Document.case_id, Document.slip_id).where(or_(*named))).first()
    if found is None:
        raise NotThere("没有这个号：请核对办件编号、材料条码、交接单号或文书编号。")
    if found.slip_id:
        return _on_slip(slip_for(by, db.session.get_one(Slip, found.slip_id).slip_no))
    if found.case_id is None:
        raise NotThere("这份文书不属于任何办件。")
    sheets = _sheets(_family(case_for(by, case_by_id(found.case_id).case_no)))
    return [one for one in sheets if one.paper.document_id == found.id] or sheets


def _family(case: Case) -> list[Case]:
    """The case, its joint parent and the parent's children."""
    root = case.parent_id or case.id
    rows = select(Case).where(or_(Case.id == root, Case.parent_id == root)).order_by(Case.id)
    return list(db.session.scalars(rows))


def _on_slip(slip: Slip) -> list[Sheet]:
    """The papers of a slip, wherever they are by now. Their cases need not be in one's own scope: the slip is."""
    ids = set(db.session.scalars(select(SlipLine.material_id).where(SlipLine.slip_id == slip.id)))
    cases = list(db.session.scalars(select(Case).join(SlipLine, SlipLine.case_id == Case.id).where(SlipLine.slip_id == slip.id).distinct()))
    return [one for one in _sheets(cases) if one.paper.id in ids]


def _sheets(cases: list[Case]) -> list[Sheet]:
    """Four questions, however many papers; one more a case for its journal."""
    by_id = {case.id: case for case in cases}
    rows = select(Material).where(Material.case_id.in_(by_id), Material.form != "electronic")
    papers = list(db.session.scalars(rows.order_by(Material.case_id, Material.line, Material.id)))
    slips = {one.id: one for one in db.session.scalars(select(Slip).where(Slip.id.in_({p.slip_id for p in papers if p.slip_id})))}
    tasks = list(db.session.scalars(select(Task).where(Task.case_id.in_(by_id), Task.state.in_(LIVE)).order_by(Task.due_on)))
    numbers = dict(db.session.execute(
        select(Document.id, Document.number).where(Document.id.in_({p.document_id for p in papers if p.document_id}))
    ).all())  # fmt: skip
    journals = {case.id: entries_of(case.id) for case in cases}
    return [
        Sheet(by_id[p.case_id], p, slips.get(p.slip_id), path(p, journals[p.case_id]),
              late(p, slips.get(p.slip_id), tasks, by_id[p.case_id]), numbers.get(p.document_id, ""))
        for p in papers
    ]  # fmt: skip


def path(paper: Material, entries: list[JournalEntry]) -> list[Step]:
    """The journal rows that moved this paper, oldest first."""
    return [Step(entry.at, entry.action, entry.actor_name, entry.facts) for entry in entries if _moved(paper, entry)]


def _moved(paper: Material, entry: JournalEntry) -> bool:
    facts, mine = entry.facts, {paper.id, paper.substitute_of}
    if entry.action.startswith("papers_"):
        ids = facts.get("paper_ids")
        return bool(mine & set(ids)) if ids is not None else paper.name in facts.get("papers", ())
    if entry.action == "receive":
        listed = facts.get("papers", ())
        return paper.kind == "application" and paper.line <= len(listed) and listed[paper.line - 1].get("state") == "held"
    if entry.action == "supplement":
        return bool(mine & set(facts.get("material_ids", ())))
    if entry.action == "return_material":
        return paper.id in facts.get("material_ids", ())
    if entry.action in ("issue_result", "deliver", "finish"):
        return paper.kind == "result"
    return entry.action == "archive" and paper.state == "archived"


def late(paper: Material, slip: Slip | None, tasks: list[Task], case: Case) -> dict | None:
    """Who is late with a paper, and why: too long on the way, search over, or held past the office's own share while
    others of the same matter wait. `why`: transit | search | task | idle."""
    day = today()
    if paper.state == "in_transit" and slip is not None and slip.sent_at:
        if slip.state == "discrepancy":
            over = slip.search_until is not None and slip.search_until < day
            return {"why": "search", "who": f"{slip.handed_name}、{slip.taken_name}", "until": slip.search_until} if over else None
        waited = working_days_between(slip.sent_at.date(), day, calendar_for(case.centre_id))
        who = f"{slip.handed_name}（交件）、{slip.carrier_name}（流转）"
        return {"why": "transit", "who": who, "days": waited} if waited > TRANSIT_DAYS else None
    if paper.state != "held" or paper.kind == "result":
        return None
    who = "，".join(filter(None, (office(paper.office_id).name, paper.holder_name)))
    own = [task for task in tasks if task.office_id == paper.office_id]
    if overdue := next((task for task in own if task.due_on and task.due_on < day), None):
        return {"why": "task", "who": who, "until": overdue.due_on}
    waiting = [task for task in tasks if task.office_id != paper.office_id] if paper.form == "original" and not own else []
    waited = working_days_between(paper.since.date(), day, calendar_for(case.centre_id)) if paper.since else 0
    if waiting and waited > TRANSIT_DAYS:
        return {"why": "idle", "who": who, "days": waited, "for": office(waiting[0].office_id).name}
    return None
