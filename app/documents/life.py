"""作废、暂停、恢复、撤销: what becomes of a document after it was issued. Each is a step of its case, with a reason."""

from app.cases import papers
from app.cases.lifecycle import settle
from app.cases.models import Case, Material
from app.cases.numbering import grouped, random_code
from app.cases.standing import Standing
from app.documents import wording
from app.documents.issuing import document_code, move
from app.documents.kinds import KINDS
from app.documents.models import Document
from app.documents.numbering import next_number
from app.documents.steps import take_step
from app.extensions import db, one_transaction
from app.moments import now
from app.people.actions import record
from app.people.find import office
from app.refusals import NotThere, OutOfTurn
from app.sealing import lookup


def void_document(case: Case, by, number: str, reason: str, again: bool = False) -> Document:
    """作废: the number stays in the register with its reason. `again`: a new one with the same facts takes its place.

    Of a result that already waits for collection a new one is always made: nobody waits for a sheet that is void.
    Returns the new document, else the void one.
    """
    with one_transaction():
        document = document_of(case, number)
        again = again or (document.is_result and case.state == "ready")
        entry = take_step(case, "void_document", by, number=number, kind=document.kind, reason=reason, again=again)
        move(document, "void", by, reason)
        _put_away(document)
        made = issue_again(document, by, entry.seq) if again else document
        settle(case, by)
    return made


def suspend_document(case: Case, by, number: str, reason: str) -> Document:
    return _take(case, by, "suspend", number, reason)


def restore_document(case: Case, by, number: str, reason: str) -> Document:
    return _take(case, by, "restore", number, reason)


def revoke_document(case: Case, by, number: str, reason: str) -> Document:
    return _take(case, by, "revoke", number, reason)


def print_form(case: Case, by, kind: str) -> Document:
    """A form to sign, or the privacy notice (cases.guards.PRINTED_ON_DEMAND), numbered like every document."""
    with one_transaction():
        entry = take_step(case, "print_form", by, kind=kind)
        return db.session.scalar(db.select(Document).filter_by(case_id=case.id, seq=entry.seq))


def void_sheet(document: Document, by, reason: str) -> Document:
    """作废 of a document that belongs to no case; the row of its history is among the desk's events."""
    with one_transaction():
        if document.case_id:
            raise OutOfTurn("这份文书属于一个办件，请在办件里作废。")
        move(document, "void", by, reason)
        record("void_document", by, subject=document.number, reason=reason)
    return document


def document_of(case: Case, number: str) -> Document:
    found = db.session.scalar(db.select(Document).filter_by(case_id=case.id, number=number))
    if found is None:
        raise NotThere("本办件没有这份文书。")
    return found


def issue_again(old: Document, by, seq: int | None) -> Document:
    """The same facts under a new number and code; the old one names what replaces it."""
    place, at, row = office(old.office_id), now(), KINDS[old.kind]
    number, code = next_number(document_code(place), row.character, at.date()), random_code()
    fresh = {"number": number.text, "verify_code": grouped(code), "day": wording.day(at), "at": wording.moment(at)}
    told = {key: number.text if value == old.number else value for key, value in old.facts.items()}
    new = Document(
        case_id=old.case_id, slip_id=old.slip_id, kind=old.kind, series=number.series, serial=number.serial,
        number=number.text, office_id=old.office_id, state="valid", is_result=old.is_result, facts=told | fresh,
        valid_until=old.valid_until, verify_code=code, verify_hash=lookup("verify", code), issued_at=at,
        issued_by=by.id, issued_name=by.name, seq=seq, supersedes_id=old.id,
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    if new.is_result:
        papers.add_result(Standing(db.session.get_one(Case, old.case_id), by), told["title"], "original", new.id)
    return new


def _take(case: Case, by, action: str, number: str, reason: str) -> Document:
    with one_transaction():
        document = document_of(case, number)
        take_step(case, f"{action}_document", by, number=number, kind=document.kind, reason=reason)
        move(document, action, by, reason)
    return document


def _put_away(document: Document) -> None:
    """The spoiled sheet stays with the file: it is accounted for, and nobody hands it over."""
    sheet = db.session.scalar(db.select(Material).filter_by(document_id=document.id, kind="result"))
    if sheet is None:
        return
    if sheet.state != "held":
        raise OutOfTurn("证照不在本单位手里（流转途中或已交付），不能作废；收回以后再办。")
    sheet.state, sheet.since, sheet.remark = "archived", now(), "作废"
    sheet.holder_id = sheet.holder_name = None
