"""日清: in the evening the drawer is counted blind and held against the account; what differs is explained and signed twice.

Blind first: the clerk types what is there before the account is shown. Then the clerk signs, with a reason for each
difference and for what stays open; then the leader. After the second signature nothing changes the record any more.
"""

import hashlib
import json
from datetime import date

from sqlalchemy import select

from app.custody.drawer import Drawer, groups, left_open
from app.custody.models import CloseOut
from app.documents.actions import issue
from app.documents.models import Document
from app.extensions import db, one_transaction
from app.moments import now, today
from app.people.find import desk, directory, office
from app.refusals import Incomplete, NotAllowed, NotThere, OutOfTurn

HANDLERS = ("receive", "collect", "issue", "handover", "acknowledge", "archive")
STATE_WORDS = {"counted": "已清点，待受理员签字", "signed": "待值班长签字", "closed": "已日清"}


def count(by, counted: dict[str, int], others: str = "") -> CloseOut:
    """盲点: what lies in the drawer, by group key, typed before the account was shown. Counting again is allowed until
    the clerk has signed, and is counted itself. `others`: what lies there and stands on no line, in words."""
    with one_transaction():
        mine = drawer_of(by)
        row = record_of(mine, today())
        if row is not None and row.state != "counted":
            raise OutOfTurn("今天已经签字日清，不能再改。")
        lines = [group._asdict() | {"counted": counted.get(group.key)} for group in groups(mine)]
        if blank := [line["case_no"] for line in lines if line["counted"] is None]:
            raise Incomplete(f"还有没填的清点数：{'、'.join(blank[:5])}。没有就填 0。")
        rounds = (row.facts["rounds"] if row else 0) + 1
        facts = {"lines": lines, "others": others.strip(), "open": left_open(mine), "rounds": rounds}
        if row is None:
            row = CloseOut(office_id=mine.office_id, desk_id=mine.desk_id, day=today(), state="counted")
            db.session.add(row)
        row.facts, row.counted_at = facts, now()
        db.session.flush()
    return row


def differences(row: CloseOut) -> list[dict]:
    """The lines whose count is not what the account says, and what was found beyond all lines."""
    found = [line for line in row.facts["lines"] if line["counted"] != line["papers"]]
    if row.facts["others"]:
        found.append({"key": "others", "case_no": "", "item": row.facts["others"], "papers": 0, "counted": None})
    return found


def to_explain(row: CloseOut) -> list[tuple[str, str]]:
    """(key, words) of everything that needs a reason before the clerk may sign."""
    said = []
    for line in differences(row):
        what = f"{line['case_no']} {line['item']}".strip()
        said.append((line["key"], f"{what}：账上 {line['papers']} 件，清点 {line['counted']} 件" if line["counted"] is not None
                     else f"账外材料：{line['item']}"))  # fmt: skip
    said += [(kind, f"{OPEN_WORDS[kind]} {len(found)} 项：{'、'.join(found[:6])}") for kind, found in row.facts["open"].items()
             if found and kind in OPEN_WORDS]  # fmt: skip
    return said


OPEN_WORDS = {"tickets": "未结的号", "slips": "未交出的交接单", "drafts": "未完成的登记", "disputes": "未处理的交接差异",
              "hand": "跳号未补录的手工凭证"}


def sign(by, reasons: dict[str, str]) -> CloseOut:
    """受理员签字: every difference and everything left open has its reason; the account has not moved since the count."""
    with one_transaction():
        mine = drawer_of(by)
        row = _hold(record_of(mine, today()))
        if row.state != "counted":
            raise OutOfTurn("这份日清已经签过字。")
        if [group._asdict() for group in groups(mine)] != [{k: v for k, v in line.items() if k != "counted"} for line in row.facts["lines"]]:
            raise OutOfTurn("清点以后又有材料进出，请重新清点一次。")
        row.facts = row.facts | {"open": left_open(mine)}
        exceptions = [{"key": key, "what": what, "reason": reasons.get(key, "").strip()} for key, what in to_explain(row)]
        if unsaid := [one["what"] for one in exceptions if not one["reason"]]:
            raise Incomplete(f"请写明原因：{unsaid[0]}。")
        row.facts = row.facts | {"exceptions": exceptions}
        row.state, row.signed_by, row.signed_name, row.signed_at = "signed", by.id, by.name, now()
        db.session.flush()
    return row


