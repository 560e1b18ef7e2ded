"""批量交付: what lies ready for one unit or one community, handed to whoever collects for all of them."""

from sqlalchemy import select

from app.cases.batch import Done, each
from app.cases.find import case_for, visible
from app.cases.models import IS_TO_HAND_OVER, Case
from app.documents.models import Document
from app.extensions import db, first
from app.feedback.actions import deliver
from app.sealing import lookup

MOST = 100


def ready_for(by, words: str) -> list[Case]:
    """Ready at this centre, oldest first; `words`: a unit's or a person's name, or an ID number or credit code."""
    here = Case.centre_id == (by.centre_id or by.office_id)
    rows = select(Case).where(IS_TO_HAND_OVER, here, visible(by))
    if words:
        rows = rows.where((Case.applicant_name == words) | (Case.id_hash == lookup("id", words.upper())))
    return list(db.session.scalars(rows.order_by(Case.applicant_name, Case.id).limit(first(MOST))))


def deliver_all(by, case_nos: list[str], collector: str, **seen) -> Done:
    """Each case is a delivery of its own, with its own 送达回证; the collector is the same."""
    return each(case_nos, lambda number: deliver(case_for(by, number), by, collector=collector, **seen))


def receipts(by, case_nos: list[str]) -> list[str]:
    """The numbers of the 送达回证 of these cases: to be signed by the collector."""
    rows = select(Document.number).join(Case, Case.id == Document.case_id)
    rows = rows.where(Case.case_no.in_(case_nos), visible(by), Document.kind == "service_return", Document.state == "valid")
    return list(db.session.scalars(rows.order_by(Document.id)))
