"""证照纸: sheets that come with a number on them. A pack is taken in, a sheet is used or spoiled; none is lost sight of."""

import re

from sqlalchemy import func, update

from app.documents.issuing import print_copy
from app.documents.models import Document, SecurityPaper
from app.extensions import db, one_transaction
from app.moments import now
from app.people.actions import record
from app.refusals import Incomplete, OutOfTurn

SERIAL = re.compile(r"([A-Z]{0,6})(\d{1,12})")
MOST_IN_A_PACK = 5000


def take_in_pack(by, first: str, last: str) -> int:
    """Register the sheets from `first` to `last`, blank, at the office of `by`. Returns how many."""
    serials = _between(_tidy(first), _tidy(last))
    with one_transaction():
        taken = db.session.scalar(db.select(SecurityPaper.serial).where(SecurityPaper.serial.in_(serials)).limit(1))
        if taken:
            raise OutOfTurn(f"编号 {taken} 已经登记过。")
        batch, at = f"{serials[0]}–{serials[-1]}", now()
        db.session.add_all(
            SecurityPaper(serial=serial, batch=batch, office_id=by.office_id, state="blank", at=at, actor_id=by.id,
                          actor_name=by.name) for serial in serials
        )  # fmt: skip
        record("paper_pack", by, subject=batch, count=len(serials))
    return len(serials)


def print_on(document: Document, by, serial: str, spoiled: str = "") -> int:
    """Record on which sheet the document is printed, and count the copy. `spoiled`: why the sheet before is no good.

    Returns n of 第n次. One document lies on one sheet: a second one needs the reason for the first.
    """
    with one_transaction():
        before = db.session.scalar(db.select(SecurityPaper).filter_by(document_id=document.id, state="used"))
        if before and not spoiled:
            raise Incomplete(f"这份证照已经打印在 {before.serial} 号纸上。换纸重印，请写明原来那张作废的原因。")
        if before:
            before.state, before.reason, before.at = "spoiled", spoiled, now()
        if document.state != "valid":
            raise OutOfTurn("只有有效的证照才能打印到证照纸上。")
        _move(by, _tidy(serial), ("blank",), state="used", document_id=document.id)
        return print_copy(document, by)


def spoil(by, serial: str, reason: str) -> None:
    """A sheet that cannot be used: torn, misprinted, test print. It is kept and accounted for."""
    with one_transaction():
        _move(by, _tidy(serial), ("blank", "used"), state="spoiled", reason=reason)
        record("paper_spoiled", by, subject=_tidy(serial), reason=reason)


def next_blank(office_id: str) -> str | None:
    """The sheet that lies on top of the pack."""
    rows = db.select(func.min(SecurityPaper.serial)).where(
        SecurityPaper.office_id == office_id, SecurityPaper.state == "blank"
    )
    return db.session.scalar(rows)


def packs(office_ids) -> list:
    """Each pack with its counts: batch, office_id, all, blank, used, spoiled."""
    by_state = [
        func.count().filter(SecurityPaper.state == state).label(state) for state in ("blank", "used", "spoiled")
    ]
    rows = db.select(SecurityPaper.batch, SecurityPaper.office_id, func.count().label("all"), *by_state)
    rows = rows.where(SecurityPaper.office_id.in_(office_ids)).group_by(SecurityPaper.batch, SecurityPaper.office_id)
    return db.session.execute(rows.order_by(SecurityPaper.batch.desc()).limit(100)).all()


def spoiled_sheets(office_ids) -> list:
    """The newest fifty: serial, reason, at, actor_name."""
    rows = db.select(SecurityPaper.serial, SecurityPaper.reason, SecurityPaper.at, SecurityPaper.actor_name)
    rows = rows.where(SecurityPaper.office_id.in_(office_ids), SecurityPaper.state == "spoiled")
    return db.session.execute(rows.order_by(SecurityPaper.id.desc()).limit(50)).all()


def sheets_of(document_id: int) -> list[SecurityPaper]:
    rows = db.select(SecurityPaper).filter_by(document_id=document_id).order_by(SecurityPaper.at, SecurityPaper.id)
    return list(db.session.scalars(rows))


def unaccounted() -> list[str]:
    """A sentence for every pack with a missing sheet and every sheet whose state lacks what it must say."""
    said = []
    for batch, count in db.session.execute(db.select(SecurityPaper.batch, func.count()).group_by(SecurityPaper.batch)):
        first, last = batch.split("–")
        if count != len(_between(first, last)):
            said.append(f"证照纸 {batch}：应有 {len(_between(first, last))} 张，登记 {count} 张")
    wrong = db.select(SecurityPaper.serial).where(
        ((SecurityPaper.state == "used") & SecurityPaper.document_id.is_(None))
        | ((SecurityPaper.state == "spoiled") & (SecurityPaper.reason == ""))
        | ((SecurityPaper.state == "blank") & SecurityPaper.document_id.is_not(None))
    )
    said += [f"证照纸 {serial}：去向不明" for serial in db.session.scalars(wrong.order_by(SecurityPaper.serial))]
    twice = db.select(SecurityPaper.document_id).where(SecurityPaper.state == "used").group_by(SecurityPaper.document_id)
    return said + [f"文书 {one}：同时在两张证照纸上" for one in db.session.scalars(twice.having(func.count() > 1))]


def _move(by, serial: str, sources: tuple[str, ...], **values) -> None:
    row = update(SecurityPaper).where(
        SecurityPaper.serial == serial, SecurityPaper.office_id == by.office_id, SecurityPaper.state.in_(sources)
    )
    values |= {"at": now(), "actor_id": by.id, "actor_name": by.name}
    if not db.session.execute(row.values(**values)).rowcount:
        raise Incomplete(f"本单位没有可用的 {serial} 号证照纸，请核对纸上的编号。")


def _tidy(serial: str) -> str:
    return "".join(serial.split()).upper()


def _between(first: str, last: str) -> list[str]:
    one, other = SERIAL.fullmatch(first), SERIAL.fullmatch(last)
    if not one or not other or one[1] != other[1] or len(one[2]) != len(other[2]):
        raise Incomplete("起止编号应当同样的字母开头、同样的位数，例如 GZ000001 到 GZ000100。")
    begin, end = int(one[2]), int(other[2])
    if not 0 <= end - begin < MOST_IN_A_PACK:
        raise Incomplete(f"止号应不小于起号，一次最多登记 {MOST_IN_A_PACK} 张。")
    return [f"{one[1]}{number:0{len(one[2])}d}" for number in range(begin, end + 1)]
