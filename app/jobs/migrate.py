"""Bring the tables up to date, once, before anything serves: workers that migrate lock each other out."""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, current_app

from app.cases import append_only, grants
from app.extensions import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"
OURS = 0x6F6E6577696E646F  # the number of our lock among those of a PostgreSQL: "onewindo"


def bind(app: Flask) -> None:
    """Let Flask-Migrate know the tables. Not in extensions.py, and not while this is read: what it brings along weighs more
    than all our rooms together, and a process that serves has no use for it."""
    import flask_migrate

    if "migrate" not in app.extensions:
        flask_migrate.Migrate(app, db, render_as_batch=True, compare_type=True)


def migrate(revision: str = "head", and_then: Callable[[], None] | None = None) -> None:
    """Upgrade to `revision`, and fill what is empty; a second process waits for the first and then finds nothing to do."""
    with _alone():
        if revision == "head" and _stands() == max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py")):
            _guard()
        else:
            _upgrade(revision)
        if and_then:
            and_then()


def _upgrade(revision: str) -> None:
    import flask_migrate

    bind(current_app._get_current_object())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade(str(MIGRATIONS), revision)


def _stands() -> str | None:
    """The revision of the tables, asked without Alembic: a restart has nothing else to ask it."""
    with db.engine.connect() as connection:
        if not db.inspect(connection).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _guard() -> None:
    """What every upgrade ends with (migrations/env.py): triggers that somebody took away come back, a new role gets its grants."""
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # other units may be at work
        append_only.guard(connection)
        grants.give(connection, current_app.config["DATABASE_ROLE"])


@contextmanager
def _alone() -> Iterator[None]:
    """One of all that start on this database at the same moment: beside us by a lock on a file (SQLite's lies beside the database), on other machines (or with a
    data folder of their own) by one that PostgreSQL keeps for as long as a connection lasts."""
    with open(Path(current_app.config["WRITE_LOCK"]).with_name("migrate.lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if db.engine.dialect.name == "sqlite":
            yield
            return
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as holder:
            try:
                for statement in ("SET lock_timeout = 0", "SET statement_timeout = 0", f"SELECT pg_advisory_lock({OURS})"):
                    holder.exec_driver_sql(statement)  # whoever is before us may take minutes
                yield
            finally:
                holder.invalidate()  # closed, and the lock with it
