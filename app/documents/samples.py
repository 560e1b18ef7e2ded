"""A sample of every kind: invented people, ID numbers under the unassigned prefix 529999. For looking, and for tests."""

from datetime import date, datetime
from types import SimpleNamespace

from app.documents.facts import Source, build
from app.documents.kinds import KINDS
from app.moments import CST

AT = datetime(2026, 11, 23, 10, 32, tzinfo=CST)
CASE_NO = "52270100226112300017X"
VERIFY, STATUS = "7K3M-9QXT2-B8CDV", "4H6P-2NRWJ-5XYZ8"
NAME, ID = "张桂兰", "529999194603120023"


def _spec(name, template, *, item_type="benefit", fields=(), validity="", special=(), statutory=None, promised=15):
    return SimpleNamespace(
        name=name, item_type=item_type, statutory_days=statutory, promised_days=promised, time_unit="working_day",
        special=[SimpleNamespace(name=n, days=d, unit="working_day") for n, d in special], fee=0,
        fields=[SimpleNamespace(key=k, label=label, type=t) for k, label, t, _v in fields],
        result=SimpleNamespace(name=template[0], template=template[1], validity=validity),
        basis="《中华人民共和国老年人权益保障法》第三十三条[S]；地方标准[K]" if item_type == "benefit" else template[2],
    )  # fmt: skip


def _paper(number, name, form="copy", state="held", pages=1, seen=False, remark=""):
    return SimpleNamespace(
        id=number, line=number, kind="application", name=name, form=form, copies=1, pages=pages, state=state,
        original_seen=seen, remark=remark,
    )  # fmt: skip


PAPERS = [
    _paper(1, "高龄津贴申请表", "original", pages=2),
    _paper(2, "居民身份证", seen=True),
    _paper(3, "居民户口簿", state="deferred"),
    _paper(4, "本人社会保障卡（金融账户）或银行卡", seen=True),
    _paper(5, "近期一寸免冠照片", "electronic"),
]
AGE = ("高龄津贴申请", ("高龄津贴审核结果告知书", "benefit_notice"))
ROAD = (
    ("location", "占用位置", "address", "文峰街道斗篷山路与剑江中路交叉口东北侧人行道"),
    ("area", "占用面积（㎡）", "number", "36"),
    ("from", "起始日期", "date", "2026-12-01"),
    ("to", "截止日期", "date", "2026-12-20"),
    ("purpose", "占用事由", "select", "施工围挡"),
)  # fmt: skip
ROAD_LAW = "《城市道路管理条例》第三十一条"
# kind -> item name, (result name, template, basis), item type, form fields, validity
ITEMS = {
    "grant_decision": ("临时占用城市道路许可", ("临时占用城市道路许可证", "", ROAD_LAW), "licence", ROAD, "批准期限内"),
    "licence_decision": ("大型户外广告设置许可", ("户外广告设置许可决定书", "", "《城市市容和环境卫生管理条例》第十一条"),
                         "licence", ROAD[:1] + ROAD[2:4], "批准期限内"),
    "denial_decision": ("临时占用城市道路许可", ("临时占用城市道路许可证", "", ROAD_LAW), "licence", ROAD, ""),
    "confirmation_notice": ("就业困难人员认定", ("就业困难人员认定结果告知书", "", "《就业服务与就业管理规定》"), "confirmation",
                            (("category", "困难类别", "select", "长期失业"),
                             ("registered_on", "登记失业日期", "date", "2025-06-01")), "认定期内，实现就业后退出"),
    "certificate_letter": ("社区居住证明", ("居住证明", "", "《优化营商环境条例》第四十四条"), "community",
                           (("use", "用途", "text", "子女入学报名"), ("requester", "索要单位", "text", "都匀市第三小学"),
                            ("period", "居住起止", "text", "2021年3月至今"), ("verified_by", "核实人", "text", "王示例")),
                           "自开具之日起30日内有效"),
    "certificate_card": ("老年优待证申领", ("老年优待证", "", ""), "benefit",
                         (("card_class", "证件类别", "select", "70周岁及以上"),), "长期"),
    "registration_receipt": ("失业登记", ("就业创业证/失业登记凭证", "", "《就业服务与就业管理规定》"), "registration",
                             (("unemployed_since", "失业日期", "date", "2026-09-30"), ("reason", "失业原因", "select", "合同终止"),
                              ("education", "文化程度", "select", "大专"), ("skills", "技能或职业资格", "text", "电工（中级）"),
                              ("job_wish", "求职意向", "textarea", "设备维护、物业工程")), "失业状态存续期间"),
    "filing_receipt": ("业主委员会备案", ("业主委员会备案回执", "", "《物业管理条例》第十六条"), "filing",
                       (("estate", "小区名称", "text", "示例花园"), ("elected_on", "选举产生日期", "date", "2026-11-01"),
                        ("owners", "业主总人数", "number", "612"),
                        ("members", "委员名单", "people", [{"name": "张示例", "relation": "主任"}, {"name": "李示例"}])), "本届任期"),
    "external_certificate": ("个体工商户设立登记", ("营业执照（正、副本）", "", ""), "registration", (), "长期"),
    "mediation_agreement": ("人民调解申请（矛盾纠纷调解）", ("人民调解协议书", "", "《中华人民共和国人民调解法》"), "mediation",
                            (("dispute_type", "纠纷类型", "select", "邻里"),), ""),
    "wish_feedback": ("微心愿征集与认领", ("微心愿圆梦反馈单", "", ""), "community",
                      (("wish_type", "心愿类别", "select", "物资帮扶"), ("wish", "心愿内容", "textarea", "想要一台带扶手的助行器，方便下楼晒太阳。"),
                       ("group", "对象类别", "select", "独居老人")), ""),
    "event_closure": ("网格事件上报（城市“八乱”举报）", ("网格事件办结反馈单", "", ""), "community",
                      (("category", "事件类别", "select", "乱停乱放"), ("location", "发生地点", "address", "示例花园小区东门消防通道"),
                       ("happened_at", "发现时间", "date", "2026-11-20"), ("level", "响应级别", "select", "街道处置")), ""),
    "joint_closure": ("开小餐饮店“一件事”", ("营业执照＋小餐饮登记证（＋广告许可）", "", "《中华人民共和国行政许可法》第二十六条"),
                      "licence", (), ""),
}  # fmt: skip

