"""Papers that are out bear witness: what the journal must hold because a document was issued by it."""

from collections.abc import Iterator

from sqlalchemy import and_, select

from app.cases.models import JournalEntry
from app.documents.models import Document
from app.extensions import db


def without_a_step() -> Iterator[str]:
    """A sentence for each document of a case whose step is no longer in the journal: a tail was cut, a table emptied."""
    step = and_(JournalEntry.case_id == Document.case_id, JournalEntry.seq == Document.seq)
    lost = select(Document.number).outerjoin(JournalEntry, step).where(Document.seq.is_not(None), JournalEntry.id.is_(None))
    yield from (f"文书 {number}：发出它的那一步不在日志里" for number in db.session.scalars(lost.order_by(Document.id).limit(100)))
