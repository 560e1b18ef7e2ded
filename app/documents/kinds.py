"""Every document the desk prints: one row a kind. Adding one is a row here, a template, facts and a sample."""

from typing import NamedTuple

RESIDENT_AND_FILE = ("第一联 申请人", "第二联 随件归档")
RESIDENT_FILE_AUTHORITY = ("第一联 申请人", "第二联 随件归档", "第三联 承办单位")
FILE_ONLY = ("随件归档",)
ORDER = ("第一联 承办单位", "第二联 签发单位存查")
HAND_OVER = ("第一联 交件方", "第二联 接件方", "第三联 流转存根")
AUTHORITY_SEAL = "（盖  章）"
ACCEPTANCE_SEAL = "受理专用章"
RECEIPT_SEAL = "收件专用章"
NORMAL, BIG, SLIP = "normal", "big", "slip80"
VARIANTS = {NORMAL: "标准", BIG: "大字版", SLIP: "80 毫米小票"}


class Kind(NamedTuple):
    """`character` stands in the number (都文峰受〔2026〕3号); `copies` say in the footer where each sheet goes."""

    title: str
    character: str
    template: str
    copies: tuple[str, ...] = RESIDENT_AND_FILE
    paper: str = "A4"
    result: bool = False  # the outcome of a case: at most one valid of a kind, carries the verify code
    resident: bool = True  # handed to a resident: personal numbers masked, carries the status code
    seal: str = AUTHORITY_SEAL
    full_id: bool = False  # a certificate must show the whole ID number
    signed: bool = True  # carries the centre's electronic signature (PAdES)
    slip: str = ""  # template of the thermal slip that goes with it
    numbered_paper: bool = False  # printed on security paper whose serial is recorded

    @property
    def variants(self) -> tuple[str, ...]:
        """What may be asked for: everything a resident gets is there in large print."""
        return (NORMAL, *((BIG,) if self.resident else ()), *((SLIP,) if self.slip else ()))


def _result(title: str, character: str, template: str, **more) -> Kind:
    return Kind(title, character, f"documents/{template}.html", result=True, **more)


def _step(title: str, character: str, template: str, **more) -> Kind:
    return Kind(title, character, f"documents/{template}.html", **more)


KINDS: dict[str, Kind] = {
    # what a step of the chain issues (domain 1.7, 3.2)
    "intake_receipt": _step("收件凭证", "收", "intake_receipt", seal=RECEIPT_SEAL, signed=False,
                            slip="documents/intake_slip.html"),
    "supplement_receipt": _step("补交材料收件凭证", "补收", "supplement_receipt", seal=RECEIPT_SEAL, signed=False),
    "acceptance_notice": _step("受理通知书", "受", "acceptance_notice", seal=ACCEPTANCE_SEAL),
    "correction_notice": _step("一次性补正告知书", "补", "correction_notice", seal=ACCEPTANCE_SEAL),
    "refusal_notice": _step("不予受理通知书", "不受", "refusal_notice", seal=ACCEPTANCE_SEAL),
    "deferral_pledge": _step("容缺受理承诺书", "诺", "deferral_pledge", seal="", signed=False),
    "deferral_notice": _step("容缺受理通知书", "容", "deferral_notice", seal=ACCEPTANCE_SEAL),
    "forwarding_slip": _step("转办告知单", "转", "forwarding_slip", copies=RESIDENT_FILE_AUTHORITY,
                             seal=RECEIPT_SEAL, signed=False),
    "handover_sheet": _step("材料交接单", "交", "handover_sheet", copies=HAND_OVER, resident=False, seal="",
                            signed=False),
    "special_procedure_notice": _step("特别程序告知书", "特", "special_procedure_notice"),
    "extension_notice": _step("延长办理期限通知书", "延", "extension_notice"),
    "payment_notice": _step("缴费通知书", "缴", "payment_notice"),
    "completion_notice": _step("办结（领取）通知书", "办", "completion_notice", seal=RECEIPT_SEAL),
    "service_return": _step("送达回证", "送", "service_return", copies=FILE_ONLY, resident=False, seal="",
                            signed=False),
    "withdrawal_request": _step("撤回申请书", "撤", "withdrawal_request", copies=FILE_ONLY, seal="", signed=False),
    "termination_notice": _step("终止办理通知书", "止", "termination_notice"),
    "revocation_notice": _step("撤销受理通知书", "销", "revocation_notice", seal=ACCEPTANCE_SEAL),
    "material_return_list": _step("材料退还清单", "退", "material_return_list", seal=RECEIPT_SEAL, signed=False),
    "return_to_window": _step("退回窗口单", "询", "return_to_window", copies=FILE_ONLY, resident=False, seal="",
                            signed=False),
    "archive_list": _step("归档清单", "档", "archive_list", copies=("卷内首页",), resident=False, seal="",
                          signed=False),
    "closeout_record": _step("日清记录", "清", "closeout_record", copies=("窗口存查",), resident=False, seal="",
                             signed=False),
    # forms to sign and notices beside the chain
    "power_of_attorney": _step("授权委托书", "委", "power_of_attorney", copies=FILE_ONLY, seal="", signed=False),
    "privacy_notice": _step("个人信息处理告知书", "知", "privacy_notice", signed=False),
    "supervision_order": _step("督办单", "督", "order", copies=ORDER, resident=False, seal="（督办专用章）"),
    "whistle_slip": _step("吹哨单", "哨", "order", copies=ORDER, resident=False, seal="（街道办事处印章）"),
    "rectification_notice": _step("服务评价整改通知单", "改", "order", copies=ORDER, resident=False,
                                  seal="（督办专用章）"),
    # the outcome of a case (domain 3.2; `result.template` of the catalogue)
    "grant_decision": _result("准予行政许可决定书", "许", "grant_decision"),
    "denial_decision": _result("不予行政许可决定书", "不许", "denial_decision"),
    "licence_decision": _result("行政许可决定书", "许可", "licence_decision"),
    "benefit_notice": _result("审核结果告知书", "告", "benefit_notice"),
    "confirmation_notice": _result("认定结果告知书", "认", "confirmation_notice"),
    "certificate_letter": _result("证明", "证", "certificate_letter", copies=("正本 申请人", "存根 留存"),
                                  full_id=True, numbered_paper=True),
    "certificate_card": _result("证件", "卡", "certificate_card", copies=("申请人",), paper="A5", full_id=True,
                                numbered_paper=True),
    "registration_receipt": _result("登记凭证", "登", "registration_receipt"),
    "filing_receipt": _result("备案回执", "备", "filing_receipt"),
    "external_certificate": _result("结果登记单", "外", "external_certificate"),
    "mediation_agreement": _result("人民调解协议书", "调", "mediation_agreement", full_id=True,
                                   copies=("甲方", "乙方", "调解委员会存卷"), seal="（调解委员会印章）"),
    "wish_feedback": _result("微心愿圆梦反馈单", "愿", "wish_feedback"),
    "event_closure": _result("网格事件办结反馈单", "网", "event_closure"),
    "joint_closure": _result("联办事项办结告知书", "联", "joint_closure"),
}  # fmt: skip
