"""The back office: whose task, paused or asked, proposed and by whom."""

from flask_babel import gettext as _

from app.cases.guards import Reason, names_of
from app.cases.standing import Standing
from app.catalog.stages import four_eyes
from app.moments import today
from app.people.find import office


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
    return _("纸质材料未到：%(papers)s", papers=names_of(away)) if away else "等待开办"


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
    return _("容缺材料未补齐：%(papers)s", papers=names_of(s.missing)) if s.case.tolerant and s.missing else None


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
    return _("材料还在路上或有差异未处理：%(papers)s", papers=names_of(away)) if away else None


def paper_is_here(s: Standing) -> Reason:
    stage = s.my_task.stage if s.my_task else 0
    here = {s.by.office_id} | {task.office_id for task in s.tasks if task.stage == stage}  # 并联 shares one set
    away = [paper for paper in s.papers if paper.office_id not in here]
    return None if s.at_desk or s.joint or not away else _("纸质材料不在本单位：%(papers)s", papers=names_of(away))


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
