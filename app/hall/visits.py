"""The machine of the visit 到访 (state-machines 6): one table, one function that moves a visit."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import update

from app.extensions import db
from app.hall.models import Visit
from app.moments import now
from app.refusals import NotAllowed, OutOfTurn


class Move(NamedTuple):
    word: str
    sources: tuple[str, ...]
    target: str
    stamp: str | None = None  # the column that says when; four in all with taken_at


MOVES = {
    "call": Move("叫号", ("waiting", "called"), "called", "called_at"),
    "arrive": Move("到窗口", ("called", "missed"), "serving", "serving_at"),
    "finish": Move("办完", ("serving",), "done", "done_at"),
    "leave": Move("离开", ("waiting", "called", "serving", "parked", "missed"), "left", "done_at"),
    "miss": Move("过号", ("called",), "missed"),
    "park": Move("去取材料", ("serving",), "parked"),
    "come_back": Move("回来", ("parked", "missed"), "waiting"),
}
STATE_WORDS = {
    "waiting": "等候",
    "called": "已叫号",
    "serving": "办理中",
    "done": "已办完",
    "left": "已离开",
    "missed": "过号",
    "parked": "取材料去了",
}
OUTCOMES = {"case": "收件", "consult": "咨询", "wrong_address": "不属本窗口（已指引）"}
STAFF = ("ticket", "consult", "receive", "assist", "issue", "supervise")


def move(visit: Visit, action: str, by, **values) -> None:
    """Take the visit one step on. Of two counters that call at once, one gets it (OutOfTurn for the other)."""
    step = MOVES[action]
    if reason := why_not(visit, action, by):
        raise NotAllowed(reason) if visit.state in step.sources else OutOfTurn(reason)
    if step.stamp:
        values[step.stamp] = now()
    claimed = update(Visit).where(Visit.id == visit.id, Visit.state == visit.state)
    if db.session.execute(claimed.values(state=step.target, **values)).rowcount != 1:
        raise OutOfTurn("这个号刚被别的窗口处理，请刷新后再看。")
    db.session.refresh(visit)


def why_not(visit: Visit, action: str, by) -> str | None:
    """None, or the reason in words."""
    step = MOVES[action]
    if visit.state not in step.sources:
        said = {"state": _(STATE_WORDS[visit.state]), "step": _(step.word)}
        return _("%(ticket)s号“%(state)s”，不能“%(step)s”。", ticket=ticket(visit), **said)
    if by.centre_id != visit.centre_id:
        return "这个号是别的中心的。"
    return None if by.may(*STAFF) else "您的岗位不管叫号。"


def ticket(visit: Visit) -> str:
    """As it is printed and called: 017; with priority 优017."""
    return ("优" if visit.priority else "") + f"{visit.ticket_no:03d}"
