"""Facts of what is issued when papers or results change hands: slips, lists, collection, service, archive."""

from app.documents import wording
from app.documents.facts.source import Source, papers

SERVICE_MODES = {
    "direct": "直接送达", "proxy": "委托送达", "post": "邮寄送达", "leave": "留置送达", "electronic": "电子送达",
    "public": "公告送达",
    # as the case names its delivery
    "window": "直接送达", "community": "委托送达", "door": "直接送达",
}  # fmt: skip
PLACES = ("held", "in_transit", "returned", "archived", "lost")
WHERE = {"held": "在卷", "in_transit": "流转中", "returned": "已退还申请人", "archived": "归档", "lost": "登记遗失"}


def handover_sheet(s: Source) -> dict:
    """given: slip_no, from_name, to_name, to_office_id, pouch_no, seal_no, packed_at, handed_name, sent_at, carrier_name,
    taken_name, taken_at, rows [{case_no, item, name, form, copies, pages, original, condition, note}], discrepancies.
    """
    rows = s.given.get("rows") or []
    sheet = [
        {
            "case_no": str(row.get("case_no", "")),
            "item": str(row.get("item", "")),
            "name": str(row.get("name", "")),
            "form": wording.FORMS.get(row.get("form", ""), str(row.get("form", ""))),
            "copies": str(row.get("copies", 1)),
            "pages": str(row.get("pages", 1)),
            "original": "是" if row.get("original", row.get("form") == "original") else "否",
            "condition": str(row.get("condition") or "完好"),
            "note": str(row.get("note") or ""),
        }
        for row in rows
    ]
    return {
        key: s.say(key)
        for key in ("slip_no", "from_name", "to_name", "to_office_id", "pouch_no", "seal_no", "handed_name", "carrier_name", "taken_name")
    } | {
        "packed_at": wording.moment(s.given.get("packed_at") or s.at),
        "sent_at": wording.moment(s.given.get("sent_at")),
        "taken_at": wording.moment(s.given.get("taken_at")),
        "rows": sheet,
        "cases": str(len({row["case_no"] for row in sheet if row["case_no"]})),
        "count": str(len(sheet)),
        "pages": str(sum(int(row["pages"]) * int(row["copies"]) for row in sheet)),
        "discrepancies": [str(one) for one in s.given.get("discrepancies") or []],
    }


def completion_notice(s: Source) -> dict:
    """given: outcome (granted | denied | partly), results [{name, number}], place, hours, bring, keep_until."""
    outcome = s.say("outcome", s.case.outcome or "granted")
    results = s.given.get("results") or [
        {"name": one.facts.get("title", ""), "number": one.number} for one in s.documents if one.is_result
    ]
    return {
        "outcome": {"granted": "准予（已办成）", "denied": "不予", "partly": "部分办成"}.get(outcome, outcome),
        "granted": outcome != "denied",
        "decided_day": s.day("decided_on", s.case.decided_at or s.at),
        "results": results or [{"name": s.result_name, "number": ""}],
        "place": s.say("place", s.centre),
        "hours": s.say("hours", "工作日 9:00—12:00，13:00—17:00"),
        "bring": s.say("bring", "本人有效身份证件；委托他人领取的，另带授权委托书和受托人身份证件"),
        "keep_until": s.due("keep_until", "collect"),
    }


def service_return(s: Source) -> dict:
    """given: documents [{title, number, copies}], recipient, place, mode (SERVICE_MODES), relation, collector,
    refused, witness, server, served_at, note.
    """
    listed = s.given.get("documents") or [
        {"title": one.facts.get("title", ""), "number": one.number, "copies": "1"}
        for one in s.documents if one.is_result and one.state == "valid"
    ]  # fmt: skip
    mode = s.say("mode", s.case.delivery_mode)
    return {
        "documents": [{key: str(one.get(key) or "") for key in ("title", "number", "copies")} for one in listed],
        "recipient": s.say("recipient", s.case.applicant_name),
        "place": s.say("place", s.centre),
        "modes": [[word, word == SERVICE_MODES.get(mode, mode)] for word in dict.fromkeys(SERVICE_MODES.values())],
        "collector": s.say("collector"),
        "relation": s.say("relation"),
        "refused": s.say("refused"),
        "witness": s.say("witness"),
        "server": s.say("server", s.by),
        "served_at": wording.moment(s.given.get("served_at")),
        "note": s.say("note"),
    }


def material_return_list(s: Source) -> dict:
    """given: material_ids (default: every paper of the case still with us or just given back), reason."""
    ids = s.given.get("material_ids")
    back = [
        paper for paper in s.materials
        if paper.kind != "result" and (paper.id in ids if ids else paper.state in ("held", "in_transit", "returned"))
    ]  # fmt: skip
    return {"materials": s.given.get("rows") or papers(back), "reason": s.say("reason")}


def archive_list(s: Source) -> dict:
    """given: documents, materials (ready-made rows); box, keep (保管期限)."""
    kept = [paper for paper in s.materials if paper.state in PLACES]
    return {
        "documents": s.given.get("documents") or [
            {"title": one.facts.get("title", ""), "number": one.number, "day": wording.day(one.issued_at)}
            for one in s.documents
        ],
        "materials": s.given.get("materials") or papers(kept, lambda paper: WHERE.get(paper.state, "")),
        "outcome": {"granted": "准予", "denied": "不予", "partly": "部分准予"}.get(s.case.outcome or "", "—"),
        "decided_day": wording.day(s.case.decided_at) if s.case.decided_at else "—",
        "box": s.say("box"),
        "keep": s.say("keep", "10年"),
    }  # fmt: skip


def closeout_record(s: Source) -> dict:
    """given: place, on, counted_at, rounds, lines [{case_no, item, kind, papers, counted}], exceptions [{what, reason}],
    unclaimed, signed_name, signed_at, closed_name, closed_at, remark, digest. Names no applicant."""
    lines = s.given.get("lines") or []
    return {key: s.say(key) for key in ("place", "signed_name", "closed_name", "remark", "digest")} | {
        "on": s.day("on"),
        "counted_at": wording.moment(s.given.get("counted_at")),
        "signed_at": wording.moment(s.given.get("signed_at")),
        "closed_at": wording.moment(s.given.get("closed_at")),
        "rounds": s.say("rounds", "1"),
        "lines": [
            {"case_no": one["case_no"], "item": one["item"], "kind": "结果" if one.get("kind") == "results" else "材料",
             "papers": str(one["papers"]), "counted": str(one["counted"]), "same": one["papers"] == one["counted"]}
            for one in lines
        ],
        "papers": str(sum(one["papers"] for one in lines)),
        "counted": str(sum(one["counted"] for one in lines)),
        "exceptions": [{"what": str(one["what"]), "reason": str(one["reason"])} for one in s.given.get("exceptions") or []],
        "unclaimed": "、".join(s.given.get("unclaimed") or []),
    }  # fmt: skip


FACTS = {
    "handover_sheet": handover_sheet,
    "completion_notice": completion_notice,
    "service_return": service_return,
    "material_return_list": material_return_list,
    "archive_list": archive_list,
    "closeout_record": closeout_record,
}
