"""Somebody has the database's shell: whatever is done to the journal, `audit verify` names it. And the database itself says no."""

import os
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app import moments
from app.cases import proof, seals
from app.cases.journal import chain_hash
from app.cases.models import Case, JournalEntry, Seal
from app.documents.evidence import without_a_step
from app.extensions import db
from app.jobs import backup, nightly, restore, tell
from app.jobs.migrate import migrate
from app.people.actions import record
from app.people.actor import SYSTEM
from app.people.models import DeskEvent
from tests import backoffice
from tests.databases import make_app
from tests.deep._postgres import BIN
from tests.desk import Desk
from tests.story import Story

GUARDED = ("journal_entry", "desk_event", "seal")
MID = "(SELECT id FROM journal_entry WHERE case_id = 2 AND seq = 2)"
FIRST = "(SELECT id FROM journal_entry WHERE case_id = 2 AND seq = 1)"
TAIL = "(SELECT max(id) FROM journal_entry WHERE case_id = 2)"
LATER = 3 * 24 * 3600 * 1_000_000  # three days in microseconds
OTHER_HASH = "'" + "ab" * 32 + "'"
AGAIN = "case_id, seq, action, actor_id, actor_name, office_id, desk_id, at, from_state, to_state, facts, facts_digest, previous, hash"

CHANGES = {  # column: what is put there instead
    "case_id": "3, seq = 70", "seq": "77", "action": "'refuse'", "actor_id": "1", "actor_name": "'某人'", "office_id": "'gh-01'",
    "desk_id": "'W9'", "at": f"at - {LATER}", "from_state": "'decided'", "to_state": "'ready'", "facts": None,
    "facts_digest": OTHER_HASH, "previous": OTHER_HASH, "hash": OTHER_HASH, "notice": "'other'", "told_at": "1", "id": "id + 100000",
}  # fmt: skip
SEALS = {"day": None, "entries": "entries + 1", "events": "events + 1", "digest": OTHER_HASH, "previous": OTHER_HASH,
         "mac": "'ab'", "made_at": "made_at + 1"}  # fmt: skip
EVENTS = {"at": f"at - {LATER * 9}", "actor_id": "77", "actor_name": "'某人'", "action": "'x'", "subject": "'x'", "result": "'x'",
          "facts": "'{\"x\": 1}'"}  # fmt: skip


