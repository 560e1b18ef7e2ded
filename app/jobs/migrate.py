"""Bring the tables up to date, once, before anything serves: workers that migrate lock each other out."""

import fcntl
import logging
from pathlib import Path

import flask_migrate
from flask import current_app

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def migrate(revision: str = "head") -> None:
    """Upgrade to `revision`; a second process waits for the first and then finds nothing to do."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with open(Path(current_app.config["DATA_DIR"]) / "migrate.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        flask_migrate.upgrade(str(MIGRATIONS), revision)
