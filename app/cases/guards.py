"""Why not: each guard looks at a Standing and answers None, or the reason in plain Chinese.

Guards need only the case and the person; the page shows their reasons on greyed buttons.
Needs (below) look at what was typed for the step. Both hold on every path, because lifecycle.advance() asks them.
"""

from flask_babel import gettext as _

from app.cases.find import open_cases_of
from app.cases.standing import Standing
from app.catalog.stages import four_eyes
from app.moments import now, today
from app.people.find import office

Reason = str | None
PRINTED_ON_DEMAND = {"power_of_attorney": "授权委托书", "privacy_notice": "个人信息处理告知书"}
WINDOWS = ("service_centre", "station")
OVER = "over"  # the mark of a clock that has run out and whose consequence was proposed


def _names(papers) -> str:
    return _("、").join(paper.name for paper in papers)


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────


def desk_may_accept(s: Standing) -> Reason:
    if s.spec.desk_authority == "receive" and s.by.centre_id == s.case.centre_id and s.by.office_kind in WINDOWS:
        return _("本窗口对该事项只有收件权，由%(office)s受理", office=s.authority.name)
    return None


# ── receive ──────────────────────────────────────────────────────────────────────────────────────────────────


def complete(s: Standing) -> Reason:
    """许可法 32(5): complete, or all that a correction asked for is in."""
    if s.missing:
        return _("还缺：%(papers)s。可容缺受理或一次性告知", papers=_names(s.missing))
    if s.open_corrections:
        return _("补正材料未收齐：%(papers)s", papers=_names(s.open_corrections))
    return None


def only_deferrable_missing(s: Standing) -> Reason:
    hard = [paper for paper in s.missing if not paper.deferrable]
    if hard:
        return _("%(papers)s不在可容缺范围，须补正", papers=_names(hard))
    blocking = [line for line in s.open_corrections if line.material_id not in {p.id for p in s.missing}]
    if blocking:
        return _("补正内容未收齐：%(papers)s", papers=_names(blocking))
    return None if s.missing else "材料已齐，直接受理即可"


def something_to_supplement(s: Standing) -> Reason:
    return None if s.missing or s.open_corrections else "没有待补的材料"


def correction_not_yet_used(s: Standing) -> Reason:
    """One complete notice, once (许可法 32(4)); a second one needs a supervisor."""
    if s.case.state == "correction" and not s.by.may("override"):
        return "已一次性告知过；第二次告知须值班长批准并写明理由"
    return None


def window_is_over(s: Standing) -> Reason:
    run = s.face.running("correction")
    if run is None:
        return "补正材料已收齐，应当受理" if not s.open_corrections else "补正期限未在计时"
    if run.due_on >= today():
        return _("补正期限到 %(day)s 才届满", day=run.due_on.isoformat())
    return None


def withdrawal_was_proposed(s: Standing) -> Reason:
    run = s.face.running("correction")
    return None if run and run.mark == OVER else "须先发出补正提醒，期满后由系统提出"


def reminded_of(clock: str):
    """Nothing lapses before the applicant was reminded of it."""

    def check(s: Standing) -> Reason:
        run = s.face.running(clock)
        return None if run and run.mark else "还没有提醒过申请人"

    return check


def reminded_before_today(clock: str):
    """A consequence never comes on the day on which the reminder really went out, whatever day it was made up for."""

    def check(s: Standing) -> Reason:
        run = s.face.running(clock)
        said = (entry for entry in reversed(s.entries) if entry.action == "remind" and entry.facts.get("about") == clock)
        last = next(said, None)
        if run and run.mark and last and last.at.date() >= now().date():
            return "今天才提醒申请人，明天起才能办"
        return reminded_of(clock)(s)

    return check


def five_days_over(s: Standing) -> Reason:
    """许可法 32(4): not told within five working days is accepted, from the day of receipt."""
    run = s.face.running("intake")
    if run is None or run.due_on >= today():
        return "五个工作日的告知期限未满"
    return None


# ── process ──────────────────────────────────────────────────────────────────────────────────────────────────


def task_is_free(s: Standing) -> Reason:
    if s.joint:
        return not_joint_by_hand(s)
    task = s.my_task
    if task is None:
        taker = _beaten_by(s)
        return _("已由%(office)s的%(name)s认领", office=office(taker.office_id).name, name=taker.claimed_name) if taker else "本单位没有这件的办理任务"
    if task.state == "claimed":
        return "你已经认领" if task.claimed_by == s.by.id else _("已由%(name)s认领", name=task.claimed_name)
    if task.state == "waiting":
        return waiting_reason(s, task)
    return None


