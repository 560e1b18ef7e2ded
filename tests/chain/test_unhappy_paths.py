"""What goes otherwise, for a committed matter, over HTTP: domain 4.3 and 4.4, each path that has a transition."""

import pytest

from app.cases.models import Case
from app.custody.models import Slip
from app.extensions import db
from app.jobs import nightly
from tests.story import DENIAL, Story

CLERK, OFFICER, APPROVER = "wf-01.clerk", "market_regulation.officer", "market_regulation.approver"
ISSUER, ARCHIVIST, SUPERVISOR = "wf-01.issuer", "wf-01.archivist", "wf-01.supervisor"


@pytest.fixture
def story(app, desk_of, clock):
    """个体工商户设立登记: one office, one working day promised, three by law. It comes in on 3 February 2026."""
    clock("2026-02-03 09:30")
    return Story(app, desk_of, "SJ-001")


@pytest.fixture
def licence(app, desk_of, clock):
    """小餐饮登记: seven working days promised, twenty by law, a site check that is not counted."""
    clock("2026-02-03 09:30")
    return Story(app, desk_of, "SJ-002")


@pytest.fixture
def night(app):
    def run():
        with app.app_context():
            return nightly.run()

    return run


def taken_up(story: Story) -> Story:
    story.come_in().accept()
    story.carry(CLERK, OFFICER)
    story.take(OFFICER, "take_up")
    return story


def ended(story: Story, state: str, *kinds: str) -> None:
    case = story.case()
    assert case.state == state
    assert case.waits_office_id is None
    assert set(kinds) <= set(story.kinds())
    assert all(task.state in ("done", "cancelled") for task in story.tasks())
    story.must_hold()


def give_back(story: Story, login: str = CLERK) -> None:
    ids = [str(p.id) for p in story.papers() if p.state == "held" and p.kind == "application" and p.form != "electronic"]
    story.take(login, "return_material", material_ids=ids, taken_by="王小明")
    assert not [p for p in story.papers() if p.state == "held" and p.form != "electronic"]
    assert "material_return_list" in story.kinds()


# ── incomplete: corrected, corrected late, never corrected ───────────────────────────────────────────────────


def test_a_correction_in_time_leads_to_acceptance_from_the_day_the_last_paper_came(story, clock):
    story.come_in("申请书", "经营者")
    story.take(CLERK, "request_correction")
    assert story.case().state == "correction"
    assert story.clock("correction").due_on.isoformat() == "2026-02-24"  # ten working days over Spring Festival
    clock("2026-02-05 10:00")
    story.supplement(CLERK, "申请书")
    assert story.case().state == "correction"
    story.take(CLERK, "accept", 409)
    clock("2026-02-06 10:00")
    story.supplement("gh-01.clerk")  # any centre takes it in
    clock("2026-02-09 10:00")
    story.take(CLERK, "accept")
    assert story.case().accepted_on.isoformat() == "2026-02-06"
    assert story.clock("promise").due_on.isoformat() == "2026-02-09"
    assert {"correction_notice", "supplement_receipt", "acceptance_notice"} <= set(story.kinds())
    story.must_hold()


def test_a_second_notice_needs_a_supervisor_and_a_reason(story):
    story.come_in("申请书")
    story.take(CLERK, "request_correction")
    story.take(CLERK, "request_correction", 409)
    story.take(SUPERVISOR, "request_correction", 422, override_reason="")
    story.take(SUPERVISOR, "request_correction", override_reason="首次告知后地址规则变更")
    assert story.kinds().count("correction_notice") == 2
    story.must_hold()


def test_a_correction_that_never_comes_is_deemed_withdrawn_after_a_reminder_and_a_supervisors_word(story, clock, night):
    story.come_in("申请书")
    story.take(CLERK, "request_correction")
    due = story.clock("correction").due_on
    story.take(SUPERVISOR, "deem_withdrawn", 409)
    clock(f"{due.isoformat()} 18:00")
    night()
    assert "remind" in story.actions()
    clock("2026-03-02 09:00")
    assert night()["propose_withdrawal"] == 1
    assert night()["propose_withdrawal"] == 0  # idempotent
    story.take(CLERK, "deem_withdrawn", 403)
    story.take(SUPERVISOR, "deem_withdrawn")
    ended(story, "withdrawn", "termination_notice")
    give_back(story)


