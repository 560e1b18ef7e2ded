"""一件事: the children of a joint case as branches, each with its offices and its date; also those not begun yet."""

from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _

from app.cases import joint
from app.cases.models import Case, ClockRun, Task
from app.cases.standing import Standing
from app.cases.steps import STATE_WORDS
from app.catalog.find import item
from app.extensions import db
from app.people.find import office
from app.queues.story import OUTCOMES

STARTED = ("accepted", "processing", "decided", "ready", "delivered", "archived")


class Branch(NamedTuple):
    """`due_on`: of the promise, also when it was kept; `ended`: decided or over; `case_no` None: not begun."""

    item_name: str
    case_no: str | None
    word: str
    offices: str
    due_on: date | None
    ended_on: date | None
    ended: bool
    late: bool
    tentative: bool = False


def branches(s: Standing) -> list[Branch]:
    """In the order of the catalogue; [] for a case that has none. Four queries however many children there are."""
    if not s.joint or s.case.state not in STARTED:
        return []
    by_code = {child.item_code: child for child in s.children}
    ids = [child.id for child in s.children]
    offices: dict[int, dict[str, None]] = {}
    rows = db.select(Task.case_id, Task.office_id).where(Task.case_id.in_(ids), Task.state != "cancelled").order_by(Task.id)
    for case_id, office_id in db.session.execute(rows):
        offices.setdefault(case_id, {})[office(office_id).name] = None
    runs = db.select(ClockRun.case_id, ClockRun.due_on, ClockRun.tentative)
    runs = runs.where(ClockRun.case_id.in_(ids), ClockRun.kind == "promise")
    dues = {case_id: (due_on, tentative) for case_id, due_on, tentative in db.session.execute(runs)}
    return [
        _branch(child, "、".join(offices.get(child.id, ())), *dues.get(child.id, (None, False)))
        if (child := by_code.get(part.code)) else _waiting(part, s.case)
        for part in joint.planned(s.case)
    ]  # fmt: skip


def _branch(child: Case, offices: str, due_on: date | None, tentative: bool) -> Branch:
    word = _(STATE_WORDS[child.state])
    if child.outcome:
        word = _("%(state)s（%(outcome)s）", state=word, outcome=OUTCOMES[child.outcome])
    ended = child.state in joint.ENDED
    on = (child.decided_at or child.ended_at).date() if ended and (child.decided_at or child.ended_at) else None
    return Branch(child.item_name, child.case_no, word, offices, due_on, on, ended, bool(on and due_on and on > due_on),
                  tentative and not ended)  # fmt: skip


def _waiting(part, case: Case) -> Branch:
    """Serial: it begins on the written word of the one before, and not at all when that was refused."""
    before = item(part.mode.removeprefix("after:")).name if part.mode.startswith("after:") else ""
    over = case.state not in ("accepted", "processing")
    word = _("没有启动") if over else _("等“%(item)s”办结后启动", item=before)
    return Branch(item(part.code).name, None, word, "", None, None, over, False)
