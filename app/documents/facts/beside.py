"""Facts of what stands beside the chain: forms that people sign, the privacy notice, orders of the supervisor."""

from app.documents.facts.source import Source

POWERS = ["代为提交、补正、领回申请材料", "代为签收办理过程中的各类文书", "代为领取办理结果"]
# 个人信息保护法 17: who, why, which kinds, how long, which rights
KINDS_OF_DATA = "姓名、证件类型和号码、联系电话、住址，以及本事项申请表和材料所载的信息"
SENSITIVE = "证件号码、金融账户、健康状况、不满十四周岁未成年人的信息，只在必需的范围内使用"


def power_of_attorney(s: Source) -> dict:
    """given: principal, agent_name, agent_id_type, agent_id_number, agent_phone, matter, powers [text], from, until."""
    agent = s.particulars.get("agent") or {}
    agent = agent if isinstance(agent, dict) else {"name": agent}
    return {
        "principal": s.say("principal", s.case.applicant_name if s.case else ""),
        "agent_name": s.say("agent_name", str(agent.get("name") or "")),
        "agent_id_type": s.say("agent_id_type", "居民身份证"),
        "agent_id_number": s.say("agent_id_number"),
        "agent_phone": s.say("agent_phone"),
        "matter": s.say("matter", f"“{s.case.item_name}”" if s.case else ""),
        "powers": [str(power) for power in s.given.get("powers") or POWERS],
        "from_day": s.day("from", s.at),
        "until_day": s.day("until"),
    }


def privacy_notice(s: Source) -> dict:
    """given: purpose, kinds, shared_with, keep, contact. 个人信息保护法 17、30、35; consent is not asked for (13, 34)."""
    return {
        "handler": s.centre or s.office,
        "authority_name": s.authority or s.office,
        "purpose": s.say("purpose", "受理、审查、办结和送达本事项，并依法归档、统计和接受监督"),
        "data": s.say("kinds", KINDS_OF_DATA),
        "sensitive": s.say("sensitive", SENSITIVE),
        "shared_with": s.say("shared_with", f"{s.authority or s.office}等依法承办本事项的单位"),
        "keep": s.say("keep", "按档案管理规定的期限保存，期满删除或者匿名化处理"),
        "contact": s.say("contact", "收件窗口或者本中心“办不成事”反映窗口"),
    }


def order(s: Source) -> dict:
    """given: to_office, about (what it concerns), problem, demand, reply_by, level, with_offices [text], signed_by, reply."""
    return {
        "to_office": s.say("to_office"),
        "with_offices": "、".join(str(one) for one in s.given.get("with_offices") or []),
        "about": s.say("about", f"“{s.case.item_name}”办件" if s.case else ""),
        "level": s.say("level"),
        "problem": s.say("problem"),
        "demand": s.say("demand"),
        "reply_by": s.due("reply_by"),
        "signed_by": s.say("signed_by", s.by),
        "reply": s.say("reply"),
    }


def whistle_slip(s: Source) -> dict:
    """As order(); the street calls, the departments must come."""
    said = order(s)
    return said | {"about": s.say("about", f"“{s.case.item_name}”" if s.case else "")}


FACTS = {
    "power_of_attorney": power_of_attorney,
    "privacy_notice": privacy_notice,
    "supervision_order": order,
    "whistle_slip": whistle_slip,
    "rectification_notice": order,
}
