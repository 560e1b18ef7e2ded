"""The database held, read-only, or gone and back: a sentence, in time, and work goes on by itself."""

import sqlite3
import time
from threading import Thread

import psycopg
import pytest

from app.extensions import db, one_transaction
from app.people.models import Office
from app.refusals import Busy
from tests.databases import make_app
from tests.desk import Desk
from tests.filled import filled

CLERK = "wf-01.clerk"


def begin_a_case(desk, expect):
    """The smallest save of the counter: choosing a matter."""
    began = time.monotonic()
    token = desk.get("/password").select_one("input[name=csrf_token]")["value"]
    answer = desk.send("/desk/drafts", {"csrf_token": token, "item_code": "CG-002"}, expect=expect)
    return answer, time.monotonic() - began


@pytest.fixture
def files(databases, tmp_path):
    (tmp_path / "data").mkdir()
    with databases.fresh("sqlite", tmp_path / "data") as app:
        yield app


def test_a_save_that_cannot_have_the_lock_says_so_in_time_and_the_next_one_works(files, tmp_path):
    desk = Desk(files).sign_in(CLERK)
    holder = sqlite3.connect(tmp_path / "data" / "desk.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer, took = begin_a_case(desk, 503)
    assert "请稍后再试" in answer.text and took < 6
    began = time.monotonic()
    desk.get("/desk")  # reading goes on
    assert time.monotonic() - began < 3
    holder.execute("ROLLBACK")
    holder.close()
    begin_a_case(desk, 303)


def test_an_intake_that_cannot_have_the_lock_does_not_wait_for_it_twice(files, tmp_path):
    """Once for the case, and once more to keep what was typed, would be longer than a person is to wait."""
    desk = Desk(files).sign_in(CLERK)
    address = desk.post("/desk/drafts", {"item_code": "MZ-001"}, page="/desk/receive").location
    page = desk.get(address)
    values = filled(page) | {"csrf_token": page.select_one("input[name=csrf_token]")["value"]}
    holder = sqlite3.connect(tmp_path / "data" / "desk.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    answer = desk.send(address, values, expect=503)
    assert "请稍后再试" in answer.text and time.monotonic() - began < 6
    holder.execute("ROLLBACK")
    holder.close()
    desk.send(address, values, expect=303)


def test_who_waited_at_the_door_does_not_wait_as_long_again_for_the_lock(files, tmp_path):
    """The first of two waits for a lock that somebody else holds, the second for the first, and then for the lock."""
    holder = sqlite3.connect(tmp_path / "data" / "desk.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    took = []

    def save(after: float) -> None:
        time.sleep(after)
        began = time.monotonic()
        with files.app_context(), pytest.raises(Busy), one_transaction():
            pass
        took.append(time.monotonic() - began)

    both = [Thread(target=save, args=(after,)) for after in (0, 1)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    holder.close()
    assert len(took) == 2 and max(took) < 6


def test_on_a_read_only_disk_reading_goes_on_and_a_save_is_refused_in_words(files, tmp_path):
    desk = Desk(files).sign_in(CLERK)
    with desk.client.session_transaction() as session:
        token = session["sid"]
    place = tmp_path / "data" / "desk.db"
    closed = make_app(f"sqlite:///file:{place}?mode=ro&uri=true", tmp_path / "data")
    other = Desk(closed)
    with other.client.session_transaction() as session:
        session["sid"] = token
    other.get("/desk")
    answer, took = begin_a_case(other, 507)
    assert "磁盘已满或不能写入" in answer.text and took < 6
    with closed.app_context():
        db.engine.dispose()
    begin_a_case(desk, 303)


def test_a_restarted_postgresql_is_found_again_without_a_hand(databases, tmp_path):
    with databases.fresh("postgresql", tmp_path) as app:
        desk = Desk(app).sign_in(CLERK)
        desk.get("/desk")
        with psycopg.connect(databases.server().get_uri("postgres"), autocommit=True) as server:
            name = app.config["SQLALCHEMY_DATABASE_URI"].split("?")[0].rsplit("/", 1)[1]
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        desk.get("/desk")
        begin_a_case(desk, 303)


def test_a_page_that_is_made_is_not_spoilt_by_a_connection_that_died_meanwhile(databases, tmp_path):
    with databases.fresh("postgresql", tmp_path) as app:
        desk = Desk(app).sign_in(CLERK)

        @app.after_request
        def postgresql_dies_now(answer):
            with psycopg.connect(databases.server().get_uri("postgres"), autocommit=True) as server:
                own = db.session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
                server.execute("SELECT pg_terminate_backend(%s)", (own,))
            return answer

        assert "收件" in desk.get("/desk").get_text()
        app.after_request_funcs[None].remove(postgresql_dies_now)
        begin_a_case(desk, 303)


def test_a_postgresql_that_takes_no_writes_is_read_and_a_save_is_refused_in_words(databases, tmp_path):
    """A stand-by after a switch, or a server whose disk the kernel took out of service."""
    with databases.fresh("postgresql", tmp_path) as app:
        desk = Desk(app).sign_in(CLERK)
        for said, expect in (("on", 507), ("off", 303)):
            with psycopg.connect(databases.server().get_uri("postgres"), autocommit=True) as server:
                name = app.config["SQLALCHEMY_DATABASE_URI"].split("?")[0].rsplit("/", 1)[1]
                server.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {said}')
            with app.app_context():
                db.engine.dispose()
            answer, took = begin_a_case(desk, expect)
            assert expect == 303 or "磁盘已满或不能写入" in answer.text
            assert took < 6


def test_a_lock_held_in_postgresql_is_not_waited_for_for_ever(databases, tmp_path):
    with databases.fresh("postgresql", tmp_path) as app:
        desk = Desk(app).sign_in(CLERK)
        with psycopg.connect(app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")) as holder:
            holder.execute("LOCK TABLE draft")
            answer, took = begin_a_case(desk, 503)
            assert "请稍后再试" in answer.text and took < 6
        begin_a_case(desk, 303)


def test_a_file_that_postgresql_may_not_open_any_more_is_a_full_disk_and_no_mistake_of_ours(databases, tmp_path):
    """PostgreSQL says "missing privilege" (42501) for EROFS; said here by a trigger with its words."""
    with databases.fresh("postgresql", tmp_path) as app:
        desk = Desk(app).sign_in(CLERK)
        with psycopg.connect(app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", ""), autocommit=True) as server:
            words = 'could not open file "base/5/1259": Read-only file system'
            server.execute("CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                           f"RAISE insufficient_privilege USING MESSAGE = '{words}'; END $$")  # fmt: skip
            server.execute("CREATE TRIGGER closed BEFORE INSERT ON draft FOR EACH ROW EXECUTE FUNCTION closed()")
            answer, _took = begin_a_case(desk, 507)
            assert "磁盘已满或不能写入" in answer.text
            server.execute("DROP TRIGGER closed ON draft")
        begin_a_case(desk, 303)


def test_what_a_reading_page_wrote_by_mistake_is_not_kept(databases, tmp_path):
    """A transaction that only read ends with a COMMIT on PostgreSQL, so that statements stay prepared; one that wrote does not."""
    with databases.fresh("postgresql", tmp_path) as app:
        with app.app_context():
            db.session.execute(db.text("UPDATE office SET name = 'X' WHERE id = 'wf-01'"))
        with app.app_context():
            assert db.session.scalar(db.text("SELECT name FROM office WHERE id = 'wf-01'")) != "X"
        for _page in range(12):
            with app.app_context():
                db.session.scalar(db.text("SELECT count(*) FROM office"))
        with app.app_context():
            prepared = db.session.connection().exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar()
            assert prepared > 0
            db.session.add(db.session.get(Office, "wf-01"))
            db.session.get(Office, "wf-01").name = "X"
            db.session.flush()
        with app.app_context():
            assert db.session.get(Office, "wf-01").name != "X"
