"""The worker's sign of life, for who asks after it: a file whose time says when the worker was last seen. Where web and
worker may be on different machines, the database says it too."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import time

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, one_transaction
from app.moments import now
from app.people.settings import keep, setting

SEEN = "worker.seen"
SEEN_BY_ALL, EVERY = "worker_seen", 10  # seconds between two notes in the database


def sign_of_life() -> Path:
    return Path(current_app.config["DATA_DIR"]) / SEEN


def show_life() -> None:
    """Called by the worker every few seconds."""
    with suppress(OSError):  # a full or read-only disk: trying again
        sign_of_life().touch()
    if db.engine.dialect.name == "postgresql" and (_noted() or EVERY) >= EVERY:
        with one_transaction():
            keep(SEEN_BY_ALL, now().isoformat())


def seconds_since_seen() -> float | None:
    """How long the worker has been silent; None when it was never seen."""
    seen = sign_of_life()
    here = time() - seen.stat().st_mtime if seen.exists() else None
    if (here is None or here > 2 * EVERY) and db.engine.dialect.name == "postgresql":
        return min((since for since in (here, _noted()) if since is not None), default=None)
    return here


def _noted() -> float | None:
    try:
        when = setting(SEEN_BY_ALL)
    except SQLAlchemyError:  # away: told by other signs
        db.session.rollback()
        return None
    return (now() - datetime.fromisoformat(when)).total_seconds() if when else None
