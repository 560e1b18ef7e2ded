"""在哪里: one number answers with every sheet, its holder, since when, and its way; lists and the balance beside it."""

from datetime import timedelta

import pytest

from app.cases.models import DONE, Case, Material, Task
from app.cases.standing import Standing
from app.cases.steps import CONCLUDED, ENDS
from app.custody import actions as custody
from app.custody import watch, where_views
from app.custody.where import where
from app.documents.models import Document
from app.extensions import db
from app.jobs.city import why_not_close
from app.moments import today
from app.receive import actions as receive
from app.web.words import many
from tests import backoffice, sample

CLERK, OFFICER, TO = "wf-01.clerk", "market_regulation.officer", "market_regulation"


@pytest.fixture
def on_its_way(app, clock):
    """(case number, slip number): sent on a Monday morning."""
    clock("2026-11-23 10:00")
    with app.app_context():
        case, clerk = backoffice.accepted("SJ-001"), sample.actor(CLERK)
        slip = custody.pack(clerk, TO, [paper.id for paper in Standing(case, clerk).papers])
        custody.send(slip, clerk, "钱乙")
        return case.case_no, slip.slip_no


def test_case_paper_slip_and_document_lead_to_the_same_sheets(app, on_its_way, desk_of):
    case_no, slip_no = on_its_way
    with app.app_context():
        sheet = db.session.scalar(db.select(Document.number).where(Document.slip_id.is_not(None)))
        receipt = db.session.scalar(db.select(Document.number).where(Document.kind == "intake_receipt"))
        by = sample.actor(CLERK)
        all_of_them = [one.code for one in where(by, case_no)]
        assert [one.code for one in where(by, slip_no)] == all_of_them
        assert [one.code for one in where(by, sheet)] == all_of_them
        assert [one.code for one in where(by, receipt)] == all_of_them
        assert [one.code for one in where(by, all_of_them[1])] == [all_of_them[1]]
    page = desk_of(CLERK).get(f"/desk/where?q={case_no}").get_text()
    assert "在途" in page and slip_no in page and "钱乙" in page
    assert desk_of(CLERK).fetch(f"/desk/find?q={all_of_them[0]}", 303).location.endswith(all_of_them[0])
    desk_of("gh-01.clerk").get(f"/desk/where?q={case_no}", 404)
    desk_of(CLERK).get("/desk/where?q=522701002299999999999", 404)


def test_who_is_late_is_named_on_the_way_in_search_and_past_the_share_of_an_office(app, on_its_way, clock):
    case_no, slip_no = on_its_way
    with app.app_context():
        by, officer = sample.actor(CLERK), sample.actor(OFFICER)
        assert not any(one.late for one in where(by, case_no))
        clock("2026-11-25 10:00")
        assert {one.late["why"] for one in where(by, case_no)} == {"transit"}
        assert "钱乙" in where(by, case_no)[0].late["who"] and by.name in where(by, case_no)[0].late["who"]
        slip = where(by, slip_no)[0].slip
        first = where(by, case_no)[0].paper.id
        custody.take(slip, officer, [first])
        clock("2026-11-27 10:00")  # one working day to search, and one more
        sheet = where(by, case_no)[0]
        assert sheet.late["why"] == "search"
        assert by.name in sheet.late["who"] and officer.name in sheet.late["who"]
        custody.settle(slip, officer, first, "found", "夹在另一份里")
        due = db.session.scalar(db.select(Task.due_on))
        clock(f"{due + timedelta(days=3)} 10:00")
        assert {one.late["why"] for one in where(by, case_no)} == {"task"}


def test_an_original_of_a_joint_case_goes_from_office_to_office_and_the_late_holder_is_named(app, clock, desk_of):
    clock("2026-11-23 10:00")
    with app.app_context():
        by = sample.actor(CLERK)
        parent = backoffice.accepted("LB-001")
        no = parent.case_no
        offices = {task.office_id for task in db.session.scalars(db.select(Task))}
        original = db.session.scalars(db.select(Material).filter_by(case_id=parent.id, form="original", state="held")).first()
        assert original is not None and TO in offices
        from app.custody.lists import awaited

        assert original.id in awaited("wf-01", parent.id)[TO]
        slip = custody.pack(by, TO, [original.id])
        custody.send(slip, by, "钱乙")
        custody.take(slip, sample.actor(OFFICER))
        child = db.session.scalar(db.select(Case).where(Case.parent_id == parent.id))
        seen = next(one for one in where(by, child.case_no) if one.paper.id == original.id)
        assert [step.action for step in seen.path] == ["receive", "papers_sent", "papers_taken"]
        assert awaited(TO, parent.id) == {}  # the office still needs it
        due = db.session.scalar(db.select(db.func.max(Task.due_on)))
        clock(f"{due + timedelta(days=2)} 10:00")
        late = next(one for one in where(by, no) if one.paper.id == original.id).late
        assert late["why"] == "task" and sample.actor(OFFICER).name in late["who"]
    assert sample_name(app, OFFICER) in desk_of(CLERK).get(f"/desk/where?q={no}").get_text()


