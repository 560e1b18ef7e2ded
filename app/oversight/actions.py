"""The supervisor's verbs: order and answer, whistle and report, put a bad rating right, ask for an export."""

from datetime import date, timedelta

from app.calendar.due import WORKING_DAY, due
from app.calendar.find import calendar_for
from app.cases import ordered
from app.cases.lifecycle import advance
from app.cases.models import Case, JournalEntry
from app.cases.orders import Supervision, WhistleCall
from app.cases.standing import Standing
from app.documents.steps import take_step
from app.extensions import db, one_transaction
from app.feedback.models import Rectification
from app.moments import now
from app.oversight.models import ExportJob
from app.people.actions import record
from app.people.find import office
from app.refusals import Incomplete, NotThere, OutOfTurn

SIGN, CONTACT = timedelta(hours=1), timedelta(hours=24)  # domain 4.5
REPORT = {"routine": 3, "hard": 5}  # working days
LEVELS = {"routine": "一般（3 个工作日回告）", "hard": "疑难（5 个工作日回告）"}


def supervise(case: Case, by, kind: str, office_id: str, problem: str, demand: str, reply_by: date,
              person: str = "") -> JournalEntry:  # fmt: skip
    """催办 (`reminder`) or 督办 (`order`, with a 督办单) to an office and perhaps one person in it."""
    with one_transaction():
        to = office(office_id)
        entry = take_step(
            case, "supervise", by, kind=kind, office_id=to.id, to_office=to.name + (f" {person}" if person else ""),
            problem=problem, demand=demand, reply_by=reply_by,
        )  # fmt: skip
        row = Supervision(case_id=case.id, seq=entry.seq, kind=kind, office_id=to.id, person_name=person or None,
                          problem=problem, demand=demand, reply_by=reply_by)  # fmt: skip
        row.asked_name, row.asked_at = by.name, entry.at
        db.session.add(row)
    return entry


def reply_supervision(case: Case, by, reply: str) -> JournalEntry:
    """The office answers the oldest order that it has not answered."""
    with one_transaction():
        order = ordered.order_here(Standing(case, by))
        entry = take_step(case, "reply_supervision", by, reply=reply, order=order.seq if order else 0)
        row = db.session.scalar(db.select(Supervision).filter_by(case_id=case.id, seq=order.seq))
        row.reply, row.replied_name, row.replied_at = reply, by.name, entry.at
    return entry


def whistle(case: Case, by, office_ids: list[str], level: str, problem: str, demand: str) -> JournalEntry:
    """吹哨: the street calls departments; each signs in an hour, makes contact in a day, reports in 3 or 5 wd."""
    with one_transaction():
        offices, at = [office(one) for one in dict.fromkeys(office_ids)], now()
        until = due(at.date(), REPORT.get(level, 0), WORKING_DAY, calendar_for(case.centre_id)).on
        names = [one.name for one in offices]
        entry = take_step(
            case, "whistle", by, office_ids=[one.id for one in offices], to_office="、".join(names), with_offices=[],
            response=level, level=LEVELS.get(level, ""), problem=problem, demand=demand, reply_by=until,
        )  # fmt: skip
        for one in offices:
            call = WhistleCall(case_id=case.id, seq=entry.seq, office_id=one.id, level=level, problem=problem)
            call.called_name, call.called_at = by.name, entry.at
            call.sign_by, call.contact_by, call.report_by = entry.at + SIGN, entry.at + CONTACT, until
            db.session.add(call)
    return entry


def whistle_sign(case: Case, by) -> JournalEntry:
    with one_transaction():
        entry = take_step(case, "whistle_sign", by)
        call = _call(case, by)
        call.signed_at, call.signed_name = entry.at, by.name
    return entry


def whistle_contact(case: Case, by, contact: str) -> JournalEntry:
    with one_transaction():
        entry = take_step(case, "whistle_contact", by, contact=contact)
        _call(case, by).contacted_at = entry.at
    return entry


def whistle_report(case: Case, by, report: str) -> JournalEntry:
    with one_transaction():
        entry = take_step(case, "whistle_report", by, report=report)
        call = _call(case, by)
        call.reported_at, call.reported_name, call.report = entry.at, by.name, report
    return entry


def _call(case: Case, by) -> WhistleCall:
    rows = db.select(WhistleCall).filter_by(case_id=case.id, office_id=by.office_id).order_by(WhistleCall.id.desc())
    return db.session.scalars(rows).first()


def rectify(case: Case, by, measures: str) -> Rectification:
    """What was done about a bad rating. It stands in no journal yet: the clerk must not guess who rated."""
    with one_transaction():
        row = _open_rectification(case)
        row.measures, row.measured_name, row.measured_at = measures, by.name, now()
        record("rectify", by)
    return row


def call_back(case: Case, by, result: str) -> JournalEntry | None:
    """回访 closes it, once something was done; nobody reached is noted and leaves it open."""
    with one_transaction():
        row = _open_rectification(case)
        if not row.measures:
            raise Incomplete("先登记整改情况，再登记回访。")
        if result == "unreachable":
            record("call_back", by, result="unreachable")
            return None
        entry = advance(case, "call_back", by, measures=row.measures, result=CALLED[result])
        row.result, row.called_name, row.closed_at = result, by.name, entry.at
    return entry


CALLED = {"satisfied": "已整改，满意", "accepted": "已说明，表示理解", "unsatisfied": "仍不满意", "unreachable": "未联系上"}


def _open_rectification(case: Case) -> Rectification:
    row = db.session.get(Rectification, case.id)
    if row is None:
        raise NotThere("这一件没有差评整改。")
    if row.closed_at:
        raise OutOfTurn("这一件的差评整改已经回访办结。")
    return row


def ask_export(by, table: str, title: str, kind: str, asked: dict, rows: int) -> ExportJob:
    """A long one, for the worker (jobs/exports.py)."""
    with one_transaction():
        job = ExportJob(user_id=by.id, table=table, title=title, kind=kind, asked=asked, rows=rows, asked_at=now())
        db.session.add(job)
        note_export(by, table, kind, asked, rows)
    return job


def note_export(by, table: str, kind: str, asked: dict, rows: int) -> None:
    """Who took which table out of the house, with which filters (reliability A2)."""
    record("export", by, subject=f"{table}.{kind}", rows=rows, **asked)


def work_on(job_id: int) -> bool:
    """The worker takes a waiting job; False when another worker has it."""
    with one_transaction():
        taken = db.update(ExportJob).where(ExportJob.id == job_id, ExportJob.state == "waiting")
        return bool(db.session.execute(taken.values(state="running", written=0)).rowcount)


def note_progress(job_id: int, written: int, state: str = "running") -> None:
    with one_transaction():
        job = db.session.get(ExportJob, job_id)
        job.written, job.state = written, state
        if state != "running":
            job.done_at = now()


def wait_again() -> None:
    """What a worker that died left half-written is made anew."""
    with one_transaction():
        db.session.execute(db.update(ExportJob).where(ExportJob.state == "running").values(state="waiting"))
