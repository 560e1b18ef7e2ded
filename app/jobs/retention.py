"""保存期满: what a closed case says about people is erased; that it was, who did what and when, and the proof of it stay."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from app.cases.append_only import OWNED
from app.cases.find import lock_cases
from app.cases.journal import ERASED
from app.cases.lifecycle import advance
from app.cases.models import Case, ClockRun, CorrectionLine, JournalEntry, Material, NamePair, Query, Task
from app.cases.orders import Supervision, WhistleCall
from app.cases.steps import ENDS
from app.custody.models import SlipLine
from app.documents import uploads
from app.documents.models import Document, DocumentBytes, PrintItem, PrintJob, Upload
from app.extensions import db, one_transaction
from app.feedback.models import Rating, Rectification
from app.hall.models import Visit
from app.moments import CST, today
from app.people.actions import record
from app.people.actor import SYSTEM
from app.receive.models import Draft
from app.refusals import Incomplete
from app.web.masking import ERASED_NAME

BATCH = 200
CLOSED = tuple(state for state in ENDS if state != "forwarded")
LEAST_YEARS = 3  # 网络数据条例 12: records of personal data handed on are kept so long
# Of a document: what tells its number, office and kind; by it a paper is still known as ours.
KEPT_FACTS = ("kind", "title", "number", "office", "heading", "item_name", "case_no", "day", "verify_code", "status_code")

# Table: column and what stands there afterwards. All rows of the case.
BLANK = {
    Task: {"opinion": None, "proposal": None},
    Query: {"question": "", "answer": None},
    CorrectionLine: {"problem": "", "standard": ""},
    Material: {"remark": "", "upload_id": None},
    Supervision: {"problem": "", "demand": "", "reply": None},
    WhistleCall: {"problem": "", "report": None},
    Rating: {"comment": None},
    Rectification: {"measures": None},
    Visit: {"note": ""},
    SlipLine: {"note": ""},
    PrintItem: {"reason": ""},
}
PERSON = {
    "applicant_name": ERASED_NAME, "id_number": None, "id_hash": None, "phone": None, "phone_hash": None,
    "particulars": {}, "form": {},
}  # fmt: skip


def limit() -> date | None:
    """Cases that ended before this day are due, by the setting RETENTION_YEARS; None: nothing is ever due by itself."""
    years, day = current_app.config["RETENTION_YEARS"], today()
    if not years:
        return None
    years = max(years, LEAST_YEARS)
    return day.replace(year=day.year - years) if (day.month, day.day) != (2, 29) else date(day.year - years, 2, 28)


def checked(before: date) -> date:
    """A day that may be asked for: at least LEAST_YEARS ago."""
    if before > today() - timedelta(days=365 * LEAST_YEARS):
        raise Incomplete(f"办结不满 {LEAST_YEARS} 年的，个人信息不能删除。")
    return before


def due(before: date) -> Select:
    """The ids of cases that are over, ended before this day, and have nothing that holds them back."""
    return _ended(before).where(*(~why for why in held().values()))


def counts(before: date) -> tuple[dict[str, int], dict[str, int]]:
    """(how many are due, by item; how many ended before this day and are held back, by the reason)."""
    rows = due(before).add_columns(Case.item_name).subquery()
    by_item = select(rows.c.item_name, func.count()).group_by(rows.c.item_name).order_by(rows.c.item_name)
    kept = {why: db.session.scalar(select(func.count()).select_from(_ended(before).where(clause).subquery()))
            for why, clause in held().items()}  # fmt: skip
    return dict(db.session.execute(by_item).all()), {why: many for why, many in kept.items() if many}


def held() -> dict[str, ColumnElement[bool]]:
    """Why a case that is over keeps its data: in words, and as a question."""
    other = aliased(Case)
    family = or_(other.parent_id == Case.id, other.id == Case.parent_id, other.parent_id == Case.parent_id)
    return {
        "还有期限在计": _of(ClockRun, ClockRun.stopped_on.is_(None)),
        "还有材料没有退还或归档": _of(Material, Material.state.in_(("held", "in_transit"))),
        "交接差异没有了结": _of(SlipLine, SlipLine.found.is_(False), SlipLine.settled.is_(None)),
        "联办的其他办件没有办结": exists().where(family, other.ended_at.is_(None)),
        "差评整改没有了结": _of(Rectification, Rectification.closed_at.is_(None)),
        "督办没有答复": _of(Supervision, Supervision.replied_at.is_(None)),
        "吹哨没有报到": _of(WhistleCall, WhistleCall.reported_at.is_(None)),
        "文书暂停使用或仍在有效期": _of(
            Document, or_(Document.state == "suspended", and_(Document.state == "valid", Document.valid_until >= today()))),
    }  # fmt: skip


def run(before: date, by=SYSTEM) -> int:
    """Erase what is due, a case a transaction, oldest number first; stopped, it goes on when run again. Returns how many."""
    done = 0
    for case_id in _batches(before):
        with one_transaction():
            if db.engine.dialect.name == "sqlite":
                db.session.connection().exec_driver_sql("PRAGMA secure_delete = ON")  # zeros over what is given up
            case, files = lock_cases([case_id])[0], set()
            if db.session.scalar(due(before).where(Case.id == case_id)):  # still, now that it is held
                files = _erase(case, before, by)
                done += 1
        uploads.remove_unnamed(files)
        db.session.remove()
    if done:
        record("erase_personal_data", by, subject=f"before:{before.isoformat()}", cases=done)
        _empty_the_log()
    return done


def rewrite() -> None:
    """Write the whole database anew: on the disk nothing is left of what any row once said. Takes its time, and the room twice."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    if not on_sqlite and not db.session.execute(OWNED, {"table": "journal_entry"}).scalar():
        raise Incomplete("只有表的所有者才能整理重写，请用所有者的 DATABASE_URL 再运行一次。")  # PostgreSQL would pass them over in silence
    _outside_any_transaction("VACUUM" if on_sqlite else "VACUUM FULL")
    _empty_the_log()


