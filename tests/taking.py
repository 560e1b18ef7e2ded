"""How each step is taken with sensible facts: one row a step, so that a new step without one is noticed."""

from datetime import timedelta

from app.cases.models import Case
from app.cases.standing import Standing
from app.custody import actions as custody
from app.documents import life as documents
from app.documents.models import Document
from app.extensions import db
from app.feedback import actions as feedback
from app.moments import today
from app.oversight import actions as oversight
from app.process import actions as process
from app.receive import actions as receive
from app.route import actions as route

DENIAL = {"reason": "不符合条件", "basis": "示例依据第一条", "review_body": "都匀市人民政府", "court": "都匀市人民法院"}


def _missing(case: Case, by) -> list[dict]:
    return [{"material_id": paper.id, "name": paper.name, "problem": "未提交", "standard": "原件一份"}
            for paper in Standing(case, by).missing]  # fmt: skip


def request_correction(case, by, seed):
    lines = _missing(case, by) or [{"name": "申请表", "problem": "漏填", "standard": "填写完整", "material_id": None}]
    return receive.request_correction(case, by, lines, override_reason="补充告知" if seed % 2 else "")


def supplement(case, by, seed):
    standing = Standing(case, by)
    papers = [{"material_id": paper.id, "copies": 1, "pages": 1} for paper in standing.missing]
    settled = [line.id for line in standing.open_corrections if line.material_id is None]
    return receive.supplement(case, by, papers[: 1 + seed], settled if seed % 2 else [])


def pause(case, by, seed):
    special = Standing(case, by).spec.special
    first = special[0] if special else None
    return process.pause(case, by, first.name if first else "无", first.days if first else 1,
                         first.unit if first else "working_day", "当面签收", "依法进行")  # fmt: skip


def propose(case, by, seed):
    return process.propose(case, by, "denied", **DENIAL) if seed == 9 else process.propose(case, by, "granted", opinion="同意")


def conclude(case, by, seed):
    task = Standing(case, by).my_task
    facts = dict(task.proposal) if task and task.proposal else {"outcome": "granted"}
    return process.conclude(case, by, facts.pop("outcome"), **facts)


def reassign(case, by, seed):
    tasks = Standing(case, by).live_tasks
    task = tasks[0] if tasks else None
    offices = ("civil_affairs", "subdistrict_office-wenfeng")
    office_id = offices[seed % 2] if seed < 2 or task is None else task.office_id
    return route.reassign(case, by, task.id if task else 0, office_id, "改派")


def supervise(case, by, seed):
    office_id = Standing(case, by).authority.id if seed % 2 else case.centre_id
    return oversight.supervise(case, by, "order" if seed % 3 else "reminder", office_id, "久拖未办", "三日内办结",
                               today() + timedelta(days=1 + seed))  # fmt: skip


def whistle(case, by, seed):
    return oversight.whistle(case, by, [Standing(case, by).authority.id], "hard" if seed % 2 else "routine", "占道经营", "到场处置")


def return_material(case, by, seed):
    papers = [p.id for p in Standing(case, by).papers if p.state == "held" and p.office_id == by.office_id]
    return custody.return_material(case, by, papers, "王小明")


def number(case, *states) -> str:
    """Of the newest document in one of these states."""
    rows = db.select(Document.number).where(Document.case_id == case.id, Document.state.in_(states))
    return db.session.scalar(rows.order_by(Document.id.desc()).limit(1)) or "没有"


TAKE = {
    "accept": lambda case, by, seed: receive.accept(case, by),
    "accept_tolerant": lambda case, by, seed: receive.accept_tolerant(case, by, 1 + seed % 3, True),
    "request_correction": request_correction,
    "supplement": supplement,
    "refuse": lambda case, by, seed: receive.refuse(case, by, "other", "不符合受理条件", "示例依据"),
    "forward": lambda case, by, seed: receive.forward(case, by, "市信访局", "属信访事项"),
    "record_reply": lambda case, by, seed: receive.record_reply(case, by, "已收到并办理"),
    "deem_withdrawn": lambda case, by, seed: receive.deem_withdrawn(case, by),
    "withdraw": lambda case, by, seed: receive.withdraw(case, by, "不办了", True),
    "return_material": return_material,
    "reassign": reassign,
    "query_window": lambda case, by, seed: route.query_window(case, by, "需核实情况", "请核对份数"),
    "answer": lambda case, by, seed: route.answer(case, by, "已核对，一致"),
    "take_up": lambda case, by, seed: process.take_up(case, by),
    "claim": lambda case, by, seed: process.claim(case, by),
    "release": lambda case, by, seed: process.release(case, by),
    "site_visit": lambda case, by, seed: process.site_visit(case, by, ["张三", "李四"], "属实"),
    "pause": pause,
    "resume": lambda case, by, seed: process.resume(case, by),
    "request_extension": lambda case, by, seed: process.request_extension(case, by, 1 + seed, "情况复杂", "许可法第42条"),
    "extend": lambda case, by, seed: process.extend(case, by),
    "give_opinion": lambda case, by, seed: process.give_opinion(case, by, "情况属实，同意上报"),
    "propose": propose,
    "review": lambda case, by, seed: process.review(case, by, "同意拟办意见"),
    "return_proposal": lambda case, by, seed: process.return_proposal(case, by, "再核实一次"),
    "conclude": conclude,
    "revoke": lambda case, by, seed: process.revoke(case, by, "未按承诺补齐", "承诺书"),
    "terminate": lambda case, by, seed: process.terminate(case, by, "申请人已迁出", "示例依据"),
    "issue_result": lambda case, by, seed: feedback.issue_result(case, by, certificate_no="第2026-1号"),
    "make_ready": lambda case, by, seed: feedback.make_ready(case, by),
    "notify": lambda case, by, seed: feedback.notify(case, by, "电话", "已告知本人"),
    "deliver": lambda case, by, seed: feedback.deliver(case, by, "王小明", identity_checked=True, relation="self"),
    "reissue": lambda case, by, seed: feedback.reissue(case, by, "姓名打印错误"),
    "print_form": lambda case, by, seed: documents.print_form(case, by, ("power_of_attorney", "privacy_notice")[seed % 2]),
    "void_document": lambda case, by, seed: documents.void_document(case, by, number(case, "valid"), "打印错位", seed % 2 > 0),
    "suspend_document": lambda case, by, seed: documents.suspend_document(case, by, number(case, "valid"), "有人举报，核查中"),
    "restore_document": lambda case, by, seed: documents.restore_document(case, by, number(case, "suspended"), "查无此事"),
    "revoke_document": lambda case, by, seed: documents.revoke_document(case, by, number(case, "valid", "suspended"), "查实不符"),
    "supervise": supervise,
    "reply_supervision": lambda case, by, seed: oversight.reply_supervision(case, by, "正在办理，明日办结"),
    "whistle": whistle,
    "whistle_sign": lambda case, by, seed: oversight.whistle_sign(case, by),
    "whistle_contact": lambda case, by, seed: oversight.whistle_contact(case, by, "与街道约定下午到场"),
    "whistle_report": lambda case, by, seed: oversight.whistle_report(case, by, "已到场处置"),
    "archive": lambda case, by, seed: feedback.archive(case, by),
}
