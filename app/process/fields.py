"""What an officer adds to a grant: per kind of result, the answers that belong to the decision itself.

What belongs to making the paper (its own number, its date) is asked when it is made (feedback). The names are those
of documents/facts/results.py.
"""

from flask_babel import lazy_gettext as _l

from app.web.fields import Day, Text, TextArea

FINDINGS = ("findings", TextArea, _l("查明的事实"), {})
VALID_UNTIL = ("valid_until", Day, _l("有效期至"), {})

GRANTED = {
    "benefit_notice": (
        ("category", Text, _l("类别（档次）"), {}),
        ("amount", Text, _l("发放标准"), {"help": _l("例如：每月 100 元。")}),
        ("start_month", Text, _l("起始月份"), {"help": _l("例如：2026年12月。")}),
        ("persons", Text, _l("保障对象"), {"help": _l("不填则为申请人。")}),
    ),
    "confirmation_notice": (("category", Text, _l("认定类别"), {}), VALID_UNTIL),
    "licence_decision": (FINDINGS, ("conditions", TextArea, _l("许可条件"), {}), VALID_UNTIL),
    "certificate_letter": (("verified_by", Text, _l("核实人"), {}), ("verified_on", Day, _l("核实日期"), {})),
    "mediation_agreement": (
        ("decision", TextArea, _l("达成的协议"), {}),
        ("performance", Text, _l("履行方式和期限"), {}),
        ("mediator", Text, _l("调解员"), {}),
    ),
    "wish_feedback": (("claimed_by", Text, _l("认领人（单位）"), {}), ("how", TextArea, _l("怎样完成"), {})),
    "event_closure": (("measures", TextArea, _l("处置措施"), {}), ("handled_by", Text, _l("处置单位（人）"), {})),
}

DENIED = {
    "reason": _l("不予的理由"), "basis": _l("依据"), "review_body": _l("行政复议机关"), "court": _l("行政诉讼法院"),
}  # fmt: skip
OUTCOMES = {"granted": _l("准予"), "denied": _l("不予"), "partly": _l("部分准予")}


def said(proposal: dict) -> list[tuple[str, str]]:
    """A proposal in full, label and value: the approver decides on nothing that is not on the page."""
    labels = {name: label for asked in GRANTED.values() for name, _field, label, _settings in asked} | DENIED
    rows = [(_l("结论"), OUTCOMES.get(proposal.get("outcome")))]
    rows += [(_l("意见"), proposal.get("opinion"))]
    rows += [(labels.get(key, key), value) for key, value in proposal.items() if key not in ("outcome", "opinion")]
    return [(str(label), str(value)) for label, value in rows if value]
