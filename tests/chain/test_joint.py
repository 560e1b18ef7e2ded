"""一件事 and 抢单: one number for the resident and a branch for each office; a pool that several see and one claims."""

import shutil

import pytest
from sqlalchemy import event

from app.cases.models import Case, Task
from app.cases.standing import Standing
from app.custody import actions as custody
from app.extensions import db
from app.feedback import actions as feedback
from app.jobs.city import load_city
from app.jobs.serve import SAMPLE_CITY
from app.process import actions as process
from app.refusals import OutOfTurn
from tests import backoffice, sample
from tests.story import Story

OFFICES = ("market_regulation", "urban_management")


@pytest.fixture
def joint(app, desk_of, clock):
    """开小餐饮店“一件事”, with the sign: licence and sign at once, the eatery after the licence."""
    clock("2026-02-03 09:30")
    return Story(app, desk_of, "LB-001").come_in(components=["CG-002"]).accept()


def child_of(story: Story, code: str) -> Story:
    child = Story(story.app, story.desk_of, code)
    rows = db.select(Case).where(Case.parent_id == story.case().id, Case.item_code == code)
    child.case_no = story._look(rows)[0].case_no
    return child


def branches(page) -> dict[str, str]:
    table = next(t for t in page.select("table") if t.caption and t.caption.get_text(strip=True) == "联办子项")
    return {row.td.find(string=True).strip(): row.get_text(" ", strip=True) for row in table.select("tbody tr")}


def test_the_parent_counts_its_children_and_names_each_office_and_date(joint, clock):
    page = joint.desk("wf-01.clerk").get(joint.url())
    assert "3 项中 0 项已有结果" in page.get_text()
    rows = branches(page)
    assert "市场监督管理局" in rows["个体工商户设立登记"] and "2月4日" in rows["个体工商户设立登记"]
    assert "综合行政执法局" in rows["大型户外广告设置许可"]
    assert "等“个体工商户设立登记”办结后启动" in rows["小餐饮登记"]
    licence = child_of(joint, "SJ-001")
    licence.take("market_regulation.officer", "take_up")
    licence.decide("market_regulation")
    clock("2026-02-05 09:30")
    sign = child_of(joint, "CG-002")
    sign.take("urban_management.officer", "take_up")
    sign.decide("urban_management", "denied")
    page = joint.desk("wf-01.clerk").get(joint.url())
    assert "3 项中 2 项已有结果" in page.get_text()
    rows = branches(page)
    assert "准予" in rows["个体工商户设立登记"] and "不予" in rows["大型户外广告设置许可"]
    assert "2月5日" in rows["大型户外广告设置许可"]
    assert "已受理" in rows["小餐饮登记"]  # the refusal of one did not stop the others


def test_the_resident_has_one_number_one_rail_and_a_branch_for_each_matter(joint):
    with joint.app.app_context():
        code = joint.case().status_code
    desk = joint.desk("wf-01.clerk")
    page = desk.get(f"/status/{code}")
    assert len(page.select("ol.rail")) == 1
    said = [one.get_text(" ", strip=True) for one in page.select(".branches li")]
    assert len(said) == 3 and "一共 3 项，已有结果 0 项" in page.get_text()
    assert any("综合行政执法局" in one and "前" in one for one in said)
    assert child_of(joint, "SJ-001").case_no not in page.get_text()  # the parent's number is the only one
    simple = Story(joint.app, joint.desk_of, "SJ-001", n=2).come_in()
    with joint.app.app_context():
        assert not desk.get(f"/status/{simple.case().status_code}").select(".branches")


# ── any: a pool, and one of them does it ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def pool(app, clock, tmp_path):
    """The sample city with a catalogue in which two offices may do 小餐饮登记, and the first to claim does."""
    clock("2026-02-03 09:30")
    shutil.copytree(SAMPLE_CITY, tmp_path / "city")
    file = tmp_path / "city" / "catalogue.yaml"
    before, code, after = file.read_text().partition("- code: SJ-002")
    after = after.replace("chain: [market_regulation]", "chain: [{any: [market_regulation, urban_management]}]", 1)
    file.write_text(before + code + after)
    with app.app_context():
        load_city(tmp_path / "city")
        case = backoffice.accepted("SJ-002")
        assert [(task.office_id, task.rule) for task in Standing(case, sample.actor("wf-01.clerk")).tasks] == [
            (office, "any") for office in OFFICES]  # fmt: skip
        backoffice.carry(case, "wf-01.clerk", "market_regulation.officer")
        return case.case_no


