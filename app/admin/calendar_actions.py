"""Saving a calendar: only the one that was looked at, against the calendar that still stands."""

from app.calendar.actions import load_calendar
from app.calendar.read import CalendarFile, read_calendar
from app.calendar.version import stand
from app.extensions import one_transaction
from app.people.actions import record
from app.people.find import centre_of, receiving_offices
from app.refusals import Incomplete, OutOfTurn


def save_calendar(by, text: str, stands: str) -> int:
    """Returns the number of the edition. OutOfTurn when somebody changed the calendar since the preview; what the open
    cases owe to it is cases.recompute's."""
    read = read_calendar("通知", text)
    known_centres(read)
    with one_transaction():
        if (stand().digest or "") != stands:
            raise OutOfTurn("日历刚被别人改过，请重新预览后再保存。")
        changed = load_calendar(read)
        number = stand().number
        years = [f"{layer} {year}" for layer, found in read.years().items() for year in found]
        if changed:
            record("save_calendar", by, subject=f"calendar:{number}", years=years)
    return number


def centres() -> dict[str, str]:
    """The centres whose days count for cases of their own: id → name, in the order of their ids."""
    found = {centre_of(place) for place in receiving_offices()} - {None}
    return {place.id: place.name for place in sorted(found, key=lambda place: place.id)}


def known_centres(read: CalendarFile) -> None:
    """A layer of its own is for a centre that receives; Incomplete names the strangers."""
    if strangers := sorted(set(read.centres) - set(centres())):
        raise Incomplete(f"没有这个中心：{'、'.join(strangers)}。centres 下应为中心的代号。")
