"""The machine of the slip 交接单 (state-machines 4): one table, one function that moves a slip."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import update

from app.cases.numbering import next_serial, with_check
from app.custody.models import Slip
from app.extensions import db
from app.moments import today
from app.people.find import office
from app.refusals import NotAllowed, OutOfTurn


class Move(NamedTuple):
    word: str
    sources: tuple[str, ...]
    target: str
    side: str  # whose office: "from" | "to" | "both" | "any": whoever settles the pouch it was in


MOVES = {
    "pack": Move("装袋", ("packing",), "packing", "from"),
    "send": Move("交出", ("packing",), "sent", "from"),
    "take": Move("接收", ("sent",), "received", "to"),
    "take_short": Move("接收（有差异）", ("sent",), "discrepancy", "to"),
    "recall": Move("撤回", ("sent",), "recalled", "from"),
    "discard": Move("作废", ("packing",), "recalled", "from"),
    "lose": Move("登记整袋遗失", ("sent",), "discrepancy", "any"),
    "settle": Move("差异处理完毕", ("discrepancy",), "settled", "both"),
}
STATE_WORDS = {
    "packing": "装袋中",
    "sent": "在途",
    "received": "已接收",
    "discrepancy": "有差异",
    "settled": "差异已处理",
    "recalled": "已撤回",
}
HANDLERS = ("handover", "receive", "acknowledge", "issue", "mediate", "archive", "decide", "supervise")
OPEN = ("packing", "sent", "discrepancy")


def move(slip: Slip, action: str, by, **values) -> None:
    """Claim the row in the state it must be in, and hold it until the transaction ends: the slip first, then its
    cases. OutOfTurn when another hand was quicker, NotAllowed for strangers."""
    step = MOVES[action]
    if reason := why_not(slip, action, by):
        raise NotAllowed(reason) if slip.state in step.sources else OutOfTurn(reason)
    moved = db.session.execute(
        update(Slip).where(Slip.id == slip.id, Slip.state.in_(step.sources)).values(state=step.target, **values),
        execution_options={"synchronize_session": False},
    )
    if moved.rowcount != 1:
        raise OutOfTurn("这张交接单刚被别人处理，请刷新后再看。")
    db.session.refresh(slip)


def why_not(slip: Slip, action: str, by) -> str | None:
    """None, or the reason in words: for the page's greyed buttons and for move() alike."""
    step = MOVES[action]
    if slip.state not in step.sources:
        return _("交接单“%(state)s”，不能%(step)s。", state=_(STATE_WORDS[slip.state]), step=_(step.word))
    if step.side == "any":
        return None
    if reason := _sealed(slip, action):
        return reason
    offices = {"from": {slip.from_office_id}, "to": {slip.to_office_id}}.get(
        step.side, {slip.from_office_id, slip.to_office_id}
    )
    if by.office_id not in offices and (action == "settle" or not carries(by, slip)):
        whose = {"from": "交出单位", "to": "接收单位"}.get(step.side) or "交接双方"
        return _("%(step)s由%(whose)s办理。", step=_(step.word), whose=_(whose))
    if action in ("take", "take_short") and by.id is not None and by.id == slip.handed_by:
        return "交件人不能自己接收，须由另一人清点签收。"
    return None if by.may(*HANDLERS) else "您的岗位不经手材料。"


def _sealed(slip: Slip, action: str) -> str | None:
    """What travels inside a pouch is handed over with the pouch, and opened after it."""
    if slip.inside_id and action in ("send", "take", "take_short", "recall", "discard"):
        outer = db.session.get_one(Slip, slip.inside_id).slip_no
        return _("封在袋 %(slip)s 里，先从袋中取出。", slip=outer) if slip.state == "packing" else _("封在袋 %(slip)s 里，先接收那只袋。", slip=outer)
    if action == "recall" and slip.at_office_id not in (None, slip.from_office_id):
        return _("已由%(office)s签收转送，不能撤回。", office=office(slip.at_office_id).name)
    return None


def carries(by, slip: Slip) -> bool:
    """A courier carries for the offices of the own street; one of the city carries for all."""
    ends = {office(slip.from_office_id).street_id, office(slip.to_office_id).street_id}
    return by.may("handover") and (by.street_id is None or by.street_id in ends)


def next_slip_no() -> str:
    """Slip number: J + yymmdd + serial 4 + check, one series a day for the whole city; short enough for a barcode."""
    day = today()
    return with_check(f"J{day:%y%m%d}{next_serial(f'slip/{day:%y%m%d}'):04d}")
