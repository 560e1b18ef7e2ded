"""What the desk holds on one person, over all their cases, to be handed to that person."""

from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.cases.find import visible
from app.cases.models import LOOKS, Case, JournalEntry
from app.cases.standing import Standing
from app.cases.steps import STATE_WORDS
from app.documents.kinds import KINDS
from app.documents.models import Document
from app.extensions import db
from app.people.find import office
from app.queues import personal
from app.queues.story import timeline
from app.web.words import say


def cases_of_the_same(case: Case, by) -> list[Case]:
    """Every case under the same ID number that this member of staff may see, oldest first; without a number this one."""
    if case.id_hash is None:
        return [case]
    return list(db.session.scalars(select(Case).where(Case.id_hash == case.id_hash, visible(by)).order_by(Case.id)))


def family(case: Case) -> list[Case]:
    """A joint matter with its parts; any other case alone."""
    top = case.parent_id or case.id
    return list(db.session.scalars(select(Case).where(or_(Case.id == top, Case.parent_id == top)).order_by(Case.id)))


def held(cases: list[Case], by) -> list[dict]:
    """For each case: what it says of people, whole; papers, documents, what was done, and who looked. For page and file alike."""
    return [_of_one(case, by) for case in cases]


def _of_one(case: Case, by) -> dict:
    s = Standing(case, by)
    documents = db.select(Document.kind, Document.number, Document.issued_at).where(Document.case_id == case.id).order_by(Document.id)
    return {
        "case_no": case.case_no,
        "item": case.item_name,
        "state": say(STATE_WORDS[case.state]),
        "centre": office(case.centre_id).name,
        "received_at": case.received_at,
        "applicant": personal.applicant(case, bare=True),
        "answers": personal.answers(s.spec, case.form, bare=True),
        "papers": [(paper.name, _("%(copies)s 份 %(pages)s 页", copies=paper.copies, pages=paper.pages)) for paper in s.materials],
        "documents": [(row.number, say(KINDS[row.kind].title), row.issued_at) for row in db.session.execute(documents)],
        "history": timeline(s.entries, lambda place: office(place).name),
        "looked": [_looked(entry) for entry in s.entries if entry.action in LOOKS],
    }


def _looked(entry: JournalEntry) -> tuple:
    return entry.at, entry.actor_name, office(entry.office_id).name if entry.office_id else "", entry.facts.get("reason", "")


def as_data(told: list[dict], at) -> dict:
    """The same for a machine, in the words of the page."""
    return {
        _("出具时间"): at.isoformat(timespec="seconds"),
        _("办件"): [
            {
                _("编号"): one["case_no"], _("事项"): one["item"], _("状态"): one["state"], _("中心"): one["centre"],
                _("收件"): one["received_at"].isoformat(timespec="seconds"),
                _("申请人"): dict(one["applicant"]), _("填报内容"): dict(one["answers"]),
                _("材料"): [" ".join(paper) for paper in one["papers"]],
                _("文书"): [f"{number} {title} {when:%Y-%m-%d}" for number, title, when in one["documents"]],
                _("经过"): [f"{row['at']:%Y-%m-%d %H:%M} {say(row['word'])} {row['actor']} {row['text']}".strip() for row in one["history"]],
                _("查看记录"): [f"{when:%Y-%m-%d %H:%M} {place} {who}：{reason}" for when, who, place, reason in one["looked"]],
            }
            for one in told
        ],
    }  # fmt: skip