def test_a_late_correction_still_counts_until_a_supervisor_has_confirmed(story, clock, night):
    story.come_in("申请书")
    story.take(CLERK, "request_correction")
    clock("2026-03-02 09:00")
    night()
    night()
    story.supplement(CLERK)
    story.take(SUPERVISOR, "deem_withdrawn", 409)
    story.take(CLERK, "accept")
    assert story.case().accepted_on.isoformat() == "2026-03-02"
    story.must_hold()


# ── tolerant: kept, broken ───────────────────────────────────────────────────────────────────────────────────


def test_tolerant_acceptance_lets_the_office_begin_and_locks_the_decision_until_complete(licence):
    licence.come_in("健康证明", "布局图")
    licence.take(CLERK, "accept", 409)
    licence.take(CLERK, "accept_tolerant", 422, supplement_days="5")
    licence.take(CLERK, "accept_tolerant", 422, supplement_days="60", pledged="y")
    licence.take(CLERK, "accept_tolerant", supplement_days="5", pledged="y")
    assert {"deferral_pledge", "deferral_notice"} <= set(licence.kinds())
    licence.carry(CLERK, OFFICER)
    licence.take(OFFICER, "take_up")
    licence.take(OFFICER, "propose", outcome="granted", opinion="同意")
    licence.take(APPROVER, "conclude", 409)
    licence.supplement(CLERK)
    assert licence.clock("supplement").stopped_on
    licence.carry(CLERK, OFFICER)
    licence.take(APPROVER, "conclude")
    assert licence.case().outcome == "granted"
    licence.must_hold()


def test_a_paper_that_may_not_be_deferred_is_not_deferred(licence):
    licence.come_in("申请书")
    licence.take(CLERK, "accept_tolerant", 409, supplement_days="5", pledged="y")


def test_a_broken_promise_is_revoked_with_reasons_after_a_reminder(licence, clock, night):
    licence.come_in("健康证明")
    licence.take(CLERK, "accept_tolerant", supplement_days="2", pledged="y")
    licence.carry(CLERK, OFFICER)
    licence.take(OFFICER, "take_up")
    grounds = {"reason": "承诺期限内未补齐", "basis": "容缺受理承诺书"}
    licence.take(APPROVER, "revoke", 409, **grounds)
    clock("2026-02-04 18:00")
    night()
    clock("2026-02-06 09:00")
    licence.take(APPROVER, "revoke", **grounds)
    ended(licence, "revoked", "revocation_notice")


# ── not ours, not needed, elsewhere ──────────────────────────────────────────────────────────────────────────


def test_a_refusal_names_reason_basis_competent_authority_and_remedies(story):
    story.come_in()
    story.take(CLERK, "refuse", 422, reason="not_our_authority", reason_text="不归本机关管", basis="许可法第32条")
    story.take(CLERK, "refuse", reason="not_our_authority", reason_text="不归本机关管", basis="许可法第32条",
               competent="独山县市场监督管理局", address="独山县示例路", review_body="都匀市人民政府", court="都匀市人民法院")  # fmt: skip
    ended(story, "not_accepted", "refusal_notice")
    give_back(story)


def test_a_correction_that_is_still_wrong_may_be_refused(story):
    story.come_in("申请书")
    story.take(CLERK, "request_correction")
    story.take(CLERK, "refuse", reason="other", reason_text="补正后仍不符合", basis="许可法第32条")
    ended(story, "not_accepted", "refusal_notice")


def test_what_is_not_ours_is_forwarded_and_the_answer_comes_back_to_this_desk(story):
    story.come_in()
    story.take(CLERK, "forward", office="petitions", reason="属于信访事项", reply_by="2026-02-10")
    assert story.case().state == "forwarded"
    assert story.case().waits_office_id == "wf-01"
    story.take(CLERK, "record_reply", reply="已登记，十五日内答复")
    ended(story, "forwarded", "forwarding_slip")


