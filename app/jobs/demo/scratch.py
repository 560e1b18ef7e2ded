"""A child process that tells stories with the real verbs, on a desk of its own that is thrown away.

One story a line on stdin, as JSON; one line back for each: its steps, and the rows that each step wrote or changed.
The desk has the city, the people and the calendar of the database that the settings name, and none of its cases.
"""

import json
import sys
import tempfile
from datetime import date, datetime

from sqlalchemy import LargeBinary, insert, select

from app import create_app
from app.extensions import db
from app.jobs.demo.cases import Story, Teller
from app.jobs.demo.tables import TABLES, Rows, plain, rows_of
from app.moments import CST
from config import Config

REGISTRY = ("calendar_day", "calendar_edition", "calendar_year", "role", "service_item", "setting", "street",
            "transfer_route", "item_version", "office", "desk", "user")  # fmt: skip
FAR = datetime(9999, 1, 1, tzinfo=CST)
FIRST_ID = 1_000_000_000  # rows of the scratch desk have ids that nothing else in a text looks like


def main() -> None:
    registry = _registry()
    with tempfile.TemporaryDirectory(prefix="desk-demo-") as folder:
        app = create_app(Config(DATABASE_URL=f"sqlite:///{folder}/scratch.db", DATA_DIR=folder))
        with app.app_context():
            _furnish(registry)
            print(json.dumps("ready"), flush=True)
            for number, line in enumerate(sys.stdin):
                asked = json.loads(line)
                story = Story(**asked | {"day": date.fromisoformat(asked["day"])})
                print(json.dumps(_told(story, number), ensure_ascii=False), flush=True)


def _told(story: Story, number: int) -> list:
    """[[moment, {table: {key: values}}], …]: what is new or different after each step."""
    steps, before = [], {name: {} for name in TABLES}

    def look(case, at: datetime) -> None:
        nonlocal before
        after = rows_of(case.id)
        steps.append([plain(at), _changes(before, after)])
        before = after

    Teller(FAR, look).tell(f"scratch-{number}", story)
    db.session.remove()
    return steps


def _changes(before: Rows, after: Rows) -> Rows:
    return {
        name: changed
        for name, rows in after.items()
        if (changed := {key: values for key, values in rows.items() if before[name].get(key) != values})
    }


def _registry() -> dict[str, list[dict]]:
    with create_app().app_context():
        tables = {table.name: table for table in db.metadata.sorted_tables}
        rows = {name: [dict(row) for row in db.session.execute(select(tables[name])).mappings()] for name in REGISTRY}
        db.session.remove()
        db.engine.dispose()
    return rows


def _furnish(registry: dict[str, list[dict]]) -> None:
    """Tables, the registry, and in each table of cases one row that nobody reads, from which ids count on."""
    db.create_all()
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            for name in REGISTRY:
                if registry[name]:
                    connection.execute(insert(db.metadata.tables[name]), registry[name])
            for place, (name, table) in enumerate(TABLES.items(), start=1):
                if "id" in table.c:
                    _count_from(raw, name, table, FIRST_ID * place)
        raw.execute("PRAGMA foreign_keys=ON")


def _count_from(raw, name: str, table, number: int) -> None:
    values = {column.name: b"" if isinstance(column.type, LargeBinary) else 0 for column in table.columns if not column.nullable}
    values["id"] = number
    names, marks = ", ".join(f'"{column}"' for column in values), ", ".join("?" * len(values))
    raw.execute(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', tuple(values.values()))


if __name__ == "__main__":
    main()
