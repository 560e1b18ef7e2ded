"""The counter's verbs. Each takes one step of the table; the step checks, writes and prints (documents/steps.py)."""

from app.cases.models import Case, JournalEntry
from app.documents.steps import take_step
from app.receive.intake import once, open_case, receive
from app.receive.known import recall

__all__ = ["accept", "accept_tolerant", "deem_withdrawn", "forward", "recall", "receive", "receive_and_accept",
           "record_reply", "refuse", "request_correction", "supplement", "withdraw"]  # fmt: skip


def receive_and_accept(by, intake_key: str, item_code: str, applicant: dict, ticks: list[dict], form: dict,
                       **more) -> Case:  # fmt: skip
    """收件 and 受理 in one breath, when the papers are complete: both documents, both steps in the journal, or nothing."""

    def in_one_breath() -> Case:
        case = open_case(by, intake_key, item_code, applicant, ticks, form, **more)
        take_step(case, "accept", by)
        return case

    return once(intake_key, in_one_breath)


def accept(case: Case, by) -> JournalEntry:
    return take_step(case, "accept", by)


def accept_tolerant(case: Case, by, supplement_days: int, pledged: bool, way: str = "") -> JournalEntry:
    """容缺受理: the pledge is signed and the missing papers follow within `supplement_days` working days."""
    return take_step(case, "accept_tolerant", by, supplement_days=supplement_days, pledged=pledged, way=way)


def request_correction(case: Case, by, lines: list[dict], override_reason: str = "") -> JournalEntry:
    """一次性告知. `lines`: [{"material_id", "name", "problem", "standard"}], complete."""
    return take_step(case, "request_correction", by, lines=lines, override_reason=override_reason)


def supplement(case: Case, by, arrived: list[dict], settled: list[int] | None = None) -> JournalEntry:
    """Papers that came in later; the fact `complete` of the entry says whether the case can be accepted now."""
    return take_step(case, "supplement", by, arrived=arrived, settled=settled or [])


def refuse(case: Case, by, reason: str, reason_text: str, basis: str, **where) -> JournalEntry:
    """不予受理. `where`: competent, address, review_body, court."""
    return take_step(case, "refuse", by, reason=reason, reason_text=reason_text, basis=basis, **where)


def forward(case: Case, by, target: str, reason: str, **where) -> JournalEntry:
    """转办. `where`: address, contact, reply_by, in_city."""
    return take_step(case, "forward", by, target=target, reason=reason, **where)


def record_reply(case: Case, by, reply: str) -> JournalEntry:
    return take_step(case, "record_reply", by, reply=reply)


def withdraw(case: Case, by, reason: str, signed: bool) -> JournalEntry:
    return take_step(case, "withdraw", by, reason=reason, signed=signed)


def deem_accepted(case: Case, by) -> JournalEntry:
    """视为受理, by the calendar on the sixth working day (许可法 32(4))."""
    return take_step(case, "deem_accepted", by, deemed=True)


def propose_withdrawal(case: Case, by) -> JournalEntry:
    """The window is over and a reminder was sent: a supervisor may confirm the withdrawal."""
    return take_step(case, "propose_withdrawal", by, mark="over")


def deem_withdrawn(case: Case, by) -> JournalEntry:
    """逾期未补正视为撤回: proposed by the system, confirmed by a supervisor."""
    return take_step(case, "deem_withdrawn", by, cause="deemed_withdrawn")


def remind(case: Case, by, about: str, mark: str, due: str, **more) -> JournalEntry:
    """`about`: the clock; `mark`: T-3, T-1 (working days left), D+10 … (days waited). `more`: offer."""
    return take_step(case, "remind", by, about=about, mark=mark, due=due, **more)
