"""Why not: each guard with what makes it say yes, what makes it say no, and its very words."""

from datetime import timedelta

import pytest

from app.cases.guards import answering, given, names_of, processing, receiving
from app.cases.models import Case
from app.extensions import db
from app.moments import now
from tests.cases.conftest import TODAY, entry, line, paper, person, question, run, span, standing, task

DAY = timedelta(days=1)
CLERK = person(3, "receive", office="wf-01", kind="service_centre", centre="wf-01")
SYSTEM = person(0, "system")
pytestmark = pytest.mark.usefixtures("midday")


# made when they are asked, not when this file is read: mutation testing must meet the factory too
def reminded_of(s):
    return receiving.reminded_of("collect")(s)


def reminded_before_today(s):
    return receiving.reminded_before_today("collect")(s)


def needs_both(s, facts):
    return given.needs("a", "b", words="请写明")(s, facts)


# guard, what the case has, what it says
SAYS = [
    (receiving.complete, {}, None),
    (receiving.complete, {"materials": [paper("甲", "missing"), paper("乙", "deferred"), paper("丙")]}, "还缺：甲、乙。可容缺受理或一次性告知"),
    (receiving.complete, {"materials": [paper("甲", "missing", required=False)]}, None),
    (receiving.complete, {"open_corrections": [line("甲"), line("乙")]}, "补正材料未收齐：甲、乙"),
    (receiving.only_deferrable_missing, {}, "材料已齐，直接受理即可"),
    (receiving.only_deferrable_missing, {"materials": [paper("甲", "missing", deferrable=True), paper("乙", "missing")]}, "乙不在可容缺范围，须补正"),
    (receiving.only_deferrable_missing, {"materials": [paper("甲", "missing", id=1, deferrable=True)]}, None),
    (receiving.only_deferrable_missing, {"materials": [paper("甲", "missing", id=1, deferrable=True)],
                                         "open_corrections": [line("甲", 1), line("乙", 2)]}, "补正内容未收齐：乙"),
    (receiving.only_deferrable_missing, {"materials": [paper("甲", "missing", id=1, deferrable=True)], "open_corrections": [line("甲", 1)]}, None),
    (receiving.something_to_supplement, {}, "没有待补的材料"),
    (receiving.something_to_supplement, {"materials": [paper(state="missing")]}, None),
    (receiving.something_to_supplement, {"open_corrections": [line("甲")]}, None),
    (receiving.correction_not_yet_used, {"case": {"state": "received"}}, None),
    (receiving.correction_not_yet_used, {"case": {"state": "correction"}}, "已一次性告知过；第二次告知须值班长批准并写明理由"),
    (receiving.correction_not_yet_used, {"case": {"state": "correction"}, "by": person(1, "override")}, None),
    (receiving.window_is_over, {}, "补正材料已收齐，应当受理"),
    (receiving.window_is_over, {"open_corrections": [line("甲")]}, "补正期限未在计时"),
    (receiving.window_is_over, {"runs": [run("correction")]}, "补正期限到 2026-11-24 才届满"),
    (receiving.window_is_over, {"runs": [run("correction", TODAY - DAY)]}, None),
    (receiving.window_is_over, {"runs": [run("intake", TODAY - DAY)]}, "补正材料已收齐，应当受理"),
    (receiving.withdrawal_was_proposed, {}, "须先发出补正提醒，期满后由系统提出"),
    (receiving.withdrawal_was_proposed, {"runs": [run("correction", mark="T-1")]}, "须先发出补正提醒，期满后由系统提出"),
    (receiving.withdrawal_was_proposed, {"runs": [run("correction", mark="over")]}, None),
    (receiving.withdrawal_was_proposed, {"runs": [run("promise", mark="over")]}, "须先发出补正提醒，期满后由系统提出"),
    (reminded_of, {}, "还没有提醒过申请人"),
    (reminded_of, {"runs": [run("collect")]}, "还没有提醒过申请人"),
    (reminded_of, {"runs": [run("collect", mark="D+3")]}, None),
    (reminded_before_today, {}, "还没有提醒过申请人"),
    (reminded_before_today, {"runs": [run("collect")], "entries": [entry("remind", about="collect")]}, "还没有提醒过申请人"),
    (reminded_before_today, {"runs": [run("collect", mark="D+90")]}, None),
    (reminded_before_today, {"runs": [run("collect", mark="D+90")], "entries": [entry("remind", about="collect")]}, "今天才提醒申请人，明天起才能办"),
    (reminded_before_today, {"runs": [run("collect", mark="D+90")], "entries": [entry("remind", at="2026-11-23 23:59", about="collect")]}, None),
    (reminded_before_today, {"runs": [run("collect", mark="D+90")], "entries": [entry("remind", about="correction")]}, None),
    (reminded_before_today, {"runs": [run("collect", mark="D+90")], "entries": [entry("notify", about="collect")]}, None),
    (reminded_before_today, {"runs": [run("collect", mark="D+90")], "entries": [
        entry("remind", at="2026-11-20 09:00", about="collect"), entry("remind", about="collect"), entry("note")]}, "今天才提醒申请人，明天起才能办"),
    (receiving.five_days_over, {}, "五个工作日的告知期限未满"),
    (receiving.five_days_over, {"runs": [run("intake")]}, "五个工作日的告知期限未满"),
    (receiving.five_days_over, {"runs": [run("intake", TODAY - DAY)]}, None),
    (receiving.five_days_over, {"runs": [run("promise", TODAY - DAY)]}, "五个工作日的告知期限未满"),
    # ── the back office ──
    (processing.task_is_free, {}, "本单位没有这件的办理任务"),
    (processing.task_is_free, {"item": "LB-001"}, "联办件由各子项分别办理，全部办结后自动收口"),
    (processing.task_is_free, {"item": "LB-001", "by": SYSTEM}, None),
    (processing.task_is_free, {"tasks": [task(state="open", by=None)]}, None),
    (processing.task_is_free, {"tasks": [task()]}, "你已经认领"),
    (processing.task_is_free, {"tasks": [task(by=8)]}, "已由人8认领"),
    (processing.task_is_free, {"tasks": [task(id=1, stage=2, state="waiting", by=None), task("health", stage=1, by=8)]}, "等待前一环节办完"),
    (processing.task_is_free, {"tasks": [task(stage=2, state="waiting", by=None)], "materials": [paper("甲", office="health"), paper("乙", "in_transit")]}, "纸质材料未到：甲、乙"),
    (processing.task_is_free, {"tasks": [task(stage=2, state="waiting", by=None), task("health", stage=2, by=8)], "materials": [paper("甲")]}, "等待开办"),
    (processing.task_is_mine, {}, "本单位没有这件的办理任务"),
    (processing.task_is_mine, {"tasks": [task(state="open", by=None)]}, "请先接办（认领）任务"),
    (processing.task_is_mine, {"tasks": [task(by=8)]}, "任务由人8承办"),
    (processing.task_is_mine, {"tasks": [task()]}, None),
    (processing.task_is_mine, {"tasks": [task(state="done")]}, "本单位没有这件的办理任务"),
    (processing.office_has_task, {}, "本单位没有这件的办理任务"),
    (processing.office_has_task, {"tasks": [task()]}, None),
    (processing.office_has_task, {"tasks": [task("health")]}, "本单位没有这件的办理任务"),
    (processing.task_is_claimed_here, {}, "任务还没有人承办"),
    (processing.task_is_claimed_here, {"tasks": [task(state="open", by=None)]}, "任务还没有人承办"),
    (processing.task_is_claimed_here, {"tasks": [task()]}, None),
    (processing.not_last_stage, {"tasks": [task()]}, "这是最后一个环节，请拟办并由审批人决定"),
    (processing.not_last_stage, {"tasks": [task(last=False)]}, None),
    (processing.not_last_stage, {}, None),
    (processing.last_stage, {"tasks": [task()]}, None),
    (processing.last_stage, {"tasks": [task(last=False)]}, "不是最后环节，请签署本环节意见"),
    (processing.last_stage, {}, None),
    (processing.others_of_stage_done, {}, None),
    (processing.others_of_stage_done, {"tasks": [task()]}, None),
    (processing.others_of_stage_done, {"tasks": [task(), task("health", "open", None, id=2)]}, "其他单位的任务还没有办完"),
    (processing.others_of_stage_done, {"tasks": [task(stage=2), task("health", "open", None, id=2)]}, "其他单位的任务还没有办完"),
    (processing.others_of_stage_done, {"tasks": [task(), task("health", "open", None, id=2, stage=2)]}, None),
    (processing.others_of_stage_done, {"tasks": [task(), task("health", "done", 8, id=2)]}, None),
    (processing.others_of_stage_done, {"tasks": [task("health", id=2)]}, None),
    (processing.not_paused, {}, None),
    (processing.not_paused, {"pauses": [span()]}, "正在社区公示（特别程序），结束后才能办"),
    (processing.not_paused, {"pauses": [span(TODAY)]}, None),
    (processing.paused, {}, "没有进行中的特别程序"),
    (processing.paused, {"pauses": [span()]}, None),
    (processing.has_special_procedure, {}, None),
    (processing.has_special_procedure, {"spec": {"special": []}}, "该事项没有列明特别程序，不能停表"),
    (processing.not_extended, {}, None),
    (processing.not_extended, {"case": {"extended": 3}}, "已经延期过一次"),
    (processing.not_extended, {"runs": [run("promise")]}, None),
    (processing.not_extended, {"runs": [run("promise", TODAY - DAY)]}, "已经超期，不能再延期"),
    (processing.not_extended, {"runs": [run("intake", TODAY - DAY)]}, None),
    (processing.extension_requested, {}, "承办人还没有提出延期申请"),
    (processing.extension_requested, {"entries": [entry("request_extension")]}, "提出延期的人不能自己批准"),
    (processing.extension_requested, {"entries": [entry("request_extension", 8), entry("note")]}, None),
    (processing.extension_not_pending, {}, None),
    (processing.extension_not_pending, {"entries": [entry("request_extension")]}, "已提出延期申请，等待审批"),
    (processing.no_open_query, {}, None),
    (processing.no_open_query, {"open_queries": [question()]}, "已向窗口发出询问，等待答复"),
    (processing.query_is_open, {}, "没有待答复的询问"),
    (processing.query_is_open, {"open_queries": [question()]}, None),
    (processing.tolerant_is_complete, {"case": {"tolerant": True}, "materials": [paper("甲", "deferred"), paper("乙", "missing")]}, "容缺材料未补齐：甲、乙"),
    (processing.tolerant_is_complete, {"case": {"tolerant": True}}, None),
    (processing.tolerant_is_complete, {"materials": [paper("甲", "deferred")]}, None),
    (processing.promise_is_broken, {}, "不是容缺受理的办件"),
    (processing.promise_is_broken, {"case": {"tolerant": True}}, "容缺材料已补齐"),
    (processing.promise_is_broken, {"case": {"tolerant": True}, "runs": [run("promise", TODAY - DAY)]}, "容缺材料已补齐"),
    (processing.promise_is_broken, {"case": {"tolerant": True}, "runs": [run("supplement")]}, "容缺补齐期限到 2026-11-24 才届满"),
    (processing.promise_is_broken, {"case": {"tolerant": True}, "runs": [run("supplement", TODAY - DAY)]}, None),
    (processing.proposal_is_there, {}, "承办人还没有拟办意见"),
    (processing.proposal_is_there, {"item": "LB-001"}, None),
    (processing.proposal_is_there, {"item": "RS-001"}, None),
    (processing.proposal_is_there, {"tasks": [task()]}, "承办人还没有拟办意见"),
    (processing.proposal_is_there, {"tasks": [task(proposal={"a": 1}, proposed_by=7)]}, "拟办人不能自己审批，须由另一人决定"),
    (processing.proposal_is_there, {"tasks": [task(proposal={"a": 1}, proposed_by=8)]}, None),
    (processing.proposal_is_there, {"tasks": [task(proposal={"a": 1}, proposed_by=7)], "spec": {"four_eyes": False}}, None),
    (processing.no_proposal_yet, {}, None),
    (processing.no_proposal_yet, {"tasks": [task()]}, None),
    (processing.no_proposal_yet, {"tasks": [task(proposal={"a": 1})]}, "已拟办，等待审批"),
    (processing.no_paper_in_dispute, {"materials": [paper("甲")]}, None),
    (processing.no_paper_in_dispute, {"materials": [paper("甲", "in_transit"), paper("乙")]}, "材料还在路上或有差异未处理：甲"),
    (processing.paper_is_here, {"materials": [paper("甲")]}, None),
    (processing.paper_is_here, {"materials": [paper("甲", office="health"), paper("乙", office="wf-01")]}, "纸质材料不在本单位：甲、乙"),
    (processing.paper_is_here, {"materials": [paper("甲", office="health")], "tasks": [task(), task("health", id=2, by=8)]}, None),
    (processing.paper_is_here, {"materials": [paper("甲", office="health")], "tasks": [task(stage=2), task("health", id=2, by=8)]}, "纸质材料不在本单位：甲"),
    (processing.paper_is_here, {"materials": [paper("甲", office="health")], "tasks": [task("health", id=2, by=8, stage=1)]}, "纸质材料不在本单位：甲"),
    (processing.paper_is_here, {"materials": [paper("甲", office="health")], "tasks": [task("health", id=2, by=8, stage=0)]}, None),
    (processing.paper_is_here, {"materials": [paper("甲", office="health")], "item": "RS-001"}, None),
    (processing.paper_is_here, {"materials": [paper("甲", office="health")], "item": "LB-001"}, None),
    (processing.not_joint_by_hand, {"item": "LB-001"}, "联办件由各子项分别办理，全部办结后自动收口"),
    (processing.not_joint_by_hand, {"item": "LB-001", "by": SYSTEM}, None),
    (processing.not_joint_by_hand, {}, None),
    (processing.has_live_task, {}, "没有在办的任务"),
    (processing.has_live_task, {"tasks": [task("health", "waiting", None)]}, None),
    (processing.has_live_task, {"tasks": [task("health", "cancelled", None)]}, "没有在办的任务"),
    (processing.has_proposal, {}, "承办人还没有拟办意见"),
    (processing.has_proposal, {"tasks": [task()]}, "承办人还没有拟办意见"),
    (processing.has_proposal, {"tasks": [task(proposal={"a": 1})]}, None),
    (processing.not_joint, {}, None),
    (processing.not_joint, {"item": "LB-001"}, "联办件由各子项分别办理，全部办结后自动收口"),
    (processing.not_a_child, {}, None),
    (processing.not_a_child, {"case": {"parent_id": 5}}, "联办子项随总件统一撤回、出件、送达和归档"),
    (processing.not_a_child, {"case": {"parent_id": 5}, "by": SYSTEM}, None),
    # ── the answer ──
    (answering.granted, {"case": {"outcome": "denied"}}, "不予办理，没有结果证照，直接送达决定"),
    (answering.granted, {"case": {"outcome": "granted"}}, None),
    (answering.no_result_yet, {}, None),
    (answering.no_result_yet, {"materials": [paper(kind="result")]}, "结果已经制作"),
    (answering.has_result, {"materials": [paper()]}, "还没有结果证照"),
    (answering.has_result, {"materials": [paper(), paper(kind="result", state="returned")]}, None),
    (answering.has_valid_document, {"document_states": {"suspended", "revoked"}}, "没有有效的文书"),
    (answering.has_valid_document, {"document_states": {"valid"}}, None),
    (answering.has_suspended_document, {"document_states": {"valid"}}, "没有暂停使用的文书"),
    (answering.has_suspended_document, {"document_states": {"suspended"}}, None),
    (answering.has_living_document, {"document_states": {"revoked"}}, "没有可以撤销的文书"),
    (answering.has_living_document, {"document_states": {"valid"}}, None),
    (answering.has_living_document, {"document_states": {"suspended", "revoked"}}, None),
    (answering.results_are_here, {}, "结果证照还没有制作"),
    (answering.results_are_here, {"materials": [paper("证", kind="result", office="wf-01")]}, None),
    (answering.results_are_here, {"materials": [paper("证", kind="result")]}, "结果还没有送到领取窗口：证"),
    (answering.results_are_here, {"materials": [paper("证", "in_transit", "wf-01", kind="result")]}, "结果还没有送到领取窗口：证"),
    (answering.results_are_here, {"item": "LB-001"}, None),
    (answering.results_are_here, {"item": "LB-001", "materials": [paper("总表", kind="result")]}, None),  # only the children's count
    (answering.ready_or_denied, {"case": {"state": "decided", "outcome": "granted"}}, "结果备好（通知领取）后才能送达"),
    (answering.ready_or_denied, {"case": {"state": "decided", "outcome": "denied"}}, None),
    (answering.ready_or_denied, {"case": {"state": "ready", "outcome": "granted"}}, None),
    (answering.no_result_on_the_way, {"materials": [paper("证", "in_transit", kind="result"), paper("书", kind="result")]}, "结果还在路上：证"),
    (answering.no_result_on_the_way, {"materials": [paper("证", kind="result")]}, None),
    (answering.ninety_days_over, {}, "待领还不满九十天"),
    (answering.ninety_days_over, {"runs": [run("collect", amount=90, started=TODAY - 89 * DAY)]}, "待领还不满九十天"),
    (answering.ninety_days_over, {"runs": [run("collect", amount=90, started=TODAY - 90 * DAY)]}, None),
    (answering.ninety_days_over, {"runs": [run("archive", amount=90, started=TODAY - 90 * DAY)]}, "待领还不满九十天"),
    (answering.papers_have_a_place, {"materials": [paper("甲", "in_transit"), paper("乙")]}, "还在路上：甲"),
    (answering.papers_have_a_place, {"materials": [paper("甲", "returned")]}, None),
    (answering.papers_to_give_back, {"materials": [paper(office="health"), paper(state="in_transit")]}, "本单位没有可退还的纸质材料"),
    (answering.papers_to_give_back, {"materials": [paper()]}, None),
    (answering.not_answered_yet, {}, None),
    (answering.not_answered_yet, {"entries": [entry("record_reply")]}, "对方的答复已登记"),
]  # fmt: skip

