"""The journal in words: what each row says beyond who and when. Pure; names of applicants and collectors masked."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.cases.models import JournalEntry
from app.cases.steps import STEPS
from app.web.masking import mask_name
from app.web.words import limit

OUTCOMES = {"granted": _l("准予"), "denied": _l("不予"), "partly": _l("部分准予")}
REASONS = {
    "no_licence_needed": _l("依法不需要办理"), "not_our_authority": _l("不属于本机关职权范围"), "other": _l("其他情形"),
}  # fmt: skip
CLOCKS = {
    "intake": _l("告知期限"), "correction": _l("补正期限"), "supplement": _l("容缺补齐期限"), "promise": _l("承诺期限"),
    "statutory": _l("法定期限"), "delivery": _l("送达期限"), "collect": _l("领取期限"), "reply": _l("答复期限"),
    "archive": _l("归档期限"), "transfer": _l("流转期限"), "ack": _l("接办期限"), "rating_fix": _l("差评整改期限"),
}  # fmt: skip
PARTS = {
    "applicant_name": _l("姓名或名称"), "id_number": _l("证件号码"), "phone": _l("电话"), "residence_address": _l("居住地址"),
    "household_address": _l("户籍地址"), "post_address": _l("邮寄地址"), "sex": _l("性别"), "born": _l("出生日期"),
}  # fmt: skip
IDENTITY = {"seen": _l("已核对有效证件原件"), "proxy": _l("已核对委托书和双方证件")}
WAYS = {"door": _l("送上门"), "proxy": _l("委托代领"), "post": _l("邮寄")}
SETTLED = {"found": _l("已找到"), "returned": _l("退回交出方"), "lost": _l("遗失")}
MODES = {
    "direct": _l("直接送达"), "post": _l("邮寄送达"), "leave": _l("留置送达"), "public": _l("公告送达"),
    "community": _l("社区代送"), "door": _l("上门送达"),
}  # fmt: skip


def timeline(entries: Iterable[JournalEntry], name_of) -> list[dict]:
    """What ui.timeline draws, newest first; `name_of` an office's name by its id."""
    return [row(entry, name_of) for entry in reversed(list(entries))]


def row(entry: JournalEntry, name_of) -> dict:
    """One row, in the order in which layout/_happened.html takes it."""
    return {
        "at": entry.at,
        "word": STEPS[entry.action].word,
        "actor": entry.actor_name,
        "office": name_of(entry.office_id) if entry.office_id else "",
        "text": told(entry.facts),
        "hash": entry.hash,
    }


def told(facts: dict) -> str:
    """The facts of one row as sentences; what no sentence knows (ids, codes) is not shown."""
    known = sorted(facts.keys() & SENTENCES.keys(), key=ORDER.__getitem__)
    said = (SENTENCES[key](facts[key], facts) for key in known if facts[key] not in (None, "", [], {}))
    return _("；").join(part for part in said if part)


def _papers(value: list, facts: dict) -> str:
    if not isinstance(value[0], dict):
        return _("材料：%(names)s", names=_("、").join(value))
    here = sum(1 for paper in value if paper.get("state") in ("held", "electronic"))
    missing = [paper["name"] for paper in value if paper.get("state") == "missing"]
    counted = _("收到材料 %(n)s 种", n=here)
    return counted + (_("，缺：%(names)s", names=_("、").join(missing)) if missing else "")


def _span(value, facts: dict) -> str:
    return _("期限 %(limit)s", limit=limit(value, facts.get("unit")))


def _lines(value: list, facts: dict) -> str:
    return _("补正内容：%(lines)s", lines="；".join(f"{line['name']}（{line['problem']}）" for line in value))


def _moved(value: list, facts: dict) -> str:
    """The clocks that a changed calendar moved; the offices' shares go without saying."""
    said = (
        f"{CLOCKS[one['clock']]} {one['before']} → {one['after']}" + (_("（暂定）") if one.get("tentative") else "")
        for one in value if one["clock"] in CLOCKS
    )  # fmt: skip
    return "；".join(said)


