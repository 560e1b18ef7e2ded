"""The calendar in the hands of the administrator: shown before it counts, counted anew when it does, told to everybody."""

from datetime import date

import pytest

from app.calendar.find import calendar_for
from app.calendar.models import CalendarEdition
from app.calendar.proposal import Proposal, make_year, with_days, written, year_of
from app.calendar.read import CalendarFile, read_calendar
from app.cases import clocks, journal
from app.cases.models import Case, JournalEntry
from app.cases.steps import STEPS
from app.extensions import db
from app.people.models import DeskEvent
from tests import backoffice
from tests.desk import _soup, form_values

ADMIN, CLERK = "service_admin.admin", "wf-01.clerk"
NEXT_YEAR = """
national:
  2027:
    source: 国务院办公厅关于2027年部分节假日安排的通知
    holidays:
    - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
    - {name: 春节, from: 2027-02-05, to: 2027-02-11}
    work: [2027-02-14]
"""


@pytest.fixture
def cases(app, clock):
    """Three accepted cases, due on 11 March 2026."""
    clock("2026-03-02 09:00")
    with app.app_context():
        return [backoffice.accepted("SJ-002", n).case_no for n in (1, 2, 3)]


def rows(app, action="recompute") -> list[JournalEntry]:
    with app.app_context():
        return list(db.session.scalars(db.select(JournalEntry).filter_by(action=action).order_by(JournalEntry.id)))


def due_dates(app) -> set[str]:
    with app.app_context():
        return {case.due_on.isoformat() for case in db.session.scalars(db.select(Case))}


def preview_of_a_day_off(desk, day="2026-03-05", layer="wf-01", **more):
    url = f"/admin/calendar/{layer}/2026"
    form = {"source": "停电通知", "first": day, "kind": "rest", "name": "停电"} | more
    return desk.post(url, form, expect=200)


def save(desk, answer, expect=303):
    return desk.send("/admin/calendar/save", form_values(_soup(answer), "/admin/calendar/save"), expect)


def test_a_day_off_is_shown_first_with_every_case_it_moves_and_counts_only_when_saved(app, desk_of, cases):
    admin = desk_of(ADMIN)
    assert due_dates(app) == {"2026-03-11"}
    answer = preview_of_a_day_off(admin)
    for case_no in cases:
        assert case_no in answer.text
    assert "2026年3月12日" in answer.text and "停电" in answer.text
    assert due_dates(app) == {"2026-03-11"} and rows(app) == []  # looking changes nothing
    save(admin, answer)
    assert due_dates(app) == {"2026-03-12"}
    assert [(row.actor_name, row.notice) for row in rows(app)] == [(rows(app)[0].actor_name, "recomputed")] * 3
    assert rows(app)[0].actor_id is not None
    moved = {one["clock"]: (one["before"], one["after"]) for one in rows(app)[0].facts["moved"]}
    assert moved["promise"] == ("2026-03-11", "2026-03-12") and moved["statutory"] == ("2026-03-30", "2026-03-31")
    page = desk_of(CLERK).get(f"/desk/cases/{cases[0]}")
    assert "承诺期限 2026-03-11 → 2026-03-12" in page.get_text()
    with app.app_context():
        assert db.session.scalar(db.select(DeskEvent.action).order_by(DeskEvent.id.desc())) == "save_calendar"
        for case in db.session.scalars(db.select(Case)):
            assert clocks.rebuild(case, journal.entries_of(case.id), STEPS) == clocks.face_of(case)


def test_a_day_of_one_centre_moves_nobody_elses_dates(app, desk_of, cases):
    answer = preview_of_a_day_off(desk_of(ADMIN), layer="gh-01")
    assert cases[0] not in answer.text
    save(desk_of(ADMIN), answer)
    assert due_dates(app) == {"2026-03-11"} and rows(app) == []


def test_a_day_that_is_taken_away_moves_the_dates_back(app, desk_of, cases):
    admin = desk_of(ADMIN)
    save(admin, preview_of_a_day_off(admin))
    form = {"source": "通知撤回", "provisional": None, "gone": "2026-03-05"}
    save(admin, admin.post("/admin/calendar/wf-01/2026", form, expect=200))
    assert due_dates(app) == {"2026-03-11"}
    assert len(rows(app)) == 6