def close(row: CloseOut, by, remark: str = "") -> CloseOut:
    """值班长签字: the second signature seals the record and prints it."""
    with one_transaction():
        row = _hold(row)
        if row.state != "signed":
            raise OutOfTurn(f"这份日清“{STATE_WORDS[row.state]}”，现在不能签。")
        if reason := why_not_close(row, by):
            raise NotAllowed(reason)
        row.state, row.closed_by, row.closed_name, row.closed_at = "closed", by.id, by.name, now()
        row.remark, row.previous = remark.strip(), _digest_before(row)
        row.digest = digest(row)
        sheet = issue("closeout_record", None, by, office_id=row.office_id, facts=sheet_facts(row))
        row.document_id = sheet.id
        db.session.flush()
    return row


def why_not_close(row: CloseOut, by) -> str | None:
    if not by.may("supervise"):
        return "由值班长签字。"
    if by.id == row.signed_by:
        return "两个签名须由两个人签。"
    return None if row.office_id in watched_offices(by) else "这个窗口不在您的督办范围内。"


def watched_offices(by) -> set[str]:
    """Offices whose evenings this leader signs: the own one, the own street's; an agency of the city all."""
    if by.office_kind == "agency":
        return set(directory().offices)
    return {by.office_id} | {place.id for place in directory().offices.values() if by.street_id and place.street_id == by.street_id}


def drawer_of(by) -> Drawer:
    """The drawer of the counter one sits at; without a counter the shelf of the office."""
    if not by.may(*HANDLERS):
        raise NotAllowed("您的岗位不经手材料，没有要日清的抽屉。")
    return Drawer(by.office_id, by.desk_id or "")


def record_of(drawer: Drawer, day: date) -> CloseOut | None:
    return db.session.scalar(select(CloseOut).filter_by(office_id=drawer.office_id, desk_id=drawer.desk_id, day=day))


def record_for(by, record_id: int) -> CloseOut:
    """NotThere for a record of another office that one does not watch over."""
    row = db.session.get(CloseOut, record_id)
    if row is None or (row.office_id != by.office_id and not (by.may("supervise") and row.office_id in watched_offices(by))):
        raise NotThere("没有这份日清记录，或者不在您的查看范围内。")
    return row


def place_name(office_id: str, desk_id: str) -> str:
    if not desk_id:
        return f"{office(office_id).name} 公共材料柜"
    return f"{office(office_id).name} {desk(desk_id).name}" if desk_id in directory().desks else f"{office(office_id).name} {desk_id}"


def digest(row: CloseOut) -> str:
    """SHA-256 over everything the record says and over the record before."""
    said = [row.previous, row.office_id, row.desk_id, row.day.isoformat(), row.facts, row.counted_at.isoformat(),
            row.signed_by, row.signed_name, row.signed_at.isoformat(), row.closed_by, row.closed_name,
            row.closed_at.isoformat(), row.remark]  # fmt: skip
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def broken() -> list[str]:
    """A sentence for every closed record that does not say what was signed."""
    rows = db.session.scalars(select(CloseOut).filter_by(state="closed").order_by(CloseOut.id))
    return [f"日清记录 {row.day} {row.office_id} {row.desk_id}：内容与签字时不符" for row in rows
            if row.digest != digest(row) or row.previous != _digest_before(row)]  # fmt: skip


def sheet_facts(row: CloseOut) -> dict:
    """What the printed 日清记录 says."""
    unclaimed = row.facts["open"].get("results", [])
    return {
        "place": place_name(row.office_id, row.desk_id), "on": row.day.isoformat(), "counted_at": row.counted_at.isoformat(),
        "rounds": row.facts["rounds"], "lines": row.facts["lines"], "exceptions": row.facts["exceptions"],
        "unclaimed": unclaimed, "signed_name": row.signed_name, "signed_at": row.signed_at.isoformat(),
        "closed_name": row.closed_name, "closed_at": row.closed_at.isoformat(), "remark": row.remark, "digest": row.digest,
    }  # fmt: skip


def sheet_no(row: CloseOut) -> str:
    return db.session.scalar(select(Document.number).where(Document.id == row.document_id)) or "" if row.document_id else ""


def _hold(row: CloseOut | None) -> CloseOut:
    if row is None:
        raise OutOfTurn("请先清点。")
    rows = select(CloseOut).where(CloseOut.id == row.id).with_for_update()
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def _digest_before(row: CloseOut) -> str:
    before = select(CloseOut.digest).where(
        CloseOut.office_id == row.office_id, CloseOut.desk_id == row.desk_id, CloseOut.day < row.day, CloseOut.state == "closed",
        CloseOut.closed_at < row.closed_at,
    )  # fmt: skip
    return db.session.scalar(before.order_by(CloseOut.day.desc()).limit(1)) or ""