GIVEN = {
    "intake_receipt": {"run": "11月23日 15:30 班次送出", "ticket": "A017"},
    "supplement_receipt": {"material_ids": [4], "outstanding": ["居民户口簿"]},
    "correction_notice": {
        "lines": [
            {"name": "高龄津贴申请表", "problem": "第2页申请人签名处空白", "standard": "由本人签名；不能书写的按指印并由见证人签名", "sample": "填表示范 MZ-001"},
            {"name": "居民户口簿", "problem": "未提交", "standard": "户主页和本人页复印件各1份，交验原件"},
            {"name": "本人社会保障卡（金融账户）或银行卡", "problem": "卡号影像不清，无法辨认末六位", "standard": "正面复印件1份，卡号完整清晰；须为本人名下一类账户"},
        ]
    },
    "refusal_notice": {"reason": "not_our_authority", "reason_text": "户籍地不在本市，应由户籍地受理", "competent": "独山县民政局", "address": "独山县政务服务中心民政窗口"},
    "forwarding_slip": {"target": "墨冲镇党务政务服务中心", "address": "墨冲镇人民政府一楼", "contact": "综合窗口", "reason": "申请人户籍地为墨冲镇，所申请事项由户籍地镇（街道）受理", "reply_by": "2026-11-30"},
    "handover_sheet": {
        "slip_no": "JJ52270100226112300003", "from_name": "文峰街道党群服务中心", "to_name": "市政务服务中心", "pouch_no": "WF-012", "seal_no": "0008731",
        "handed_name": "李示例", "carrier_name": "赵示例", "sent_at": "2026-11-23T15:30:00",
        "rows": [
            {"case_no": CASE_NO, "item": "高龄津贴申请", "name": "高龄津贴申请表", "form": "original", "pages": 2},
            {"case_no": CASE_NO, "item": "高龄津贴申请", "name": "居民身份证", "form": "copy"},
            {"case_no": CASE_NO, "item": "高龄津贴申请", "name": "本人社会保障卡（金融账户）或银行卡", "form": "copy"},
            {"case_no": "522701002261123000183", "item": "临时占用城市道路许可", "name": "占用位置图及现场效果图", "form": "original", "pages": 3, "note": "图纸折叠"},
        ],
    },
    "special_procedure_notice": {"procedure": "社区公示", "amount": 5, "started_on": "2026-11-25", "planned_until": "2026-12-02", "new_due": "2026-12-21"},
    "extension_notice": {"days": 10, "reason": "现场核查涉及的地下管线资料需向产权单位调取", "old_due": "2026-12-14", "new_due": "2026-12-28", "approver": "陈示例"},
    "payment_notice": {"charge": "城市道路占用费", "amount": "432.00元（36㎡×20日×0.60元）", "due": "2026-12-01"},
    "completion_notice": {"results": [{"name": "高龄津贴审核结果告知书", "number": "都匀民政告〔2026〕41号"}], "place": "文峰街道党群服务中心 统一出件窗口"},
    "grant_decision": {"findings": "占用位置不影响盲道和消防通道通行，已落实围挡和夜间警示措施", "conditions": "每日清扫保洁；期满三日内恢复原状；不得变更用途", "valid_until": "2026-12-20"},
    "licence_decision": {"findings": "设置位置和载体安全符合规范要求", "valid_until": "2028-11-30"},
    "denial_decision": {"findings": "经两名工作人员现场核查，拟占用位置位于盲道及公交站台上下客区", "reason": "拟占用位置妨碍盲道通行和公交停靠，不符合《城市道路管理条例》第三十一条和《无障碍环境建设法》第三十九条的规定"},
    "service_return": {"documents": [{"title": "高龄津贴审核结果告知书", "number": "都匀民政告〔2026〕41号", "copies": 1}, {"title": "办结（领取）通知书", "number": "都文峰办〔2026〕88号", "copies": 1}], "mode": "direct"},
    "withdrawal_request": {"reason": "本人户籍已迁往独山县，拟在户籍地重新申请。"},
    "termination_notice": {"cause": "deemed_withdrawn"},
    "material_return_list": {"reason": "已终止办理"},
    "power_of_attorney": {"agent_name": "李示例", "agent_id_number": "529999********0013", "agent_phone": "138****0000", "until": "2027-11-22"},
    "privacy_notice": {},
    "supervision_order": {"to_office": "都匀市民政局", "problem": "该件应于2026年12月14日前办结，至今未见承办记录，也未申请延期。", "demand": "收到本单后一个工作日内说明原因，三个工作日内办结；需要延期的，依法办理延期手续并告知申请人。", "reply_by": "2026-12-17", "signed_by": "吴示例"},
    "whistle_slip": {"to_office": "都匀市综合行政执法局", "with_offices": ["都匀市住房和城乡建设局", "文峰街道综治中心"], "about": "示例花园小区东门消防通道被占用", "level": "街道吹哨、部门报到", "problem": "多辆机动车和杂物长期占用消防通道，社区三次劝离后反复。", "demand": "三十分钟内应哨，两小时内到场会商，提出处置办法并报街道。", "reply_by": "2026-11-24", "signed_by": "陈示例"},
    "rectification_notice": {"to_office": "文峰街道党群服务中心", "about": "2026年11月20日“不满意”评价一件", "problem": "申请人反映同一材料被要求提交两次。", "demand": "十五个工作日内核实、整改并回访评价人；属实的，向评价人说明并致歉。", "reply_by": "2026-12-14", "signed_by": "吴示例"},
    "return_to_window": {"reason": "件数不符", "question": "交接单列 4 件，实收 3 件，缺“社会保障卡复印件”，请核实是否留在窗口。", "asked_by": "周示例", "task_office": "都匀市民政局", "answer": "已在窗口找到，随 15:30 班次补送。", "answered_by": "李示例", "answered_at": "2026-11-23T14:05:00"},
    "archive_list": {"box": "2026-民政-07"},
    "closeout_record": {
        "place": "文峰街道党群服务中心 综合窗口1", "on": "2026-11-23", "counted_at": "2026-11-23T16:42:00", "rounds": 2,
        "lines": [{"case_no": CASE_NO, "item": "高龄津贴申请", "kind": "papers", "papers": 4, "counted": 4},
                  {"case_no": "522701002261123000183", "item": "临时占用城市道路许可", "kind": "papers", "papers": 3, "counted": 2},
                  {"case_no": "52270100226112300019K", "item": "老年优待证申领", "kind": "results", "papers": 1, "counted": 1}],
        "exceptions": [{"what": "522701002261123000183 临时占用城市道路许可：账上 3 件，清点 2 件", "reason": "图纸留在复印室，次日 9:00 取回"},
                       {"what": "未结的号 1 项：42 号", "reason": "去取材料，约定次日再来，不重新取号"}],
        "unclaimed": ["52270100226112300019K"], "signed_name": "李示例", "signed_at": "2026-11-23T16:50:00",
        "closed_name": "陈示例", "closed_at": "2026-11-23T17:05:00", "remark": "图纸次日复核。", "digest": "5f0c9a31b7d2" * 5 + "e4a1",
    },
    "benefit_notice": {"category": "80—89周岁", "amount": "每月 50 元", "start_month": "2026年12月", "account": "6222000000000001234"},
    "confirmation_notice": {"category": "就业困难人员（长期失业）"},
    "certificate_letter": {"address": "都匀市文峰街道示例一社区示例花园3栋2单元501", "reviewer": "吴示例"},
    "certificate_card": {},
    "registration_receipt": {"register_no": "522701-SY-2026-000311"},
    "filing_receipt": {"register_no": "匀住建备2026-14"},
    "external_certificate": {"certificate_no": "92522701MA00000000", "issuer": "都匀市市场监督管理局", "issued_on": "2026-11-24"},
    "mediation_agreement": {
        "parties": [{"name": NAME, "id_number": ID, "address": "示例花园3栋2单元501"}, {"name": "刘示例", "id_number": "529999198801010018", "address": "示例花园3栋2单元601"}],
        "facts": "601室卫生间防水层老化，渗漏至501室，造成顶面和一面墙起皮。双方对责任和修复费用有争议。",
        "terms": ["刘示例于2026年12月10日前自费完成601室卫生间防水修复。", "刘示例一次性支付张桂兰墙面修复费人民币1,800元。", "双方就此纠纷再无其他争议。"],
        "performance": "款项于本协议签订之日起七日内以转账方式付清", "mediator": "罗示例", "recorder": "李示例",
    },
    "wish_feedback": {"claimed_by": "示例一社区在职党员志愿服务队", "how": "购置带座助行器一台并上门教会使用", "spent": "268元"},
    "event_closure": {"handled_by": "文峰街道综合行政执法队", "measures": "劝离违停车辆3台，补划禁停标线，增设提示牌", "checked_by": "王示例", "called_back": "已电话回访，表示满意"},
    "joint_closure": {
        "outcome": "partly",
        "children": [
            {"item": "个体工商户设立登记", "office": "市市场监督管理局", "outcome": "granted", "document": "都匀市监外〔2026〕9号"},
            {"item": "小餐饮登记", "office": "市市场监督管理局", "outcome": "granted", "document": "都匀市监外〔2026〕10号"},
            {"item": "大型户外广告设置许可", "office": "市综合行政执法局", "outcome": "denied", "document": "都匀综执不许〔2026〕2号"},
        ],
    },
}  # fmt: skip


