"""What the database does for the lists and searches when there are a million cases: every statement of a page, explained.

`statistics.json` holds what ANALYZE said of a desk of a million cases (`bin/check-deep plans` writes it): with it SQLite
plans on a small desk as it does on that one. PostgreSQL takes no such loan; there a page is asked without the choice of
reading a whole table, and `bin/check-deep plans` asks the real million: by which indexes it was answered stands in `ways.json`.
"""

import json
import re
from contextlib import contextmanager
from pathlib import Path

from psycopg import sql
from sqlalchemy import event

from app.extensions import db

# Tables that grow with every case. The others are as long as the city is large.
GROWING = ("case", "clock_run", "correction_line", "document", "document_copy", "journal_entry", "material", "name_pair", "pause",
           "query", "rating", "slip", "slip_line", "supervision", "task", "upload", "visit", "whistle_call")  # fmt: skip


STATISTICS = Path(__file__).parent / "queues" / "statistics.json"
WAYS = STATISTICS.with_name("ways.json")

OFFICER, CLERK, COURIER = "urban_management.officer", "wf-01.clerk", "service_admin.courier"
HERE, STREET, CITY = "wf-01.supervisor", "subdistrict_office-wenfeng.supervisor", "service_admin.supervisor"
LISTS = {
    OFFICER: ("/office", "/office?state=mine", "/office?state=free", "/office?state=accept", "/office?state=issue",
              "/office?item=CG-001", "/office?after=2026-12-01~task~5", "/office?after=2026-12-01~case~5", "/desk/slips", "/desk/papers",
              "/desk/papers/transit", "/desk/papers/after", "/desk/papers/originals"),
    CLERK: ("/desk", "/desk/find?q={no}", "/desk/find?q={id}", "/desk/find?q={phone}", "/desk/find?q=王小", "/desk/find?q=王小明",
            "/desk/find?q=没有", "/desk/slips", "/desk/papers", "/desk/my-day", "/desk/where", "/desk/cases/{no}", "/desk/cases/{no}/ledger", "/desk/close-out", "/desk/hand-over"),
    COURIER: ("/desk/slips", "/desk/where"),
    HERE: ("/desk/papers/transit", "/desk/papers/after", "/desk/papers/after?after=7", "/desk/papers/originals", "/desk/close-outs", "/desk/find?q=王小", "/desk/find?q={no}"),
    STREET: ("/oversight", "/oversight/red", "/oversight/unclaimed", "/oversight/openings", "/desk/find?q=王小明"),
    CITY: ("/oversight", "/oversight/red", "/oversight/unclaimed", "/oversight/openings", "/desk/find?q=王小明",
           "/desk/papers/transit", "/desk/papers/after", "/desk/papers/originals"),
    None: ("/status/{code}", "/verify/{verify}"),
}  # fmt: skip


def borrow_statistics() -> None:
    """From now on SQLite plans as on the large desk that statistics.json was taken from (a million cases); on PostgreSQL nothing happens."""
    if db.engine.dialect.name != "sqlite":
        return
    rows = json.loads(STATISTICS.read_text())
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")  # makes the table
        connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", [tuple(row) for row in rows])
    db.engine.dispose()  # statistics are read when a connection is opened


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
    return [node["Relation Name"] for node in _plan(connection, statement, parameters)
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING]  # fmt: skip


def ways(statement: str, parameters) -> set[str]:
    """"table by index" for each way in which PostgreSQL comes to rows of a growing table."""
    with db.engine.connect() as connection:
        nodes = _plan(connection, statement, parameters)
    found, table = set(), ""
    for node in nodes:
        table = node.get("Relation Name", table)  # below a Bitmap Heap Scan stands the index, without its table
        if "Index Name" in node and table in GROWING:
            found.add(f"{table} by {node['Index Name']}")
    return found


def _sorted_by_sqlite(connection, statement: str, parameters) -> int:
    """SQLite says that it sorts and not how much: all that the statement finds when its page has no end. What is sorted within a
    bracket is what lies around one case."""
    if not _sorts_on_sqlite(connection, statement, parameters):
        return 0
    end = re.search(r"\s+LIMIT (\?|\d+)( OFFSET (\?|\d+))?\s*$", statement)
    given = parameters[: len(parameters) - end[0].count("?")] if end else parameters
    return len(connection.exec_driver_sql(statement[: end.start()] if end else statement, given).fetchall())


def _sorts_on_sqlite(connection, statement: str, parameters) -> bool:
    rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters).all()
    return any(above == 0 and said.startswith("USE TEMP B-TREE") for _id, above, _used, said in rows)


def sorts(statement: str, parameters) -> bool:
    """On SQLite: whether the lines of this statement come in another order than an index has them. PostgreSQL decides that by
    the number of rows: `bin/check-deep plans` asks it."""
    with db.engine.connect() as connection:
        return db.engine.dialect.name == "sqlite" and _sorts_on_sqlite(connection, statement, parameters)


def _plan(connection, statement: str, parameters: dict, how: str = "") -> list[dict]:
    """The nodes of the plan that the desk gets: made once for whatever is asked (config.py), which EXPLAIN alone does not show,
    since it looks at what is asked for."""
    said, names = _numbered(statement)
    driver = connection.connection.driver_connection
    given = sql.SQL("({})").format(sql.SQL(", ").join(sql.Literal(parameters[name]) for name in names)) if names else sql.SQL("")
    driver.execute("DEALLOCATE ALL")
    driver.execute(f"PREPARE asked AS {said}".encode())
    ((plan,),) = driver.execute(sql.SQL(f"EXPLAIN ({how}FORMAT JSON) EXECUTE asked ") + given).fetchone()
    driver.execute("DEALLOCATE asked")
    return list(_nodes(plan["Plan"]))


def _numbered(statement: str) -> tuple[str, list[str]]:
    """The statement with $1, $2 … for what is asked, and the names of these in their order."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    said = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement)
    return said.replace("%%", "%"), names


def _nodes(plan: dict):
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def rows_sorted(statement: str, parameters) -> int:
    """The most rows that the database puts in order by itself for this statement, asked in earnest."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            return _sorted_by_sqlite(connection, statement, parameters)
        nodes = _plan(connection, statement, parameters, "ANALYZE, ")
    sorts = [node for node in nodes if node["Node Type"].endswith("Sort")]
    return max((int(node["Plans"][0]["Actual Rows"] * node["Plans"][0]["Actual Loops"]) for node in sorts), default=0)
