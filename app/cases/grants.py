"""PostgreSQL: what the role that the desk serves as may do. It works with every table and cannot touch what is append-only.

Given after every migration (migrations/env.py) and after `restore`, by the owner of the tables, to the role that
DATABASE_ROLE names.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from app.cases.append_only import KEPT, OWNED

EVERYTHING = text(  # does this role own the tables, by itself, through another role, or as a superuser?
    "SELECT pg_has_role(rolname, (SELECT relowner FROM pg_class WHERE oid = to_regclass('journal_entry')), 'USAGE')"
    " FROM pg_roles WHERE rolname = :role"
)


def give(connection: Connection, role: str) -> None:
    """Idempotent: what the role had before is taken from it. Nothing happens on SQLite, without a role, and where somebody
    else than the owner of the tables asks (the desk at its start). RuntimeError, in words, for a role that protects nothing."""
    if not role or connection.dialect.name != "postgresql":
        return
    there = [name for name in KEPT if name in inspect(connection).get_table_names()]
    if not there or not connection.execute(OWNED, {"table": there[0]}).scalar():
        return
    owns = connection.execute(EVERYTHING, {"role": role}).scalar()
    if owns is None:
        raise RuntimeError(f"数据库里没有 DATABASE_ROLE 所说的角色 {role}，请先建立：CREATE ROLE {role} LOGIN PASSWORD '…'")
    if owns:
        raise RuntimeError(f"DATABASE_ROLE 所说的角色 {role} 就是表的所有者或超级用户，什么也限制不了；请另建一个角色给程序使用")
    for statement in _statements(connection.dialect.identifier_preparer.quote_identifier(role), there):
        connection.exec_driver_sql(statement)


def _statements(role: str, append_only: list[str]) -> Iterator[str]:
    tables = ", ".join(append_only)
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"  # SELECT: pg_dump writes down where they stand
    yield f"REVOKE ALL ON {tables} FROM PUBLIC"
    yield f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {role}"
    yield f"GRANT UPDATE (told_at, facts) ON journal_entry TO {role}"
