"""When the rest of the way can be gone in one breath, purely; each step of it asks its own guards again."""

from app.cases.guards.receiving import complete
from app.cases.seats import Seat, sits
from app.cases.standing import Standing

AT_DESK = (Seat("accept_delegated", "at_desk"),)
FROM = ("received", "correction", "accepted")


def why_not(s: Standing) -> str | None:
    """None, or why this case cannot be finished at the desk now, in Chinese."""
    if not s.at_desk:
        return "不是窗口当场决定的事项"
    if s.case.state not in FROM:
        return "已经决定或已经结束"
    if not sits(s, AT_DESK):
        return "由收件窗口的综窗受理员办理"
    return complete(s)
