"""A light is a rule, and this is its table."""

from datetime import date, timedelta

import pytest

from app.calendar.days import Calendar, Layer
from app.cases.lights import light, light_of_dates, working_days, yellow_from

PLAIN = Calendar([Layer("national", {}, {}, published=frozenset({2026}))])
HOLIDAY = Calendar([Layer("national", {date(2026, 10, d): "国庆节" for d in range(1, 8)}, {date(2026, 10, 10): ""})])


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


# Started Monday 2 March; ten working days end on Monday 16 March, twenty on Monday 30 March.
@pytest.mark.parametrize(
    ("today", "due", "statutory", "shows"),
    [
        ("03-02", "03-16", None, "green"),
        ("03-11", "03-16", None, "green"),  # three working days left of ten
        ("03-12", "03-16", None, "yellow"),  # two of ten: a fifth
        ("03-13", "03-16", None, "yellow"),
        ("03-14", "03-16", None, "yellow"),  # Saturday: one working day left
        ("03-16", "03-16", None, "yellow"),  # the last day itself
        ("03-17", "03-16", None, "red"),
        ("03-17", "03-16", "03-30", "red"),
        ("03-30", "03-16", "03-30", "red"),
        ("03-31", "03-16", "03-30", "black"),
        ("03-24", "03-30", None, "yellow"),  # four of twenty
        ("03-23", "03-30", None, "green"),
        ("03-03", "03-05", None, "green"),  # two left of three
        ("03-04", "03-05", None, "yellow"),  # one working day left is earlier than a fifth
        ("03-02", None, None, None),
        ("04-01", None, "03-30", "black"),
    ],
)
def test_a_light_says_how_much_of_the_limit_is_left(today, due, statutory, shows):
    due_on = d(due) if due else None
    assert light(due_on, d("03-02"), d(statutory) if statutory else None, d(today), PLAIN) == shows


def test_a_holiday_is_not_time_left():
    assert light(d("10-08"), d("09-01"), None, d("09-30"), HOLIDAY) == "yellow"


def test_what_is_decided_on_the_day_it_came_is_urgent_that_day():
    assert light(d("03-02"), d("03-02"), None, d("03-02"), PLAIN) == "yellow"


@pytest.mark.parametrize(("after", "until", "count"), [
    ("03-02", "03-16", 10), ("09-30", "10-10", 3), ("03-16", "03-02", 0), ("12-31", "12-31", 0),
])  # fmt: skip
def test_working_days_are_counted_without_walking(after, until, count):
    assert working_days(d(after), d(until), HOLIDAY) == count


def test_working_days_are_counted_over_the_turn_of_the_year():
    assert working_days(date(2025, 12, 30), date(2026, 1, 5), PLAIN) == 4


def test_the_days_on_which_a_light_changes_say_the_same_light():
    for start in range(12):
        for length in range(60):
            for calendar in (PLAIN, HOLIDAY):
                began = d("09-20") + timedelta(start)
                due, law = began + timedelta(length), began + timedelta(length + 9)
                since = yellow_from(due, began, calendar)
                for day in (began + timedelta(n) for n in range(length + 12)):
                    assert light_of_dates(due, since, law, day) == light(due, began, law, day, calendar), (began, due, day)