def _beaten_by(s: Standing):
    """抢单: the office that was first, where ours had the same task and it ended there and then."""
    ours = {task.stage for task in s.tasks if task.office_id == s.by.office_id and task.rule == "any" and task.state == "cancelled"}
    return next((task for task in s.tasks if task.stage in ours and task.claimed_name), None)


def waiting_reason(s: Standing, task) -> str:
    before = [t for t in s.live_tasks if t.stage < task.stage]
    if before:
        return "等待前一环节办完"
    away = [p for p in s.papers if not (p.state == "held" and p.office_id == task.office_id)]
    return _("纸质材料未到：%(papers)s", papers=_names(away)) if away else "等待开办"


def task_is_mine(s: Standing) -> Reason:
    task = s.my_task
    if task is None:
        return "本单位没有这件的办理任务"
    if task.state != "claimed":
        return "请先接办（认领）任务"
    return None if task.claimed_by == s.by.id else _("任务由%(name)s承办", name=task.claimed_name)


def office_has_task(s: Standing) -> Reason:
    return None if s.my_task else "本单位没有这件的办理任务"


def task_is_claimed_here(s: Standing) -> Reason:
    task = s.my_task
    return None if task and task.state == "claimed" else "任务还没有人承办"


def not_last_stage(s: Standing) -> Reason:
    return "这是最后一个环节，请拟办并由审批人决定" if s.my_task and s.my_task.last else None


def last_stage(s: Standing) -> Reason:
    return "不是最后环节，请签署本环节意见" if s.my_task and not s.my_task.last else None


def others_of_stage_done(s: Standing) -> Reason:
    task = s.my_task
    others = [t for t in s.live_tasks if task and t.id != task.id and t.stage <= task.stage]
    return "其他单位的任务还没有办完" if others else None


def not_paused(s: Standing) -> Reason:
    span = s.face.open_pause()
    return _("正在%(procedure)s（特别程序），结束后才能办", procedure=span.procedure) if span else None


def paused(s: Standing) -> Reason:
    return None if s.face.open_pause() else "没有进行中的特别程序"


def has_special_procedure(s: Standing) -> Reason:
    return None if s.spec.special else "该事项没有列明特别程序，不能停表"


def not_extended(s: Standing) -> Reason:
    """许可法 42: once, and before the limit is over."""
    if s.case.extended:
        return "已经延期过一次"
    run = s.face.running("promise")
    if run and run.due_on < today():
        return "已经超期，不能再延期"
    return None


def extension_requested(s: Standing) -> Reason:
    request = s.last("request_extension")
    if request is None:
        return "承办人还没有提出延期申请"
    return "提出延期的人不能自己批准" if request.actor_id == s.by.id else None


def extension_not_pending(s: Standing) -> Reason:
    return "已提出延期申请，等待审批" if s.last("request_extension") else None


def no_open_query(s: Standing) -> Reason:
    return "已向窗口发出询问，等待答复" if s.open_queries else None


def query_is_open(s: Standing) -> Reason:
    return None if s.open_queries else "没有待答复的询问"


def tolerant_is_complete(s: Standing) -> Reason:
    return _("容缺材料未补齐：%(papers)s", papers=_names(s.missing)) if s.case.tolerant and s.missing else None


def promise_is_broken(s: Standing) -> Reason:
    if not s.case.tolerant:
        return "不是容缺受理的办件"
    run = s.face.running("supplement")
    if run is None:
        return "容缺材料已补齐"
    if run.due_on >= today():
        return _("容缺补齐期限到 %(day)s 才届满", day=run.due_on.isoformat())
    return None


def proposal_is_there(s: Standing) -> Reason:
    """Four eyes 四眼: who proposes does not decide."""
    if s.at_desk or s.joint:
        return None
    task = s.my_task
    if task is None or task.proposal is None:
        return "承办人还没有拟办意见"
    if four_eyes(s.spec) and task.proposed_by == s.by.id:
        return "拟办人不能自己审批，须由另一人决定"
    return None


def no_proposal_yet(s: Standing) -> Reason:
    return "已拟办，等待审批" if s.my_task and s.my_task.proposal else None


def no_paper_in_dispute(s: Standing) -> Reason:
    """3 sent, 2 found: the case cannot be decided on paper that is not there."""
    away = [paper for paper in s.papers if paper.state == "in_transit"]
    return _("材料还在路上或有差异未处理：%(papers)s", papers=_names(away)) if away else None


