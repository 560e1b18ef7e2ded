"""核验: what anybody who holds the code of a document may learn of it, and no more."""

from datetime import date
from typing import NamedTuple

from app.cases.numbering import normalise_code
from app.documents.models import Document, DocumentBytes
from app.extensions import db
from app.moments import today
from app.sealing import lookup
from app.web.masking import mask_name


class Checked(NamedTuple):
    """`state`: a state of LIFE, `expired`, `altered` (files only), or `unknown`; malformed and never issued are the same."""

    state: str
    title: str = ""
    number: str = ""
    office: str = ""
    item: str = ""
    holder: str = ""  # masked
    issued_on: date | None = None
    valid_until: date | None = None
    replaced_by: str = ""
    signed_by: str = ""  # the name in the signing certificate
    level: str = ""
    from_file: bool = False

    @property
    def good(self) -> bool:
        return self.state == "valid"


UNKNOWN = Checked("unknown")


def check(typed: str) -> Checked:
    """Look up a verify code as somebody typed or scanned it."""
    code = normalise_code(typed)
    found = db.session.scalar(db.select(Document).filter_by(verify_hash=lookup("verify", code))) if code else None
    return describe(found) if found and found.state != "draft" else UNKNOWN


def describe(document: Document) -> Checked:
    signed = _signature(document.id)
    over = document.state == "valid" and document.valid_until is not None and document.valid_until < today()
    facts = document.facts
    return Checked(
        state="expired" if over else document.state,
        title=facts["title"],
        number=document.number,
        office=facts["office"],
        item=facts["item_name"],
        holder=mask_name(facts["applicant"]) if not facts["applicant"].startswith("（") else facts["applicant"],
        issued_on=document.issued_at.date(),
        valid_until=document.valid_until,
        replaced_by=_replacement(document) if document.state in ("superseded", "void") else "",
        signed_by=signed.signed_by if signed else "",
        level=signed.level if signed else "",
    )


def _signature(document_id: int):
    kept = db.select(DocumentBytes.signed_by, DocumentBytes.level).filter_by(document_id=document_id)
    return db.session.execute(kept.where(DocumentBytes.signed_by != "").limit(1)).first()


def _replacement(document: Document) -> str:
    newer = db.select(Document.number).filter_by(supersedes_id=document.id).order_by(Document.id.desc()).limit(1)
    return db.session.scalar(newer) or ""