A_PAPER = {"name": "甲", "state": "held", "copies": 1, "pages": 1}
DENIED = {"outcome": "denied", "reason": "r", "basis": "b", "review_body": "v", "court": "c"}
REFUSED = {"reason": "not_our_authority", "competent": "某局", "basis": "b", "reason_text": "t"}
PROCEDURE = {"procedure": "社区公示", "served_by": "当面", "amount": 1}

# need, what was typed, what it says, what the case has
ASKS = [
    (needs_both, {"a": 1, "b": 2}, None, {}),
    (needs_both, {"a": 1, "b": ""}, "请写明", {}),
    (given.checklist, {"papers": [A_PAPER, A_PAPER | {"state": "missing", "copies": 0}]}, None, {}),
    (given.checklist, {"papers": [A_PAPER | {"state": "exempt", "pages": 0}, A_PAPER | {"state": "electronic"}]}, None, {}),
    (given.checklist, {"papers": [A_PAPER | {"state": ""}]}, "“甲”还没有勾选：有、缺或免", {}),
    *((given.checklist, {"papers": [A_PAPER | wrong]}, "“甲”的份数或页数不对（份数 1–99，页数 1–999）", {})
      for wrong in ({"copies": 0}, {"copies": 100}, {"pages": 0}, {"pages": 1000})),
    (given.checklist, {"papers": [A_PAPER | {"copies": 99, "pages": 999}]}, None, {}),
    (given.something_arrived, {}, "请勾选这次交来的材料", {}),
    (given.something_arrived, {"arrived": [1]}, None, {}),
    (given.something_arrived, {"settled": [1]}, None, {}),
    (given.frozen_list, {}, "请逐项写明要补正的材料和问题", {}),
    (given.frozen_list, {"lines": [{"name": "甲", "problem": "缺页"}, {"name": "乙", "problem": ""}]}, "每一项都要写明存在的问题", {}),
    (given.frozen_list, {"lines": [{"name": "甲", "problem": "缺页"}]}, "一次性告知必须列全，还漏了：丙、乙",
     {"materials": [paper("甲", "missing"), paper("丙", "missing"), paper("乙", "missing")]}),
    (given.frozen_list, {"lines": [{"name": "甲", "problem": "缺页"}]}, None, {"materials": [paper("甲", "missing")]}),
    (given.frozen_list, {"lines": [{"name": "甲", "problem": "缺页"}]}, "第二次告知须写明理由", {"case": {"state": "correction"}}),
    (given.frozen_list, {"lines": [{"name": "甲", "problem": "缺页"}], "override_reason": "r"}, None, {"case": {"state": "correction"}}),
    (given.pledge, {}, "须由申请人签署容缺受理承诺书", {}),
    (given.pledge, {"pledged": True}, "补齐期限须在 1–15 个工作日内（不超过承诺时限）", {}),
    (given.pledge, {"pledged": True, "supplement_days": 16}, "补齐期限须在 1–15 个工作日内（不超过承诺时限）", {}),
    (given.pledge, {"pledged": True, "supplement_days": 15}, None, {}),
    (given.pledge, {"pledged": True, "supplement_days": 1}, None, {"spec": {"promised_days": 0}}),
    (given.pledge, {"pledged": True, "supplement_days": 2}, "补齐期限须在 1–1 个工作日内（不超过承诺时限）", {"spec": {"promised_days": 0}}),
    (given.listed_procedure, PROCEDURE | {"procedure": "听证"}, "特别程序只能是：社区公示", {}),
    (given.listed_procedure, PROCEDURE | {"procedure": "听证"}, "特别程序只能是：信息核对、公示",
     {"spec": {"special": [type("Named", (), {"name": name}) for name in ("信息核对", "公示")]}}),
    (given.listed_procedure, PROCEDURE | {"served_by": ""}, "特别程序告知书送达后才能停表，请写明送达方式", {}),
    (given.listed_procedure, PROCEDURE, None, {}),
    (given.listed_procedure, PROCEDURE | {"amount": 180}, None, {}),
    *((given.listed_procedure, PROCEDURE | {"amount": amount}, "特别程序的天数须在 1–180 之间", {}) for amount in (None, 0, 181)),
    (given.extension_days, {"days": 1}, None, {}),
    (given.extension_days, {"days": 10}, None, {}),
    *((given.extension_days, {"days": days}, "延期须在 1–10 个工作日内", {}) for days in (None, 0, 11)),
    (given.extension_days, {"days": 15}, None, {"item": "LB-001"}),
    (given.extension_days, {"days": 16}, "延期须在 1–15 个工作日内", {"case": {"parent_id": 3}}),
    (given.extension_as_requested, {"days": 5}, None, {"entries": [entry("request_extension", days=5)]}),
    (given.extension_as_requested, {"days": 6}, "批准的天数与申请不一致", {"entries": [entry("request_extension", days=5)]}),
    (given.sound_decision, {}, "请选择准予或不予", {}),
    (given.sound_decision, {"outcome": "maybe"}, "请选择准予或不予", {}),
    (given.sound_decision, {"outcome": "granted"}, None, {}),
    (given.sound_decision, {"outcome": "partly"}, None, {}),
    (given.sound_decision, DENIED, None, {}),
    *((given.sound_decision, DENIED | {lacks: ""}, "不予办理须写明理由、依据和救济途径", {})
      for lacks in ("reason", "basis", "review_body", "court")),
    (given.two_officers, {}, "现场核查须由两名以上工作人员进行，请写明两人姓名", {}),
    (given.two_officers, {"officers": ["张三", " 张三 ", " "]}, "现场核查须由两名以上工作人员进行，请写明两人姓名", {}),
    (given.two_officers, {"officers": ["张三", "李四"]}, None, {}),
    (given.sound_refusal, {}, "请选择不予受理的情形", {}),
    (given.sound_refusal, REFUSED, None, {}),
    (given.sound_refusal, REFUSED | {"competent": ""}, "不属于本机关职权的，须告知向哪个机关申请", {}),
    (given.sound_refusal, REFUSED | {"reason": "other", "competent": ""}, None, {}),
    (given.sound_refusal, REFUSED | {"reason": "no_licence_needed", "competent": ""}, None, {}),
    (given.sound_refusal, REFUSED | {"basis": ""}, "请写明理由和依据", {}),
    (given.sound_refusal, REFUSED | {"reason_text": ""}, "请写明理由和依据", {}),
    (given.external_number, {}, None, {}),
    (given.external_number, {}, "请填写取得的证照编号", {"item": "CL-001"}),
    (given.external_number, {"certificate_no": "X1"}, None, {"item": "CL-001"}),
    (given.identity, {}, "请写明领取人姓名", {}),
    (given.identity, {"collector": "张三"}, "请先核对领取人身份", {}),
    (given.identity, {"collector": "张三", "identity_checked": True}, None, {}),
    (given.identity, {"collector": "张三", "identity_checked": True, "relation": "proxy"}, "代领须查验授权委托书和代领人身份证", {}),
    (given.identity, {"collector": "张三", "identity_checked": True, "relation": "proxy", "authority_seen": True}, None, {}),
    *((given.identity, {"collector": "张三", "mode": mode}, None, {}) for mode in ("post", "leave", "public")),
    (given.form_on_demand, {"kind": "privacy_notice"}, None, {}),
    (given.form_on_demand, {"kind": "certificate_letter"}, "请选择要打印的文书", {}),
]  # fmt: skip