def test_a_year_gets_its_notice_and_its_dates_are_tentative_no_longer(app, desk_of, clock):
    clock("2026-12-22 09:00")
    with app.app_context():
        last_day = backoffice.accepted("SJ-002", 2)  # due on the last day of the published calendar
        assert (last_day.due_on, last_day.due_tentative) == (date(2026, 12, 31), False)
    clock("2026-12-23 09:00")
    with app.app_context():
        case_no = backoffice.accepted("SJ-002", 1).case_no
        assert backoffice.again(case_no).due_tentative
    desk = desk_of(CLERK)
    assert "暂定" in desk.get(f"/desk/cases/{case_no}").get_text()
    assert "暂定" in desk.get(f"/desk/cases/{case_no}/ledger").get_text()
    admin = desk_of(ADMIN)
    assert "暂定" in admin.get("/admin/calendar").get_text()
    answer = admin.post("/admin/calendar/notice", {"text": NEXT_YEAR, "file": None}, expect=200)
    assert "由暂定变为确定" in answer.text and case_no in answer.text
    save(admin, answer)
    with app.app_context():
        case = backoffice.again(case_no)
        assert not case.due_tentative
        assert not calendar_for(None).is_tentative(date(2027, 1, 4))
    assert "暂定" not in desk.get(f"/desk/cases/{case_no}").get_text()


def test_what_somebody_else_changed_since_the_preview_is_not_overwritten(app, desk_of, cases):
    admin = desk_of(ADMIN)
    first, second = preview_of_a_day_off(admin), preview_of_a_day_off(admin, "2026-03-06")
    save(admin, first)
    save(admin, second, 409)
    with app.app_context():
        assert calendar_for("wf-01").is_working(date(2026, 3, 6))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "文件是空的"),
        ("national: {2027: {}}", "没有通知来源"),
        ("national:\n  2027:\n    source: 通知\n    work: [2027-03-03]", "本来就是工作日"),
        ("centres: {nowhere: {2027: {provisional: true}}}", "没有这个中心"),
        ("national: [", "YAML"),
    ],
)
def test_a_notice_that_cannot_be_right_is_explained_and_changes_nothing(app, desk_of, text, said):
    answer = desk_of(ADMIN).post("/admin/calendar/notice", {"text": text, "file": None}, expect=422)
    assert said in answer.text
    with app.app_context():
        assert db.session.scalar(db.select(db.func.max(CalendarEdition.number))) == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"first": "2027-03-05"}, "应为 2026 年内"),
        ({"kind": None}, "请选择放假还是上班"),
        ({"name": ""}, "放假要写名称"),
        ({"source": ""}, "请写明依据的通知"),
        ({"first": "2026-03-05", "last": "2026-03-01"}, "应为 2026 年内"),
    ],
)
def test_a_day_that_cannot_be_right_is_explained(desk_of, form, said):
    url = "/admin/calendar/wf-01/2026"
    full = {"source": "停电通知", "first": "2026-03-05", "kind": "rest", "name": "停电"} | form
    assert said in desk_of(ADMIN).post(url, full, expect=422).text


def test_only_who_keeps_the_calendar_changes_it(desk_of):
    for login in (CLERK, "service_admin.auditor", "service_admin.supervisor"):
        desk_of(login).get("/admin/calendar/national/2026", 403)
        desk_of(login).get("/admin/calendar/notice", 403)
    desk_of(ADMIN).get("/admin/calendar/nowhere/2026", 404)
    desk_of(ADMIN).get("/admin/calendar/national/1900", 404)
    assert "2026" in desk_of("service_admin.auditor").get("/admin/calendar").get_text()


def test_a_year_is_written_as_it_is_read(inside):
    for layer, number in (("national", 2026), ("local", 2023)):
        year = year_of(layer, number)
        again = read_calendar("x", written(layer, number, year)).years()[layer][number]
        assert (again.rest(), again.work, again.source, again.provisional) == (
            year.rest(), year.work, year.source, year.provisional)  # fmt: skip
        assert Proposal(CalendarFile.model_validate({layer: {number: year.model_dump(by_alias=True)}})).changes() == []


def test_days_come_and_go_in_a_year():
    year = make_year("通知", False, {date(2026, 8, 8): "州庆", date(2026, 8, 9): "州庆"}, [date(2026, 8, 15)])
    assert [(one.first.day, one.last.day) for one in year.holidays] == [(8, 9)]
    more = with_days(year, date(2026, 8, 10), date(2026, 8, 10), "rest", "州庆")
    assert [(one.first.day, one.last.day) for one in more.holidays] == [(8, 10)]
    less = with_days(more, date(2026, 8, 9), date(2026, 8, 9), "", "")
    assert [(one.first.day, one.last.day) for one in less.holidays] == [(8, 8), (10, 10)]
    assert with_days(less, date(2026, 8, 15), date(2026, 8, 15), "rest", "补休").work == []


def test_a_day_to_take_away_that_is_none_and_a_missing_source_are_said(desk_of):
    desk, url = desk_of("service_admin.admin"), "/admin/calendar/national/2027"
    desk.post(url, {"source": "通知", "gone": "-1"}, 422)
    desk.post(url, {"source": "", "provisional": "y", "first": "2027-03-05", "kind": "rest", "name": "示例"}, 200)
