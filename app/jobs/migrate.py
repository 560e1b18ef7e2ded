"""Bring the tables up to date, once, before anything serves: workers that migrate lock each other out."""

import fcntl
import logging
from pathlib import Path

import flask_migrate
from flask import Flask, current_app

from app.extensions import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def bind(app: Flask) -> None:
    """Let Flask-Migrate know the tables. Not in extensions.py: what it brings along weighs more than all our rooms
    together, and a process that serves has no use for it."""
    if "migrate" not in app.extensions:
        flask_migrate.Migrate(app, db, render_as_batch=True, compare_type=True)


def migrate(revision: str = "head") -> None:
    """Upgrade to `revision`; a second process waits for the first and then finds nothing to do."""
    bind(current_app._get_current_object())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with open(Path(current_app.config["DATA_DIR"]) / "migrate.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        flask_migrate.upgrade(str(MIGRATIONS), revision)
