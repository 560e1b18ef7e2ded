"""What may be filled in when a result is made: the fields of each kind of result, beside what the case already says."""

from flask_babel import lazy_gettext as _l

from app.web.choices import Select
from app.web.fields import Day, Text, TextArea

VALID_UNTIL = ("valid_until", Day, _l("有效期至"), {})
REMARK = ("remark", TextArea, _l("备注"), {})

# kind of result → (name as documents/facts/results.py takes it, field class, label, settings)
FIELDS = {
    "external_certificate": (
        ("certificate_no", Text, _l("证照编号"), {"required": True, "help": _l("照取得的证照逐字填写。")}),
        ("certificate_name", Text, _l("证照名称"), {}),
        ("issuer", Text, _l("发证机关"), {}),
        ("issued_on", Day, _l("发证日期"), {}),
        VALID_UNTIL,
    ),
    "certificate_letter": (
        ("statement", TextArea, _l("证明内容"), {"help": _l("不填则按申请内容打印标准表述。")}),
        ("address", Text, _l("居住地址"), {}),
        ("verified_by", Text, _l("核实人"), {}),
        ("verified_on", Day, _l("核实日期"), {}),
        ("purpose", Text, _l("用途"), {}),
        ("requester", Text, _l("要求出具的单位"), {}),
        VALID_UNTIL,
    ),
    "certificate_card": (("card_no", Text, _l("证件号码"), {}), ("category", Text, _l("类别"), {}), VALID_UNTIL, REMARK),
    "benefit_notice": (
        ("category", Text, _l("类别（档次）"), {}),
        ("amount", Text, _l("发放标准"), {"help": _l("例如：每月 100 元。")}),
        ("start_month", Text, _l("起始月份"), {"help": _l("例如：2026年12月。")}),
        ("persons", Text, _l("保障对象"), {}),
        ("period", Text, _l("说明"), {}),
    ),
    "confirmation_notice": (("category", Text, _l("认定类别"), {}), VALID_UNTIL),
    "licence_decision": (("conditions", TextArea, _l("许可条件"), {}), VALID_UNTIL),
    "registration_receipt": (
        ("register_no", Text, _l("登记编号"), {}),
        ("effective_on", Day, _l("生效日期"), {}),
        VALID_UNTIL,
        REMARK,
    ),
    "filing_receipt": (("register_no", Text, _l("备案编号"), {}), ("effective_on", Day, _l("生效日期"), {}), REMARK),
    "mediation_agreement": (
        ("decision", TextArea, _l("达成的协议"), {"required": True}),
        ("performance", Text, _l("履行方式和期限"), {}),
        ("mediator", Text, _l("调解员"), {}),
        ("recorder", Text, _l("记录人"), {}),
    ),
    "wish_feedback": (
        ("claimed_by", Text, _l("认领人（单位）"), {"required": True}),
        ("fulfilled_on", Day, _l("圆梦日期"), {}),
        ("how", TextArea, _l("怎样完成"), {}),
        ("spent", Text, _l("花费及来源"), {}),
    ),
    "event_closure": (
        ("measures", TextArea, _l("处置措施"), {"required": True}),
        ("handled_by", Text, _l("处置单位（人）"), {}),
        ("closed_on", Day, _l("办结日期"), {}),
        ("checked_by", Text, _l("核查人"), {}),
        ("called_back", Select, _l("回访"), {"choices": [("已回访", _l("已回访")), ("匿名，不回访", _l("匿名，不回访"))]}),
    ),
}  # fmt: skip
