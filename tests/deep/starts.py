"""F11: first starts on nothing, two servers at the same moment, with one, two and four web workers; and every migration undone
and done again with data."""

import os
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import flask_migrate
from flask import current_app
from sqlalchemy import text

from app.extensions import db
from app.jobs.migrate import MIGRATIONS, bind, migrate
from tests import backoffice
from tests.databases import Databases, load_sample_city
from tests.deep._house import DATABASES, end, start

STARTS = int(os.environ.get("DESK_STARTS") or 30)  # on each database
WORKERS = (1, 2, 4)


def main() -> Iterator[tuple[str, object, bool]]:
    databases = Databases(Path(tempfile.mkdtemp()))
    for kind in DATABASES:
        took, failed = [], []
        for workers in islice(cycle(WORKERS), STARTS // 2):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, databases.empty(kind, Path(folder)) as app:
                _two_at_once(app, Path(folder), workers, took, failed)
        good = len(took)
        yield f"first starts, two at the same moment on one empty database, {kind}", f"{good} of {good + len(failed)} {failed[:2] or ''}", not failed and good >= STARTS
        yield f"seconds of a first start (median, longest), {kind}", f"{sorted(took)[good // 2]:.1f}, {max(took):.1f}" if took else "-", bool(took)
        with tempfile.TemporaryDirectory() as folder, databases.fresh(kind, Path(folder)) as app, app.app_context():
            yield f"migrations undone and done again with data, {kind}", *_down_and_up()


def _two_at_once(app, folder: Path, workers: int, took: list, failed: list) -> None:
    began, desks = time.monotonic(), []
    for name in ("one", "two"):
        (folder / name).mkdir()
        desks.append(start(app, folder / name, WEB_WORKERS=str(workers)))
    for desk in desks:
        try:
            desk.is_open()
            status = desk.ask("/login")[0]
            assert status == 200, status
            took.append(time.monotonic() - began)
        except AssertionError as problem:
            failed.append(str(problem)[-300:])
    for desk in desks:
        end(desk)


def _down_and_up() -> tuple[str, bool]:
    for n in range(1, 4):
        backoffice.taken_up("CG-002", n)
    steps = sorted(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))
    db.session.remove()
    bind(current_app._get_current_object())
    for revision in [*reversed(steps[:-1]), "base"]:
        flask_migrate.downgrade(str(MIGRATIONS), revision)
    left = set(db.inspect(db.engine).get_table_names()) - {"alembic_version"}
    for revision in steps:
        migrate(revision)
    load_sample_city()
    backoffice.taken_up("CG-002", 1)
    there = db.session.scalar(text('SELECT count(*) FROM "case"'))
    return f"{len(steps)} of {len(steps)}, tables left below the first: {sorted(left) or 0}", not left and there == 1
