"""Extensions are made here, once, and bound to an app in create_app(); here too is the only commit of the house."""

import fcntl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from flask import Flask, current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import ColumnElement, Index, Insert, MetaData, Result, Table, Update, event, literal_column, text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, make_transient, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from app import disks, looking, sqlite_file
from app.refusals import Busy, NoRoom
from app.sqlite_file import WAIT_TO_WRITE, WRITES

FULL_DISK = ("disk is full", "readonly database", "disk i/o error", "no space left", "could not extend file", "could not write",
             "read-only transaction", "read-only file system")  # fmt: skip


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"class_": looking.DeskSession})
csrf = CSRFProtect()
login_manager = LoginManager()
babel = Babel()


class LimitWhereNamed(Limiter):
    """Only views that name a limit are asked about one, and they ask themselves: there is none that holds everywhere."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = LimitWhereNamed(get_remote_address)

_turnstile = threading.Lock()
_INSERTS: dict[Table, Insert] = {}
_UPDATES: dict[tuple[Table, frozenset[str]], Update] = {}
_THIS = "this"  # the id of the row that is written, in such an update
WROTE = "wrote"  # of a connection: what its transaction did is kept by one_transaction() or by nobody


def where_set(name: str, column: str) -> Index:
    """An index of the rows that have this column at all: where few have it, the others cost nothing."""
    said = text(f"{column} is not null")
    return Index(name, column, sqlite_where=said, postgresql_where=said)


def among(column, words: Iterable[str]) -> ColumnElement[bool]:
    """column in ('a', 'b') for words of the code itself: written into the statement once, where in_() would put the list
    together with every question, and a partial index that names the same words is seen to fit."""
    return column.in_([literal_column(f"'{word}'") for word in words])


def first(number: int) -> ColumnElement[int]:
    """The LIMIT of a list, written into the statement: as a parameter PostgreSQL would not know how short a page is, and would
    sort what lies there ready in the order of an index."""
    return literal_column(str(number))


def init_database(app: Flask) -> None:
    """Bind the database, and say how its connections are opened and their transactions begun and ended."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    looking.init_app(app, engine)
    if engine.dialect.name == "sqlite":
        sqlite_file.init_app(app, engine)
    else:
        event.listen(engine, "before_cursor_execute", _note_writing)
        event.listen(engine, "commit", _note_end)
        event.listen(engine, "rollback", _note_end)

    @app.teardown_appcontext
    def before_flask_sqlalchemy(_problem):
        """An answer that is made must not be spoilt by a connection that died since it was asked."""
        _end_reading(db.session.close)


def forget_what_was_read() -> None:
    """Start reading anew, also when the connection is dead."""
    _end_reading(db.session.rollback)


def _end_reading(how) -> None:
    try:
        if db.engine.dialect.name != "sqlite":
            _keep_what_is_prepared()
        how()
    except (SQLAlchemyError, db.engine.dialect.loaded_dbapi.Error):  # of a dead connection even the end fails
        db.session().invalidate()


def _keep_what_is_prepared() -> None:
    """End a transaction that only read with a COMMIT: with a ROLLBACK psycopg forgets every statement that it has prepared, and
    PostgreSQL plans each of them anew for the next page, which costs more than to answer them."""
    session = db.session()
    if session.in_transaction() and not session.info.get("open"):
        under_way = session.connection()
        if not under_way.info.get(WROTE):
            under_way.connection.driver_connection.commit()


def _note_writing(connection, _cursor, statement: str, *_rest) -> None:
    if not statement.startswith(("SELECT", "WITH")):
        connection.info[WROTE] = True


def _note_end(connection) -> None:
    if not connection.invalidated:
        connection.info.pop(WROTE, None)


@contextmanager
def one_transaction() -> Iterator[None]:
    """All or nothing. The only place that commits; an inner one joins the outer one.

    What was read before is forgotten first, so that everything inside sees the newest state.
    Raises Busy when the database cannot write now; nothing has changed then.
    """
    session = db.session()
    if session.info.get("open"):
        yield
        return
    forget_what_was_read()
    until = time.monotonic() + WAIT_TO_WRITE
    with _my_turn(until) as door:
        session.info["open"] = True
        try:
            session.connection(execution_options={WRITES: until})
            yield
            session.commit()
            if door:
                _believe_the_disk(door)
        except (OperationalError, InternalError, ProgrammingError) as problem:
            forget_what_was_read()
            if is_full(problem):
                raise _no_room() from problem
            if isinstance(problem, ProgrammingError):
                raise
            raise _busy() from problem
        except BaseException:
            forget_what_was_read()
            raise
        finally:
            session.info["open"] = False


