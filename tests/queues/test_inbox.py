"""What an office finds in its inbox, and how little it costs to ask."""

import pytest

from app.cases.standing import Standing
from app.custody import actions as custody
from app.extensions import db
from app.process import actions as process
from app.queues import lists
from tests import sample
from tests.backoffice import accepted, again, on_the_table, proposed, received, statements, taken_up

OFFICER = "urban_management.officer"


def numbers(page) -> list[str]:
    return [row.select_one("a").get_text() for row in page.select("#inbox tbody tr")]


def test_what_is_due_first_stands_first(app, desk_of, clock):
    with app.app_context():
        clock("2026-03-09 09:00")
        late = on_the_table(n=1).case_no
        clock("2026-03-02 09:00")
        early = on_the_table(n=2).case_no
    assert numbers(desk_of(OFFICER).get("/office")) == [early, late]


def test_what_is_late_is_told_in_colour_and_word(app, desk_of, clock):
    with app.app_context():
        clock("2026-03-02 09:00")
        on_the_table()
    clock("2026-06-01 09:00")
    page = desk_of(OFFICER).get("/office")
    assert page.select_one("#inbox tbody .light-black").get_text() == "超法定"


def test_an_item_that_the_department_accepts_waits_in_its_inbox(app, desk_of):
    with app.app_context():
        case_no = received("GA-001").case_no
    desk = desk_of("public_security.officer")
    assert numbers(desk.get("/office")) == numbers(desk.get("/office?state=accept")) == [case_no]
    assert not numbers(desk.get("/office?state=free"))


def test_filters_show_mine_what_is_free_and_what_waits_for_approval(app, desk_of):
    with app.app_context():
        free, mine, ready = on_the_table(n=1).case_no, taken_up(n=2).case_no, proposed(n=3).case_no
        waiting = accepted(n=4).case_no
    desk = desk_of(OFFICER)
    assert set(numbers(desk.get("/office"))) == {free, mine, ready, waiting}
    assert numbers(desk.get("/office?state=free")) == [free]
    assert set(numbers(desk.get("/office?state=mine"))) == {mine, ready}
    assert numbers(desk.get("/office?state=approve")) == [ready]
    assert numbers(desk.get("/office?state=waiting")) == [waiting]
    assert not numbers(desk.get("/office?item=CG-001"))
    assert len(numbers(desk.get("/office?item=CG-002"))) == 4
    assert not numbers(desk_of("health.officer").get("/office"))


def test_an_address_that_was_tampered_with_is_the_first_page(app, desk_of):
    with app.app_context():
        case_no = on_the_table().case_no
    desk = desk_of(OFFICER)
    for query in ("after=nonsense", "state=nobody", "after=2026-13-99~task~1", "after=2026-01-01~task~x",
                  f"after=2026-01-01~task~{'9' * 30}", "item=%00", "state=%00&poll=1&seen=%00"):  # fmt: skip
        assert numbers(desk.get(f"/office?{query}")) == [case_no]


def test_a_number_that_is_none_finds_no_case(desk_of):
    for number in ("%00", "0", "x" * 300, "52270100226112300001M%00"):
        desk_of(OFFICER).get(f"/desk/cases/{number}", expect=404)


def test_pages_follow_each_other_without_a_gap(app, desk_of, monkeypatch):
    monkeypatch.setattr(lists, "SIZE", 2)
    with app.app_context():
        cases = {on_the_table(n=n).case_no for n in range(1, 5)} | {received("GA-001", n=9).case_no}
        cases = {case_no for case_no in cases if again(case_no).item_code == "CG-002"}
    desk, seen, url = desk_of(OFFICER), [], "/office"
    while url:
        page = desk.get(url)
        seen += numbers(page)
        following = page.select_one("a[rel=next]")
        url = following["href"] if following else None
    assert len(seen) == 4
    assert set(seen) == cases


def test_a_long_list_asks_no_more_questions_than_a_short_one(app, desk_of):
    desk = desk_of(OFFICER)
    with app.app_context():
        on_the_table(n=1)
    desk.get("/office")
    with statements(app) as short:
        desk.get("/office")
    with app.app_context():
        for n in range(2, 14):
            on_the_table(n=n)
    with statements(app) as long:
        desk.get("/office")
    assert len(long) == len(short)


def test_a_poll_with_nothing_new_hears_nothing(app, desk_of):
    with app.app_context():
        on_the_table(n=1)
    desk = desk_of(OFFICER)
    poll = desk.get("/office").select_one("#inbox")["hx-get"]
    with statements(app) as asked:
        desk.get(poll, expect=204, part=True)
    assert len(asked) <= 3  # who is signed in, and the newest row of the journal
    with app.app_context():
        on_the_table(n=2)
    assert len(numbers(desk.get(poll, part=True))) == 2


def test_the_inbox_is_found_by_its_index(inside, database):
    if database == "postgresql":
        pytest.skip("a small table is rightly scanned there; the benchmark looks at a million rows")
    day, kind, number = lists._read_cursor("2026-03-02~task~7")
    rows = lists._tasks("", False, kind).params(office=sample.actor(OFFICER).office_id, day=day, number=number)
    said = rows.compile(db.engine, compile_kwargs={"literal_binds": True})
    steps = [row[-1] for row in db.session.execute(db.text(f"EXPLAIN QUERY PLAN {said}"))]
    assert any("ix_task_office_live" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step], steps


def test_ticked_cases_are_claimed_one_by_one(app, desk_of):
    with app.app_context():
        ours, lost = on_the_table(n=1).case_no, on_the_table(n=2).case_no
        process.take_up(again(lost), sample.actor("urban_management.officer2"))
        winner = sample.actor("urban_management.officer2").name
    desk = desk_of(OFFICER)
    desk.post("/office/claim", {"case_no": [ours, lost, "7" * 12]}, page="/office")
    said = desk.get("/office").select_one("#banner").get_text()
    assert "认领 1 件" in said
    assert f"已由{winner}认领" in said
    assert numbers(desk.get("/office?state=mine")) == [ours]


def test_nothing_ticked_is_said(app, desk_of):
    with app.app_context():
        on_the_table()
    desk = desk_of(OFFICER)
    desk.post("/office/claim", {}, page="/office")
    assert "请先勾选" in desk.get("/office").select_one("#banner").get_text()


def test_a_clerk_does_not_claim(desk_of):
    desk_of("wf-01.clerk").post("/office/claim", {"case_no": "1"}, page="/office", expect=403)


def test_a_slip_on_its_way_stands_on_top(app, desk_of):
    with app.app_context():
        case = accepted()
        by = sample.actor("wf-01.clerk")
        slip = custody.pack(by, "urban_management", [paper.id for paper in Standing(case, by).papers])
        slip_no = slip.slip_no
        custody.send(slip, by, "钱乙")
    page = desk_of(OFFICER).get("/office")
    assert page.select_one(f'#inbox a[href="/desk/slips/{slip_no}"]')
    assert not desk_of("health.officer").get("/office").select(".slips")


def test_a_joint_case_is_in_the_inbox_of_its_authority(app, desk_of):
    with app.app_context():
        case_no = accepted("LB-001").case_no
        assert again(case_no).waits_office_id == "market_regulation"
    assert case_no in numbers(desk_of("market_regulation.officer").get("/office"))
