"""What the journal says about orders and whistles on a case, and why a step about them is not possible. Pure."""

from datetime import date

from app.cases.standing import Standing
from app.moments import today

Reason = str | None
MARKS = ("whistle_sign", "whistle_contact", "whistle_report")


def unanswered(s: Standing) -> list:
    """Journal rows of orders that nobody has answered, oldest first."""
    answered = {entry.facts.get("order") for entry in s.entries if entry.action == "reply_supervision"}
    return [entry for entry in s.entries if entry.action == "supervise" and entry.seq not in answered]


def order_here(s: Standing):
    """The oldest order that the office of this person must answer, or None."""
    return next((one for one in unanswered(s) if one.facts["office_id"] == s.by.office_id), None)


def called(s: Standing) -> list[str]:
    """The offices of the last whistle."""
    last = s.last("whistle")
    return last.facts["office_ids"] if last else []


def has_said(s: Standing, action: str, office_id: str) -> bool:
    """Whether the office took this step after the last whistle."""
    last = s.last("whistle")
    return any(e.action == action and e.office_id == office_id and e.seq > last.seq for e in s.entries)


def whistled_here(s: Standing) -> bool:
    return s.by.office_id in called(s)


# ── guards ───────────────────────────────────────────────────────────────────────────────────────────────────


def no_whistle_open(s: Standing) -> Reason:
    waiting = [one for one in called(s) if not has_said(s, "whistle_report", one)]
    return "上一次吹哨还有单位没有回告" if waiting else None


def not_signed_yet(s: Standing) -> Reason:
    return "已经签到" if has_said(s, "whistle_sign", s.by.office_id) else None


def signed(s: Standing) -> Reason:
    return None if has_said(s, "whistle_sign", s.by.office_id) else "请先签到"


def not_contacted_yet(s: Standing) -> Reason:
    return "已经登记联系" if has_said(s, "whistle_contact", s.by.office_id) else None


def contacted(s: Standing) -> Reason:
    return None if has_said(s, "whistle_contact", s.by.office_id) else "请先联系街道并登记"


def not_reported_yet(s: Standing) -> Reason:
    return "已经回告" if has_said(s, "whistle_report", s.by.office_id) else None


# ── needs ────────────────────────────────────────────────────────────────────────────────────────────────────


def in_time(s: Standing, facts: dict) -> Reason:
    """An answer cannot be asked for yesterday."""
    return None if date.fromisoformat(facts["reply_by"]) >= today() else "答复期限不能早于今天"


def somebody_called(s: Standing, facts: dict) -> Reason:
    if not facts.get("office_ids"):
        return "请至少选择一个单位"
    return None if facts.get("response") in ("routine", "hard") else "请选择响应级别"


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────────


def order_documents(s: Standing, facts: dict) -> tuple[str, ...]:
    """A reminder is said; an order is written."""
    return ("supervision_order",) if facts["kind"] == "order" else ()