def test_a_pool_is_seen_by_several_offices_and_claimed_by_one(app, desk_of, pool):
    for office in OFFICES:
        row = next(row for row in desk_of(f"{office}.officer").get("/office").select("tbody tr") if pool in row.get_text())
        assert "待认领" in row.get_text()
    with app.app_context():
        process.take_up(backoffice.again(pool), sample.actor("urban_management.officer"))
        tasks = {task.office_id: task.state for task in db.session.scalars(db.select(Task))}
        assert tasks == {"market_regulation": "cancelled", "urban_management": "claimed"}
    assert pool not in desk_of("market_regulation.officer").get("/office").select_one("#inbox").get_text()
    assert pool in desk_of("urban_management.officer").get("/office").get_text()


def test_who_comes_second_to_a_pool_is_told_so_and_the_first_decides(app, pool):
    with app.app_context():
        case = backoffice.again(pool)
        first, second = (sample.actor(f"{office}.officer") for office in reversed(OFFICES))
        process.take_up(case, first)
        with pytest.raises(OutOfTurn, match="已由.*综合行政执法局.*认领"):
            process.claim(backoffice.again(pool), second)
        case = backoffice.again(pool)
        papers = [paper.id for paper in Standing(case, second).papers]
        slip = custody.pack(second, first.office_id, papers)
        custody.send(slip, second, "钱乙")
        custody.take(slip, first)
        case = backoffice.again(pool)
        process.propose(case, first, "granted", opinion="同意")
        process.conclude(case, sample.actor("urban_management.approver"), **dict(Standing(case, first).my_task.proposal))
        assert backoffice.again(pool).outcome == "granted"


def test_who_hands_over_a_joint_case_sees_the_answer_to_each_matter(app, desk_of, joint):
    """Granted here, refused there: both are read out at the one counter."""
    decided = {"SJ-001": "granted", "CG-002": "denied", "SJ-002": "denied"}  # the eatery begins after the licence
    for code, outcome in decided.items():
        child, office = child_of(joint, code), "urban_management" if code == "CG-002" else "market_regulation"
        child.take(f"{office}.officer", "take_up")
        child.decide(office, outcome)
    with app.app_context():
        licence, issuer = backoffice.again(child_of(joint, "SJ-001").case_no), sample.actor("wf-01.issuer")
        feedback.issue_result(licence, issuer, certificate_no="1")
        result = Standing(licence, issuer).results[0].name
        feedback.make_ready(backoffice.again(joint.case_no), issuer)
    said = joint.desk("wf-01.issuer").get(joint.url("deliver")).select_one("main").get_text(" ", strip=True)
    assert f"个体工商户设立登记 交给领取人：{result}" in said
    assert said.count("送达不予办理的决定书") == 2 and "大型户外广告设置许可 送达" in said


def test_numbers_are_waited_for_in_the_order_of_an_intake(app, desk_of, clock):
    """Else an intake and an acceptance of the same moment could wait for each other, and PostgreSQL would end one of the two."""
    clock("2026-02-03 09:30")
    story = Story(app, desk_of, "LB-001").come_in(components=["CG-002"])
    asked = []

    def note(_connection, _cursor, words, given, *_rest):
        if "serial" in words and isinstance(given, dict) and "series" in given:
            asked.append(given["series"].split("/")[0])

    with app.app_context():
        kind, engine = db.engine.dialect.name, db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            story.accept()
        finally:
            event.remove(engine, "before_cursor_execute", note)
    if kind == "postgresql":
        assert asked[0] == "case" and "document" in asked and asked.count("case") > 1
    assert "3 项中 0 项已有结果" in story.desk("wf-01.clerk").get(story.url()).get_text()
