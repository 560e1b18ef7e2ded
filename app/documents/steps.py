"""Take a step and issue the papers it owes: what every verb of the chain does inside its one transaction."""

from app.cases import joint
from app.cases.lifecycle import documents_of, take
from app.cases.models import Case, JournalEntry
from app.documents.issuing import issue_for
from app.extensions import one_transaction


def take_step(case: Case, action: str, by, **facts) -> JournalEntry:
    """The step itself, then the documents of the step, then what follows in a joint case. All or nothing."""
    with one_transaction():
        taken = take(case, action, by, **facts)
        joint.line_up(case)
        issue_for(case, taken, documents_of(taken.entry, case, by), by)
        joint.follow(case)
    return taken.entry
