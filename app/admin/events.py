"""The desk's events in the words of an auditor: who did what to whom, with what result."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.extensions import db
from app.people.find import directory
from app.people.models import DeskEvent, User
from app.web.words import moment

USER = "user:"  # how the subject of an event names a person, by number

ACTIONS = {
    "sign_in": "登录", "sign_out": "退出", "sign_out_everywhere": "所有设备退出", "change_password": "改密码",
    "second_factor": "输入动态码", "enrol_second_factor": "启用动态码", "reset_second_factor": "重置动态码",
    "add_user": "添加人员", "disable_user": "停用人员",
    "save_calendar": "修改日历", "copy_order": "设定抄录顺序", "rotate_keys": "更换数据密钥", "erase_personal_data": "到期清除个人信息",
    "document_checked": "核验文书", "void_document": "作废文书", "hand_block": "领用手工凭证", "hand_void": "作废手工凭证",
    "paper_pack": "领用证照纸", "paper_spoiled": "证照纸作废", "upload": "上传文件",
    "export": "导出", "rectify": "登记整改", "call_back": "回访",
}  # fmt: skip
RESULTS = {
    "ok": "成功", "wrong": "不对", "first step": "密码正确，待输动态码", "virus": "有病毒，已拒收", "unreachable": "没有联系上",
    "valid": "有效", "expired": "已过有效期", "superseded": "已被替换", "suspended": "暂停使用", "revoked": "已撤销", "void": "已作废",
    "altered": "被改动", "unknown": "不是本系统出具",
}  # fmt: skip
FACTS = {
    "address": "地址", "roles": "岗位", "office": "单位", "years": "年份", "rows": "行数", "count": "数量", "cases": "件数", "reason": "理由",
    "found": "发现", "how": "方式", "checked_at": "核验时间", "street": "街道", "centre": "中心", "item": "事项", "since": "起", "until": "止",
}  # fmt: skip
WAYS = {"file": "上传文件", "number": "输入文号", "code": "扫码"}


class Told(NamedTuple):
    """A line of the list. Words of tables are Chinese and translated by the page; `facts`: (word, value) pairs."""

    event: DeskEvent
    action: str
    subject: str
    result: str
    facts: list[tuple[str, str]]


def told(events: Iterable[DeskEvent]) -> list[Told]:
    """One statement more than the events took, for the names of people. A code without a word is shown as it is."""
    events = list(events)
    names = _names({one.subject for one in events})
    return [
        Told(one, ACTIONS.get(one.action, one.action), names.get(one.subject, one.subject), RESULTS.get(one.result, one.result),
             [(FACTS.get(key, key), _value(key, value)) for key, value in one.facts.items() if value not in (None, "", [])])
        for one in events
    ]  # fmt: skip


def _names(subjects: set[str]) -> dict[str, str]:
    """user:7 → 魏乙（wf-01.clerk）"""
    numbers = [int(one.removeprefix(USER)) for one in subjects if one.startswith(USER) and one.removeprefix(USER).isdecimal()]
    people = db.session.execute(select(User.id, User.name, User.login).where(User.id.in_(numbers))).all() if numbers else ()
    return {f"{USER}{one.id}": f"{one.name}（{one.login}）" for one in people}


def _value(key: str, value) -> str:
    if key == "checked_at":
        return moment(datetime.fromisoformat(value))
    if isinstance(value, list):
        return "、".join(_value(key, one) for one in value)
    known = {"roles": directory().roles, "office": directory().offices, "centre": directory().offices, "street": directory().streets}
    if value in known.get(key, ()):
        return known[key][value].name
    return WAYS.get(value, value) if key == "how" else str(value)
