"""Long exports, made by the worker one after the other; what a worker left half-written is made anew."""

import logging

from app.extensions import db
from app.oversight import actions, files
from app.oversight.asked import read
from app.oversight.models import ExportJob
from app.oversight.tables import TABLES
from app.people.find import get_user
from app.people.sessions import actor_for

log = logging.getLogger(__name__)


def make_all() -> int:
    """Every waiting job, oldest first. Returns how many were made."""
    ids = list(db.session.scalars(db.select(ExportJob.id).where(ExportJob.state == "waiting").order_by(ExportJob.id)))
    return sum(make(job_id) for job_id in ids)


def make(job_id: int) -> bool:
    if not actions.work_on(job_id):
        return False
    try:
        job = db.session.get_one(ExportJob, job_id)
        by = actor_for(get_user(job.user_id))
        sheet = TABLES[job.table].sheet(by, read(job.asked, by))
        path, progress = files.path_of(job), files.progress_of(job)
        written = files.write(sheet, job.kind, path, lambda rows: progress.write_text(str(rows)))
        progress.unlink(missing_ok=True)
        actions.note_progress(job_id, written, "done")
    except Exception:
        log.exception("export %s failed", job_id)
        db.session.rollback()
        actions.note_progress(job_id, 0, "failed")
    return True
