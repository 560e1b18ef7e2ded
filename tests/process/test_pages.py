"""The back office at work: each step has its page, each page takes its step, and says what is lacking."""

from app.cases.standing import Standing
from app.cases.steps import STEPS
from tests import sample
from tests.backoffice import again, carry, on_the_table, proposed, taken_up

UNIT = "urban_management"
DENIAL = {"outcome": "denied", "opinion": "不同意", "reason": "占道影响通行", "basis": "城市道路管理条例第三十一条"}


def take(desk, case_no: str, step: str, data: dict | None = None, expect=None, part=False):
    """Open the page of the step, fill it in, send it."""
    return desk.post(f"/desk/cases/{case_no}/{step}", data, expect=expect, part=part)


def standing(case_no: str) -> Standing:
    return Standing(again(case_no), sample.actor(f"{UNIT}.officer"))


def at_the_community(n: int = 1) -> str:
    """A benefit with a special procedure on its list, taken up at its first stage."""
    return taken_up("MZ-001", n).case_no


def test_an_officer_takes_up_releases_and_claims_again(app, desk_of):
    with app.app_context():
        case_no = on_the_table().case_no
    desk, other = desk_of(f"{UNIT}.officer"), desk_of(f"{UNIT}.officer2")
    assert "份" in desk.get(f"/desk/cases/{case_no}/take-up").select_one("main table").get_text()
    answer = take(desk, case_no, "take-up", part=True)
    assert answer.location == f"/desk/cases/{case_no}"
    take(other, case_no, "claim", expect=409)
    take(desk, case_no, "release")
    take(other, case_no, "claim")
    with app.app_context():
        assert standing(case_no).live_tasks[0].claimed_name == sample.actor(f"{UNIT}.officer2").name


def test_of_two_officers_at_their_pages_only_one_takes_it_up(app, desk_of):
    with app.app_context():
        case_no = on_the_table().case_no
    first, second = desk_of(f"{UNIT}.officer"), desk_of(f"{UNIT}.officer2")
    take(first, case_no, "take-up")
    answer = take(second, case_no, "take-up", expect=409)
    assert "办理中" in answer.text


