"""What a role may be allowed to do. Steps and pages ask for these words, organisation.yaml gives them."""

# permission: what it lets one do, for sentences that begin with “需要……”
PERMISSIONS = {
    "ticket": "取号导引", "consult": "咨询登记",
    "receive": "收件", "check": "核对材料", "print": "打印文书", "accept_delegated": "受托受理",
    "notify": "通知申请人", "collect": "收取与交还", "assist": "帮办代办", "home_visit": "上门服务",
    "handover": "流转交接",
    "acknowledge": "签收", "examine": "审查", "send_back": "退回窗口", "propose": "拟办", "review": "审核",
    "decide": "审批", "extend": "批准延期", "special_procedure": "启动特别程序",
    "issue": "出证", "deliver": "送达",
    "reassign": "改派", "override": "特许", "supervise": "督办", "rate_follow_up": "差评整改",
    "report_event": "上报事件", "verify_residence": "核实居住", "mediate": "调解",
    "archive": "归档", "retrieve": "调阅档案",
    "users": "用户管理", "catalogue": "事项管理", "calendar": "日历管理", "read_audit": "查阅审计",
}  # fmt: skip

# The roles that scope.py and the screens know.
ROLES = (
    "guide", "clerk", "agent", "courier", "case_officer", "reviewer", "approver", "issuer",
    "supervisor", "grid_worker", "mediator", "archivist", "org_admin", "auditor",
)  # fmt: skip
