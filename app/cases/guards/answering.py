"""The answer: is there a result, is it here, do the papers have a place."""

from flask_babel import gettext as _

from app.cases.guards import Reason, names_of
from app.cases.standing import Standing
from app.moments import today


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
    return _("结果还没有送到领取窗口：%(papers)s", papers=names_of(away)) if away else None


def ready_or_denied(s: Standing) -> Reason:
    if s.case.state == "decided" and s.case.outcome != "denied":
        return "结果备好（通知领取）后才能送达"
    return None


def no_result_on_the_way(s: Standing) -> Reason:
    """What is on a slip is in nobody's hand: it cannot be handed over before it was taken."""
    moving = [paper for paper in s.results if paper.state == "in_transit"]
    return _("结果还在路上：%(papers)s", papers=names_of(moving)) if moving else None


def ninety_days_over(s: Standing) -> Reason:
    run = s.face.running("collect")
    if run is None or (today() - run.started_on).days < run.amount:
        return "待领还不满九十天"
    return None


def papers_have_a_place(s: Standing) -> Reason:
    moving = [paper for paper in s.materials if paper.state == "in_transit"]
    return _("还在路上：%(papers)s", papers=names_of(moving)) if moving else None


def papers_to_give_back(s: Standing) -> Reason:
    here = [paper for paper in s.papers if paper.state == "held" and paper.office_id == s.by.office_id]
    return None if here else "本单位没有可退还的纸质材料"


def not_answered_yet(s: Standing) -> Reason:
    return "对方的答复已登记" if s.last("record_reply") else None
