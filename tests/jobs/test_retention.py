"""保存期满: of a case that ended long ago no byte says whose it was; what was done, by whom, and its proof stand as before."""

import os
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, type_coerce

from app import moments
from app.cases import journal, proof, seals
from app.cases.models import Case, ClockRun, JournalEntry, Material
from app.cases.orders import Supervision
from app.custody.balance import unbalanced
from app.documents import uploads
from app.documents.checking import check_file
from app.documents.evidence import without_a_step
from app.documents.models import Document, Upload
from app.documents.pictures import drawn_anew
from app.extensions import db, one_transaction
from app.feedback.models import Rectification
from app.jobs import nightly, retention
from app.jobs.audit_commands import holes
from app.people.actions import record
from app.people.actor import SYSTEM
from app.people.models import DeskEvent
from app.receive import actions as receive
from app.sealing import SealedBytes
from tests import backoffice, sample
from tests.house.test_sealed import everything_kept
from tests.receive.test_abandoned import picture
from tests.story import Story

LONG_AFTER = datetime(2037, 1, 11, 10)
BEFORE = date(2027, 1, 1)
NAME, PHONE = "欧阳㐂柔", "13987650001"


@pytest.fixture
def told(app, desk_of, monkeypatch, clock):
    """One case archived, with a scan and a second one that uses the same bytes; another that is still open. → (story, pdf)"""
    monkeypatch.setattr(uploads, "JUST_NOW", -1)
    clock("2026-11-20 09:00")
    story = Story(app, desk_of, "MZ-001", n=7)
    url, form = story.intake(phone=PHONE, applicant_name=NAME)
    with app.app_context():
        by, draft = sample.actor("wf-01.clerk"), url.split("draft=")[1]
        uploads.store(picture("red"), "a.png", by, draft)
        uploads.store(picture("blue"), "b.png", by, draft)
    story._arrived(story.desk(story.clerk).post(url, form))
    story.accept().through_the_offices().hand_over()
    pdf = story.desk("wf-01.issuer").fetch(f"/documents/{story.documents()[-3].number}.pdf").data
    with app.app_context():
        other = backoffice.received("SJ-002", 2)
        with one_transaction():
            db.session.add(Upload(**{c.name: getattr(db.session.scalar(db.select(Upload).where(Upload.sha256 == _digest("blue"))), c.name)
                                     for c in Upload.__table__.columns if c.name not in ("id", "case_id", "draft_id")}, case_id=other.id))  # fmt: skip
        record("settings", SYSTEM)
    clock("2026-11-22 02:00")
    with app.app_context():
        nightly.run()
        assert _all_well() == []
    clock(LONG_AFTER.isoformat())
    return story, pdf


def test_after_its_time_nobody_can_say_whose_case_it_was_and_everything_still_proves_itself(app, told, desk_of):
    story, pdf = told
    with app.app_context():
        case = db.session.scalar(db.select(Case).filter_by(case_no=story.case_no))
        canaries = _cells(case.id) | {NAME.encode(), PHONE.encode(), case.id_number.encode(), bytes.fromhex(case.id_hash)}
        assert len(canaries) > 30
    before = everything_kept(app)
    assert all(canary in before for canary in canaries if canary not in (PHONE.encode(), case.id_number.encode()))

    command = app.test_cli_runner()
    listed = command.invoke(args=["retention", "list", "--before", "2027-01-01"])
    assert "保存期满的：1 件" in listed.output
    ran = command.invoke(args=["retention", "run", "--before", "2027-01-01", "--yes", "--rewrite"])
    assert ran.exit_code == 0 and "已删除 1 件" in ran.output, ran.output

    after = everything_kept(app)
    assert not [canary for canary in canaries if canary in after]
    with app.app_context():
        assert _all_well() == []
        case = db.session.scalar(db.select(Case).filter_by(case_no=story.case_no))
        rows = journal.entries_of(case.id)
        assert case.state == "archived" and rows[-1].action == "erase_personal_data" and rows[-1].facts["scans"] == 2
        assert all(row.facts == journal.ERASED and row.actor_name for row in rows[:-1]) and len(rows) > 10
        kept = [path.name for path in (Path(app.config["DATA_DIR"]) / "uploads").rglob("*") if path.is_file()]
        assert kept == [_digest("blue")]  # another case still names it
        checked = check_file(pdf)
        assert checked.state != "unknown" and checked.state != "altered" and checked.holder in ("", "（已按期删除）")
        assert db.session.scalar(db.select(DeskEvent).filter_by(action="erase_personal_data")).facts["cases"] == 1
        assert NAME not in str([document.facts for document in db.session.scalars(db.select(Document))])
    assert "已按期删除" in desk_of("service_admin.supervisor").sign_in("service_admin.supervisor").get(f"/desk/cases/{story.case_no}").text
    clerk = story.desk(story.clerk)
    assert "删除到期的个人信息" in clerk.get(f"/desk/cases/{story.case_no}").text
    clerk.get(f"/desk/cases/{story.case_no}/ledger")
    clerk.fetch(f"/documents/{story.documents()[0].number}.pdf", expect=404)
    assert story.case_no not in clerk.get("/desk/find?q=欧阳").text
    assert "保存期满的：0 件" in command.invoke(args=["retention", "list", "--before", "2027-01-01"]).output


