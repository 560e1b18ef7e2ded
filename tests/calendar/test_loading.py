"""Loading a calendar: only what differs is written, and everybody counts with the new days at once."""

from datetime import date
from pathlib import Path

import pytest

from app.calendar.actions import load_calendar
from app.calendar.days import HOLIDAY, MAKEUP
from app.calendar.find import calendar_for, national_calendar
from app.calendar.models import CalendarYear
from app.calendar.read import CalendarFile, read_calendar
from app.calendar.version import calendar_version, digest
from app.extensions import db, one_transaction

SAMPLE = read_calendar(Path(__file__).parents[2] / "data" / "duyun" / "calendar.yaml")
FRIDAY, SATURDAY, MONDAY = date(2030, 3, 1), date(2030, 3, 2), date(2030, 3, 4)


def a_file(rest=MONDAY, work=SATURDAY, name="停电", layer="national", provisional=False) -> CalendarFile:
    year = {
        "source": "通知", "provisional": provisional,
        "holidays": [{"name": name, "from": rest, "to": rest}], "work": [work] if work else [],
    }  # fmt: skip
    years = {2030: year}
    return CalendarFile.model_validate({layer: years} if layer == "national" else {"centres": {layer: years}})


def test_loading_twice_changes_nothing(inside):
    load_calendar(SAMPLE)
    before = calendar_version(), digest()
    assert load_calendar(SAMPLE) is False
    assert (calendar_version(), digest()) == before


def test_the_database_counts_as_the_file_does(inside):
    load_calendar(SAMPLE)
    for layer in ("national", "local"):
        loaded = {found.name: found for found in calendar_for(None).layers}[layer]
        assert loaded == SAMPLE.layer(layer)
    assert national_calendar().layers == (SAMPLE.layer("national"),)


def test_a_new_year_leaves_the_other_years_alone(inside):
    load_calendar(SAMPLE)
    version = calendar_version()
    assert calendar_for(None).is_tentative(MONDAY)
    assert load_calendar(a_file()) is True
    assert calendar_version() == version + 1
    calendar = calendar_for(None)
    assert calendar.kind(MONDAY) == (HOLIDAY, "停电", "national")
    assert calendar.kind(SATURDAY).what == MAKEUP
    assert not calendar.is_tentative(MONDAY)
    assert calendar.kind(date(2026, 2, 16)).name == "春节"


@pytest.mark.parametrize(
    "changed",
    [
        {"rest": FRIDAY},
        {"work": None},
        {"name": "停水"},
        {"provisional": True},
        {"rest": FRIDAY, "work": None},
    ],
)
def test_a_corrected_year_is_counted_with_at_once(inside, changed):
    load_calendar(a_file())
    calendar_for(None)
    corrected = a_file(**changed)
    version = calendar_version()
    assert load_calendar(corrected) is True
    assert calendar_version() == version + 1
    assert load_calendar(corrected) is False
    layer = corrected.layer("national")
    for day in (FRIDAY, SATURDAY, MONDAY):
        kind = calendar_for(None).kind(day)
        assert (kind.what == HOLIDAY) == (day in layer.rest)
        assert kind.name == (layer.rest | layer.work).get(day, "")
    assert calendar_for(None).is_tentative(MONDAY) == bool(changed.get("provisional"))


def test_a_centre_rests_alone(inside):
    load_calendar(a_file(layer="wenfeng_centre"))
    assert not calendar_for("wenfeng_centre").is_working(MONDAY)
    assert calendar_for("another_centre").is_working(MONDAY)
    assert calendar_for(None).is_working(MONDAY)
    assert calendar_for("wenfeng_centre").is_tentative(MONDAY)  # no national notice for that year


def test_what_was_not_committed_is_not_remembered(inside):
    load_calendar(SAMPLE)
    with pytest.raises(RuntimeError), one_transaction():
        load_calendar(a_file())
        assert not calendar_for(None).is_working(MONDAY)
        raise RuntimeError
    assert calendar_for(None).is_working(MONDAY)
    assert db.session.get(CalendarYear, ("national", 2030)) is None


def test_asking_again_costs_one_small_query_a_transaction(inside):
    load_calendar(SAMPLE)
    for centre_id in (None, "wf-01"):  # a process reads the days of each once, which is another question
        calendar_for(centre_id)
    db.session.rollback()
    asked = []
    db.event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    calendar_for(None)
    calendar_for("wf-01")
    calendar_for(None)
    assert len([one for one in asked if "setting" in one]) == 1
