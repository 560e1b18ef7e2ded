"""In the database itself: rows of the journal and of the desk's events are added, never changed and never removed.

Set up after every migration (migrations/env.py). Of the journal only `told_at` may be set, once, and the sealed facts
may be erased by law; their digest stays.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

KEPT = {
    "journal_entry": ("id", "case_id", "seq", "action", "actor_id", "actor_name", "office_id", "desk_id", "at", "from_state",
                      "to_state", "facts_digest", "previous", "hash", "notice"),
    "desk_event": ("id", "at", "actor_id", "actor_name", "action", "subject", "result", "facts"),
    "seal": ("day", "entries", "events", "digest", "previous", "mac", "made_at"),
}  # fmt: skip
NEVER_REMOVED = ("journal_entry", "desk_event")  # a seal that is missing is named by `audit verify`
SAYS = "append-only"
OWNED = text("SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:table)")


def guard(connection: Connection) -> None:
    """Idempotent; tables that are not there yet are passed over."""
    seen = inspect(connection)
    make = _on_postgresql if connection.dialect.name == "postgresql" else _on_sqlite
    there = seen.get_table_names()
    for table in [name for name in KEPT if name in there]:
        if connection.dialect.name == "postgresql" and not connection.execute(OWNED, {"table": table}).scalar():
            continue  # the desk serves as a role that may not change tables; their owner has set this up
        columns = {column["name"] for column in seen.get_columns(table)}  # an older schema has fewer
        for statement in make(table, _changed([name for name in KEPT[table] if name in columns])):
            connection.execute(text(statement))


def _changed(columns: list[str]) -> str:
    # As text: PostgreSQL cannot compare two values of JSON.
    return " OR ".join(f'CAST(OLD."{column}" AS TEXT) IS NOT CAST(NEW."{column}" AS TEXT)' for column in columns)


def _on_sqlite(table: str, changed: str) -> Iterator[str]:
    deleted = [("kept", "DELETE", "")] if table in NEVER_REMOVED else []
    for name, event, when in (*deleted, ("unchanged", "UPDATE", f"WHEN {changed}")):
        yield f"DROP TRIGGER IF EXISTS {table}_{name}"
        yield f"""CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {when}
                  BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"""


def _on_postgresql(table: str, changed: str) -> Iterator[str]:
    changed = changed.replace("IS NOT", "IS DISTINCT FROM")
    yield f"""CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$"""
    yield f"""CREATE OR REPLACE TRIGGER {table}_unchanged BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({changed})
              EXECUTE FUNCTION append_only()"""
    if table in NEVER_REMOVED:
        yield f"""CREATE OR REPLACE TRIGGER {table}_kept BEFORE DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION append_only()"""
        yield f"""CREATE OR REPLACE TRIGGER {table}_whole BEFORE TRUNCATE ON "{table}" EXECUTE FUNCTION append_only()"""
