"""★ The table of steps: state-machines.md section 1, row by row. lifecycle.advance() takes them; nothing else does."""

from collections.abc import Callable
from typing import NamedTuple

from app.cases import effects, ordered
from app.cases.guards import answering, given, processing, receiving
from app.cases.guards.given import needs
from app.cases.seats import SYSTEM_SEAT, Seat


class Step(NamedTuple):
    """One action on a case. `room` has the verb and the page; None means that no person takes it from a page."""

    room: str | None
    word: str  # the verb on the button
    sources: tuple[str, ...]
    target: str | None  # None: the case stays where it is
    seats: tuple[Seat, ...]
    guards: tuple[Callable, ...] = ()
    needs: tuple[Callable, ...] = ()
    clocks: tuple[tuple[str, str], ...] = ()
    documents: tuple[str, ...] | Callable = ()
    notice: str | None = None
    derive: tuple[Callable, ...] = ()  # facts that follow from the case, not from what was typed
    then: tuple[Callable, ...] = ()  # what else is true in the registry from now on


NEW = ("new",)
UNDECIDED = ("received", "correction", "accepted", "processing")
AT_WORK = ("accepted", "processing")
CONCLUDED = ("decided", "ready", "delivered")
ENDS = ("not_accepted", "forwarded", "withdrawn", "revoked", "terminated", "archived")
HANDED_OVER = ("delivered", "archived")
ANYWHERE = UNDECIDED + CONCLUDED + ENDS

STATE_WORDS = {
    "new": "登记中",
    "received": "已收件",
    "correction": "待补正",
    "accepted": "已受理",
    "processing": "办理中",
    "decided": "已决定",
    "ready": "待领取",
    "delivered": "已送达",
    "archived": "已归档",
    "not_accepted": "不予受理",
    "forwarded": "已转办",
    "withdrawn": "已撤回",
    "revoked": "撤销受理",
    "terminated": "终止办理",
}

UNDERWAY = (("while", "transfer"),)
TO_TAKE_UP = (("while", "ack"),)

DESK_RECEIVES = (Seat("receive", "centre"),)
ACCEPTORS = (Seat("accept_delegated", "centre"), Seat("acknowledge", "competent"))
OFFICER = (Seat("acknowledge", "task"),)
TAKERS = (Seat("acknowledge", "task_ever"),)  # also who was beaten to it, to be told by whom
APPROVER = (Seat("decide", "task"),)
AUTHORITY = (Seat("decide", "task"), Seat("decide", "competent"))
# what the window decided itself has no task in an office: the supervisor of the street answers for it
DECIDERS = (Seat("decide", "task_ever"), Seat("decide", "competent"), Seat("override", "street"))
ISSUERS = (Seat("issue", "centre"), Seat("issue", "task_ever"), Seat("issue", "competent"))
CARRIERS = (Seat("deliver", "centre"), Seat("collect", "centre"), Seat("handover", "street"),
            Seat("home_visit", "street"))  # fmt: skip
ANYBODY = (Seat("receive", "anyone"), Seat("handover", "anyone"), Seat("acknowledge", "anyone"),
           Seat("issue", "anyone"), Seat("decide", "anyone"), Seat("review", "anyone"), Seat("mediate", "anyone"),
           Seat("archive", "anyone"), Seat("supervise", "anyone"), Seat("home_visit", "anyone"),
           Seat("ticket", "anyone"), SYSTEM_SEAT)  # fmt: skip

ORDERED = tuple(Seat(can, "ordered") for can in ("receive", "issue", "acknowledge", "decide", "mediate"))
WHISTLED = tuple(Seat(can, "whistled") for can in ("acknowledge", "decide", "mediate"))