def paper_is_here(s: Standing) -> Reason:
    stage = s.my_task.stage if s.my_task else 0
    here = {s.by.office_id} | {task.office_id for task in s.tasks if task.stage == stage}  # 并联 shares one set
    away = [paper for paper in s.papers if paper.office_id not in here]
    return None if s.at_desk or s.joint or not away else _("纸质材料不在本单位：%(papers)s", papers=_names(away))


def not_joint_by_hand(s: Standing) -> Reason:
    return None if s.by.may("system") else not_joint(s)


def has_live_task(s: Standing) -> Reason:
    return None if s.live_tasks else "没有在办的任务"


def has_proposal(s: Standing) -> Reason:
    return None if s.my_task and s.my_task.proposal else "承办人还没有拟办意见"


def not_joint(s: Standing) -> Reason:
    return "联办件由各子项分别办理，全部办结后自动收口" if s.joint else None


def not_a_child(s: Standing) -> Reason:
    if s.case.parent_id and not s.by.may("system"):
        return "联办子项随总件统一撤回、出件、送达和归档"
    return None


# ── feedback ─────────────────────────────────────────────────────────────────────────────────────────────────


def granted(s: Standing) -> Reason:
    return "不予办理，没有结果证照，直接送达决定" if s.case.outcome == "denied" else None


def no_result_yet(s: Standing) -> Reason:
    return "结果已经制作" if s.results else None


def has_result(s: Standing) -> Reason:
    return None if any(p.kind == "result" for p in s.materials) else "还没有结果证照"


def has_valid_document(s: Standing) -> Reason:
    return None if "valid" in s.document_states else "没有有效的文书"


def has_suspended_document(s: Standing) -> Reason:
    return None if "suspended" in s.document_states else "没有暂停使用的文书"


def has_living_document(s: Standing) -> Reason:
    return None if s.document_states & {"valid", "suspended"} else "没有可以撤销的文书"


def results_are_here(s: Standing) -> Reason:
    """Every result issued and held where it will be collected."""
    own = [] if s.joint else s.results
    if not own and not s.joint:
        return "结果证照还没有制作"
    for child in s.children:
        if child.outcome == "granted":
            own = own + (Standing(child, s.by).results or [None])
    if None in own:
        return "有子项的结果证照还没有制作"
    away = [paper for paper in own if paper.state != "held" or paper.office_id != s.case.centre_id]
    return _("结果还没有送到领取窗口：%(papers)s", papers=_names(away)) if away else None


def ready_or_denied(s: Standing) -> Reason:
    if s.case.state == "decided" and s.case.outcome != "denied":
        return "结果备好（通知领取）后才能送达"
    return None


def no_result_on_the_way(s: Standing) -> Reason:
    """What is on a slip is in nobody's hand: it cannot be handed over before it was taken."""
    moving = [paper for paper in s.results if paper.state == "in_transit"]
    return _("结果还在路上：%(papers)s", papers=_names(moving)) if moving else None


def ninety_days_over(s: Standing) -> Reason:
    run = s.face.running("collect")
    if run is None or (today() - run.started_on).days < run.amount:
        return "待领还不满九十天"
    return None


def papers_have_a_place(s: Standing) -> Reason:
    moving = [paper for paper in s.materials if paper.state == "in_transit"]
    return _("还在路上：%(papers)s", papers=_names(moving)) if moving else None


def papers_to_give_back(s: Standing) -> Reason:
    here = [paper for paper in s.papers if paper.state == "held" and paper.office_id == s.by.office_id]
    return None if here else "本单位没有可退还的纸质材料"


def not_answered_yet(s: Standing) -> Reason:
    return "对方的答复已登记" if s.last("record_reply") else None


# ── needs: what the step was given ───────────────────────────────────────────────────────────────────────────


def needs(*names: str, words: str):
    """A step that cannot be taken without these facts; `words` say what to fill in."""

    def check(s: Standing, facts: dict) -> Reason:
        return None if all(facts.get(name) for name in names) else words

    return check


def checklist(s: Standing, facts: dict) -> Reason:
    """Every material of the item is ticked present, exempt or missing, and counted (state-machines 1, receive)."""
    states = ("held", "missing", "exempt", "electronic")
    for paper in facts["papers"]:
        if paper["state"] not in states:
            return _("“%(paper)s”还没有勾选：有、缺或免", paper=paper["name"])
        if paper["state"] == "held" and not (1 <= paper["copies"] <= 99 and 1 <= paper["pages"] <= 999):
            return _("“%(paper)s”的份数或页数不对（份数 1–99，页数 1–999）", paper=paper["name"])
    return None


