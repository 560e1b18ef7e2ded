"""How clocks turn, move by move: what starts, stops, waits and is counted anew, without a database."""

from datetime import date, timedelta

import pytest

from app.calendar.days import Calendar, Layer
from app.cases import clockwork
from app.cases.clockwork import CORRECTION, LIMITS, Face, Run, Span
from tests.cases.conftest import SPECS

MON = date(2026, 3, 2)
DAY = timedelta(days=1)
PLAIN = Calendar([Layer("national", {}, {}, frozenset({2026}))], 4)
ITEM = SPECS["MZ-001"]  # fifteen working days, no limit of the law


def turn(face: Face, *clocks, on=MON, seq=1, spec=ITEM, calendar=PLAIN, **facts) -> Face:
    clockwork.turn(face, clocks, on, facts, seq, spec, calendar)
    return face


def face(*started, **facts) -> Face:
    return turn(Face(), *(("start", kind) for kind in started), **facts)


def days(*numbers: int) -> list[date]:
    return [MON + DAY * n for n in numbers]


@pytest.mark.parametrize(
    ("kind", "length"),
    [("intake", (5, "working_day")), ("transfer", (1, "working_day")), ("ack", (1, "working_day")),
     ("delivery", (10, "working_day")), ("collect", (90, "calendar_day")), ("reply", (5, "working_day")),
     ("archive", (10, "working_day")), ("rating_fix", (15, "working_day")), ("correction", (10, "working_day")),
     ("promise", (15, "working_day")), ("statutory", None)],
)  # fmt: skip
def test_every_clock_has_its_length(kind, length):
    assert clockwork.limit(kind, ITEM, {}) == length
    assert set(LIMITS) == {"intake", "transfer", "ack", "delivery", "collect", "reply", "archive", "rating_fix"}


def test_some_lengths_are_the_items_or_were_agreed():
    dibao = SPECS["MZ-002"]
    assert clockwork.limit("statutory", dibao, {}) == (30, "working_day")
    assert clockwork.limit("promise", dibao.model_copy(update={"time_unit": "calendar_day"}), {}) == (25, "calendar_day")
    assert clockwork.limit("statutory", dibao.model_copy(update={"time_unit": "calendar_day"}), {}) == (30, "calendar_day")
    assert clockwork.limit("supplement", ITEM, {"supplement_days": 4}) == (4, "working_day")
    assert clockwork.limit("correction", ITEM, {"correction_days": 15}) == (15, "working_day")
    assert CORRECTION == (10, "working_day")


def test_a_started_clock_knows_its_day_its_row_and_its_end():
    assert face("intake", seq=3).runs == [
        Run("intake", MON, 5, "working_day", 3, due_on=MON + 7 * DAY, tentative=False, calendar=4)
    ]
    assert not face("statutory").runs  # the item has no such limit
    tentative = turn(Face(), ("start", "intake"), calendar=Calendar([], 9)).runs[0]
    assert (tentative.tentative, tentative.calendar) == (True, 9)


def test_a_clock_that_runs_is_not_started_twice_but_again_after_it_stopped():
    twice = turn(face("intake"), ("start", "intake"), on=MON + DAY)
    assert len(twice.runs) == 1
    again = turn(twice, ("stop", "intake"), ("start", "intake"), on=MON + DAY, seq=2)
    assert [(run.started_seq, run.stopped_on) for run in again.runs] == [(1, MON + DAY), (2, None)]
    assert again.running("intake") is again.runs[1]
    assert again.running("promise") is None


def test_stopping_one_leaves_the_others():
    some = turn(face("intake", "promise"), ("stop", "intake"), on=MON + DAY)
    assert [(run.kind, run.stopped_on) for run in some.runs] == [("intake", MON + DAY), ("promise", None)]
    turn(some, ("stop", "intake"), on=MON + 2 * DAY)
    assert some.runs[0].stopped_on == MON + DAY  # not moved


def test_stopping_all_leaves_the_paper_on_its_way_and_the_rating():
    some = turn(face("intake", "transfer", "rating_fix", "promise"), ("stop", "all"), on=MON + DAY)
    assert [run.kind for run in some.runs if run.stopped_on is None] == ["transfer", "rating_fix"]


@pytest.mark.parametrize(("kind", "ended"), [("all", MON + DAY), ("promise", MON + DAY), ("intake", None)])
def test_an_end_of_the_promise_ends_a_pause(kind, ended):
    some = turn(face("promise"), ("pause", ""), procedure="p", amount=5, unit="working_day")
    turn(some, ("stop", kind), on=MON + DAY)
    assert some.pauses[0].ended_on == ended
    assert (some.open_pause() is None) == (ended is not None)
    turn(some, ("stop", "all"), on=MON + 3 * DAY)
    assert some.pauses[0].ended_on == (ended or MON + 3 * DAY)


