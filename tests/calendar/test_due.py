"""When a limit ends: the vectors of the law and of the sample city, and the ledger that proves them."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.calendar.days import HOLIDAY, MAKEUP, WEEKEND, WORKING, Calendar, Layer
from app.calendar.due import CALENDAR_DAY, UNITS, WORKING_DAY, days_left, due, ledger, working_days_between
from app.calendar.read import read_calendar

FILE = read_calendar(Path(__file__).parents[2] / "data" / "duyun" / "calendar.yaml")
NATIONAL = FILE.calendar("national")
BOTH = FILE.calendar("national", "local")


def day(text: str) -> date:
    return date.fromisoformat(text)


def ends(start: str, amount: int, unit: str = WORKING_DAY, calendar=NATIONAL, **more) -> str:
    return due(day(start), amount, unit, calendar, **more).on.isoformat()


@pytest.mark.parametrize(
    ("start", "amount", "on"),
    [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-02-15", 1, "2026-02-24"),
        ("2026-04-29", 3, "2026-05-07"),
        ("2026-04-29", 20, "2026-05-29"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-24", 20, "2026-10-29"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2025-09-30", 10, "2025-10-21"),
    ],
)
def test_working_days_over_national_holidays(start, amount, on):
    assert due(day(start), amount, WORKING_DAY, NATIONAL) == (day(on), False)


def test_a_date_in_a_year_without_a_notice_is_tentative():
    assert due(day("2026-12-30"), 5, WORKING_DAY, NATIONAL) == (day("2027-01-07"), True)
    assert due(day("2026-12-30"), 1, WORKING_DAY, NATIONAL) == (day("2026-12-31"), False)
    assert NATIONAL.is_tentative(day("2035-01-01"))  # a year nobody wrote anything about


def test_only_the_national_notice_makes_a_date_firm():
    assert not BOTH.is_tentative(day("2026-08-10"))
    assert BOTH.provisional_layers(2026) == ("local",)
    assert FILE.calendar("local").is_tentative(day("2024-08-08"))


@pytest.mark.parametrize("year", range(2021, 2027))
def test_the_national_layer_agrees_with_chinesecalendar_on_every_day(year):
    days = [date(year, 1, 1) + timedelta(n) for n in range(366)]
    days = [on for on in days if on.year == year]
    wrong = [on for on in days if NATIONAL.is_working(on) != chinese_calendar.is_workday(on)]
    assert wrong == []


def test_both_years_of_the_guide_have_248_working_days():
    for year in (2025, 2026):
        assert working_days_between(date(year - 1, 12, 31), date(year, 12, 31), NATIONAL) == 248


# ── layers ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("on", ["2024-05-15", "2024-07-11", "2024-08-08", "2024-08-09", "2023-07-24"])
def test_the_prefecture_rests_while_the_state_works(on):
    assert NATIONAL.is_working(day(on))
    assert BOTH.kind(day(on)).what == HOLIDAY
    assert BOTH.kind(day(on)).layer == "local"


def test_a_local_holiday_moves_the_due_date():
    assert ends("2024-05-14", 1) == "2024-05-15"
    assert ends("2024-05-14", 1, calendar=BOTH) == "2024-05-16"
    assert ends("2024-08-07", 3, calendar=BOTH) == "2024-08-14"


def test_the_most_local_layer_that_lists_a_date_decides():
    national = Layer("national", rest={day("2026-03-02"): "国"}, work={day("2026-03-07"): "班"})
    local = Layer("local", rest={day("2026-03-07"): "州", day("2026-03-03"): "州"}, work={})
    centre = Layer("wf", rest={}, work={day("2026-03-02"): "值", day("2026-03-07"): "值"})
    assert [Calendar([national]).kind(day(f"2026-03-0{n}")).what for n in (2, 3, 4, 7, 8)] == [
        HOLIDAY, WORKING, WORKING, MAKEUP, WEEKEND]  # fmt: skip
    assert [Calendar([national, local]).is_working(day(f"2026-03-0{n}")) for n in (2, 3, 7)] == [False] * 3
    assert [Calendar([national, local, centre]).is_working(day(f"2026-03-0{n}")) for n in (2, 3, 7)] == [
        True, False, True]  # fmt: skip


def test_a_listed_day_says_what_it_is_called_and_who_says_so():
    made = Calendar([Layer("local", rest={day("2026-08-08"): "州庆"}, work={day("2026-08-09"): "调休"})])
    assert made.kind(day("2026-08-08")) == (HOLIDAY, "州庆", "local")
    assert made.kind(day("2026-08-09")) == (MAKEUP, "调休", "local")
    assert (made.kind(day("2026-08-10")), made.number) == ((WORKING, "", ""), 0)
    assert made.is_tentative(day("2026-08-08"))


def test_work_beats_rest_within_a_layer():
    both = Layer("national", rest={day("2026-03-07"): "休"}, work={day("2026-03-07"): "班"})
    assert Calendar([both]).kind(day("2026-03-07")) == (MAKEUP, "班", "national")


def test_without_layers_the_week_decides_and_everything_is_tentative():
    assert due(day("2026-10-01"), 2, WORKING_DAY, Calendar()) == (day("2026-10-05"), True)


# ── calendar days, at once, pauses, extensions ────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "amount", "on"),
    [
        ("2026-03-02", 15, "2026-03-17"),  # Tuesday
        ("2026-03-06", 15, "2026-03-23"),  # the 21st is a Saturday
        ("2026-09-16", 15, "2026-10-08"),  # 1 October rolls over the whole break
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday that works
        ("2025-12-19", 15, "2026-01-04"),  # 3 January rests, Sunday the 4th works
    ],
)
def test_calendar_days_roll_to_the_next_working_day(start, amount, on):
    assert ends(start, amount, CALENDAR_DAY) == on


@pytest.mark.parametrize("unit", UNITS)
def test_what_is_done_at_once_is_due_the_same_day(unit):
    assert ends("2026-03-02", 0, unit) == "2026-03-02"
    assert ends("2026-02-14", 0, unit) == "2026-02-14"
    assert ends("2026-02-15", 0, unit) == "2026-02-24"


def test_a_pause_is_not_counted_but_its_first_day_is():
    pause = ((day("2026-03-04"), day("2026-03-10")),)
    assert ends("2026-03-02", 2, pauses=pause) == "2026-03-04"
    assert ends("2026-03-02", 3, pauses=pause) == "2026-03-11"
    assert ends("2026-03-02", 9, CALENDAR_DAY, pauses=pause) == "2026-03-17"
    assert ends("2026-03-02", 3, pauses=((day("2026-03-04"), day("2026-03-04")),)) == "2026-03-05"


def test_overlapping_pauses_do_not_count_twice():
    pauses = ((day("2026-03-02"), day("2026-03-05")), (day("2026-03-04"), day("2026-03-09")))
    assert ends("2026-03-02", 1, pauses=pauses) == "2026-03-10"


def test_a_last_day_that_falls_in_a_pause_moves_on():
    # Saturday the 7th is the last day; it would roll to Monday, which is paused.
    pause = ((day("2026-03-07"), day("2026-03-09")),)
    assert ends("2026-03-02", 5, CALENDAR_DAY, pauses=pause) == "2026-03-10"
    assert ends("2026-03-09", 0, pauses=pause) == "2026-03-10"


def test_an_extension_is_working_days_after_the_limit():
    assert ends("2026-03-02", 5, extended=10) == ends("2026-03-02", 15)
    assert ends("2026-03-06", 15, CALENDAR_DAY, extended=2) == "2026-03-25"
    pause = ((day("2026-03-09"), day("2026-03-11")),)
    assert ends("2026-03-02", 5, pauses=pause, extended=1) == "2026-03-12"


@pytest.mark.parametrize("bad", [{"amount": -1}, {"extended": -1}, {"unit": "week"}])
def test_an_impossible_limit_is_refused(bad):
    limit = {"amount": 1, "unit": WORKING_DAY} | bad
    for count in (due, ledger):
        with pytest.raises(ValueError):
            count(day("2026-03-02"), calendar=NATIONAL, **limit)


def test_the_end_of_time_is_an_error_and_no_endless_loop():
    with pytest.raises(OverflowError):
        due(day("9999-12-30"), 30, WORKING_DAY, NATIONAL)


# ── days left ─────────────────────────────────────────────────────────────────────────────


def test_days_left_count_working_days_only():
    assert days_left(day("2026-05-07"), day("2026-04-29"), NATIONAL) == 3
    assert days_left(day("2026-05-07"), day("2026-05-06"), NATIONAL) == 1
    assert days_left(day("2026-05-07"), day("2026-05-07"), NATIONAL) == 0
    assert days_left(day("2026-05-07"), day("2026-05-08"), NATIONAL) == -1
    assert days_left(day("2026-04-30"), day("2026-05-05"), NATIONAL) == 0


# ── the ledger ────────────────────────────────────────────────────────────────────────────


def test_the_ledger_names_every_day_of_a_working_day_limit():
    pause = ((day("2026-05-06"), day("2026-05-07"), "都文峰停〔2026〕1号"),)
    lines = ledger(day("2026-04-29"), 2, WORKING_DAY, NATIONAL, pause, extended=1)
    assert [tuple(line[1:]) for line in lines] == [
        ("start", None, ""),
        ("counted", 1, ""),
        *[("holiday", None, "劳动节")] * 5,
        ("counted", 2, ""),
        ("paused", None, "都文峰停〔2026〕1号"),
        ("extended", 3, ""),
    ]
    assert lines[0].day == day("2026-04-29")
    assert lines[-1].day == day("2026-05-08")


def test_the_day_on_which_a_pause_begins_is_not_yet_paused_and_a_pause_needs_no_notice():
    lines = ledger(day("2026-03-06"), 1, WORKING_DAY, NATIONAL, ((day("2026-03-07"), day("2026-03-09")),))
    assert [(line.kind, line.note) for line in lines] == [
        ("start", ""), ("weekend", ""), ("paused", ""), ("paused", ""), ("counted", "")]  # fmt: skip


def test_the_ledger_shows_make_up_days_weekends_and_the_roll():
    lines = ledger(day("2026-05-08"), 2, WORKING_DAY, NATIONAL)
    assert [line.kind for line in lines] == ["start", "makeup", "weekend", "counted"]
    lines = ledger(day("2026-03-06"), 1, CALENDAR_DAY, NATIONAL)
    assert [(line.kind, line.count) for line in lines] == [
        ("start", None), ("counted", 1), ("weekend", None), ("rolled", None)]  # fmt: skip


days = some.dates(date(2022, 12, 1), date(2027, 12, 1))
pause = some.tuples(days, some.integers(0, 60)).map(lambda drawn: (drawn[0], drawn[0] + timedelta(drawn[1])))
pauses = some.lists(pause, max_size=4)
limits = {
    "start": days,
    "amount": some.integers(0, 90),
    "unit": some.sampled_from(UNITS),
    "calendar": some.sampled_from([NATIONAL, BOTH, Calendar()]),
    "pauses": pauses,
    "extended": some.integers(0, 20),
}


@settings(max_examples=400, deadline=None)
@given(some.fixed_dictionaries(limits))
def test_the_last_line_of_the_ledger_is_the_due_date(limit):
    lines = ledger(**limit)
    start, calendar, unit = limit["start"], limit["calendar"], limit["unit"]
    paused = {on for on in (line.day for line in lines) if any(a < on <= b for a, b in limit["pauses"])}
    last = due(**limit)

    assert lines[-1].day == last.on
    assert [line.day for line in lines] == [start + timedelta(n) for n in range(len(lines))]
    counts = [line.count for line in lines if line.count]
    assert counts == list(range(1, limit["amount"] + limit["extended"] + 1))
    for line in lines[1:]:
        works = calendar.is_working(line.day) and line.day not in paused
        if unit == WORKING_DAY:
            assert works == (line.kind in ("counted", "makeup", "extended", "rolled"))
        elif line.count:
            assert line.day not in paused
    assert calendar.is_working(last.on) and last.on not in paused
    assert last.tentative == (calendar.is_tentative(last.on))


@settings(max_examples=200, deadline=None)
@given(start=days, amount=some.integers(1, 60), longer=some.integers(1, 30))
def test_more_days_never_end_earlier(start, amount, longer):
    for unit in UNITS:
        assert due(start, amount, unit, BOTH).on <= due(start, amount + longer, unit, BOTH).on
    extended = due(start, amount, WORKING_DAY, BOTH, extended=longer)
    assert extended == due(start, amount + longer, WORKING_DAY, BOTH)


@settings(max_examples=200, deadline=None)
@given(start=days, amount=some.integers(1, 60))
def test_working_days_between_undoes_due(start, amount):
    assert working_days_between(start, due(start, amount, WORKING_DAY, BOTH).on, BOTH) == amount