@pytest.mark.parametrize(("guard", "has", "says"), SAYS)
def test_a_guard_says_why_not(guard, has, says):
    assert guard(standing(**has)) == says


@pytest.mark.parametrize(("need", "facts", "says", "has"), ASKS)
def test_a_need_says_what_is_missing(need, facts, says, has):
    assert need(standing(**has), facts) == says


def test_names_stand_in_their_order():
    assert names_of([paper("乙"), paper("甲")]) == "乙、甲"


def test_my_own_claim_comes_before_that_of_a_colleague():
    mine, other = task(id=2), task(by=8, id=1)
    assert standing(tasks=[other, mine]).my_task is mine
    assert standing(tasks=[task(state="open", by=None, id=3), other]).my_task is other


def test_a_reminder_of_today_counts_by_the_true_day_not_by_the_one_made_up_for(clock):
    clock("2026-11-25 00:10")
    told = {"runs": [run("collect", mark="D+90")], "entries": [entry("remind", about="collect")]}
    assert receiving.reminded_before_today("collect")(standing(**told)) is None


def test_a_desk_that_only_receives_is_told_who_accepts(two_offices):
    has = {"spec": {"desk_authority": "receive"}}
    assert receiving.desk_may_accept(standing(CLERK, **has)) == "本窗口对该事项只有收件权，由市民政局受理"
    assert receiving.desk_may_accept(standing(CLERK)) is None
    assert receiving.desk_may_accept(standing(CLERK, case={"centre_id": "gh-01"}, **has)) is None
    assert receiving.desk_may_accept(standing(person(centre="wf-01"), **has)) is None  # no window
    station = person(3, "receive", kind="station", centre="wf-01")
    assert receiving.desk_may_accept(standing(station, **has)) == "本窗口对该事项只有收件权，由市民政局受理"


