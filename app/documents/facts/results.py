"""Facts of the outcome of a case: decisions, notices, certificates, receipts."""

from app.documents import wording
from app.documents.facts.receiving import remedies
from app.documents.facts.source import Source, fields
from app.web.masking import mask_account


def _outcome(s: Source) -> str:
    return s.say("outcome", s.case.outcome or "granted")


def _valid(s: Source) -> str:
    """given: valid_until (a date) or validity (words); else what the catalogue says of the result."""
    if s.given.get("valid_until"):
        return "有效期至" + wording.day(s.given["valid_until"])
    return s.say("validity", s.spec.result.validity or "" if s.spec and s.spec.result else "")


def _decision(s: Source) -> dict:
    """given: findings, reason, basis, decision, conditions, validity, valid_until, review_body, court."""
    return {
        "findings": s.say("findings"),
        "reason": s.say("reason"),
        "basis": s.basis,
        "decision": s.say("decision"),
        "conditions": s.say("conditions"),
        "validity": _valid(s),
        "accepted_day": s.day("accepted_on", s.case.accepted_on),
        "rows": fields(s),
        "granted": _outcome(s) != "denied",
        "licence": bool(s.spec and s.spec.item_type == "licence"),
        "result_name": s.result_name,
    } | remedies(s)


def benefit_notice(s: Source) -> dict:
    """given: outcome, category, amount, period, start_month, account, persons, reason, basis."""
    account = s.say("account", str((s.case.form or {}).get("account") or ""))
    rows = [
        ["保障对象", s.say("persons", s.case.applicant_name)],
        ["类别（档次）", s.say("category")],
        ["发放标准", s.say("amount")],
        ["起始月份", s.say("start_month")],
        ["发放账户", f"尾号 {mask_account(account)[-4:]}" if account else ""],
        ["说明", s.say("period", _valid(s))],
    ]
    return _decision(s) | {"rows": [row for row in rows if row[1]]}


def confirmation_notice(s: Source) -> dict:
    """given: outcome, category (what is confirmed), reason, basis, validity."""
    return _decision(s) | {"category": s.say("category")}


def certificate_letter(s: Source) -> dict:
    """given: sex, address, period, statement (replaces the sentence), verified_by, verified_on, verified_how,
    purpose, requester, valid_until, handler, reviewer. Taken from the item's form where it has them.
    """
    form = s.case.form or {}
    return {
        "sex": s.say("sex", s.particulars.get("sex") or wording.sex_of(s.case.id_number)),
        "address": s.say("address", _text(s.particulars.get("residence_address") or s.particulars.get("address"))),
        "period": s.say("period", _text(form.get("period"))),
        "statement": s.say("statement"),
        "verified_by": s.say("verified_by", _text(form.get("verified_by"))),
        "verified_day": s.day("verified_on", s.at),
        "verified_how": s.say("verified_how", "入户走访、查验居住材料"),
        "purpose": s.say("purpose", _text(form.get("use"))),
        "requester": s.say("requester", _text(form.get("requester"))),
        "valid": _valid(s),
        "handler": s.say("handler", s.by),
        "reviewer": s.say("reviewer"),
    }


def certificate_card(s: Source) -> dict:
    """given: holder, sex, card_no, category, validity, remark."""
    born = s.case.id_number[6:14] if s.case.id_type == "resident_id" and len(s.case.id_number or "") == 18 else ""
    return {
        "holder": s.say("holder", s.case.applicant_name),
        "sex": s.say("sex", wording.sex_of(s.case.id_number)),
        "born": f"{born[:4]}年{int(born[4:6])}月{int(born[6:])}日" if born.isdigit() else "",
        "card_no": s.say("card_no", s.number),
        "rows": [row for row in fields(s) if row[0] not in ("办理类型", "补办原因")][:3],
        "validity": _valid(s),
        "remark": s.say("remark"),
    }


def registration_receipt(s: Source) -> dict:
    """given: register_no, effective_on, validity, remark."""
    return {
        "rows": fields(s),
        "register_no": s.say("register_no"),
        "effective_day": s.day("effective_on", s.at),
        "validity": _valid(s),
        "remark": s.say("remark"),
        "basis": s.basis,
    }


