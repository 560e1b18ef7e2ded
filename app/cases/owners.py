"""Where a case waits now, and for whom: no case falls between two desks."""

from app.cases.standing import Standing

# Every open state has an owner at the centre unless a task says otherwise (tests/cases walk over all states).
AT_CENTRE = {
    "received": "clerk",
    "correction": "clerk",
    "accepted": "clerk",
    "processing": "clerk",
    "decided": "issuer",
    "ready": "issuer",
    "delivered": "archivist",
    "forwarded": "clerk",
}


def owner(s: Standing) -> tuple[str | None, str | None]:
    """(office id, role) that must act next; (None, None) for a case that has ended."""
    case, centre = s.case, s.case.centre_id
    if case.state not in AT_CENTRE or case.ended_at:
        return None, None
    if case.parent_id and case.state in ("decided", "ready", "delivered"):
        return centre, AT_CENTRE[case.state]
    if s.spec.desk_authority == "receive" and _may_be_accepted(s):
        return s.authority.id, "case_officer"
    if case.state == "decided" and case.outcome != "denied":
        return next(((p.office_id, "issuer") for p in s.results if p.state == "held"), (centre, "issuer"))
    if case.state in ("accepted", "processing"):
        return _at_work(s, centre)
    return centre, AT_CENTRE[case.state]


def _may_be_accepted(s: Standing) -> bool:
    return s.case.state == "received" or (
        s.case.state == "correction" and not (s.missing or s.open_corrections)
    )


def _at_work(s: Standing, centre: str) -> tuple[str, str]:
    if s.open_queries:
        return centre, "clerk"
    if s.joint:
        return s.authority.id, "case_officer"
    if not s.live_tasks:
        return centre, "clerk"
    task = s.live_tasks[0]
    if task.state == "claimed" and task.proposal:
        return task.office_id, "approver"
    if task.state != "waiting":
        return task.office_id, "case_officer"
    away = [paper for paper in s.papers if paper.state == "held" and paper.office_id != task.office_id]
    if away:  # the one who has the paper must send it
        return away[0].office_id, "clerk" if away[0].office_id == centre else "case_officer"
    return task.office_id, "courier" if any(p.state == "in_transit" for p in s.papers) else "case_officer"
