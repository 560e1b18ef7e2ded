"""一件事: a parent with children. Children start at once or after a sibling, and end the parent when all have ended."""

from app.cases.lifecycle import advance
from app.cases.models import Case
from app.cases.numbering import case_no, random_code, wait_for_case_no
from app.cases.standing import Standing
from app.catalog.find import item
from app.extensions import db, write_new
from app.moments import now, today
from app.people.actor import SYSTEM
from app.people.find import street
from app.sealing import lookup

ENDED = ("decided", "ready", "delivered", "archived", "withdrawn", "revoked", "terminated", "not_accepted")


def follow(case: Case) -> None:
    """After any step: start, carry along or close what belongs to a joint case. Called by the verbs' one place."""
    if case.parent_id:
        _follow_child(case)
    elif Standing(case, SYSTEM).joint:
        _follow_parent(case)


def line_up(case: Case) -> None:
    """Before a step of a joint case takes the numbers of its documents: children may be started after them."""
    if case.parent_id or Standing(case, SYSTEM).joint:
        wait_for_case_no(street(case.street_id).code, today())


def planned(case: Case) -> list:
    """The components of this parent: all that are not optional, and the optional ones the applicant chose."""
    chosen = case.particulars.get("components", [])
    spec = Standing(case, SYSTEM).spec
    return [part for part in spec.components if not part.optional or part.code in chosen]


def _follow_parent(case: Case) -> None:
    children = _children(case)
    if case.state == "accepted" and not children:
        for part in planned(case):
            if part.mode == "parallel":
                _start(case, part)
    for child in children:
        if case.state == "withdrawn" and child.state not in ENDED:
            advance(child, "withdraw", SYSTEM, signed="随总件撤回", reason="随总件撤回")
        if case.state == "terminated" and child.state not in ENDED:
            advance(child, "terminate", SYSTEM, reason="随总件终止", basis="总件已终止办理")
        if case.state == "ready" and child.state == "decided" and child.outcome == "granted":
            advance(child, "make_ready", SYSTEM)
        if case.state == "delivered" and child.state in ("decided", "ready"):
            facts = Standing(case, SYSTEM).last("deliver").facts
            advance(child, "deliver", SYSTEM, **facts)
        if case.state == "archived" and child.state == "delivered":
            advance(child, "archive", SYSTEM)


def _follow_child(child: Case) -> None:
    parent = db.session.get_one(Case, child.parent_id)
    if child.state == "processing" and parent.state == "accepted":
        advance(parent, "take_up", SYSTEM, child=child.item_name)
    if child.state in ENDED and parent.state in ("accepted", "processing"):
        _start_followers(parent, child)
        _conclude_when_all_ended(parent)


def _start_followers(parent: Case, ended: Case) -> None:
    """浙江规则: in serial handling the next receives on the written word of the one before; refused, it never starts."""
    started = {child.item_code for child in _children(parent)}
    for part in planned(parent):
        if part.mode == f"after:{ended.item_code}" and part.code not in started and ended.outcome == "granted":
            _start(parent, part)


def _conclude_when_all_ended(parent: Case) -> None:
    children = _children(parent)
    if any(child.state not in ENDED for child in children):
        return
    granted = sum(1 for child in children if child.outcome == "granted")
    all_granted = granted == len(planned(parent))
    outcome = "granted" if all_granted else "partly" if granted else "denied"
    parts = [{"item": child.item_name, "outcome": child.outcome or child.state} for child in children]
    see = "见各子项的决定"
    grounds = {} if granted else {"reason": "各子项均未获准", "basis": see, "review_body": see, "court": see}
    advance(parent, "conclude", SYSTEM, outcome=outcome, parts=parts, **grounds)


def _children(parent: Case) -> list[Case]:
    return list(db.session.scalars(db.select(Case).filter_by(parent_id=parent.id).order_by(Case.id)))


def _start(parent: Case, part) -> Case:
    listed = item(part.code)
    child = Case(
        case_no=case_no(street(parent.street_id).code, today()),
        intake_key=f"{parent.intake_key}/{part.code}",
        item_code=listed.code,
        item_version_id=listed.version_id,
        item_name=listed.name,
        parent_id=parent.id,
        after_code=part.mode.removeprefix("after:") if part.mode != "parallel" else None,
        centre_id=parent.centre_id,
        street_id=parent.street_id,
        desk_id=parent.desk_id,
        channel=parent.channel,
        received_by=parent.received_by,
        received_at=now(),
        applicant_kind=parent.applicant_kind,
        applicant_name=parent.applicant_name,
        id_type=parent.id_type,
        id_number=parent.id_number,
        phone=parent.phone,
        particulars=parent.particulars,
        form=parent.form,
        delivery_mode=parent.delivery_mode,
        state="new",
    )
    # The applicant has one number and one code, the parent's; a child is not found by the person's ID.
    child.status_code = random_code()
    child.status_hash = lookup("status", child.status_code)
    write_new(child)
    advance(child, "start_child", SYSTEM, parent=parent.case_no)
    return child
