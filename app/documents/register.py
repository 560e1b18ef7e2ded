"""The register of documents: every number of every series, with what became of it."""

from typing import NamedTuple

from app.cases.models import Case, Serial
from app.documents.issuing import document_code
from app.documents.models import Document
from app.extensions import db
from app.people.find import directory
from app.people.scope import EVERYTHING, sees

PAGE = 50


class Series(NamedTuple):
    name: str  # 都文峰/收/2026
    last: int


def offices_seen(by) -> set[str]:
    """The offices whose numbers this person may look through: as wide as the cases they see; auditors see all."""
    scope = EVERYTHING if by.may("read_audit") else sees(by)
    inside = {
        "city": lambda place: True,
        "street": lambda place: place.street_id == scope.value,
        "centre": lambda place: scope.value in (place.id, place.centre_id),
        "office": lambda place: place.id == scope.value,
    }.get(scope.kind, lambda place: False)
    return {place.id for place in directory().offices.values() if inside(place)}


def series_of(office_ids: set[str]) -> list[Series]:
    """The series these offices number in, from their counters: one short read however long the register is."""
    places = directory().offices
    codes = tuple(f"document/{document_code(places[one])}/" for one in office_ids)
    rows = db.select(Serial.series, Serial.value).where(Serial.series.startswith("document/")).order_by(Serial.series)
    return [
        Series(name.removeprefix("document/"), last) for name, last in db.session.execute(rows) if name.startswith(codes)
    ]


def numbers_of(series: str, office_ids: set[str], below: int | None = None) -> list:
    """Fifty rows, the newest number first; `below` a serial for the next page."""
    rows = db.select(
        Document.serial, Document.number, Document.kind, Document.state, Document.state_reason, Document.issued_at,
        Document.issued_name, Document.copies, Case.case_no,
    )  # fmt: skip
    rows = rows.outerjoin(Case, Case.id == Document.case_id)
    rows = rows.where(Document.series == series, Document.office_id.in_(office_ids))
    if below is not None:
        rows = rows.where(Document.serial < below)
    return db.session.execute(rows.order_by(Document.serial.desc()).limit(PAGE)).all()


def without_reason() -> list[str]:
    """A sentence for every number that was voided, suspended or revoked and does not say why."""
    rows = db.select(Document.number).where(
        Document.state.in_(("void", "suspended", "revoked")), Document.state_reason == ""
    )
    return [f"{number}：作废、暂停或撤销而没有写明原因" for number in db.session.scalars(rows)]
