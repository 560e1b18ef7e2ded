"""The moment that journals write down."""

from datetime import datetime

from app import moments
from app.people.settings import sealed_until


def moment_of_record() -> datetime:
    """now(), but never in a day that is over and sealed: then the machine's clock is wrong, and the first moment after
    the seals is written. A moment that a command has set stands."""
    moment, until = moments.now(), sealed_until()
    if not until or moments.is_set() or moment.date().isoformat() >= until:
        return moment
    return moments.first_of(until)
