"""即办件: receive, accept, conclude, make, hand over — one page, one confirmation, one transaction."""

from app.cases.models import Case
from app.documents.steps import take_step
from app.extensions import one_transaction
from app.feedback.actions import deliver, issue_result, make_ready
from app.receive.intake import once, open_case


def settle_at_desk(by, intake_key: str, item_code: str, applicant: dict, ticks: list[dict], form: dict, *,
                   handed: dict, **more) -> Case:  # fmt: skip
    """Everything in one breath, or nothing. The steps are the same as on the long way, so are their guards.

    `handed`: who takes the result, as deliver() asks: collector, identity_checked, relation, authority_seen.
    """

    def in_one_breath() -> Case:
        case = open_case(by, intake_key, item_code, applicant, ticks, form, **more)
        return finish(case, by, **handed)

    return once(intake_key, in_one_breath)


def finish(case: Case, by, collector: str, identity_checked: bool, relation: str = "self", **seen) -> Case:
    """The rest of the way for an instant item that was received earlier and lacked something then."""
    with one_transaction():
        if case.state in ("received", "correction"):
            take_step(case, "accept", by)
        if case.state == "accepted":
            take_step(case, "conclude", by, outcome="granted")
        issue_result(case, by)
        make_ready(case, by)
        deliver(case, by, collector=collector, identity_checked=identity_checked, relation=relation, **seen)
    return case