def _tamperings() -> dict[str, tuple[str, ...]]:
    found = {}
    for where, row in (("first", FIRST), ("middle", MID), ("last", TAIL)):
        for column, value in CHANGES.items():
            if value and not (column == "id" and where == "last"):  # a later number for the last row says nothing else
                found[f"{column} of the {where} row"] = (f'UPDATE journal_entry SET "{column}" = {value} WHERE id = {row}',)
        found[f"facts of the {where} row from another"] = (
            f"UPDATE journal_entry SET facts = (SELECT facts FROM journal_entry WHERE case_id = 3 AND seq = 2) WHERE id = {row}",)
        found[f"the {where} row removed"] = (f"DELETE FROM journal_entry WHERE id = {row}",)
        found[f"the {where} row back-dated"] = (f"UPDATE journal_entry SET at = at - {LATER} WHERE id = {row}",)
        found[f"the {where} row copied to another case"] = (
            f"INSERT INTO journal_entry (id, {AGAIN}) SELECT 900001, {AGAIN.replace('case_id, seq', '3, 90')} FROM journal_entry WHERE id = {row}",)
    head = "UPDATE \"case\" SET seq = seq - 1, head = (SELECT previous FROM journal_entry WHERE case_id = 2 AND seq = \"case\".seq) WHERE id = 2"
    found |= {
        "two rows swapped": (
            f"UPDATE journal_entry SET seq = 99 WHERE id = {MID}",
            "UPDATE journal_entry SET seq = 2 WHERE case_id = 2 AND seq = 3", "UPDATE journal_entry SET seq = 3 WHERE case_id = 2 AND seq = 99"),
        "what two rows say swapped": (
            "UPDATE journal_entry SET facts = (SELECT other.facts FROM journal_entry other WHERE other.case_id = 2 AND other.seq = 5 - journal_entry.seq)"
            " WHERE case_id = 2 AND seq IN (2, 3)",),
        "tail cut": ("DELETE FROM journal_entry WHERE case_id = 2 AND seq > 2",),
        "tail cut and the head moved back": (head, f"DELETE FROM journal_entry WHERE id = {TAIL}"),
        "all rows of a case removed": ("DELETE FROM journal_entry WHERE case_id = 2",),
        "all rows of a case and its head": ("DELETE FROM journal_entry WHERE case_id = 2", "UPDATE \"case\" SET seq = 0, head = '' WHERE id = 2"),
        "table emptied": ("DELETE FROM journal_entry",),
        "table emptied, heads put back": ("DELETE FROM journal_entry", "UPDATE \"case\" SET seq = 0, head = ''"),
        "table emptied, heads put back, seals thrown away": (
            "DELETE FROM journal_entry", "UPDATE \"case\" SET seq = 0, head = ''", "DELETE FROM seal"),
        "everything of one day removed": ("DELETE FROM journal_entry WHERE at < (SELECT min(at) FROM journal_entry) + 43200000000",),
        "the case moved to another state": ("UPDATE \"case\" SET state = 'ready' WHERE id = 2",),
        "the head of a case": (f"UPDATE \"case\" SET head = {OTHER_HASH} WHERE id = 2",),
        "the count of a case": ("UPDATE \"case\" SET seq = seq + 1 WHERE id = 2",),
        "the rows of two cases exchanged": (
            "UPDATE journal_entry SET seq = seq + 500 WHERE case_id = 2",
            "UPDATE journal_entry SET case_id = 2 WHERE case_id = 3", "UPDATE journal_entry SET case_id = 3, seq = seq - 500 WHERE seq > 500"),
        "the last seal removed": ("DELETE FROM seal WHERE day = (SELECT max(day) FROM seal)",),
        "the first seal removed": ("DELETE FROM seal WHERE day = (SELECT min(day) FROM seal)",),
        "all seals removed": ("DELETE FROM seal",),
        "an event removed": ("DELETE FROM desk_event WHERE id = (SELECT min(id) FROM desk_event)",),
        "all events removed": ("DELETE FROM desk_event",),
        "an event slipped in": (
            "INSERT INTO desk_event (id, at, actor_name, action, subject, result, facts)"
            " SELECT 900001, at, '某人', 'sign_in', '', 'ok', '{}' FROM desk_event WHERE id = (SELECT min(id) FROM desk_event)",),
        "an event before all days": (
            "INSERT INTO desk_event (id, at, actor_name, action, subject, result, facts)"
            " SELECT 900002, -86400000000, '某人', 'sign_in', '', 'ok', '{}' FROM desk_event WHERE id = (SELECT min(id) FROM desk_event)",),
    }  # fmt: skip
    found |= {f"{column} of a seal": (f"UPDATE seal SET {column} = {value} WHERE day = (SELECT min(day) FROM seal)",)
              for column, value in SEALS.items() if value}  # fmt: skip
    found |= {f"{column} of an event": (f"UPDATE desk_event SET {column} = {value} WHERE id = (SELECT min(id) FROM desk_event)",)
              for column, value in EVENTS.items()}  # fmt: skip
    return found


TAMPERINGS = _tamperings()


def problems() -> list[str]:
    """All that `audit verify` says."""
    db.session.expire_all()
    return [*proof.broken_entries(), *seals.broken(), *without_a_step()]


@pytest.fixture
def written(inside):
    """Four cases over two days, both sealed on the third."""
    for day in ("2026-11-23 10:00", "2026-11-24 10:00"):
        with moments.at(datetime.fromisoformat(day)):
            for n in (1, 2):
                backoffice.taken_up("CG-002", n + 2 * ("24" in day[:10]))
            record("settings", SYSTEM, subject=day)
    with moments.at(datetime.fromisoformat("2026-11-25 10:00")):
        nightly.run()
    assert problems() == []
    return inside


def test_whatever_is_done_to_the_journal_is_named(written):
    """In one open transaction each, with the triggers taken away first, and undone afterwards."""
    unnamed = {}
    for name, statements in TAMPERINGS.items():
        db.session.rollback()
        db.session.connection(execution_options={"writes": True})
        _take_the_triggers_away()
        for statement in statements:
            db.session.execute(text(statement))
        if not problems():
            unnamed[name] = statements
        db.session.rollback()
    assert not unnamed and len(TAMPERINGS) >= 50
    assert problems() == []


def test_who_recomputes_the_whole_chain_cannot_make_the_seal(written):
    """A clever hand writes a consistent history; the seal wants a key that is not in the database."""
    db.session.rollback()
    db.session.connection(execution_options={"writes": True})
    _take_the_triggers_away()
    rows = db.session.scalars(db.select(JournalEntry).filter_by(case_id=2).order_by(JournalEntry.seq)).all()
    rows[1].actor_name, previous = "某人", rows[0].hash
    for row in rows[1:]:
        row.previous, previous = previous, previous
        row.hash = previous = chain_hash(row)
    db.session.get_one(Case, 2).head = previous
    db.session.flush()
    assert not list(proof.broken_entries()) and list(seals.broken())
    before = None
    for seal in db.session.scalars(db.select(Seal).order_by(Seal.day)).all():
        seal.previous = before.digest if before else seals.GENESIS
        seal.entries, seal.events, seal.digest = seals._heads(seal.day, seal.previous, before)
        before = seal
    db.session.flush()
    said = list(seals.broken())
    assert said and all("密钥" in one for one in said)
    db.session.rollback()


