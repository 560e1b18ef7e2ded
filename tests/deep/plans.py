"""Every list and search on a million cases, on both databases: no table read from end to end, nothing long sorted.

The desks are those of `bin/bench` (BENCH_DATA), made when they are not there, which takes the better part of an hour.
PLANS_CASES asks for another size. What ANALYZE said on SQLite is kept for the quick test (tests/queues/statistics.json), and
by which indexes PostgreSQL answered (tests/queues/ways.json).
"""

import json
import os
import time
from collections.abc import Iterator

from sqlalchemy import select

from app.cases.models import Case
from app.documents.models import Document
from app.extensions import db
from bench.data import Postgresql, Sqlite, desk_of
from tests import plans
from tests.desk import Desk

CASES = int(os.environ.get("PLANS_CASES", "1000000"))
A_PAGE = 400  # rows sorted for one page: fifty lines, or what lies around one case
SLOW = 50.0  # milliseconds of one statement
STORES = {"sqlite": Sqlite, "postgresql": Postgresql}
ON = os.environ.get("DESK_DATABASES", "sqlite postgresql").split()


def main() -> Iterator[tuple[str, object, bool]]:
    for kind in ON:
        store = STORES[kind]()
        try:
            with desk_of(store, CASES).app().app_context() as _context:
                yield from _asked(kind)
                db.session.remove()
                db.engine.dispose()
        finally:
            store.close()


def _asked(kind: str) -> Iterator[tuple[str, object, bool]]:
    if kind == "sqlite" and CASES >= 1_000_000:
        keep_statistics()
    from flask import current_app

    app, words = current_app._get_current_object(), _words()
    whole, sorted_, slow, found_by, statements = {}, {}, {}, {}, 0
    for login, addresses in plans.LISTS.items():
        browser = Desk(app).sign_in(login) if login else Desk(app)
        for address in addresses:
            asked = address.format(**words)
            with plans.listening() as heard:
                browser.fetch(asked, expect=None)
            for statement, given in list(heard):
                statements += 1
                for table in plans.whole_reads(statement, given):
                    whole[address, table] = statement
                rows = plans.rows_sorted(statement, given)
                if rows > A_PAGE:
                    sorted_[address, rows] = statement
                if kind == "postgresql":
                    found_by.setdefault(address, set()).update(plans.ways(statement, given))
                took = _milliseconds(statement, given)
                if took > SLOW:
                    slow[f"{login} {address}", round(took)] = statement
    if found_by and CASES >= 1_000_000:
        keep_ways(found_by)
    for found in (whole, sorted_, slow):
        for where, statement in found.items():
            print(kind, *where, statement, sep="\n  ", flush=True)
    yield f"statements of {sum(map(len, plans.LISTS.values()))} lists and searches, {CASES:,} cases, {kind}", statements, statements > 0
    yield f"that read a growing table from end to end, {kind}", list(whole) or 0, not whole
    yield f"that sort more than a page, {kind}", list(sorted_) or 0, not sorted_
    yield f"slower than {SLOW:g} ms, {kind}", list(slow) or 0, not slow


def _milliseconds(statement: str, given) -> float:
    with db.engine.connect() as connection:
        took = []
        for _time in range(2):
            began = time.perf_counter()
            connection.exec_driver_sql(statement, given).fetchall()
            took.append(time.perf_counter() - began)
    return min(took) * 1000


def _words() -> dict[str, str]:
    """What is looked for: a case from the middle that has a phone, and one of its documents."""
    middle = db.session.scalar(select(db.func.max(Case.id))) // 2
    case = db.session.scalar(select(Case).where(Case.id >= middle, Case.phone_hash.is_not(None), Case.centre_id == "wf-01").order_by(Case.id).limit(1))
    paper = db.session.scalar(select(Document).filter_by(case_id=case.id).limit(1))
    said = {"no": case.case_no, "id": case.id_number, "phone": case.phone, "code": case.status_code, "verify": paper.verify_code}
    db.session.remove()
    return said


def keep_statistics() -> None:
    rows = db.session.execute(db.text("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx")).all()
    known = [[table, index, said] for table, index, said in rows if not table.startswith(("alembic", "sqlite"))]
    plans.STATISTICS.write_text("[\n" + ",\n".join(json.dumps(row) for row in known) + "\n]\n")
    db.session.rollback()


def keep_ways(found_by: dict[str, set[str]]) -> None:
    said = [f"  {json.dumps(address, ensure_ascii=False)}: {json.dumps(sorted(ways))}" for address, ways in sorted(found_by.items())]
    plans.WAYS.write_text("{\n" + ",\n".join(said) + "\n}\n")
