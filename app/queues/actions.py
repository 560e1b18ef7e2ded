"""The one verb of this room: looking at personal data is a step, with a reason, and it is written down."""

from app.cases.lifecycle import advance
from app.cases.models import Case, JournalEntry
from app.extensions import one_transaction


def open_personal_data(case: Case, by, reason: str) -> JournalEntry:
    """个人信息保护法: whoever opens it is named in the journal, with the reason."""
    with one_transaction():
        return advance(case, "open_personal_data", by, reason=reason)
