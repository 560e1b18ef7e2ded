"""Facts of what the window issues on receiving: receipts, acceptance, correction, refusal, deferral, forwarding."""

from app.documents import wording
from app.documents.facts.source import Source, papers

PRESENT = ("held", "in_transit", "returned", "archived")
REFUSALS = {
    "no_licence_needed": "依法不需要取得许可（不需要办理）",
    "not_our_authority": "不属于本机关职权范围",
    "other": "其他情形",
}


def _remark(paper) -> str:
    if paper.state == "deferred":
        return "容缺"
    if paper.state == "exempt":
        return "免提交"
    if paper.state == "missing":
        return "欠缺"
    return "；".join(word for word in ("已核原件" if paper.original_seen else "", paper.remark) if word)


def _list(s: Source) -> list[dict]:
    rows = papers([paper for paper in s.materials if paper.kind != "result"], _remark)
    for row in rows:
        if row["remark"] in ("容缺", "免提交", "欠缺"):
            row |= {"copies": "—", "pages": "—"}
    return rows


def intake_receipt(s: Source) -> dict:
    present = [paper for paper in s.materials if paper.state in PRESENT and paper.kind != "result"]
    promised = wording.limit(s.spec.promised_days, s.spec.time_unit) if s.spec else ""
    intake_due = s.due("intake_due", "intake")
    handling = "当场办结" if promised == "当场" else f"受理后{promised}内" if promised else "受理后告知时限"
    return {
        "materials": _list(s),
        "counted": f"共 {len(present)} 件、{sum(paper.pages * paper.copies for paper in present)} 页",
        "intake_due": intake_due,
        "ticket": s.say("ticket"),
        "run": s.say("run"),
        "hand_receipt": s.say("hand_receipt"),
        "rail": [
            {"word": "收件", "state": "now", "note": wording.moment(s.case.received_at)},
            {"word": "流转", "state": "todo", "note": s.say("run", f"送{s.authority}")},
            {"word": "办理", "state": "todo", "note": handling},
            {"word": "反馈", "state": "todo", "note": wording.DELIVERY.get(s.case.delivery_mode, "")},
        ],
    }


def supplement_receipt(s: Source) -> dict:
    """given: material_ids of what came in now; or received, ready-made rows."""
    ids = s.given.get("material_ids") or []
    came = [paper for paper in s.materials if paper.id in ids]
    open_ones = [paper.name for paper in s.materials if paper.state in ("missing", "deferred")]
    return {
        "materials": s.given.get("received") or papers(came, _remark),
        "outstanding": s.given.get("outstanding", open_ones),
        "outstanding_due": s.due("due", "supplement" if s.case.tolerant else "correction"),
    }


def _acceptance(s: Source) -> dict:
    spec = s.spec
    waits = [f"{one.name}{wording.limit(one.days, one.unit)}" for one in (spec.special or [])] if spec else []
    return {
        "accepted_day": s.day("accepted_on", s.case.accepted_on or s.at),
        "basis": s.basis,
        "statutory": wording.limit(spec.statutory_days, spec.time_unit) if spec else "",
        "promised": wording.limit(spec.promised_days, spec.time_unit) if spec else "",
        "promise_due": s.due("promise_due", "promise"),
        "statutory_due": s.due("statutory_due", "statutory"),
        "special": "、".join(waits),
        "fee": s.say("fee", "不收费" if not getattr(spec, "fee", 0) else "按规定收费，另发缴费通知书"),
        "result_name": s.result_name,
    }


def acceptance_notice(s: Source) -> dict:
    """given: deemed=True when the 5 working days went by (许可法 32(4)); corrected=True after a correction."""
    return _acceptance(s) | {
        "deemed": bool(s.given.get("deemed")),
        "corrected": bool(s.given.get("corrected") or s.corrections),
    }


def correction_notice(s: Source) -> dict:
    """given: lines [{name, problem, standard, sample}]; else the frozen correction lines of the newest round."""
    lines = s.given.get("lines") or [
        {"name": line.name, "problem": line.problem, "standard": line.standard} for line in s.corrections
    ]
    return {
        "lines": [{key: str(one.get(key) or "") for key in ("name", "problem", "standard", "sample")} for one in lines],
        "correction_due": s.due("due", "correction"),
        "basis": s.say("basis", "《中华人民共和国行政许可法》第三十二条" if _licence(s) else s.basis),
        "round": s.say("round"),
        "contact": s.say("contact", s.by),
        "phone": s.say("phone"),
    }


def refusal_notice(s: Source) -> dict:
    """given: reason (REFUSALS), reason_text, basis, competent, address, remedy_body, court."""
    chosen = s.say("reason", "other")
    present = [paper for paper in s.materials if paper.kind != "result" and paper.state in PRESENT]
    return {
        "reasons": [[words, key == chosen] for key, words in REFUSALS.items()],
        "reason_text": s.say("reason_text", "" if chosen in REFUSALS else chosen),
        "competent": s.say("competent"),
        "address": s.say("address"),
        "basis": s.basis,
        "count": str(sum(paper.copies for paper in present)),
    } | remedies(s)


def remedies(s: Source) -> dict:
    """行政复议法: 60 days; 行政诉讼法: 6 months."""
    return {
        "review_body": s.say("review_body", f"{s.city}人民政府" if s.city else "本级人民政府"),
        "court": s.say("court", "有管辖权的人民法院"),
    }


def _deferred(s: Source) -> dict:
    rows = s.given.get("deferred") or papers([p for p in s.materials if p.state == "deferred"], lambda p: p.remark)
    return {
        "materials": rows,
        "supplement_due": s.due("due", "supplement"),
        "way": s.say("way", "到任一党群服务中心（站）窗口提交或邮寄"),
    }


def deferral_pledge(s: Source) -> dict:
    return _deferred(s)


def deferral_notice(s: Source) -> dict:
    return _acceptance(s) | _deferred(s)


def forwarding_slip(s: Source) -> dict:
    """given: target, address, contact, reason, reply_by, in_city (default True)."""
    return {
        "target": s.say("target"),
        "address": s.say("address"),
        "contact": s.say("contact"),
        "reason": s.say("reason", "所申请事项不属于本窗口受理范围"),
        "reply_by": s.due("reply_by", "reply"),
        "in_city": bool(s.given.get("in_city", True)),
        "materials": _list(s),
    }


def _licence(s: Source) -> bool:
    return bool(s.spec and s.spec.item_type == "licence")


FACTS = {
    "intake_receipt": intake_receipt,
    "supplement_receipt": supplement_receipt,
    "acceptance_notice": acceptance_notice,
    "correction_notice": correction_notice,
    "refusal_notice": refusal_notice,
    "deferral_pledge": deferral_pledge,
    "deferral_notice": deferral_notice,
    "forwarding_slip": forwarding_slip,
}