def test_who_hears_nothing_for_five_working_days_is_deemed_accepted_from_the_day_of_receipt(app, desk_of, clock, night):
    """11 February + 5 working days over the make-up Saturday (14th) and Spring Festival = 25 February."""
    clock("2026-02-11 16:50")
    story = Story(app, desk_of, "MZ-001").come_in()
    assert story.clock("intake").due_on.isoformat() == "2026-02-25"
    clock("2026-02-25 23:00")
    assert night()["deem_accepted"] == 0
    clock("2026-02-26 00:05")
    assert night()["deem_accepted"] == 1
    assert night()["deem_accepted"] == 0
    case = story.case()
    assert (case.state, case.accepted_on.isoformat()) == ("accepted", "2026-02-11")
    assert "acceptance_notice" in story.kinds()
    assert story.clock("promise").started_on.isoformat() == "2026-02-11"
    story.must_hold()


# ── in the office ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_to_the_window_blocks_the_decision_and_pauses_nothing(story):
    taken_up(story)
    before = story.clock("promise").due_on
    story.take(OFFICER, "query_window", reason="份数不符", question="申请书缺第二页？")
    assert story.case().waits_office_id == "wf-01"
    story.take(OFFICER, "propose", 409, outcome="granted", opinion="同意")
    story.take(CLERK, "answer", answer="两页都在，背面")
    assert story.clock("promise").due_on == before
    story.decide("market_regulation")
    assert "return_to_window" in story.kinds()
    story.must_hold()


def test_only_a_listed_and_served_procedure_stops_the_clock_and_its_days_do_not_count(licence, clock):
    taken_up(licence)
    assert licence.clock("promise").due_on.isoformat() == "2026-02-12"
    licence.take(OFFICER, "pause", 403, procedure="现场核查", served_by="当面")
    licence.take(APPROVER, "pause", 422, procedure="随便看看", amount="3", served_by="当面")
    licence.take(APPROVER, "pause", 422, procedure="现场核查", served_by="")
    clock("2026-02-04 09:00")
    licence.take(APPROVER, "pause", procedure="现场核查", amount="5", served_by="当面送达")
    assert licence.clock("promise").due_on.isoformat() == "2026-02-26"  # 5–11 February not counted
    licence.take(OFFICER, "propose", 409, outcome="granted", opinion="同意")
    clock("2026-02-06 17:00")
    licence.take(OFFICER, "site_visit", officers="张三、李四", finding="场所属实")
    licence.take(APPROVER, "resume")
    assert licence.clock("promise").due_on.isoformat() == "2026-02-14"  # only the 5th and 6th were lost; the 14th is a make-up day
    licence.decide("market_regulation")
    assert "special_procedure_notice" in licence.kinds()
    licence.must_hold()


def test_a_forgotten_procedure_ends_by_itself_when_its_notified_days_are_over(licence, clock, night):
    taken_up(licence)
    licence.take(APPROVER, "pause", procedure="现场核查", amount="2", served_by="当面送达")
    clock("2026-02-09 00:05")
    assert night()["resume"] == 1
    assert licence.clock("promise").due_on.isoformat() == "2026-02-14"
    licence.must_hold()


def test_an_extension_is_asked_by_one_approved_by_another_once_and_before_the_end(licence, clock):
    taken_up(licence)
    licence.take(APPROVER, "extend", 409)
    licence.take(OFFICER, "request_extension", 422, days="30", reason="复杂", basis="许可法第42条")
    licence.take(OFFICER, "request_extension", days="5", reason="案情复杂", basis="许可法第42条")
    licence.take(OFFICER, "extend", 403)
    licence.take(APPROVER, "extend")
    assert licence.clock("promise").due_on.isoformat() == "2026-02-26"
    assert licence.clock("statutory").extended == 5
    licence.take(OFFICER, "request_extension", 409, days="5", reason="再延", basis="许可法第42条")
    assert "extension_notice" in licence.kinds()
    licence.must_hold()


