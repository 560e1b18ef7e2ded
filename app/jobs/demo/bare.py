"""An empty desk made bare for a load: what keeps its growing tables quick to ask is made after the rows, not with them.

On SQLite these are the indexes; on PostgreSQL also foreign keys and unique constraints, which it then proves over all rows
at once. How to make them again stands in a setting: a load that was broken off is mended at the next start (serve.py).
"""

import json
from collections.abc import Iterator

from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.schema import CreateIndex

from app.cases import append_only
from app.cases.models import Case
from app.extensions import db, forget_what_was_read, one_transaction
from app.jobs.alive import seconds_since_seen
from app.jobs.demo.tables import TABLES
from app.people.settings import keep, setting

A_MINUTE = 60  # seconds; a worker shows itself every few
MISSING = "missing_since_demo_load"  # JSON: the statements that make what was dropped
# A load can be made again, so it need not reach the disk round by round; NORMAL still leaves a sound file after a power cut.
HURRY = ("PRAGMA synchronous=NORMAL", "PRAGMA cache_size=-400000", "PRAGMA wal_autocheckpoint=50000")
MAKING = ("SET LOCAL maintenance_work_mem = '512MB'", "SET LOCAL lock_timeout = 0", "SET LOCAL statement_timeout = 0")
CONSTRAINTS = (  # foreign keys before what is unique
    "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),"
    " format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
    " FROM pg_constraint WHERE conrelid = to_regclass(quote_ident(:table)) AND contype IN ('f', 'u') ORDER BY contype"
)


def strip() -> bool:
    """True when the desk had no case, and is bare now. One that is open to others keeps what guards them: that nothing is
    taken in twice is a unique constraint."""
    if _is_served():
        return False
    with one_transaction():
        connection = db.session.connection()
        if db.session.scalar(select(Case.id).limit(1)) is not None or not _ours(connection):
            return False
        dropped = [tuple(row) for table in TABLES.values() for row in _dropped(connection, table)]
        for drop, _make in dropped:
            connection.execute(text(drop))
        keep(MISSING, json.dumps(json.loads(setting(MISSING, "[]")) + [make for _drop, make in dropped]))
    return True


def dress() -> None:
    """Make what is missing, one thing after the other; nothing is on most days."""
    statements = json.loads(setting(MISSING, "[]"))
    while statements:
        with one_transaction():
            connection = db.session.connection()
            for statement in (*(MAKING if _is_postgresql() else ()), statements.pop(0)):
                connection.execute(text(statement))
            keep(MISSING, json.dumps(statements))


def hurry() -> None:
    """From now on this process writes without waiting for the disk, until unhurry()."""
    forget_what_was_read()
    if not _is_postgresql():
        with db.engine.connect() as connection:
            for pragma in HURRY:
                connection.connection.driver_connection.execute(pragma)


def unhurry() -> None:
    """What comes next is written as ever: on a connection that has heard nothing of a hurry."""
    forget_what_was_read()
    if not _is_postgresql():
        with db.engine.connect() as connection:
            connection.invalidate()


def _dropped(connection: Connection, table: Table) -> Iterator[tuple[str, str]]:
    """What to say to drop what the table can do without, and to make it again."""
    if _is_postgresql():
        yield from connection.execute(text(CONSTRAINTS), {"table": table.name})
    there = {index["name"] for index in inspect(connection).get_indexes(table.name)}
    for index in sorted(table.indexes, key=lambda one: one.name):
        if index.name in there:
            yield f"DROP INDEX {index.name}", str(CreateIndex(index).compile(connection))


def _is_served() -> bool:
    since = seconds_since_seen()
    return since is not None and since < A_MINUTE


def _ours(connection: Connection) -> bool:
    """On PostgreSQL only its owner changes a table."""
    owned = (connection.execute(append_only.OWNED, {"table": f'"{name}"'}).scalar() for name in TABLES)
    return not _is_postgresql() or all(owned)


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"
