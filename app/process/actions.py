"""The back office's verbs: take up, look into, pause by law, propose, decide."""

from app.cases.batch import Done, each
from app.cases.find import case_for
from app.cases.models import Case, JournalEntry
from app.cases.standing import Standing
from app.documents.steps import take_step


def take_up(case: Case, by) -> JournalEntry:
    return take_step(case, "take_up", by)


def claim(case: Case, by) -> JournalEntry:
    return take_step(case, "claim", by)


def release(case: Case, by) -> JournalEntry:
    return take_step(case, "release", by)


def site_visit(case: Case, by, officers: list[str], finding: str) -> JournalEntry:
    """现场核查 by two or more officers (许可法 34)."""
    return take_step(case, "site_visit", by, officers=officers, finding=finding)


def pause(case: Case, by, procedure: str, amount: int, unit: str, served_by: str, reason: str = "") -> JournalEntry:
    """特别程序 (许可法 45): the notice has been served by `served_by`; its days are not counted."""
    return take_step(case, "pause", by, procedure=procedure, amount=amount, unit=unit, served_by=served_by,
                     reason=reason)  # fmt: skip


def resume(case: Case, by) -> JournalEntry:
    return take_step(case, "resume", by)


def request_extension(case: Case, by, days: int, reason: str, basis: str) -> JournalEntry:
    return take_step(case, "request_extension", by, days=days, reason=reason, basis=basis)


def extend(case: Case, by) -> JournalEntry:
    """Approve what was asked for: another person, before the limit is over, once (许可法 42)."""
    request = Standing(case, by).last("request_extension")
    asked = request.facts if request else {}
    run = Standing(case, by).face.running("promise")
    before = run.due_on.isoformat() if run else ""
    return take_step(case, "extend", by, days=asked.get("days"), reason=asked.get("reason"), approver=by.name,
                     basis=asked.get("basis"), old_due=before)  # fmt: skip


def give_opinion(case: Case, by, opinion: str) -> JournalEntry:
    return take_step(case, "give_opinion", by, opinion=opinion)


def propose(case: Case, by, outcome: str, **grounds) -> JournalEntry:
    """拟办. `grounds`: opinion, reason, basis, review_body, court, findings and what the result document needs."""
    return take_step(case, "propose", by, outcome=outcome, **grounds)


def review(case: Case, by, remark: str) -> JournalEntry:
    return take_step(case, "review", by, remark=remark)


def return_proposal(case: Case, by, reason: str) -> JournalEntry:
    return take_step(case, "return_proposal", by, reason=reason)


def conclude(case: Case, by, outcome: str = "", **grounds) -> JournalEntry:
    """审批办结: the approver decides; what was proposed stands unless the approver changed it."""
    return take_step(case, "conclude", by, outcome=outcome, **grounds)


def revoke(case: Case, by, reason: str, basis: str) -> JournalEntry:
    """撤销受理: a tolerant promise was broken."""
    return take_step(case, "revoke", by, reason=reason, basis=basis)


def terminate(case: Case, by, reason: str, basis: str) -> JournalEntry:
    return take_step(case, "terminate", by, reason=reason, basis=basis)


def claim_all(case_nos: list[str], by) -> Done:
    """Take up or claim each case in its own transaction: one that is gone does not spoil the others."""

    def one(case_no: str) -> None:
        case = case_for(by, case_no)
        (take_up if case.state == "accepted" else claim)(case, by)

    return each(case_nos, one)
