"""The backup that the night makes by itself."""

import shutil
import time
from pathlib import Path

from flask import current_app

from app.extensions import one_transaction
from app.moments import now
from app.people.settings import keep, setting
from app.people.upkeep import LAST_BACKUP, NEVER, hours_since_backup

SAME_NIGHT = 20  # hours
A_DAY = 24 * 3600  # seconds


def scheduled() -> Path | None:
    """What the night does when BACKUP_DIR is set: a new file, restored on trial, and only the newest BACKUP_KEEP stay.

    One that does not pass is thrown away and counts as none. None: not set, or the last one is of the same night.
    """
    from app.jobs import backup, restore  # with Alembic and more: a worker without a backup to make need not hold them

    folder, before = current_app.config["BACKUP_DIR"], setting(LAST_BACKUP)
    hours = hours_since_backup()
    if not folder or (hours is not None and 0 <= hours < SAME_NIGHT):
        return None
    target = Path(folder) / f"desk-{now():%Y-%m-%d-%H%M}.backup"
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_away(target.parent)
    backup.create(target)
    if problems := restore.verify(target):
        target.unlink()
        with one_transaction():
            keep(LAST_BACKUP, before or NEVER)
        raise RuntimeError("; ".join(problems[:5]))
    for old in sorted(target.parent.glob("desk-*.backup"))[: -current_app.config["BACKUP_KEEP"]]:
        old.unlink()
    return target


def _clear_away(folder: Path) -> None:
    """What a backup left that was stopped in the middle; one that is being made is younger."""
    for left in (*folder.glob("desk-*.backup.part"), *folder.glob(".backup-*")):
        if time.time() - left.stat().st_mtime > A_DAY:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
