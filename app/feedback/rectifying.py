"""By when a bad rating must be put right: derived from the day it was given, with the calendar that stands now."""

from datetime import datetime

from app.calendar.due import Due, due
from app.calendar.find import calendar_for
from app.calendar.version import Stand
from app.cases.clockwork import LIMITS


def rectify_by(opened_at: datetime, centre_id: str, stands: Stand | None = None) -> Due:
    """Fifteen working days (国办发〔2019〕51号). `stands`: for a list, so that the calendar is asked for once."""
    return due(opened_at.date(), *LIMITS["rating_fix"], calendar_for(centre_id, stands))
