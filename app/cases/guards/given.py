"""What was typed for a step: present, sound, and within what the law allows."""

from flask_babel import gettext as _

from app.cases.find import open_cases_of
from app.cases.guards import PRINTED_ON_DEMAND, Reason
from app.cases.standing import Standing


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