def test_files_whose_rows_are_gone_go_with_the_night_but_not_the_young_nor_under_a_backup(app, told, monkeypatch):
    monkeypatch.setattr(uploads, "JUST_NOW", 3600)
    folder = Path(app.config["DATA_DIR"]) / "uploads"
    red, blue = (folder / digest[:2] / digest for digest in map(_digest, ("red", "blue")))
    with app.app_context():
        first = db.session.scalar(db.select(Upload.case_id).where(Upload.sha256 == red.name))
        with one_transaction():
            uploads.erase_of(first)  # and here it was stopped: the files are still there
        assert red.exists() and uploads.sweep() == 0  # somebody may be about to name it
        for file in (red, blue):
            os.utime(file, (0, 0))
        with uploads.files_stay():
            assert uploads.sweep() == 0  # a backup is made, which has the rows
        assert red.exists() and uploads.sweep() == 1
        assert blue.exists() and not red.exists() and uploads.sweep() == 0  # another case names the blue one


def _digest(colour: str) -> str:
    return sha256(drawn_anew(picture(colour))[1]).hexdigest()


def _cells(case_id: int) -> set[bytes]:
    """Every sealed value that belongs to this case, as it lies in its table."""
    found = set()
    for table in db.metadata.sorted_tables:
        sealed = [column for column in table.columns if isinstance(column.type, SealedBytes) and column.name not in
                  ("status_code", "verify_code")]  # fmt: skip
        if sealed and "case_id" in table.columns or table.name == "case":
            of_case = table.c.id if table.name == "case" else table.c.case_id
            for row in db.session.execute(db.select(*(type_coerce(column, LargeBinary) for column in sealed)).where(of_case == case_id)):
                found |= {bytes(cell) for cell in row if cell}
    return found


def _all_well() -> list[str]:
    db.session.expire_all()
    return [*proof.broken_entries(), *seals.broken(), *without_a_step(), *unbalanced(), *holes()]


def test_by_itself_nothing_is_due_and_by_setting_what_ended_so_many_years_ago(inside, clock):
    clock(LONG_AFTER.isoformat())
    assert retention.limit() is None and nightly.run()["erase"] == 0
    inside.config["RETENTION_YEARS"] = 1
    assert retention.limit() == date(2034, 1, 11)  # never less than three
    inside.config["RETENTION_YEARS"] = 10
    assert retention.limit() == date(2027, 1, 11) and nightly.run()["erase"] == 0


HOLDS = {
    "还有期限在计": lambda case: ClockRun(case_id=case.id, kind="delivery", started_on=BEFORE, amount=1, unit="working_day", due_on=BEFORE, started_seq=1),
    "还有材料没有退还或归档": lambda case: Material(case_id=case.id, line=9, name="身份证", form="original", state="held", office_id="wf-01"),
    "差评整改没有了结": lambda case: Rectification(case_id=case.id, opened_at=moments.now()),
    "督办没有答复": lambda case: Supervision(case_id=case.id, seq=1, kind="order", office_id="wf-01", problem="", demand="", reply_by=BEFORE,
                                         asked_name="", asked_at=moments.now()),
    "联办的其他办件没有办结": None,
}  # fmt: skip


def test_what_is_not_wholly_over_keeps_its_data(inside, clock):
    clock("2026-11-20 09:00")
    closed, still_open = backoffice.received("SJ-002", 1), backoffice.received("SJ-002", 2).id
    receive.withdraw(closed, sample.actor("wf-01.clerk"), "不办了", True)
    with one_transaction():
        db.session.execute(db.update(Material).where(Material.case_id == closed.id).values(state="returned"))
    clock(LONG_AFTER.isoformat())
    assert list(db.session.scalars(retention.due(BEFORE))) == [closed.id]
    assert not list(db.session.scalars(retention.due(date(2026, 11, 20))))
    for why, made in HOLDS.items():
        if made:
            db.session.add(made(closed))
        else:
            db.session.get(Case, still_open).parent_id = closed.id
        db.session.flush()
        assert not list(db.session.scalars(retention.due(BEFORE))) and retention.counts(BEFORE)[1] == {why: 1}, why
        db.session.rollback()
        db.session.connection(execution_options={"writes": True})
    db.session.rollback()
    assert retention.run(BEFORE) == 1 == 1 + retention.run(BEFORE)
    assert db.session.get(Case, still_open).applicant_name == sample.applicant(2, "person")["name"]


def test_facts_that_are_emptied_without_the_step_are_named(inside):
    case = backoffice.taken_up("CG-002", 1)
    with one_transaction():
        db.session.execute(db.update(JournalEntry).where(JournalEntry.case_id == case.id, JournalEntry.seq == 2).values(facts=journal.ERASED))
    assert "第 2 条日志的内容被清空" in "".join(proof.broken_entries())


def test_what_ended_lately_is_not_to_be_erased(inside, clock):
    clock("2026-11-20 09:00")
    said = inside.test_cli_runner().invoke(args=["retention", "run", "--before", "2024-11-20", "--yes"])
    assert said.exit_code == 1 and "不满 3 年" in said.output
