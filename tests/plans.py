"""What the database would do for the lists and searches, were there a million cases: every statement of a page, explained."""

from contextlib import contextmanager

from sqlalchemy import event

from app.extensions import db

# Tables that grow with every case. The others are as long as the city is large.
GROWING = ("case", "clock_run", "correction_line", "document", "document_copy", "journal_entry", "material", "name_pair", "pause",
           "query", "rating", "slip", "slip_line", "supervision", "task", "upload", "visit", "whistle_call")  # fmt: skip


@contextmanager
def listening():
    """The SELECTs of a page with their parameters, as the drivers got them."""
    heard: list[tuple[str, object]] = []

    def hear(_connection, _cursor, statement, parameters, _context, many):
        if not many and statement.lstrip().upper().startswith(("SELECT", "WITH")):
            heard.append((statement, parameters))

    engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def whole_reads(statement: str, parameters) -> list[str]:
    """The growing tables that this statement would read from one end to the other."""
    explain = _sqlite if db.engine.dialect.name == "sqlite" else _postgresql
    with db.engine.connect() as connection:
        return sorted(set(explain(connection, statement, parameters)))


def _sqlite(connection, statement: str, parameters) -> list[str]:
    """Without statistics SQLite takes every table for a million rows. A partial index is short: what is open."""
    rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters).all()
    scans = [row[-1].split() for row in rows if row[-1].startswith("SCAN ")]
    return [words[1] for words in scans if words[1] in GROWING and not _is_short(connection, words)]


def _is_short(connection, words: list[str]) -> bool:
    if "INDEX" not in words:
        return False
    name = words[words.index("INDEX") + 1]
    made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar() or ""
    return " WHERE " in made.upper()


def _postgresql(connection, statement: str, parameters) -> list[str]:
    """Where there is no way but to read all, it reads all even when told not to."""
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    (plan,) = connection.exec_driver_sql("EXPLAIN (FORMAT JSON) " + statement, parameters).scalar_one()
    return [node["Relation Name"] for node in _nodes(plan["Plan"])
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING]  # fmt: skip


def _nodes(plan: dict):
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