def test_an_extension_comes_too_late_when_the_limit_is_over(licence, clock):
    taken_up(licence)
    clock("2026-02-13 09:00")
    licence.take(OFFICER, "request_extension", 409, days="5", reason="案情复杂", basis="许可法第42条")


def test_who_proposes_does_not_decide(story):
    taken_up(story)
    story.take(OFFICER, "propose", outcome="granted", opinion="同意")
    story.take(OFFICER, "conclude", 403)
    story.take(APPROVER, "return_proposal", reason="意见太简单")
    story.take(APPROVER, "conclude", 409)
    story.decide("market_regulation")
    assert story.case().outcome == "granted"


def test_a_denial_is_written_with_reasons_and_remedies_and_delivered_without_a_certificate(story):
    taken_up(story)
    story.take(OFFICER, "propose", 422, outcome="denied", opinion="不同意", reason="", basis="", review_body="", court="")
    story.decide("market_regulation", "denied")
    assert story.case().outcome == "denied"
    story.take(ISSUER, "issue_result", 409, certificate_no="X")
    story.take(ISSUER, "deliver", mode="direct", relation="self", identity_checked="y")
    story.take(ARCHIVIST, "archive")
    ended(story, "archived", "denial_decision", "service_return", "archive_list")
    assert set(DENIAL) <= {"reason", "basis", "review_body", "court"}


@pytest.mark.parametrize("state", ["received", "correction", "accepted", "processing"])
def test_the_applicant_may_withdraw_until_it_is_decided(story, state):
    story.come_in(*(["申请书"] if state == "correction" else []))
    if state == "correction":
        story.take(CLERK, "request_correction")
    if state in ("accepted", "processing"):
        story.accept()
    if state == "processing":
        story.carry(CLERK, OFFICER)
        story.take(OFFICER, "take_up")
    story.take(CLERK, "withdraw", 422, reason="不办了")
    story.take(CLERK, "withdraw", reason="不办了", signed="y")
    ended(story, "withdrawn", "withdrawal_request")
    if state == "processing":
        story.carry(OFFICER, CLERK)
    give_back(story)
    story.must_hold()


def test_what_is_decided_is_not_withdrawn(story):
    taken_up(story)
    story.decide("market_regulation")
    story.take(CLERK, "withdraw", 409, reason="不办了", signed="y")


def test_a_case_whose_applicant_died_is_terminated(story):
    taken_up(story)
    story.take(OFFICER, "terminate", 403, reason="申请人死亡", basis="示例依据")
    story.take(APPROVER, "terminate", reason="申请人死亡", basis="示例依据")
    ended(story, "terminated", "termination_notice")


def test_a_wrong_office_is_put_right_by_the_supervisor_and_the_clock_runs_on(story):
    story.come_in().accept()
    before = story.clock("promise").due_on
    task = story.tasks()[0]
    story.take(OFFICER, "reassign", 403, task_id=str(task.id), office_id="urban_management", reason="单位不对")
    story.take(SUPERVISOR, "reassign", task_id=str(task.id), office_id="urban_management", reason="单位不对")
    assert story.tasks()[0].office_id == "urban_management"
    assert story.clock("promise").due_on == before
    story.carry(CLERK, "urban_management.officer")
    story.take("urban_management.officer", "take_up")
    story.must_hold()


# ── papers ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_three_sent_two_found_blocks_the_decision_until_it_is_settled_and_names_both(story):
    story.come_in().accept()
    slip_no = story.carry(CLERK, OFFICER, missing=("经营者",))
    story.take(OFFICER, "take_up", 409)
    lost = next(paper for paper in story.papers() if paper.state == "in_transit")
    assert lost.office_id == "wf-01"  # on the sender's account
    page = story.desk(OFFICER).get(f"/desk/slips/{slip_no}")
    with story.app.app_context():

        slip = db.session.scalar(db.select(Slip).filter_by(slip_no=slip_no))
        signers = (slip.handed_name, slip.taken_name)
        assert slip.state == "discrepancy"
    assert all(name in page.get_text() for name in signers)
    story.desk(CLERK).post(f"/desk/slips/{slip_no}/papers/{lost.id}/settle", {"how": "found", "note": "夹在另一袋里"})
    story.take(OFFICER, "take_up")
    story.decide("market_regulation")
    entries = [entry for entry in story._entries() if entry.action == "papers_short"]
    assert (entries[0].facts["handed_by"], entries[0].facts["taken_by"]) == signers
    story.must_hold()


