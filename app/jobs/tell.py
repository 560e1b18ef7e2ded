"""Tell the applicant what happened: an untold journal row is the pending notice, told once."""

import logging
from typing import Protocol

from sqlalchemy import update

from app.cases.models import Case, JournalEntry
from app.extensions import db, one_transaction
from app.moments import now

log = logging.getLogger(__name__)

WORDS = {
    "received": "材料已收到，{due}前告诉您是否受理",
    "accepted": "已受理，预计{due}前办好",
    "accepted_tolerant": "已容缺受理，请按承诺补齐材料",
    "correction": "需要补正材料，请在{due}前交来",
    "supplemented": "补交的材料已收到",
    "refused": "不予受理，请领取通知书和材料",
    "forwarded": "已转给有关单位办理，结果仍由本窗口答复您",
    "replied": "转办单位已答复，请到窗口了解",
    "deemed_accepted": "已视为受理，预计{due}前办好",
    "deemed_withdrawn": "逾期未补正，已按撤回处理，材料可领回",
    "withdrawn": "已按您的申请撤回",
    "reminded": "请留意期限：{due}",
    "taken_up": "承办单位已开始办理",
    "paused": "正在进行特别程序，所需时间不计入期限",
    "resumed": "特别程序已结束，继续办理",
    "extended": "经批准延长办理期限，预计{due}前办好",
    "decided": "已作出决定",
    "revoked": "受理已撤销，请领取通知书",
    "terminated": "已终止办理，请领取通知书",
    "ready": "结果已备好，请带身份证件到窗口领取",
    "delivered": "已送达，欢迎评价",
    "recomputed": "放假安排有变动，办理期限相应调整为{due}",
    "reissued": "结果已更正，请到窗口换领",
}


class Messenger(Protocol):
    """Anything that carries a short text to a phone. The text names no person and no matter (domain 7.4)."""

    def send(self, phone: str, text: str) -> None: ...


class Console:
    """The twin for places without an SMS contract: one line in the log, the phone not in it."""

    def send(self, phone: str, text: str) -> None:
        log.info("notice: %s", text)


def tell_all(messenger: Messenger | None = None, batch: int = 200) -> int:
    """Tell what is untold, oldest first; returns how many rows were settled."""
    messenger, told = messenger or Console(), 0
    rows = db.select(JournalEntry.id).where(JournalEntry.told_at.is_(None), JournalEntry.notice.is_not(None))
    for entry_id in db.session.scalars(rows.order_by(JournalEntry.id).limit(batch)).all():
        told += _tell(entry_id, messenger)
    return told


def _tell(entry_id: int, messenger: Messenger) -> int:
    """Claim the row first, then speak: of two workers one speaks, and nobody hears it twice."""
    with one_transaction():
        claimed = db.session.execute(
            update(JournalEntry).where(JournalEntry.id == entry_id, JournalEntry.told_at.is_(None)).values(told_at=now())
        )
        entry = db.session.get_one(JournalEntry, entry_id)
        case = db.session.get_one(Case, entry.case_id)
        phone, text = case.phone, words(entry.notice, case)
    if claimed.rowcount != 1:
        return 0
    if phone:
        messenger.send(phone, text)
    return 1


def words(notice: str, case: Case) -> str:
    due = f"{case.due_on.year}年{case.due_on.month}月{case.due_on.day}日" if case.due_on else "规定期限"
    due += "（暂定）" if case.due_tentative else ""
    return f"【一窗】您的办件（尾号{case.case_no[-6:]}）{WORDS[notice].format(due=due)}。凭收件凭证上的查询码可查进度。"
