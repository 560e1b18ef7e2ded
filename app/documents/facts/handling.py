"""Facts of what is issued while a case is handled, and of its ends without a decision."""

from app.documents import wording
from app.documents.facts.receiving import remedies
from app.documents.facts.source import Source


def special_procedure_notice(s: Source) -> dict:
    """given: procedure, reason, basis, amount, unit, started_on, planned_until, new_due."""
    return {
        "procedure": s.say("procedure"),
        "reason": s.say("reason", "依法需要进行该程序后才能作出决定"),
        "basis": s.say("basis", "《中华人民共和国行政许可法》第四十五条" if _licence(s) else s.basis),
        "days": wording.limit(s.given.get("amount"), s.say("unit", "working_day")),
        "started_day": s.day("started_on", s.at),
        "until": s.due("planned_until"),
        "new_due": s.due("new_due", "promise"),
    }


def extension_notice(s: Source) -> dict:
    """given: days, reason, basis, old_due, new_due, approver."""
    return {
        "days": s.say("days"),
        "reason": s.say("reason"),
        "basis": s.say("basis", "《中华人民共和国行政许可法》第四十二条" if _licence(s) else s.basis),
        "old_due": s.due("old_due"),
        "new_due": s.due("new_due", "promise"),
        "approver": s.say("approver", s.by),
    }


def payment_notice(s: Source) -> dict:
    """given: charge, basis, amount, channel, due."""
    return {
        "charge": s.say("charge"),
        "basis": s.basis,
        "amount": s.say("amount"),
        "channel": s.say("channel", "凭本通知书到窗口或代收银行缴纳"),
        "pay_due": s.due("due"),
    }


def withdrawal_request(s: Source) -> dict:
    """given: reason."""
    return {"reason": s.say("reason"), "materials": _names(s)}


def termination_notice(s: Source) -> dict:
    """given: cause (deemed_withdrawn | terminated), reason, basis."""
    cause = s.say("cause", "terminated")
    otherwise = "一次性告知的补正期限届满仍未补正，按撤回申请处理" if cause == "deemed_withdrawn" else ""
    return {
        "cause": cause,
        "reason": s.say("reason", otherwise),
        "basis": s.basis,
        "materials": _names(s),
    } | remedies(s)


def revocation_notice(s: Source) -> dict:
    """given: reason, basis, due."""
    return {
        "accepted_day": s.day("accepted_on", s.case.accepted_on),
        "supplement_due": s.due("due", "supplement"),
        "reason": s.say("reason", "容缺受理时承诺补齐的材料，经提醒在承诺期限内仍未补齐"),
        "basis": s.basis,
        "missing": "、".join(paper.name for paper in s.materials if paper.state in ("deferred", "missing")),
        "materials": _names(s),
    } | remedies(s)


def return_to_window(s: Source) -> dict:
    """given: reason, question, asked_by, asked_at, task_office, answer, answered_by, answered_at."""
    return {
        "reason": s.say("reason"),
        "question": s.say("question"),
        "asked_by": s.say("asked_by", s.by),
        "asked_at": wording.moment(s.given.get("asked_at") or s.at),
        "task_office": s.say("task_office", s.office),
        "answer": s.say("answer"),
        "answered_by": s.say("answered_by"),
        "answered_at": wording.moment(s.given.get("answered_at")),
    }


def _names(s: Source) -> list[str]:
    """The papers that go back to the applicant."""
    return [paper.name for paper in s.materials if paper.kind != "result" and paper.state in ("held", "in_transit")]


def _licence(s: Source) -> bool:
    return bool(s.spec and s.spec.item_type == "licence")


FACTS = {
    "special_procedure_notice": special_procedure_notice,
    "extension_notice": extension_notice,
    "payment_notice": payment_notice,
    "withdrawal_request": withdrawal_request,
    "termination_notice": termination_notice,
    "revocation_notice": revocation_notice,
    "return_to_window": return_to_window,
}