STEPS: dict[str, Step] = {
    # ── 1 来件必收 ────────────────────────────────────────────────────────────────────────────────────────────
    "receive": Step(
        "receive", "收件", NEW, "received", (*DESK_RECEIVES, Seat("report_event", "street"), SYSTEM_SEAT),
        needs=(given.checklist, given.duplicate_explained), clocks=(("start", "intake"),), documents=("intake_receipt",), notice="received",
        derive=(effects.from_receipt,), then=(effects.take_in,)),
    "accept": Step(
        "receive", "受理", ("received", "correction"), "accepted", ACCEPTORS,
        guards=(receiving.desk_may_accept, receiving.complete),
        clocks=(("stop", "intake"), ("stop", "correction"), ("start", "promise"), ("start", "statutory"),
                ("while", "ack")),
        documents=("acceptance_notice",), notice="accepted",
        derive=(effects.from_the_day_complete,), then=(effects.begin_work,)),
    "accept_tolerant": Step(
        "receive", "容缺受理", ("received", "correction"), "accepted", ACCEPTORS,
        guards=(receiving.desk_may_accept, receiving.only_deferrable_missing), needs=(given.pledge,),
        clocks=(("stop", "intake"), ("stop", "correction"), ("start", "promise"), ("start", "statutory"),
                ("start", "supplement"), ("while", "ack")),
        documents=("deferral_pledge", "deferral_notice"), notice="accepted_tolerant",
        derive=(effects.from_today,), then=(effects.defer_missing, effects.begin_work)),
    "request_correction": Step(
        "receive", "一次性告知补正", ("received", "correction"), "correction",
        (*ACCEPTORS, Seat("override", "street")),
        guards=(receiving.desk_may_accept, receiving.correction_not_yet_used), needs=(given.frozen_list,),
        clocks=(("stop", "intake"), ("stop", "correction"), ("start", "correction")),
        documents=("correction_notice",), notice="correction", then=(effects.freeze_corrections,)),
    "supplement": Step(
        "receive", "补交材料", ("correction", *AT_WORK), None, (Seat("receive", "any_window"),),
        guards=(receiving.something_to_supplement,), needs=(given.something_arrived,),
        clocks=(("stop_when_complete", "correction"), ("stop_when_complete", "supplement"),
                ("restart_when_complete", "intake")),
        documents=("supplement_receipt",), notice="supplemented",
        derive=(effects.whether_complete,), then=(effects.take_supplement,)),
    "refuse": Step(
        "receive", "不予受理", ("received", "correction"), "not_accepted", ACCEPTORS,
        guards=(receiving.desk_may_accept,), needs=(given.sound_refusal,), clocks=(("stop", "all"),),
        documents=("refusal_notice",), notice="refused", then=(effects.end_work,)),
    "forward": Step(
        "receive", "转办", ("received",), "forwarded", (*DESK_RECEIVES, Seat("supervise", "street")),
        needs=(needs("target", "reason", words="请写明转往的单位和原因"),),
        clocks=(("stop", "all"), ("start", "reply")), documents=("forwarding_slip",), notice="forwarded"),
    "record_reply": Step(
        "receive", "登记转办答复", ("forwarded",), None, (*DESK_RECEIVES, Seat("supervise", "street")),
        guards=(answering.not_answered_yet,), needs=(needs("reply", words="请写明对方的答复"),),
        clocks=(("stop", "reply"),), notice="replied", then=(effects.end_forwarding,)),
    "deem_accepted": Step(
        None, "视为受理", ("received",), "accepted", (SYSTEM_SEAT,), guards=(receiving.five_days_over,),
        clocks=(("stop", "intake"), ("start", "promise"), ("start", "statutory"), ("while", "ack")),
        documents=("acceptance_notice",), notice="deemed_accepted",
        derive=(effects.from_receipt,), then=(effects.begin_work,)),
    "propose_withdrawal": Step(
        None, "提出视为撤回", ("correction",), None, (SYSTEM_SEAT,),
        guards=(receiving.window_is_over, receiving.reminded_of("correction")), clocks=(("mark", "correction"),)),
    "deem_withdrawn": Step(
        "receive", "确认视为撤回", ("correction",), "withdrawn", (Seat("override", "street"),),
        guards=(receiving.window_is_over, receiving.reminded_before_today("correction"), receiving.withdrawal_was_proposed),
        clocks=(("stop", "all"),), documents=("termination_notice",), notice="deemed_withdrawn",
        then=(effects.end_work,)),
    "withdraw": Step(
        "receive", "撤回申请", UNDECIDED, "withdrawn", (*DESK_RECEIVES, SYSTEM_SEAT), guards=(processing.not_a_child,),
        needs=(needs("signed", words="须由申请人签署撤回申请书"),), clocks=(("stop", "all"),),
        documents=("withdrawal_request",), notice="withdrawn", then=(effects.end_work,)),
    "start_child": Step(
        None, "联办子项启动", NEW, "accepted", (SYSTEM_SEAT,),
        clocks=(("start", "promise"), ("start", "statutory"), ("while", "ack")), derive=(effects.from_today,),
        then=(effects.begin_work,)),
    "remind": Step(
        None, "提醒", ANYWHERE, None, (SYSTEM_SEAT, Seat("notify", "centre"), Seat("supervise", "street")),
        clocks=(("mark", "said"),), notice="reminded"),

    # ── 2 物料流转 ────────────────────────────────────────────────────────────────────────────────────────────
    "papers_sent": Step(None, "材料交出", ANYWHERE, None, ANYBODY, clocks=UNDERWAY),
    "papers_passed": Step(None, "途中交接", ANYWHERE, None, ANYBODY),
    "papers_taken": Step(
        None, "材料接收", ANYWHERE, None, ANYBODY, clocks=(*UNDERWAY, ("while", "ack")), then=(effects.open_waiting,)),
    "papers_short": Step(None, "材料差异", ANYWHERE, None, ANYBODY, clocks=UNDERWAY),
    "papers_settled": Step(
        None, "差异处理", ANYWHERE, None, ANYBODY, clocks=(*UNDERWAY, ("while", "ack")), then=(effects.open_waiting,)),
    "papers_recalled": Step(
        None, "交接撤回", ANYWHERE, None, ANYBODY, clocks=(*UNDERWAY, ("while", "ack")), then=(effects.open_waiting,)),
    "return_material": Step(
        "custody", "退还材料", (*CONCLUDED, *ENDS), None,
        (Seat("receive", "centre"), Seat("collect", "centre"), Seat("acknowledge", "task_ever")),
        guards=(answering.papers_to_give_back,), needs=(needs("material_ids", words="请勾选退还的材料"),
                                                     needs("taken_by", words="请写明领回人")),
        documents=("material_return_list",), then=(effects.give_back,)),
    "reassign": Step(
        "route", "改派", AT_WORK, None, (Seat("reassign", "street"),), guards=(processing.has_live_task,),
        needs=(needs("task_id", "office_id", "reason", words="请选择任务和承办单位，并写明原因"),),
        clocks=TO_TAKE_UP, then=(effects.reassign,)),
    "query_window": Step(
        "route", "退回窗口询问", ("processing",), None, (Seat("send_back", "task"),),
        guards=(processing.task_is_mine, processing.no_open_query),
        needs=(needs("reason", "question", words="请选择原因并写明要窗口核实什么"),),
        documents=("return_to_window",), then=(effects.open_query,)),
    "answer": Step(
        "route", "答复询问", ("processing",), None, DESK_RECEIVES, guards=(processing.query_is_open,),
        needs=(needs("answer", words="请写明答复"),), then=(effects.answer_query,)),

    # ── 3 后台办结 ────────────────────────────────────────────────────────────────────────────────────────────
    "take_up": Step(
        "process", "接办", ("accepted",), "processing", (*TAKERS, SYSTEM_SEAT), guards=(processing.task_is_free,),
        clocks=TO_TAKE_UP, notice="taken_up", then=(effects.claim,)),
    "claim": Step(
        "process", "认领任务", ("processing",), None, TAKERS, guards=(processing.task_is_free,), clocks=TO_TAKE_UP,
        then=(effects.claim,)),
    "release": Step(
        "process", "释放任务", ("processing",), None, OFFICER, guards=(processing.task_is_mine, processing.no_proposal_yet),
        clocks=TO_TAKE_UP, then=(effects.release,)),
    "site_visit": Step(
        "process", "登记现场核查", ("processing",), None, (Seat("examine", "task"),), guards=(processing.task_is_mine,),
        needs=(given.two_officers, needs("finding", words="请写明核查情况"))),
    "pause": Step(
        "process", "特别程序（停表）", AT_WORK, None, (Seat("special_procedure", "task"),),
        guards=(processing.office_has_task, processing.has_special_procedure, processing.not_paused),
        needs=(given.listed_procedure,), clocks=(("pause", "promise"),), documents=("special_procedure_notice",),
        notice="paused"),
    "resume": Step(
        "process", "结束特别程序", AT_WORK, None, (Seat("special_procedure", "task"), SYSTEM_SEAT),
        guards=(processing.paused,), clocks=(("resume", "promise"),), notice="resumed"),
    "request_extension": Step(
        "process", "申请延期", AT_WORK, None, (Seat("propose", "task"),),
        guards=(processing.task_is_mine, processing.not_extended, processing.extension_not_pending),
        needs=(given.extension_days, needs("reason", "basis", words="请写明延期的理由和依据"))),
    "extend": Step(
        "process", "批准延期", AT_WORK, None, (Seat("extend", "task"),),
        guards=(processing.extension_requested, processing.not_extended), needs=(given.extension_as_requested,),
        clocks=(("extend", "promise"),), documents=("extension_notice",), notice="extended",
        then=(effects.mark_extended,)),
    "give_opinion": Step(
        "process", "签署环节意见", ("processing",), None, (Seat("examine", "task"),),
        guards=(processing.task_is_mine, processing.not_last_stage, processing.not_paused, processing.no_open_query,
                processing.no_paper_in_dispute, processing.paper_is_here),
        needs=(needs("opinion", words="请写明本环节意见"),), clocks=TO_TAKE_UP, then=(effects.finish_stage,)),
    "propose": Step(
        "process", "拟办", ("processing",), None, (Seat("propose", "task"),),
        guards=(processing.task_is_mine, processing.last_stage, processing.no_proposal_yet, processing.not_paused,
                processing.no_open_query),
        needs=(given.sound_decision,), then=(effects.keep_proposal,)),
    "review": Step(
        "process", "审核", ("processing",), None, (Seat("review", "task"),), guards=(processing.has_proposal,),
        needs=(needs("remark", words="请写明审核意见"),)),
    "return_proposal": Step(
        "process", "退回重拟", ("processing",), None, (Seat("decide", "task"), Seat("review", "task")),
        guards=(processing.has_proposal,), needs=(needs("reason", words="请写明退回的原因"),),
        then=(effects.drop_proposal,)),
    "conclude": Step(
        "process", "审批办结", AT_WORK, "decided",
        (*APPROVER, Seat("accept_delegated", "at_desk"), SYSTEM_SEAT),
        guards=(processing.not_joint_by_hand, processing.proposal_is_there, processing.others_of_stage_done,
                processing.tolerant_is_complete, processing.not_paused, processing.no_open_query, processing.no_paper_in_dispute,
                processing.paper_is_here),
        needs=(given.sound_decision,),
        clocks=(("stop", "promise"), ("stop", "statutory"), ("stop", "supplement"), ("stop", "ack"), ("start", "delivery")),
        documents=effects.decision_documents, notice="decided", then=(effects.decide,)),
    "revoke": Step(
        "process", "撤销受理", AT_WORK, "revoked", AUTHORITY, guards=(processing.promise_is_broken, receiving.reminded_before_today("supplement")),
        needs=(needs("reason", "basis", words="撤销受理须写明理由和依据"),), clocks=(("stop", "all"),),
        documents=("revocation_notice",), notice="revoked", then=(effects.end_work,)),
    "terminate": Step(
        "process", "终止办理", AT_WORK, "terminated", (*AUTHORITY, SYSTEM_SEAT),
        needs=(needs("reason", "basis", words="终止办理须写明理由和依据"),), clocks=(("stop", "all"),),
        documents=("termination_notice",), notice="terminated", then=(effects.end_work,)),

    # ── 4 窗口反馈 ────────────────────────────────────────────────────────────────────────────────────────────
    "issue_result": Step(
        "feedback", "制作结果", ("decided",), None,
        (Seat("issue", "centre"), Seat("issue", "task_ever"), Seat("accept_delegated", "at_desk")),
        guards=(processing.not_joint, answering.granted, answering.no_result_yet), needs=(given.external_number,),
        documents=effects.result_documents),
    "make_ready": Step(
        "feedback", "通知领取", ("decided",), "ready",
        (Seat("issue", "centre"), Seat("accept_delegated", "at_desk"), SYSTEM_SEAT),
        guards=(processing.not_a_child, answering.granted, answering.results_are_here), clocks=(("start", "collect"),),
        documents=("completion_notice",), notice="ready"),
    "propose_return": Step(  # domain 4.4 无人领取: never destroyed here; the issuer sends it back with a slip
        None, "提出退回主管部门", ("ready",), None, (SYSTEM_SEAT,), guards=(answering.ninety_days_over,),
        clocks=(("mark", "collect"),)),
    "notify": Step(
        "feedback", "登记通知", ("decided", "ready", "correction"), None,
        (Seat("notify", "centre"), Seat("issue", "centre")),
        needs=(needs("channel", "result", words="请写明用什么方式通知、结果如何"),)),
    "deliver": Step(
        "feedback", "送达", ("decided", "ready"), "delivered",
        (*CARRIERS, Seat("accept_delegated", "at_desk"), SYSTEM_SEAT),
        guards=(processing.not_a_child, answering.ready_or_denied, answering.no_result_on_the_way), needs=(given.identity,),
        clocks=(("stop", "delivery"), ("stop", "collect"), ("start", "archive")),
        documents=("service_return",), notice="delivered", then=(effects.hand_over,)),
    "reissue": Step(
        "feedback", "更正补发", CONCLUDED + ("archived",), None, (Seat("issue", "centre"),),
        guards=(processing.not_joint, answering.granted, answering.has_result),
        needs=(needs("reason", words="请写明更正的原因"),), notice="reissued"),
    "archive": Step(
        "feedback", "归档", ("delivered",), "archived", (Seat("archive", "street"), SYSTEM_SEAT),
        guards=(processing.not_a_child, answering.papers_have_a_place), clocks=(("stop", "all"),),
        documents=("archive_list",), then=(effects.archive,)),

    # ── 督办、吹哨、评价 ──────────────────────────────────────────────────────────────────────────────────────────
    "supervise": Step(
        "oversight", "催办或督办", (*UNDECIDED, *CONCLUDED, "forwarded"), None, (Seat("supervise", "street"),),
        needs=(needs("office_id", "problem", "demand", "reply_by", words="请写明督办对象、问题、要求和答复期限"),
               ordered.in_time),
        documents=ordered.order_documents),
    "reply_supervision": Step(
        "oversight", "答复督办", ANYWHERE, None, ORDERED, needs=(needs("reply", words="请写明办理情况"),)),
    "whistle": Step(
        "oversight", "吹哨", UNDECIDED, None, (Seat("supervise", "street_leader"),), guards=(ordered.no_whistle_open,),
        needs=(ordered.somebody_called, needs("problem", "demand", words="请写明问题和要求")),
        documents=("whistle_slip",)),
    "whistle_sign": Step("oversight", "吹哨签到", ANYWHERE, None, WHISTLED, guards=(ordered.not_signed_yet,)),
    "whistle_contact": Step(
        "oversight", "吹哨联系登记", ANYWHERE, None, WHISTLED, guards=(ordered.signed, ordered.not_contacted_yet),
        needs=(needs("contact", words="请写明与谁联系、约定了什么"),)),
    "whistle_report": Step(
        "oversight", "吹哨回告", ANYWHERE, None, WHISTLED, guards=(ordered.contacted, ordered.not_reported_yet),
        needs=(needs("report", words="请写明到场处置情况"),)),
    "escalate": Step(None, "督办升级", ANYWHERE, None, (SYSTEM_SEAT,)),
    "call_back": Step(
        None, "差评整改回访", (*CONCLUDED, *ENDS), None, (Seat("rate_follow_up", "street"),),
        needs=(needs("measures", "result", words="请写明整改情况和回访结果"),)),

    # ── 文书: what becomes of a document after it was issued ──────────────────────────────────────────────────
    "print_form": Step(
        "documents", "打印委托书、告知书", ANYWHERE, None, (Seat("receive", "any_window"),),
        needs=(given.form_on_demand,), documents=effects.form_on_demand),
    "void_document": Step(
        "documents", "作废文书", (*UNDECIDED, "decided", "ready", *ENDS[:-1]), None, ISSUERS,
        guards=(answering.has_valid_document,), needs=(needs("number", "reason", words="请选择文书并写明作废的原因"),)),
    "suspend_document": Step(
        "documents", "暂停使用文书", HANDED_OVER, None, DECIDERS, guards=(answering.has_valid_document,),
        needs=(needs("number", "reason", words="请选择文书并写明暂停的原因"),)),
    "restore_document": Step(
        "documents", "恢复使用文书", HANDED_OVER, None, DECIDERS, guards=(answering.has_suspended_document,),
        needs=(needs("number", "reason", words="请选择文书并写明恢复的原因"),)),
    "revoke_document": Step(
        "documents", "撤销文书", HANDED_OVER, None, DECIDERS, guards=(answering.has_living_document,),
        needs=(needs("number", "reason", words="请选择文书并写明撤销的理由和依据"),)),

    # ── facts that any state may gather ──────────────────────────────────────────────────────────────────────
    "recompute": Step(
        None, "日历变更重算", ANYWHERE, None, (SYSTEM_SEAT, Seat("calendar", "anyone")), clocks=(("recount", "all"),),
        notice="recomputed"),
    # asked for by the person (个人信息保护法 45, 46); their pages lead on from that of the open data
    "export_personal_data": Step(
        None, "提供个人信息副本", ANYWHERE, None, (Seat("receive", "centre"), Seat("supervise", "street")),
        needs=(needs("reason", "identity", words="请核对本人身份并写明情况"),)),
    "correct_personal_data": Step(
        None, "更正个人信息", ANYWHERE, None, (Seat("receive", "centre"), Seat("override", "street")),
        needs=(needs("reason", words="请写明更正的依据"), needs("corrected", words="请至少填写一项要更正的内容"))),
    "erase_personal_data": Step(None, "删除到期的个人信息", ENDS, None, (SYSTEM_SEAT,)),
    "open_personal_data": Step(
        "queues", "查看完整信息", ANYWHERE, None, ANYBODY, needs=(needs("reason", words="请写明查看的原因"),)),
}  # fmt: skip