def _erase(case: Case, before: date, by) -> set[str]:
    """The files of scans that may go once this is kept."""
    numbers = select(Document.id).where(Document.case_id == case.id)
    documents = list(db.session.scalars(select(Document).where(Document.case_id == case.id)))
    scans = db.session.scalar(select(func.count()).select_from(Upload).where(Upload.case_id == case.id))
    entry = advance(case, "erase_personal_data", by, before=before.isoformat(), documents=len(documents), scans=scans)
    for name, value in PERSON.items():
        setattr(case, name, value)
    for table, values in BLANK.items():
        db.session.execute(update(table).where(table.case_id == case.id).values(values))
    db.session.execute(update(Material).where(Material.case_id == case.id, Material.kind == "extra").values(name="补充材料"))
    for document in documents:
        document.facts = {key: document.facts[key] for key in KEPT_FACTS if key in document.facts} | {"applicant": ERASED_NAME, **ERASED}
        document.state_reason = ERASED_NAME if document.state_reason else ""
    db.session.flush()
    db.session.execute(update(DocumentBytes).where(DocumentBytes.document_id.in_(numbers)).values(pdf=b""))
    jobs = select(PrintItem.job_id).where(PrintItem.case_id == case.id)
    db.session.execute(update(PrintJob).where(PrintJob.id.in_(jobs)).values(pdf=None))
    db.session.execute(update(JournalEntry).where(JournalEntry.case_id == case.id, JournalEntry.seq < entry.seq).values(facts=ERASED))
    for table in (NamePair, Draft):
        db.session.execute(delete(table).where(table.case_id == case.id))
    return uploads.erase_of(case.id)


def _ended(before: date) -> Select:
    moment = datetime(before.year, before.month, before.day, tzinfo=CST)
    return select(Case.id).where(Case.ended_at < moment, Case.state.in_(CLOSED), Case.applicant_name != ERASED_NAME)


def _of(table, *such) -> ColumnElement[bool]:
    return exists().where(table.case_id == Case.id, *such)


def _batches(before: date) -> Iterator[int]:
    last = 0
    while ids := list(db.session.scalars(due(before).where(Case.id > last).order_by(Case.id).limit(BATCH))):
        yield from ids
        last = ids[-1]


def _empty_the_log() -> None:
    """SQLite's write-ahead log still holds the pages as they were."""
    if db.engine.dialect.name == "sqlite":
        _outside_any_transaction("PRAGMA wal_checkpoint(TRUNCATE)")


def _outside_any_transaction(statement: str) -> None:
    db.session.remove()
    connection = db.engine.raw_connection()
    try:
        driver = connection.driver_connection
        if db.engine.dialect.name == "postgresql":
            driver.autocommit = True
        driver.execute(statement).close()
    finally:
        connection.invalidate()
        connection.close()