def test_who_was_beaten_to_a_task_is_told_by_whom(two_offices):
    ours = task(state="cancelled", by=None, rule="any", stage=2)
    theirs = task("health", "claimed", 9, rule="any", stage=2, id=2)
    assert processing.task_is_free(standing(tasks=[ours, theirs])) == "已由市卫健局的人9认领"
    for other in (task("health", "claimed", 9, stage=1, id=2), task("health", "open", None, stage=2, id=2)):
        assert processing.task_is_free(standing(tasks=[ours, other])) == "本单位没有这件的办理任务"
    for never in (task(state="cancelled", by=None, rule="all", stage=2), task("sports", "cancelled", None, rule="any", stage=2),
                  task(state="done", by=None, rule="any", stage=2)):  # fmt: skip
        assert processing.task_is_free(standing(tasks=[never, theirs])) == "本单位没有这件的办理任务"


def test_a_second_open_case_of_the_same_matter_wants_a_reason(two_offices):
    with two_offices.app_context():
        there = Case(case_no="522701001261124000012", intake_key="k", item_code="MZ-001", item_version_id=1, item_name="x", id_hash="0a",
                     centre_id="civil_affairs", street_id="wenfeng", received_at=now(), applicant_kind="person", applicant_name="x",
                     state="received", particulars={}, form={}, status_code="c", status_hash="0c")  # fmt: skip
        db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        db.session.add(there)
        db.session.flush()
        second = standing(case={"id": 99, "id_hash": "0a"})
        says = "该申请人的同一事项还有在办件 522701001261124000012，确需再收一件的请写明理由"
        assert given.duplicate_explained(second, {}) == says
        assert given.duplicate_explained(second, {"duplicate_reason": "两处房屋"}) is None
        assert given.duplicate_explained(standing(case={"id": there.id, "id_hash": "0a"}), {}) is None
        assert given.duplicate_explained(standing(case={"id": 99, "id_hash": "0b"}), {}) is None
        assert given.duplicate_explained(standing(item="MZ-002", case={"id": 99, "id_hash": "0a"}), {}) is None
        db.session.rollback()


def test_a_joint_case_waits_for_the_result_of_every_child_that_was_granted(two_offices):
    with two_offices.app_context():
        db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        db.session.add(paper("证", office="wf-01", kind="result", case_id=51, line=1))
        db.session.add(paper("照", office="health", kind="result", case_id=52, line=1))
        db.session.flush()
        here, away, none, denied = (Case(id=n, outcome="denied" if n == 54 else "granted") for n in (51, 52, 53, 54))
        says = answering.results_are_here
        assert says(standing(item="LB-001", children=[here, denied])) is None
        assert says(standing(item="LB-001", children=[here, away])) == "结果还没有送到领取窗口：照"
        assert says(standing(item="LB-001", children=[here, none])) == "有子项的结果证照还没有制作"
        db.session.rollback()