def test_a_grant_is_proposed_reviewed_returned_and_concluded(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    officer, approver = desk_of(f"{UNIT}.officer"), desk_of(f"{UNIT}.approver")
    take(officer, case_no, "propose", {"outcome": "granted", "opinion": "情况属实", "valid_until": "2027-12-31"})
    take(desk_of(f"{UNIT}.reviewer"), case_no, "review", {"remark": "同意拟办"})
    page = approver.get(f"/desk/cases/{case_no}/return-proposal")
    assert "情况属实" in page.select_one(".proposal").get_text()
    take(approver, case_no, "return-proposal", {"reason": "请补充许可条件"})
    take(officer, case_no, "propose", {"outcome": "granted", "opinion": "已补充", "conditions": "不得占用盲道"})
    page = approver.get(f"/desk/cases/{case_no}/conclude")
    assert "不得占用盲道" in page.select_one(".proposal").get_text()
    assert "情况属实" not in page.select_one(".proposal").get_text()
    take(approver, case_no, "conclude")
    with app.app_context():
        case = again(case_no)
        assert (case.state, case.outcome) == ("decided", "granted")
        assert standing(case_no).last("conclude").facts["conditions"] == "不得占用盲道"


def test_a_denial_says_reason_basis_and_remedies_or_is_shown_again(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    officer = desk_of(f"{UNIT}.officer")
    answer = take(officer, case_no, "propose", DENIAL | {"reason": ""}, expect=422)
    assert "不予办理须写明理由" in answer.text
    assert "城市道路管理条例第三十一条" in answer.text, "the typing is kept"
    take(officer, case_no, "propose", DENIAL)
    with app.app_context():
        facts = standing(case_no).last("propose").facts
    assert facts["court"] == "都匀市人民法院"
    assert "valid_until" not in facts
    take(desk_of(f"{UNIT}.approver"), case_no, "conclude")
    with app.app_context():
        assert again(case_no).outcome == "denied"


def test_an_approver_does_not_decide_on_a_proposal_that_was_changed_meanwhile(app, desk_of):
    with app.app_context():
        case_no = proposed(opinion="第一稿").case_no
    approver, officer = desk_of(f"{UNIT}.approver"), desk_of(f"{UNIT}.officer")
    page = approver.get(f"/desk/cases/{case_no}/conclude")
    seen = page.select_one("input[name=seen]")["value"]
    take(desk_of(f"{UNIT}.reviewer"), case_no, "return-proposal", {"reason": "重拟"})
    take(officer, case_no, "propose", {"outcome": "granted", "opinion": "第二稿"})
    take(approver, case_no, "conclude", {"seen": seen}, expect=409)
    with app.app_context():
        assert again(case_no).state == "processing"


def test_who_proposes_does_not_decide(app, desk_of):
    with app.app_context():
        case_no = proposed().case_no
    desk_of(f"{UNIT}.officer").get(f"/desk/cases/{case_no}/conclude", expect=403)


def test_a_site_visit_takes_two_officers(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    desk = desk_of(f"{UNIT}.officer")
    answer = take(desk, case_no, "site-visit", {"officers": "张三", "finding": "属实"}, expect=422, part=True)
    assert "两名以上" in answer.text
    take(desk, case_no, "site-visit", {"officers": "张三、李四", "finding": "属实"})
    assert "张三、李四" in desk.get(f"/desk/cases/{case_no}").select_one(".timeline").get_text()


def test_an_extension_is_asked_for_by_one_and_granted_by_another(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
        before = again(case_no).due_on
    officer, approver = desk_of(f"{UNIT}.officer"), desk_of(f"{UNIT}.approver")
    approver.get(f"/desk/cases/{case_no}/extend", expect=409)
    asked = {"days": "11", "reason": "需现场复核", "basis": "许可法第四十二条"}
    assert "延期须在" in take(officer, case_no, "request-extension", asked, expect=422).text
    assert "请填整数" in take(officer, case_no, "request-extension", asked | {"days": "2.5"}, expect=422).text
    take(officer, case_no, "request-extension", asked | {"days": "5"})
    assert "需现场复核" in approver.get(f"/desk/cases/{case_no}/extend").select_one(".facts").get_text()
    take(approver, case_no, "extend")
    with app.app_context():
        case = again(case_no)
        assert case.extended == 5
        assert case.due_on > before


def test_a_pause_takes_its_days_from_the_list_of_the_item(app, desk_of):
    with app.app_context():
        case_no = at_the_community()
    approver = desk_of("community-wenfeng.approver")
    page = approver.get(f"/desk/cases/{case_no}/pause")
    assert "社区公示（5 个工作日）" in page.get_text()
    take(approver, case_no, "pause", {"procedure": "别的程序", "served_by": "当面"}, expect=422)
    take(approver, case_no, "pause", {"procedure": "社区公示", "served_by": "当面送达"})
    with app.app_context():
        span = Standing(again(case_no), sample.actor("community-wenfeng.approver")).face.open_pause()
        assert (span.procedure, span.amount, span.unit) == ("社区公示", 5, "working_day")
    with app.app_context():
        case = again(case_no)
        shares = [task.due_on for task in Standing(case, sample.actor("community-wenfeng.approver")).live_tasks]
    assert shares[-1] == case.due_on, "the share of the last office ends with the promise"
    assert "停表中：社区公示" in approver.get(f"/desk/cases/{case_no}").select_one(".head").get_text()
    take(approver, case_no, "resume")
    with app.app_context():
        assert not Standing(again(case_no), sample.actor("community-wenfeng.approver")).face.open_pause()


def test_an_opinion_ends_a_stage_and_the_paper_goes_on(app, desk_of):
    with app.app_context():
        case_no = at_the_community()
    desk = desk_of("community-wenfeng.officer")
    desk.get(f"/desk/cases/{case_no}/propose", expect=409)
    take(desk, case_no, "give-opinion", {"opinion": "已入户核实，同意上报"})
    with app.app_context():
        case = again(case_no)
        assert case.waits_office_id == "community-wenfeng"  # whoever has the paper sends it
        carry(case, "community-wenfeng.officer", "subdistrict_office-wenfeng.officer")
    take(desk_of("subdistrict_office-wenfeng.officer"), case_no, "claim")


def test_a_case_ends_without_a_decision_for_a_written_reason(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    approver = desk_of(f"{UNIT}.approver")
    take(approver, case_no, "terminate", {"reason": "", "basis": ""}, expect=422)
    take(approver, case_no, "terminate", {"reason": "申请人已注销", "basis": "许可法第七十条"})
    with app.app_context():
        assert again(case_no).state == "terminated"


def test_acceptance_is_not_revoked_while_no_promise_is_broken(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    page = desk_of(f"{UNIT}.approver").get(f"/desk/cases/{case_no}/revoke", expect=409)
    assert "不是容缺受理的办件" in page.get_text()


def test_no_step_page_opens_for_a_stranger(app, desk_of):
    with app.app_context():
        case_no = taken_up().case_no
    stranger = desk_of("health.approver")
    for action in (name for name, step in STEPS.items() if step.room in ("process", "route")):
        stranger.get(f"/desk/cases/{case_no}/{action.replace('_', '-')}", expect=404)
