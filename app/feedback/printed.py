"""What a result will say before it has a number: the sheet in short, for the person who makes it."""

from app.cases.standing import Standing
from app.documents.kinds import KINDS
from app.documents.wording import result_title

SAID = {  # facts of a decision that a result repeats
    "opinion": "审批意见",
    "findings": "查明的事实",
    "reason": "理由",
    "basis": "依据",
    "decision": "决定内容",
    "conditions": "条件",
}


def will_say(s: Standing, grounds: dict) -> list[tuple[str, str]]:
    """Terms and values, in the order of the sheet."""
    kind = KINDS[s.spec.result.template]
    outcome = {"granted": "准予", "denied": "不予", "partly": "部分准予"}.get(s.case.outcome or "", "")
    said = [
        ("文书", result_title(s.spec.result.name, kind.title)),
        ("申请人", s.case.applicant_name),
        ("事项", s.case.item_name),
        ("决定", outcome),
        ("有效期", s.spec.result.validity or ""),
    ]
    return said + [(word, str(grounds[key])) for key, word in SAID.items() if grounds.get(key)]