def _case(kind: str, name: str, id_number: str, item: tuple):
    return SimpleNamespace(
        case_no=CASE_NO, item_name=item[0], item_code="MZ-001", applicant_kind="person", applicant_name=name,
        id_type="resident_id", id_number=id_number, particulars={}, form={key: value for key, _l, _t, value in item[3]},
        delivery_mode="window", received_at=AT, accepted_on=date(2026, 11, 23), decided_at=AT, tolerant=True,
        outcome="denied" if kind == "denial_decision" else "granted",
    )  # fmt: skip


def sample(kind: str, name: str = NAME, id_number: str = ID, **given) -> dict:
    """The facts of a sample of one kind; `given` overrides what the step would say."""
    item = ITEMS.get(kind) or (*AGE, "benefit", (), "按月发放，每年核查生存状态")
    row = KINDS[kind]
    office = "都匀市文峰街道党群服务中心"
    if row.result:
        office = {
            "certificate_letter": "都匀市文峰街道示例一社区居民委员会",
            "mediation_agreement": "都匀市文峰街道人民调解委员会",
        }.get(kind, "都匀市综合行政执法局" if item[2] == "licence" else "都匀市民政局")
    clocks = {"intake": 30, "promise": 14, "correction": 7, "supplement": 4, "collect": 21, "statutory": 21, "reply": 30}
    runs = {one: SimpleNamespace(due_on=date(2026, 11 if day == 30 else 12, day)) for one, day in clocks.items()}
    source = Source(
        at=AT, by="李示例", office=office, city="都匀市", number=f"都文峰{row.character}〔2026〕17号",
        case=_case(kind, name, id_number, item),
        spec=_spec(item[0], item[1], item_type=item[2], fields=item[3], validity=item[4],
                   special=(("社区公示", 5),), statutory=20 if item[2] == "licence" else None),
        authority="都匀市民政局", centre="都匀市文峰街道党群服务中心", desk="1号综合窗口",
        head="9f3c27ab51d0", code=VERIFY, status=STATUS, materials=list(PAPERS), runs=runs,
        documents=[
            SimpleNamespace(facts={"title": title}, number=number, issued_at=AT, is_result=result, state="valid")
            for title, number, result in (
                ("收件凭证", "都文峰收〔2026〕17号", False), ("容缺受理通知书", "都文峰容〔2026〕3号", False),
                ("高龄津贴审核结果告知书", "都匀民政告〔2026〕41号", True), ("送达回证", "都文峰送〔2026〕40号", False),
            )
        ],
        given=GIVEN.get(kind, {}) | given,
    )  # fmt: skip
    return build(kind, source)
