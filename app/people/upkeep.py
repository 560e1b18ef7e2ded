"""What those who look after the desk must hear: is there a good backup, and is it young enough?"""

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from app.moments import now
from app.people.settings import setting

LAST_BACKUP = "last_backup"  # the setting that says when the last one was made
NEVER = "2000-01-01T00:00:00+08:00"


def last_backup() -> datetime | None:
    """When the last good backup was made; None when there was none."""
    last = setting(LAST_BACKUP)
    return datetime.fromisoformat(last) if last and last != NEVER else None


def hours_since_backup() -> float | None:
    """How old the last good backup is; None when there was none."""
    last = setting(LAST_BACKUP)
    return (now() - datetime.fromisoformat(last)).total_seconds() / 3600 if last else None


def backup_warning() -> str:
    """A sentence for supervisors of the city and for administrators; empty when all is well, or nothing is at stake."""
    hours = hours_since_backup()
    if hours is None:
        return _("还没有做过备份，请系统管理员尽快备份。") if current_app.config["DESK_MODE"] == "production" else ""
    if hours <= current_app.config["BACKUP_MAX_HOURS"]:
        return ""
    return _("最近一次备份已经是 %(hours)d 小时以前，请系统管理员检查备份。", hours=hours)