def test_stop_when_complete_only_then():
    assert turn(face("correction"), ("stop_when_complete", "correction")).running("correction")
    assert not turn(face("correction"), ("stop_when_complete", "correction"), complete=True).running("correction")
    # a clock that does not run has nothing to stop, the pause it would end included
    some = turn(face("intake"), ("pause", ""), procedure="p", amount=5, unit="working_day")
    turn(some, ("stop_when_complete", "promise"), complete=True)
    assert some.open_pause()


@pytest.mark.parametrize(("facts", "starts"), [({}, False), ({"complete": True}, False), ({"correcting": True}, False),
                                               ({"complete": True, "correcting": True}, True)])  # fmt: skip
def test_the_window_has_its_days_again_when_the_last_missing_item_is_in(facts, starts):
    some = turn(Face(), ("restart_when_complete", "intake"), seq=5, **facts)
    assert [run.started_seq for run in some.runs] == ([5] if starts else [])


def test_a_pause_moves_the_promise_and_nothing_else():
    dibao = SPECS["MZ-002"]
    some = face("promise", "statutory", "supplement", spec=dibao, supplement_days=5)
    before = [run.due_on for run in some.runs]
    turn(some, ("pause", ""), on=MON + DAY, seq=2, procedure="公示", amount=7, unit="calendar_day")
    assert some.pauses == [Span("公示", 7, "calendar_day", MON + DAY, MON + 8 * DAY, 2)]
    moved = [after.due_on - was for after, was in zip(some.runs, before, strict=True)]
    assert [gap.days for gap in moved] == [7, 7, 0]  # five working days lost, a weekend over


def test_a_pause_ends_on_the_day_but_never_before_it_began_or_after_it_was_planned():
    def paused() -> Face:
        return turn(face("promise"), ("pause", ""), on=MON + 2 * DAY, procedure="p", amount=5, unit="working_day")

    for on, ended in ((MON + 4 * DAY, MON + 4 * DAY), (MON, MON + 2 * DAY), (MON + 30 * DAY, MON + 9 * DAY)):
        some = turn(paused(), ("resume", ""), on=on)
        assert some.pauses[0].ended_on == ended
        assert some.open_pause() is None


def test_a_pause_that_ended_is_kept_as_it_was_when_the_calendar_changes():
    some = turn(face("promise"), ("pause", ""), procedure="p", amount=5, unit="working_day")
    holiday = Calendar([Layer("national", {MON + DAY: "x"}, {}, frozenset({2026}))])
    turn(some, ("recount", "all"), on=date.min, calendar=holiday)
    assert some.pauses[0].planned_until == MON + 8 * DAY
    turn(some, ("resume", ""), on=MON + 2 * DAY)
    turn(some, ("recount", "all"), on=date.min)
    assert (some.pauses[0].planned_until, some.pauses[0].ended_on) == (MON + 8 * DAY, MON + 2 * DAY)