def _lost(value: dict, facts: dict) -> str:
    """派错单位: how long it lay where it did not belong."""
    hours, minutes = divmod(value["minutes"], 60)
    return _("派错单位，耽误 %(hours)s 小时 %(minutes)s 分（工作时间），记在派出方", hours=hours, minutes=minutes)


def _mark(value: str, facts: dict) -> str:
    if value.startswith("T-"):
        return _("还剩 %(n)s 个工作日", n=value[2:])
    return _("已等 %(n)s 天", n=value[2:]) if value.startswith("D+") else ""


def _offer(value: list, facts: dict) -> str:
    return _("可以：%(ways)s", ways="、".join(str(WAYS.get(one, one)) for one in value))


def _simply(label):
    return lambda value, facts: _("%(label)s：%(value)s", label=label, value=value)


def _coded(label, words):
    return lambda value, facts: _("%(label)s：%(value)s", label=label, value=words.get(value, value))


# In the order in which they are said. A fact whose key is not here is for the machine alone.
SENTENCES = {
    "outcome": _coded(_l("结论"), OUTCOMES),
    "slip_no": _simply(_l("交接单")),
    "hand_receipt": _simply(_l("手工收件凭证")),
    "papers": _papers,
    "from": _simply(_l("交出")),
    "to": _simply(_l("接收")),
    "handed_by": _simply(_l("交件人")),
    "carrier": _simply(_l("流转员")),
    "how": _coded(_l("处理"), SETTLED),
    "lines": _lines,
    "procedure": _simply(_l("程序")),
    "amount": _span,
    "served_by": _simply(_l("告知书送达方式")),
    "days": lambda value, facts: _("延期 %(n)s 个工作日", n=value),
    "supplement_days": lambda value, facts: _("%(n)s 个工作日内补齐", n=value),
    "complete": lambda value, facts: _("材料已齐"),
    "officers": lambda value, facts: _("核查人：%(names)s", names=_("、").join(value)),
    "finding": _simply(_l("情况")),
    "question": _simply(_l("询问")),
    "answer": _simply(_l("答复")),
    "opinion": _simply(_l("意见")),
    "remark": _simply(_l("审核意见")),
    "target": _simply(_l("转往")),
    "reply": _simply(_l("对方答复")),
    "reason": _coded(_l("理由"), REASONS),
    "reason_text": _simply(_l("说明")),
    "basis": _simply(_l("依据")),
    "override_reason": _simply(_l("第二次告知的理由")),
    "duplicate_reason": _simply(_l("重复收件的理由")),
    "to_office": _simply(_l("对象")),
    "level": _simply(_l("响应级别")),
    "problem": _simply(_l("问题")),
    "demand": _simply(_l("要求")),
    "reply_by": _simply(_l("答复期限")),
    "contact": _simply(_l("联系")),
    "report": _simply(_l("回告")),
    "measures": _simply(_l("整改情况")),
    "channel": _simply(_l("方式")),
    "result": _simply(_l("结果")),
    "about": _coded(_l("事由"), CLOCKS),
    "mark": _mark,
    "offer": _offer,
    "lost": _lost,
    "collector": lambda value, facts: _("领取人：%(name)s", name=mask_name(value)),
    "mode": _coded(_l("送达方式"), MODES),
    "taken_by": lambda value, facts: _("接件人：%(name)s", name=value if "slip_no" in facts else mask_name(value)),
    "identity": _coded(_l("身份核对"), IDENTITY),
    "corrected": lambda value, facts: _("更正：%(names)s", names=_("、").join(str(PARTS[name]) for name in value)),
    "note": _simply(_l("说明")),
    "child": _simply(_l("子项")),
    "parent": _simply(_l("总件")),
    "replaces": _simply(_l("替换")),
    "moved": _moved,
}
ORDER = {key: place for place, key in enumerate(SENTENCES)}
