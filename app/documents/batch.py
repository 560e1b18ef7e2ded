"""批量出证: many results of one office in one go. Here the list and the job; the worker does the work (jobs/print_jobs.py)."""

from sqlalchemy import exists, func, or_, update

from app.cases.models import Case, Material, Task
from app.catalog.find import spec_of
from app.documents.issuing import print_copy
from app.documents.models import Document, PrintItem, PrintJob
from app.extensions import db, one_transaction
from app.moments import now
from app.people.find import get_user
from app.people.sessions import actor_for
from app.refusals import Incomplete, NotThere, OutOfTurn

MOST = 200
BY_HAND = ("external_certificate", "mediation_agreement", "wish_feedback", "event_closure")  # each asks for its own facts
BY_STATE = ("waiting", "issued", "done", "failed")


def ready_cases(by) -> list:
    """Decided and granted, no result made yet, and made by this office: at most MOST rows, oldest decision first."""
    result = exists().where(
        Material.case_id == Case.id, Material.kind == "result", Material.state.in_(("held", "in_transit"))
    )
    worked = exists().where(Task.case_id == Case.id, Task.office_id == by.office_id)
    busy = exists().where(PrintItem.case_id == Case.id, PrintItem.state.in_(("waiting", "issued")))
    rows = db.select(Case.case_no, Case.item_name, Case.applicant_name, Case.applicant_kind, Case.decided_at, Case.item_version_id, Case.id)
    rows = rows.where(Case.state == "decided", Case.outcome == "granted", ~result, ~busy)
    rows = rows.where(or_(worked, Case.centre_id == by.office_id)).order_by(Case.decided_at, Case.id).limit(2 * MOST)
    kinds = _Kinds()
    return [row for row in db.session.execute(rows) if kinds.made_alike(row.item_version_id)][:MOST]


class _Kinds:
    """Which items have a result that asks nothing of its own; each version is read once."""

    def __init__(self):
        self._known: dict[int, bool] = {}

    def made_alike(self, version_id: int) -> bool:
        if version_id not in self._known:
            spec = spec_of(version_id)
            self._known[version_id] = not spec.components and spec.result.template not in BY_HAND
        return self._known[version_id]


def start_batch(by, case_nos: list[str]) -> PrintJob:
    """A job for these cases, in this order. Those that are not ready for this office are left out with a sentence."""
    if not case_nos:
        raise Incomplete("请勾选要出证的办件。")
    if len(case_nos) > MOST:
        raise Incomplete(f"一批最多 {MOST} 件。")
    with one_transaction():
        ready = {row.case_no: row.id for row in ready_cases(by)}
        chosen = [ready[number] for number in dict.fromkeys(case_nos) if number in ready]
        if not chosen:
            raise Incomplete("勾选的办件已经出证或正在出证，请刷新。")
        job = PrintJob(office_id=by.office_id, made_by=by.id, made_name=by.name, made_at=now(), state="waiting")
        db.session.add(job)
        db.session.flush()
        db.session.add_all(PrintItem(job_id=job.id, line=n, case_id=one) for n, one in enumerate(chosen, start=1))
    return job


def job_of(by, job_id: int) -> PrintJob:
    job = db.session.get(PrintJob, job_id)
    if job is None or job.office_id != by.office_id:
        raise NotThere("没有这一批，或者不是本单位的。")
    return job


def print_all(by, job_id: int) -> None:
    """Every document of the stack has been printed once more."""
    with one_transaction():
        job = job_of(by, job_id)
        documents = documents_in(job_id)
        if job.state != "done" or not documents:
            raise OutOfTurn("这一批还没有可以打印的文书。")
        for document_id in documents:
            print_copy(db.session.get_one(Document, document_id), by)
        job.printed_at = now()


def jobs_of(by) -> list:
    """The newest twenty of the office, each with its counts."""
    counts = [func.count().filter(PrintItem.state == state).label(state) for state in BY_STATE]
    rows = db.select(PrintJob.id, PrintJob.state, PrintJob.made_name, PrintJob.made_at, func.count().label("all"), *counts)
    rows = rows.join(PrintItem, PrintItem.job_id == PrintJob.id).where(PrintJob.office_id == by.office_id)
    return db.session.execute(rows.group_by(PrintJob.id).order_by(PrintJob.id.desc()).limit(20)).all()


def progress(job_id: int) -> dict[str, int]:
    rows = db.select(PrintItem.state, func.count().label("lines")).where(PrintItem.job_id == job_id).group_by(PrintItem.state)
    counted = {row.state: row.lines for row in db.session.execute(rows)}
    return {state: counted.get(state, 0) for state in BY_STATE}


def items_of(job_id: int) -> list:
    """Each line with its case and document: line, state, reason, case_no, item_name, applicant_name, applicant_kind, number."""
    rows = db.select(PrintItem.line, PrintItem.state, PrintItem.reason, Case.case_no, Case.item_name,
                     Case.applicant_name, Case.applicant_kind, Document.number)  # fmt: skip
    rows = rows.join(Case, Case.id == PrintItem.case_id).outerjoin(Document, Document.id == PrintItem.document_id)
    return db.session.execute(rows.where(PrintItem.job_id == job_id).order_by(PrintItem.line)).all()


# ── for the worker ───────────────────────────────────────────────────────────────────────────────────────────


def next_job() -> int | None:
    """The oldest job that is not done; one that a stopped worker left half-way goes on."""
    rows = db.select(func.min(PrintJob.id)).where(PrintJob.state.in_(("waiting", "working")))
    return db.session.scalar(rows)


def begin(job_id: int):
    """Who asked for it, as the verbs take them."""
    with one_transaction():
        job = db.session.get_one(PrintJob, job_id)
        job.state = "working"
        return actor_for(get_user(job.made_by))


def open_lines(job_id: int) -> list[int]:
    rows = db.select(PrintItem.line).where(PrintItem.job_id == job_id, PrintItem.state.in_(("waiting", "issued")))
    return list(db.session.scalars(rows.order_by(PrintItem.line)))


def line(job_id: int, number: int) -> PrintItem:
    return db.session.get_one(PrintItem, (job_id, number))


def note_line(job_id: int, number: int, state: str, **values) -> None:
    with one_transaction():
        row = update(PrintItem).where(PrintItem.job_id == job_id, PrintItem.line == number)
        db.session.execute(row.values(state=state, **values))


def documents_in(job_id: int) -> list[int]:
    rows = db.select(PrintItem.document_id).where(PrintItem.job_id == job_id, PrintItem.state == "done")
    return list(db.session.scalars(rows.order_by(PrintItem.line)))


def finish(job_id: int, merged: bytes | None) -> None:
    with one_transaction():
        row = update(PrintJob).where(PrintJob.id == job_id)
        db.session.execute(row.values(state="done", done_at=now(), pdf=merged))