def test_an_extension_adds_working_days_to_promise_and_law():
    dibao = SPECS["MZ-002"]
    some = face("promise", "statutory", "ack", spec=dibao)
    turn(some, ("extend", ""), days=5)
    assert [run.extended for run in some.runs] == [5, 5, 0]
    turn(some, ("stop", "promise"))
    turn(some, ("extend", ""), days=2)
    assert [run.extended for run in some.runs] == [5, 7, 0]
    assert some.runs[1].due_on == MON + (37 // 5 * 7 + 2) * DAY


def test_a_clock_runs_while_something_waits():
    waiting = {"ack": 1, "on": "2026-03-03"}
    some = turn(Face(), ("while", "ack"), waiting=waiting)
    assert (some.running("ack").started_on, some.running("ack").started_seq) == (MON + DAY, 1)
    turn(some, ("while", "ack"), on=MON + 5 * DAY, waiting={"ack": 0, "on": "2026-03-04"})
    assert some.runs[0].stopped_on == MON + 2 * DAY
    assert clockwork.waits((("while", "ack"), ("start", "promise"), ("while", "transfer"))) == ("ack", "transfer")


def test_a_mark_says_what_was_done():
    some = turn(face("collect", "correction"), ("mark", "collect"))
    assert [run.mark for run in some.runs] == ["told", ""]
    turn(some, ("mark", "said"), about="correction", mark="T-3")
    assert [run.mark for run in some.runs] == ["told", "T-3"]
    turn(some, ("mark", "said"), mark="T-1")
    turn(some, ("mark", "promise"), mark="T-1")
    assert [run.mark for run in some.runs] == ["told", "T-3"]


def test_who_was_reminded_of_the_old_date_is_reminded_again_but_of_a_collection_not():
    holiday = Calendar([Layer("national", {MON + 7 * DAY: "x", MON + 91 * DAY: "y"}, {}, frozenset({2026}))])
    some = face("intake", "collect", "reply")
    for run in some.runs:
        run.mark = "T-1"
    turn(some, ("recount", "all"), on=date.min)
    assert [run.mark for run in some.runs] == ["T-1"] * 3  # the same dates
    before = Face([Run(**vars(run)) for run in some.runs])
    turn(some, ("recount", "all"), on=date.min, calendar=holiday)
    assert [run.mark for run in some.runs] == ["", "T-1", ""]
    assert [(old.kind, new.due_on) for old, new in clockwork.moved(before, some)] == [
        ("intake", MON + 8 * DAY), ("collect", MON + 92 * DAY), ("reply", MON + 8 * DAY)]  # fmt: skip


def test_what_moved_is_what_runs_and_has_another_date_or_is_no_longer_sure():
    one, same = face("intake"), face("intake")
    assert clockwork.moved(one, same) == []
    same.runs[0].tentative = True
    assert clockwork.moved(one, same) == [(one.runs[0], same.runs[0])]
    one.runs[0].stopped_on = MON
    assert clockwork.moved(one, same) == []
    with pytest.raises(ValueError, match="shorter"):
        clockwork.moved(one, Face())


def test_a_clock_that_stops_in_a_pause_is_derived_once_more_but_an_old_one_never():
    some = face("promise")
    turn(some, ("pause", ""), procedure="p", amount=5, unit="working_day", on=MON)
    turn(some, ("stop", "promise"), on=MON + DAY)
    assert some.runs[0].due_on == MON + 22 * DAY  # one day of pause
    ended = some.runs[0].due_on
    turn(some, ("recount", "all"), on=date.min, calendar=Calendar([Layer("national", {MON + 3 * DAY: "x"}, {})]))
    assert some.runs[0].due_on == ended


def test_no_step_counts_from_before_an_earlier_one():
    some = face("promise", on=MON + 3 * DAY)
    assert some.latest() == MON + 3 * DAY
    turn(some, ("start", "intake"), on=MON)
    assert some.runs[1].started_on == MON + 3 * DAY
    # what runs between offices by the day of the deed does not count for that
    assert Face(face("transfer", "ack", "rating_fix").runs).latest() == date.min
    assert Face(pauses=[Span("p", 1, "working_day", MON, MON, 1)]).latest() == MON
    assert Face().latest() == date.min


@pytest.mark.parametrize(
    ("state", "kinds"),
    [("received", ["intake"]), ("correction", ["intake", "correction"]), ("accepted", ["promise"]),
     ("processing", ["promise"]), ("decided", ["delivery"]), ("ready", ["collect"]), ("delivered", ["archive"]),
     ("forwarded", ["reply"]), ("archived", [])],
)  # fmt: skip
def test_in_each_state_one_clock_is_shown(state, kinds):
    everything = face("archive", "reply", "collect", "delivery", "promise", "correction", "intake")
    for kind in kinds:
        assert clockwork.shown(everything, state).kind == kind
        turn(everything, ("stop", kind))
    assert clockwork.shown(everything, state) is None


def test_only_promise_and_law_leave_a_pause_out():
    some = Face(pauses=[Span("p", 1, "working_day", MON, MON + DAY, 1), Span("q", 1, "working_day", MON, MON + 5 * DAY, 1, MON + 2 * DAY)])
    for kind in ("promise", "statutory"):
        assert clockwork.intervals(Run(kind, MON, 1, "working_day", 1), some) == ((MON, MON + DAY), (MON, MON + 2 * DAY))
    for kind in ("intake", "supplement", "collect"):
        assert clockwork.intervals(Run(kind, MON, 1, "working_day", 1), some) == ()


@pytest.mark.parametrize("move", ["pause", "resume", "extend", "recount"])
def test_what_can_shift_a_promise(move):
    assert clockwork.shifts((("start", "intake"), (move, "")))
    assert not clockwork.shifts((("start", "intake"), ("stop", "all"), ("while", "ack"), ("mark", "said")))
