"""Is the process up, and could a clerk save a case right now?"""

import shutil
import tempfile

from flask import Blueprint, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import disks
from app.documents.stores import store_of_scans
from app.extensions import db, limiter, one_transaction
from app.jobs.alive import seconds_since_seen
from app.people.guard import open_to_all
from app.people.upkeep import hours_since_backup
from app.refusals import Refusal

SILENT_TOO_LONG = 30  # seconds without a sign of life from the worker
ROOM = 100 * 1024 * 1024  # bytes that must be free for uploads and documents

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@limiter.exempt
@open_to_all
def healthz():
    """Up. Asks nothing of the database: a busy database is no reason to restart the process."""
    return {"status": "ok"}


@pages.get("/readyz")
@limiter.exempt
@open_to_all
def readyz():
    """503 with the name of what is wrong when a case could not be saved now."""
    checks = {"database": database_takes_writes(), "worker": worker_lives(), "disk": disk_has_room()}
    if current_app.config["UPLOADS_S3_BUCKET"]:
        checks["scans"] = store_of_scans().trouble()
    ready = all(said == "ok" for said in checks.values())
    # An old backup is told and does not take the desk out of service.
    return {"status": "ok" if ready else "not ready", **checks, "backup": backup_is_fresh()}, 200 if ready else 503


class _Enough(Exception):
    """Ends the trial transaction: it is rolled back."""


def database_takes_writes() -> str:
    try:
        with one_transaction():
            db.session.execute(text("UPDATE setting SET value = value WHERE key = 'readyz'"))
            raise _Enough
    except _Enough:
        return "ok"
    except Refusal:
        return "busy"
    except Exception:
        current_app.logger.exception("readyz: the database does not take writes")
        return "failed"


def backup_is_fresh() -> str:
    try:
        hours = hours_since_backup()
    except SQLAlchemyError:
        return "not known"
    if hours is None:
        return "none yet"
    return "ok" if hours <= current_app.config["BACKUP_MAX_HOURS"] else f"{hours:.0f} hours old"


def worker_lives() -> str:
    silent = seconds_since_seen()
    if silent is None:
        return "never seen"
    return "ok" if silent < SILENT_TOO_LONG else f"silent for {silent:.0f} s"


def disk_has_room() -> str:
    folder = current_app.config["DATA_DIR"]
    if shutil.disk_usage(folder).free < ROOM:
        return "full"
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"ready?")
            disks.keep(trial)
    except OSError as problem:
        return problem.strerror or "failed"
    return "ok"
