"""Working time between two moments, as it is booked to who sent a case to the wrong office."""

from datetime import datetime

import pytest

from app.calendar.days import Calendar, Layer
from app.calendar.hours import ALL_DAY, working_minutes
from app.moments import CST

HOURS = ("09:00-12:00", "13:00-17:00")
BREAK = Calendar([Layer("national", {datetime(2026, 10, d).date(): "国庆节" for d in range(1, 8)},
                        {datetime(2026, 10, 10).date(): "调休上班"})])  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CST)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("10-09 09:30", "10-09 11:00", 90),
        ("10-09 11:30", "10-09 13:30", 60),  # over lunch
        ("10-09 16:30", "10-10 09:15", 45),  # Saturday the 10th works
        ("10-10 16:00", "10-12 10:00", 120),  # Sunday does not
        ("09-30 17:30", "10-08 09:00", 0),
        ("09-30 16:00", "10-08 09:01", 61),
        ("10-09 11:00", "10-09 10:00", 0),  # a clock that was set back loses nothing
    ],
)
def test_only_office_hours_of_working_days_are_lost(start, end, minutes):
    assert working_minutes(at(start), at(end), BREAK, HOURS) == minutes


def test_without_known_hours_the_whole_working_day_counts():
    assert working_minutes(at("10-09 00:00"), at("10-10 00:00"), BREAK, ALL_DAY) == 24 * 60


def test_half_minutes_do_not_count_and_office_hours_may_begin_and_end_at_the_half_hour():
    second = datetime.fromisoformat("2026-10-09T09:00:59").replace(tzinfo=CST)
    assert working_minutes(at("10-09 09:00"), second, BREAK, HOURS) == 0
    assert working_minutes(at("10-01 09:00"), at("10-01 10:00"), BREAK, HOURS) == 0  # nothing of a holiday, not even a second
    assert working_minutes(at("10-09 00:00"), at("10-09 23:00"), BREAK, ("08:30-12:15",)) == 225
    spans = ("09:00-09:01", "10:00-10:01") * 30  # none of sixty spans that lie outside adds anything
    assert working_minutes(at("10-09 11:00"), at("10-09 12:00"), BREAK, spans) == 0