@pytest.mark.parametrize("table", GUARDED)
def test_the_database_itself_changes_and_removes_nothing(written, table):
    column = {"seal": "digest"}.get(table, "action")
    statements = [f"UPDATE {table} SET {column} = 'x'"]
    if table != "seal":
        statements.append(f"DELETE FROM {table}")
    if table != "seal" and db.engine.dialect.name == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    for statement in statements:
        db.session.rollback()
        db.session.connection(execution_options={"writes": True})
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
    db.session.rollback()
    assert problems() == [] and db.session.scalar(db.select(db.func.count()).select_from(DeskEvent))


def test_a_check_that_may_not_take_long_says_how_far_it_came(written, monkeypatch):
    monkeypatch.setattr(proof, "AT_ONCE", 2)
    found = proof.within(0)
    assert (found.whole, found.cases, found.problems) == (False, 2, [])
    assert proof.within(60).whole and proof.within(60).cases == 4


def _take_the_triggers_away() -> None:
    for table in GUARDED:
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        else:
            for kind in ("kept", "unchanged"):
                db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_{kind}"))


@pytest.fixture
def of_two(databases, tmp_path):
    """(the owner's app, the role, the app of the desk, which signs in to PostgreSQL as that role)."""
    role = f"desk_{os.getpid()}"
    with databases.fresh("postgresql", tmp_path, DATABASE_ROLE=role) as owner:
        address = make_url(owner.config["SQLALCHEMY_DATABASE_URI"])
        with owner.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'only for tests'")
        as_role = address.set(username=role, password="only for tests").render_as_string(hide_password=False)
        app = make_app(as_role, tmp_path, DATABASE_ROLE=role)
        try:
            yield owner, role, app
        finally:
            with app.app_context():
                db.engine.dispose()
            with owner.app_context(), db.engine.begin() as connection:
                connection.exec_driver_sql(f"DROP OWNED BY {role}; DROP ROLE {role}")


FORBIDDEN = (
    "UPDATE journal_entry SET action = 'x'", "DELETE FROM journal_entry", "TRUNCATE journal_entry CASCADE", "DELETE FROM desk_event",
    "UPDATE desk_event SET result = 'x'", "UPDATE seal SET digest = 'x'", "DELETE FROM seal", "TRUNCATE material CASCADE",
    "DROP TRIGGER journal_entry_unchanged ON journal_entry", "ALTER TABLE seal DISABLE TRIGGER USER", "DROP TABLE seal",
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'",
    "SET session_replication_role = replica",
)  # fmt: skip


def test_the_desk_works_as_a_role_that_cannot_touch_its_journal(of_two, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{BIN}:{os.environ['PATH']}")  # of its tools a plain role must be told
    owner, role, app = of_two
    with owner.app_context():
        migrate()
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"GRANT TRUNCATE, TRIGGER ON journal_entry TO {role}; GRANT ALL ON seal TO PUBLIC")
        migrate()  # again: nothing more, nothing less
    with app.app_context():
        migrate()  # as the desk does at its start: nothing to do, and nothing it might
        assert db.session.scalar(text("SELECT current_user")) == role
        db.session.remove()
    desks = {}
    story = Story(app, lambda login: desks.get(login) or desks.setdefault(login, Desk(app).sign_in(login)), "SJ-001")
    story.come_in().accept().through_the_offices().hand_over().must_hold()
    with app.app_context():
        tell.tell_all()
        nightly.run()
        assert problems() == []
        assert backup.create(tmp_path / "desk.backup")["rows"]["case"] == 1
        for statement in FORBIDDEN:
            with pytest.raises(DBAPIError, match="permission denied|must be owner"):
                db.session.execute(text(statement))
            db.session.rollback()


def test_a_role_that_is_not_there_or_limits_nothing_is_refused_in_words(of_two):
    owner, _role, _app = of_two
    with owner.app_context():
        for role, said in (("nobody_here", "没有 DATABASE_ROLE"), ("postgres", "超级用户")):
            owner.config["DATABASE_ROLE"] = role
            with pytest.raises(RuntimeError, match=said):
                migrate()


def test_a_restored_database_lets_the_desk_work_again(of_two, tmp_path):
    owner, role, app = of_two
    with owner.app_context():
        migrate()
        backup.create(tmp_path / "desk.backup")
        restore.restore(tmp_path / "desk.backup", tmp_path, overwrite=True)
        db.engine.dispose()
    with app.app_context():
        assert backoffice.taken_up("CG-002", 1).case_no
