"""Where a case goes, and the questions that come back to the window."""

from app.cases.models import Case, JournalEntry
from app.documents.steps import take_step


def reassign(case: Case, by, task_id: int, office_id: str, reason: str, wrong_unit: bool = False) -> JournalEntry:
    """改派: to another office, or free again in the same; the promise clock runs on. `wrong_unit`: it was sent to the
    wrong one, and the row says how long it lay there and who had sent it."""
    return take_step(case, "reassign", by, task_id=task_id, office_id=office_id, reason=reason, wrong_unit=wrong_unit)


def query_window(case: Case, by, reason: str, question: str) -> JournalEntry:
    """退回窗口: asks the window, never the resident; pauses nothing."""
    return take_step(case, "query_window", by, reason=reason, question=question, asked_by=by.name,
                     task_office=by.office_name)  # fmt: skip


def answer(case: Case, by, answer: str) -> JournalEntry:
    return take_step(case, "answer", by, answer=answer)
