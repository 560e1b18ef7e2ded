"""Every matter of the sample city, over HTTP, by the right people, from the counter to the archive."""

from pathlib import Path

import pytest
import yaml

from tests.story import Story

CATALOGUE = yaml.safe_load(Path("data/duyun/catalogue.yaml").read_text(encoding="utf-8"))["items"]
AT_DESK = [one for one in CATALOGUE if one["kind"] == "instant" and one.get("desk_authority") == "decide"]
JOINT = [one for one in CATALOGUE if one.get("components")]
BY_OFFICES = [one for one in CATALOGUE if one not in AT_DESK and one not in JOINT]


def code(item):
    return item["code"]


def check_end(story: Story, outcome: str = "granted") -> None:
    """State, clocks, holder of each paper, journal and documents at the end of a case that went well."""
    case = story.case()
    assert (case.state, case.outcome) == ("archived", outcome)
    assert case.waits_office_id is None
    assert story.clock("promise").stopped_on == case.decided_at.date()
    assert {paper.state for paper in story.papers()} <= {"archived", "returned", "exempt"}
    assert {"intake_receipt", "acceptance_notice", "service_return", "archive_list"} <= set(story.kinds())
    assert (story.spec.result.template in story.kinds()) == (outcome == "granted")
    story.must_hold()


@pytest.mark.parametrize("item", BY_OFFICES, ids=code)
def test_a_matter_travels_from_the_counter_to_the_archive(app, desk_of, item):
    story = Story(app, desk_of, item["code"])
    story.come_in().accept().through_the_offices().hand_over()
    check_end(story)
    assert "completion_notice" in story.kinds()
    assert story.actions()[:2] == ["receive", "accept"] or "papers_sent" in story.actions()[:2]


@pytest.mark.parametrize("item", AT_DESK, ids=code)
def test_an_instant_matter_ends_at_the_window(app, desk_of, item):
    story = Story(app, desk_of, item["code"])
    story.settle_at_once()
    assert story.case().state == "delivered"
    assert story.actions() == ["receive", "accept", "conclude", "issue_result", "make_ready", "deliver"]
    story.take("wf-01.archivist", "archive")
    check_end(story)


@pytest.mark.parametrize("item", JOINT, ids=code)
def test_a_joint_matter_ends_when_its_children_have_ended(app, desk_of, item):
    story = Story(app, desk_of, item["code"])
    story.come_in(components=["CG-002"]).accept()
    for part, office in (("SJ-001", "market_regulation"), ("CG-002", "urban_management"), ("SJ-002", "market_regulation")):
        child = child_of(story, part)
        child.take(f"{office}.officer", "take_up")
        child.decide(office)
        child.make_result()
    assert (story.case().state, story.case().outcome) == ("decided", "granted")
    story.hand_over()
    assert story.case().state == "archived"
    for part in ("SJ-001", "CG-002", "SJ-002"):
        assert child_of(story, part).case().state == "archived"
    story.must_hold()


def child_of(story: Story, part: str) -> Story:
    from app.cases.models import Case
    from app.extensions import db

    child = Story(story.app, story.desk_of, part)
    found = story._look(db.select(Case).where(Case.parent_id == story.case().id, Case.item_code == part))
    assert found, f"{part} has not started"
    child.case_no = found[0].case_no
    return child


def test_all_thirty_are_driven():
    assert len(BY_OFFICES) + len(AT_DESK) + len(JOINT) == 30
