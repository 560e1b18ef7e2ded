"""What a step makes true in the registry besides the state: derived facts, tasks, papers, queries, documents due."""

from datetime import date

from app.cases import papers, tasks
from app.cases.models import JournalEntry, Query
from app.cases.standing import Standing
from app.extensions import db
from app.moments import now, today

# ── derived facts: fn(standing, facts) -> more facts ─────────────────────────────────────────────────────────


def from_receipt(s: Standing, facts: dict) -> dict:
    """The clock runs from the receipt at the desk, also for what was keyed in later (许可法 32)."""
    return {"on": s.case.received_at.date().isoformat()}


def from_today(s: Standing, facts: dict) -> dict:
    return {"on": max(today(), s.face.latest()).isoformat()}  # also when the clock of the machine was set back


def from_the_day_complete(s: Standing, facts: dict) -> dict:
    """After a correction, acceptance counts from the day the last missing item arrived (domain 2.1)."""
    last = s.last("supplement") if s.case.state == "correction" else None
    day = last.at.date() if last and last.facts.get("complete") else today()
    return {"on": max(day, s.face.latest()).isoformat()}


def whether_complete(s: Standing, facts: dict) -> dict:
    return papers.will_be_complete(s, facts)


# ── effects: fn(standing, facts, entry) ──────────────────────────────────────────────────────────────────────


def take_in(s: Standing, facts: dict, entry: JournalEntry) -> None:
    papers.take_in(s, facts)


def take_supplement(s: Standing, facts: dict, entry: JournalEntry) -> None:
    papers.supplement(s, facts)


def freeze_corrections(s: Standing, facts: dict, entry: JournalEntry) -> None:
    papers.freeze_corrections(s, facts)


def defer_missing(s: Standing, facts: dict, entry: JournalEntry) -> None:
    s.case.tolerant = True
    papers.defer_missing(s, facts)


def begin_work(s: Standing, facts: dict, entry: JournalEntry) -> None:
    """Accepted: the offices get their tasks. A joint case has children instead (cases/joint.py); the desk needs none."""
    s.case.accepted_on = date.fromisoformat(facts["on"])
    if not (s.joint or s.at_desk):
        tasks.plan(s)


def end_work(s: Standing, facts: dict, entry: JournalEntry) -> None:
    s.case.ended_at = now()
    tasks.cancel_all(s)


def end_forwarding(s: Standing, facts: dict, entry: JournalEntry) -> None:
    s.case.ended_at = entry.at


def open_waiting(s: Standing, facts: dict, entry: JournalEntry) -> None:
    """Papers have arrived: a task that waited for them may open."""
    tasks.open_ready(s)


def reassign(s: Standing, facts: dict, entry: JournalEntry) -> dict:
    """To another office. Sent to the wrong one, the time it lay there is booked to who sent it (domain 4.4 退回)."""
    task = next((task for task in s.live_tasks if task.id == facts["task_id"]), None)
    if task is None:
        return {}
    lost = tasks.lost_time(s, task, entry.at) if facts.get("wrong_unit") else {}
    tasks.reassign(s, task, facts["office_id"])
    return lost


def open_query(s: Standing, facts: dict, entry: JournalEntry) -> None:
    asked = Query(case_id=s.case.id, task_id=s.my_task.id, reason=facts["reason"], question=facts["question"])
    asked.asked_by, asked.asked_name, asked.asked_at = s.by.id, s.by.name, entry.at
    db.session.add(asked)
    s.open_queries.append(asked)


def answer_query(s: Standing, facts: dict, entry: JournalEntry) -> None:
    for query in s.open_queries:
        query.answer, query.answered_name, query.answered_at = facts["answer"], s.by.name, entry.at
    s.open_queries.clear()


def claim(s: Standing, facts: dict, entry: JournalEntry) -> None:
    if not s.joint:
        tasks.claim(s)


def release(s: Standing, facts: dict, entry: JournalEntry) -> None:
    tasks.move(s.my_task, "release", **tasks.FREE)


def finish_stage(s: Standing, facts: dict, entry: JournalEntry) -> None:
    tasks.finish(s, "opinion", facts["opinion"])


def keep_proposal(s: Standing, facts: dict, entry: JournalEntry) -> None:
    task = s.my_task
    task.proposal, task.proposed_by, task.proposed_name = dict(facts), s.by.id, s.by.name


def drop_proposal(s: Standing, facts: dict, entry: JournalEntry) -> None:
    task = s.my_task
    task.proposal = task.proposed_by = task.proposed_name = None


def mark_extended(s: Standing, facts: dict, entry: JournalEntry) -> None:
    s.case.extended = facts["days"]


def decide(s: Standing, facts: dict, entry: JournalEntry) -> None:
    s.case.outcome, s.case.decided_at = facts["outcome"], entry.at
    if s.my_task:
        tasks.finish(s, facts["outcome"], facts.get("opinion", ""))


def hand_over(s: Standing, facts: dict, entry: JournalEntry) -> None:
    papers.hand_over_results(s, facts)


def give_back(s: Standing, facts: dict, entry: JournalEntry) -> None:
    papers.give_back(s, facts)


def archive(s: Standing, facts: dict, entry: JournalEntry) -> None:
    s.case.ended_at = entry.at
    papers.archive(s, facts)


# ── documents that depend on the facts: fn(standing, facts) -> kinds ─────────────────────────────────────────


def decision_documents(s: Standing, facts: dict) -> tuple[str, ...]:
    """许可法 38: a denial is written; the grant of a licence whose certificate comes from elsewhere is written too."""
    if facts["outcome"] == "denied":
        return ("denial_decision",)
    licence = s.spec.item_type == "licence" and s.spec.result.template == "external_certificate"
    return ("grant_decision",) if licence else ()


def result_documents(s: Standing, facts: dict) -> tuple[str, ...]:
    return (s.spec.result.template,)


def form_on_demand(s: Standing, facts: dict) -> tuple[str, ...]:
    return (facts["kind"],)