def duplicate_explained(s: Standing, facts: dict) -> Reason:
    """A second open case of the same person and item needs a reason (domain 4.4 重复申请)."""
    others = [case for case in open_cases_of(s.case.id_hash, s.case.item_code) if case.id != s.case.id]
    if others and not facts.get("duplicate_reason"):
        return _("该申请人的同一事项还有在办件 %(case)s，确需再收一件的请写明理由", case=others[0].case_no)
    return None


def something_arrived(s: Standing, facts: dict) -> Reason:
    return None if facts.get("arrived") or facts.get("settled") else "请勾选这次交来的材料"


def frozen_list(s: Standing, facts: dict) -> Reason:
    """One complete list, told once. Nothing that is not on the item's list may be asked for (许可法 31)."""
    lines = facts.get("lines") or []
    if not lines:
        return "请逐项写明要补正的材料和问题"
    if any(not line.get("problem") for line in lines):
        return "每一项都要写明存在的问题"
    unsaid = {p.name for p in s.missing} - {line["name"] for line in lines}
    if unsaid:
        return _("一次性告知必须列全，还漏了：%(papers)s", papers=_("、").join(sorted(unsaid)))
    if s.case.state == "correction" and not facts.get("override_reason"):
        return "第二次告知须写明理由"
    return None


def pledge(s: Standing, facts: dict) -> Reason:
    if not facts.get("pledged"):
        return "须由申请人签署容缺受理承诺书"
    most = max(s.spec.promised_days, 1)
    if not 1 <= (facts.get("supplement_days") or 0) <= most:
        return _("补齐期限须在 1–%(most)s 个工作日内（不超过承诺时限）", most=most)
    return None


def listed_procedure(s: Standing, facts: dict) -> Reason:
    names = [special.name for special in s.spec.special]
    if facts.get("procedure") not in names:
        return _("特别程序只能是：%(names)s", names=_("、").join(names))
    if not facts.get("served_by"):
        return "特别程序告知书送达后才能停表，请写明送达方式"
    return None if 1 <= (facts.get("amount") or 0) <= 180 else "特别程序的天数须在 1–180 之间"


def extension_days(s: Standing, facts: dict) -> Reason:
    """许可法 42: at most 10 working days, joint matters 15."""
    most = 15 if s.joint or s.case.parent_id else 10
    return None if 1 <= (facts.get("days") or 0) <= most else _("延期须在 1–%(most)s 个工作日内", most=most)


def extension_as_requested(s: Standing, facts: dict) -> Reason:
    asked = s.last("request_extension").facts
    return None if facts.get("days") == asked["days"] else "批准的天数与申请不一致"


def sound_decision(s: Standing, facts: dict) -> Reason:
    """许可法 38: a denial has reasons, basis and remedies."""
    if facts.get("outcome") not in ("granted", "denied", "partly"):
        return "请选择准予或不予"
    if facts["outcome"] == "denied" and not all(facts.get(k) for k in ("reason", "basis", "review_body", "court")):
        return "不予办理须写明理由、依据和救济途径"
    return None


def two_officers(s: Standing, facts: dict) -> Reason:
    """许可法 34: a substantive check on site by two or more officers."""
    names = [name.strip() for name in facts.get("officers") or [] if name.strip()]
    return None if len(set(names)) >= 2 else "现场核查须由两名以上工作人员进行，请写明两人姓名"


def sound_refusal(s: Standing, facts: dict) -> Reason:
    """许可法 32(1)(2): reason, basis, the competent authority, remedies."""
    if facts.get("reason") not in ("no_licence_needed", "not_our_authority", "other"):
        return "请选择不予受理的情形"
    if facts["reason"] == "not_our_authority" and not facts.get("competent"):
        return "不属于本机关职权的，须告知向哪个机关申请"
    return None if facts.get("basis") and facts.get("reason_text") else "请写明理由和依据"


def external_number(s: Standing, facts: dict) -> Reason:
    """A certificate that another system prints is recorded with its own number."""
    if s.spec.result.template == "external_certificate" and not facts.get("certificate_no"):
        return "请填写取得的证照编号"
    return None


def identity(s: Standing, facts: dict) -> Reason:
    """The result goes to the applicant after an identity check, or to a proxy with authority."""
    if not facts.get("collector"):
        return "请写明领取人姓名"
    if facts.get("relation") == "proxy" and not facts.get("authority_seen"):
        return "代领须查验授权委托书和代领人身份证"
    return None if facts.get("identity_checked") or facts.get("mode") in ("post", "leave", "public") else "请先核对领取人身份"


def form_on_demand(s: Standing, facts: dict) -> Reason:
    return None if facts.get("kind") in PRINTED_ON_DEMAND else "请选择要打印的文书"
