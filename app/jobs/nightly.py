"""What the calendar does after midnight: filled in with the steps that nobody takes."""

from datetime import datetime


def run(at: datetime | None = None) -> None:
    """Doing it twice changes nothing."""