def sample_name(app, login: str) -> str:
    with app.app_context():
        return sample.actor(login).name


def test_the_lists_name_what_is_long_on_the_way_still_away_and_not_given_back(app, on_its_way, desk_of, clock):
    case_no, _slip_no = on_its_way
    clerk = desk_of(CLERK)
    assert case_no not in clerk.get("/desk/papers/transit").get_text()
    clock("2026-11-24 10:01")
    clerk.sign_in(CLERK)
    assert case_no in clerk.get("/desk/papers/transit").get_text()
    with app.app_context():
        custody.take(where(sample.actor(CLERK), case_no)[0].slip, sample.actor(OFFICER))
        assert case_no not in clerk.get("/desk/papers/after").get_text()
        receive.withdraw(backoffice.again(case_no), sample.actor(CLERK), "不办了", True)
    assert case_no in clerk.get("/desk/papers/after").get_text()
    assert case_no in clerk.get("/desk/papers/originals").get_text()
    assert case_no not in clerk.get("/desk/papers/transit").get_text()
    clerk.get("/desk/papers/nothing", 404)


def test_a_long_list_is_read_page_by_page_and_counted_so_far(app, desk_of, monkeypatch, clock):
    clock("2026-11-23 10:00")
    with app.app_context():
        for n in (1, 2, 3):
            receive.withdraw(backoffice.accepted("SJ-001", n), sample.actor(CLERK), "不办了", True)
        by = {login: sample.actor(login) for login in (CLERK, "subdistrict_office-wenfeng.supervisor", "service_admin.supervisor", OFFICER)}
        whole = db.session.scalar(db.select(db.func.count()).where(Material.form == "original", Material.state == "held"))
        assert whole >= 3
        for who in (CLERK, "subdistrict_office-wenfeng.supervisor", "service_admin.supervisor"):
            assert watch.counts(by[who])["originals"] == whole and watch.counts(by[who])["after"] == 0
        assert set(watch.counts(by[OFFICER]).values()) == {0}  # nothing of it lies there
        monkeypatch.setattr(watch, "MANY", whole - 1)
        assert watch.counts(by[CLERK])["originals"] == whole
        monkeypatch.setattr(watch, "MOST", 2)
        monkeypatch.setattr(where_views, "MOST", 2)
    clerk, seen, address = desk_of(CLERK), [], "/desk/papers/originals"
    while address:
        page = clerk.get(address)
        rows = page.select("table.list tbody tr")
        assert 0 < len(rows) <= 2
        seen += [row.get_text(" ", strip=True) for row in rows]
        following = page.select_one("nav.pages a[rel=next]")
        address = following["href"] if following else ""
    assert len(seen) == whole and len({row.split()[0] for row in seen}) == 3


def test_the_states_of_cases_that_are_done_are_those_of_the_table():
    assert (*CONCLUDED, *(state for state in ENDS if state != "archived")) == DONE


def test_what_is_not_counted_to_its_end_says_so():
    assert (many(12), many(1000), many(1001)) == ("12", "1000", "1000+")


def test_the_supervisor_reads_the_account_and_an_office_that_answers_for_papers_is_not_closed(app, on_its_way, desk_of):
    case_no, _slip_no = on_its_way
    supervisor = desk_of("wf-01.supervisor")
    for kind in ("office", "centre", "case"):
        assert "账已平" in supervisor.get(f"/desk/balance?by={kind}").get_text()
    assert case_no in supervisor.get("/desk/balance?by=case").get_text()
    desk_of("service_admin.auditor").get("/desk/balance")
    desk_of(CLERK).get("/desk/balance", 403)
    with app.app_context():
        assert today() and why_not_close("wf-01") == "还保管着材料"  # all of it is on the way, and on its account
        assert why_not_close(TO) is not None
