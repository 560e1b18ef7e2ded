"""How a migration meets the database: one transaction, one at a time, foreign keys checked at the end."""

from importlib import import_module
from pathlib import Path

from alembic import context
from flask import current_app
from sqlalchemy import text

from app.cases import append_only, grants
from app.extensions import db
from app.moments import Moment
from app.sealing import Digest, SealedBytes

for models in sorted(Path(current_app.root_path).glob("*/models.py")):
    import_module(f"app.{models.parent.name}.models")  # a table that nobody imported would look dropped

ONE_AT_A_TIME = 20_261_001  # any number, as long as it is always the same one


def plain_type(kind, item, _autogen):
    """Write our column types as what they are in the database: a migration must not change with our code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, (SealedBytes, Digest)):
        return "sa.LargeBinary()"
    return False


def no_empty_revision(_context, _revision, directives):
    if directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=plain_type,
        process_revision_directives=no_empty_revision,
        transactional_ddl=True,  # SQLite too: extensions.py says BEGIN itself
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # of many nodes that start together each waits its turn
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        context.run_migrations()
        append_only.guard(connection)
        grants.give(connection, current_app.config["DATABASE_ROLE"])
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"rows without their parent after the migration: {broken[:5]}")


with db.engine.connect().execution_options(writes=True) as connection:
    sqlite = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
    if sqlite:  # a table that is rebuilt is dropped for a moment; outside a transaction or it is ignored
        sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        run(connection)
    finally:
        if sqlite:
            connection.rollback()
            sqlite.execute("PRAGMA foreign_keys=ON")
