"""Plain rows are read without a transaction; written they are within one, or not at all."""

from sqlalchemy import bindparam, select, update

from app.extensions import db, forget_what_was_read, noted, one_transaction, read_rows, write_rows
from app.people.models import Office

NAME = select(Office.__table__.c.name).where(Office.__table__.c.id == bindparam("office"))
RENAME = update(Office.__table__).where(Office.__table__.c.id == bindparam("office")).values(name=bindparam("name"))
HERE = {"office": "wf-01"}


def test_who_only_looks_begins_no_transaction(inside):
    assert read_rows(NAME, HERE).scalar()
    assert not db.session().in_transaction()
    noted()["seen"] = "once"
    read_rows(NAME, HERE).all()
    assert noted()["seen"] == "once"
    looked_through = db.session().notes.connection
    forget_what_was_read()
    assert looked_through.closed and "seen" not in noted()


def test_what_was_noted_without_a_transaction_counts_in_none(inside):
    noted()["seen"] = "before"
    looked_through = db.session().notes.connection
    with one_transaction():
        assert "seen" not in noted() and looked_through.closed
        noted()["seen"] = "inside"
        write_rows(RENAME, HERE | {"name": "别处"})
        assert read_rows(NAME, HERE).scalar() == "别处"
    assert "seen" not in noted()
    assert read_rows(NAME, HERE).scalar() == "别处"


def test_rows_written_outside_of_a_transaction_are_not_kept(inside):
    before = read_rows(NAME, HERE).scalar()
    write_rows(RENAME, HERE | {"name": "别处"})
    db.session.remove()
    assert read_rows(NAME, HERE).scalar() == before


def test_a_connection_that_died_is_replaced_without_a_word(databases, tmp_path):
    with databases.fresh("postgresql", tmp_path) as app, app.app_context():
        before = read_rows(NAME, HERE).scalar()
        mine = select(db.func.pg_backend_pid())
        own = read_rows(mine).scalar()
        with db.engine.connect() as other:
            other.execute(select(db.func.pg_terminate_backend(own)))
        assert read_rows(NAME, HERE).scalar() == before
        assert read_rows(mine).scalar() != own
        with one_transaction():
            write_rows(RENAME, HERE | {"name": "别处"})
        assert read_rows(NAME, HERE).scalar() == "别处"