@contextmanager
def _my_turn(until: float) -> Iterator[IO | None]:
    """On SQLite writers queue at one door, threads and processes alike; waiting inside SQLite is not fair. Who is in holds it.
    `until`: by when they must be in, by the monotonic clock."""
    if db.engine.dialect.name != "sqlite":
        yield None
        return
    if not _turnstile.acquire(timeout=WAIT_TO_WRITE):
        raise _busy()
    try:
        with _door() as door:
            while True:
                try:
                    fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise _busy() from None
                    time.sleep(0.002)
            yield door  # closing the file lets the next one in
    finally:
        _turnstile.release()


def _believe_the_disk(door: IO) -> None:
    """The door lies beside the database. A disk that was given up as SQLite wrote may have taken nothing of it."""
    try:
        disks.must_take(door)
    except OSError as problem:
        raise _no_room() from problem


def _busy() -> Busy:
    return Busy("系统正忙，刚才的操作没有保存，请稍后再试一次。")


def _no_room() -> NoRoom:
    return NoRoom("服务器的磁盘已满或不能写入，刚才的操作没有保存。请联系系统管理员。")


def _door():
    try:
        return open(current_app.config["WRITE_LOCK"], "a")
    except OSError as problem:  # a read-only disk
        raise _no_room() from problem


def read_rows(statement, given: dict | None = None) -> Result:
    """Plain rows of a statement that was put together once: a fraction of the price of objects, for what is read with
    every page and every step. What is still unsaved is written first, as it is for objects. Take all rows at once: a transaction
    that begins meanwhile would end the reading."""
    session = db.session()
    if session.autoflush:
        session.flush()
    return session.read(statement, given or {})


def noted() -> dict:
    """Notes of what was read and need not be read again: they last as long as the transaction, or the page where there is none."""
    return db.session().notes


def write_rows(statement, given: dict | list[dict]) -> Result:
    """Write such plain rows, many in one statement. What the session has not written yet stays unwritten."""
    return db.session().begun().connection.execute(statement, given)


def write_new(made: Base) -> None:
    """Write one new object alone and now, and keep it in the session as if the session had: that would look through everything
    else it holds, which costs more than the row."""
    table = made.__table__
    row = {name: value for name, value in vars(made).items() if name in table.c}
    written = write_rows(_INSERTS.setdefault(table, table.insert()), row)
    said = written.last_inserted_params() | dict(zip(table.primary_key.columns.keys(), written.inserted_primary_key, strict=True))
    for name in table.c.keys() - row.keys():
        set_committed_value(made, name, said.get(name))
    _as_written(made)


def write_changes(made: Base) -> None:
    """Write what was changed of one object of the session since it was read or written, alone and now."""
    table = made.__table__
    names = frozenset(set(table.c.keys()) - instance_state(made).unmodified)
    if (table, names) not in _UPDATES:
        changed = {name: db.bindparam(name) for name in names}
        _UPDATES[table, names] = table.update().where(table.c.id == db.bindparam(_THIS)).values(changed)
    write_rows(_UPDATES[table, names], {name: getattr(made, name) for name in names} | {_THIS: made.id})
    make_transient(made)
    _as_written(made)


def _as_written(made: Base) -> None:
    """The session has it as if it had written it itself."""
    make_transient_to_detached(made)
    db.session.add(made)


def is_full(problem: DBAPIError) -> bool:
    """True when the database could not write to its disk. PostgreSQL calls a read-only disk a missing privilege."""
    return any(words in str(problem.orig).lower() for words in FULL_DISK)


def is_duplicate(problem: DBAPIError) -> bool:
    """True for a broken unique constraint, on both databases."""
    said = str(problem.orig).lower()
    return "unique constraint" in said
