"""Bring the tables up to date, once, before anything serves: workers that migrate lock each other out."""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask, current_app

from app.extensions import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"
OURS = 0x6F6E6577696E646F  # the number of our lock among those of a PostgreSQL: "onewindo"


def bind(app: Flask) -> None:
    """Let Flask-Migrate know the tables. Not in extensions.py: what it brings along weighs more than all our rooms
    together, and a process that serves has no use for it."""
    if "migrate" not in app.extensions:
        flask_migrate.Migrate(app, db, render_as_batch=True, compare_type=True)


def migrate(revision: str = "head", and_then: Callable[[], None] | None = None) -> None:
    """Upgrade to `revision`, and fill what is empty; a second process waits for the first and then finds nothing to do."""
    bind(current_app._get_current_object())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _alone():
        flask_migrate.upgrade(str(MIGRATIONS), revision)
        if and_then:
            and_then()


@contextmanager
def _alone() -> Iterator[None]:
    """One of all that start on this database at the same moment: beside us by a lock on a file, on other machines (or with a
    data folder of their own) by one that PostgreSQL keeps for as long as a connection lasts."""
    with open(Path(current_app.config["DATA_DIR"]) / "migrate.lock", "a") as lock:
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