# ── after the decision ───────────────────────────────────────────────────────────────────────────────────────


def test_what_nobody_collects_is_reminded_of_at_three_ten_thirty_and_ninety_days(story, clock, night):
    taken_up(story)
    story.decide("market_regulation")
    story.make_result()
    story.take(ISSUER, "make_ready")
    for day in ("2026-02-06", "2026-02-07", "2026-02-13", "2026-03-05", "2026-05-04"):
        clock(f"{day} 00:05")
        night()
        night()
    marks = [entry.facts["mark"] for entry in story._entries() if entry.action == "remind"]
    assert marks == ["D+3", "D+10", "D+30", "D+90"]


def test_a_proxy_collects_only_with_authority(story):
    taken_up(story)
    story.decide("market_regulation")
    story.make_result()
    story.take(ISSUER, "make_ready")
    story.take(ISSUER, "deliver", 422, mode="direct", relation="proxy", collector="李四", identity_checked="y")
    story.take(ISSUER, "deliver", mode="direct", relation="proxy", collector="李四", identity_checked="y", authority_seen="y")
    assert story.case().state == "delivered"


def test_our_own_error_is_put_right_by_a_new_document_and_the_old_one_says_so(story):
    taken_up(story)
    story.decide("market_regulation")
    story.make_result()
    story.take(ISSUER, "reissue", reason="编号抄错", certificate_no="黔第2026-0002号")
    results = [document for document in story.documents() if document.is_result]
    assert [document.state for document in results] == ["superseded", "valid"]
    assert results[1].supersedes_id == results[0].id
    old = story.desk(CLERK).get(f"/verify/{results[0].verify_code}")
    assert results[1].number in old.get_text()
    story.take(ISSUER, "make_ready")
    story.must_hold()


def test_a_duplicate_of_an_open_case_needs_a_reason(app, desk_of, clock):
    clock("2026-02-03 09:30")
    first = Story(app, desk_of, "SJ-001").come_in()
    second = Story(app, desk_of, "SJ-001").come_in(expect=422)
    assert second.case_no == ""
    second.come_in(duplicate_reason="上一件地址有误，另开一店")
    assert second.case_no != first.case_no


def test_one_refused_child_does_not_stop_the_others_and_the_parent_ends_partly(app, desk_of, clock):
    clock("2026-02-03 09:30")
    parent = Story(app, desk_of, "LB-001").come_in(components=["CG-002"]).accept()
    children = {}
    for part, office, outcome in (("CG-002", "urban_management", "denied"), ("SJ-001", "market_regulation", "granted"),
                                  ("SJ-002", "market_regulation", "granted")):  # fmt: skip
        child = children[part] = Story(app, desk_of, part)

        child.case_no = parent._look(db.select(Case).where(Case.parent_id == parent.case().id, Case.item_code == part))[0].case_no
        child.take(f"{office}.officer", "take_up")
        child.decide(office, outcome)
        if outcome == "granted":
            child.make_result()
    assert (parent.case().state, parent.case().outcome) == ("decided", "partly")
    parent.hand_over()
    assert children["CG-002"].case().state == "archived"
    parent.must_hold()


def test_a_serial_child_never_starts_when_the_one_before_it_was_refused(app, desk_of, clock):
    clock("2026-02-03 09:30")
    parent = Story(app, desk_of, "LB-001").come_in().accept()

    cases = parent._look(db.select(Case).where(Case.parent_id == parent.case().id))
    assert [case.item_code for case in cases] == ["SJ-001"]
    child = Story(app, desk_of, "SJ-001")
    child.case_no = cases[0].case_no
    child.take("market_regulation.officer", "take_up")
    child.decide("market_regulation", "denied")
    assert (parent.case().state, parent.case().outcome) == ("decided", "denied")