def external_certificate(s: Source) -> dict:
    """given: certificate_no (required), certificate_name, issuer, issued_on, valid_until, copies, licence_id, obtained_by."""
    return {
        "certificate_name": s.say("certificate_name", s.result_name),
        "certificate_no": s.say("certificate_no"),
        "issuer": s.say("issuer", s.authority),
        "issued_day": s.day("issued_on"),
        "validity": _valid(s),
        "copies_count": s.say("copies", "1"),
        "licence_id": s.say("licence_id"),
        "obtained_by": s.say("obtained_by", s.by),
    }


def mediation_agreement(s: Source) -> dict:
    """given: parties [{name, id_number, address}], facts, terms [text], performance, mediator, recorder, committee."""
    form = s.case.form or {}
    parties = s.given.get("parties") or [
        {"name": s.case.applicant_name, "id_number": s.case.id_number or "", "address": ""},
        {"name": _text(form.get("respondent")), "id_number": "", "address": ""},
    ]
    return {
        "parties": [{key: str(one.get(key) or "") for key in ("name", "id_number", "address")} for one in parties],
        "dispute": s.say("dispute_type", _text(form.get("dispute_type"))),
        "facts_text": s.say("facts", _text(form.get("facts"))),
        "terms": [str(term) for term in s.given.get("terms") or [s.say("decision", _text(form.get("claims")))]],
        "performance": s.say("performance", "按上述约定的方式、期限履行"),
        "mediator": s.say("mediator", s.by),
        "recorder": s.say("recorder"),
        "committee": s.say("committee", s.office),
    }


def wish_feedback(s: Source) -> dict:
    """given: claimed_by, fulfilled_on, how, spent, remark."""
    form = s.case.form or {}
    return {
        "wish_type": _text(form.get("wish_type")),
        "wish": s.say("wish", _text(form.get("wish"))),
        "group": _text(form.get("group")),
        "claimed_by": s.say("claimed_by"),
        "fulfilled_day": s.day("fulfilled_on", s.at),
        "how": s.say("how", s.say("decision")),
        "spent": s.say("spent"),
        "granted": _outcome(s) != "denied",
        "remark": s.say("remark", s.say("reason")),
    }


def event_closure(s: Source) -> dict:
    """given: handled_by, measures, closed_on, checked_by, called_back. The person who reported is not named."""
    form = s.case.form or {}
    return {
        "category": _text(form.get("category")),
        "location": _text(form.get("location")),
        "happened_day": wording.day(form.get("happened_at")) if form.get("happened_at") else "",
        "level": _text(form.get("level")),
        "handled_by": s.say("handled_by", s.office),
        "measures": s.say("measures", s.say("decision", s.say("findings"))),
        "closed_day": s.day("closed_on", s.at),
        "checked_by": s.say("checked_by"),
        "called_back": s.say("called_back"),
        "applicant": "（上报人信息保密）",
        "id_number": "", "id_type": "", "agent": "",
    }  # fmt: skip


def joint_closure(s: Source) -> dict:
    """given: children [{case_no, item, outcome, document, office}]."""
    words = {"granted": "准予", "denied": "不予"}
    children = [
        {key: str(one.get(key) or "") for key in ("case_no", "item", "document", "office")}
        | {"outcome": words.get(one.get("outcome"), str(one.get("outcome") or ""))}
        for one in s.given.get("children") or []
    ]
    outcome = _outcome(s)
    return {
        "children": children,
        "outcome": {"granted": "全部办成", "denied": "不予办理", "partly": "部分办成"}.get(outcome, outcome),
        "partly": outcome == "partly",
        "decided_day": s.day("decided_on", s.case.decided_at or s.at),
    } | remedies(s)


def _text(value) -> str:
    if isinstance(value, dict):
        return "".join(str(part) for part in value.values() if part)
    return "" if value is None else str(value)


FACTS = {
    "grant_decision": _decision,
    "denial_decision": _decision,
    "licence_decision": _decision,
    "benefit_notice": benefit_notice,
    "confirmation_notice": confirmation_notice,
    "certificate_letter": certificate_letter,
    "certificate_card": certificate_card,
    "registration_receipt": registration_receipt,
    "filing_receipt": registration_receipt,
    "external_certificate": external_certificate,
    "mediation_agreement": mediation_agreement,
    "wish_feedback": wish_feedback,
    "event_closure": event_closure,
    "joint_closure": joint_closure,
}
