"""手工收件凭证: numbered slips printed ahead, for hours without power or network. Keyed in later, or voided; none is lost sight of."""

import re

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from app.cases.models import Case, Serial
from app.cases.numbering import grouped, next_serial, normalise_code, random_code, with_check
from app.documents.models import HandReceipt
from app.documents.press import press
from app.documents.sheets import blank_receipts
from app.extensions import db, forget_what_was_read, one_transaction
from app.moments import now
from app.people.actions import record
from app.people.find import city, desk, office, street
from app.refusals import Incomplete, NotAllowed, NotThere
from app.sealing import lookup

NUMBER = re.compile(r"S(\d{2})(\d{8})[0-9A-Z]")
MOST = 50  # in one block: what a counter fills in a day, and what the renderer sets in one go
SERIES = "hand/"
STATE_WORDS = {"blank": "空白", "used": "已补录", "void": "已作废"}


def reserve(by, count: int) -> str:
    """A block of `count` slips for the counter of `by`, numbered on. Returns its name, first–last."""
    if not 1 <= count <= MOST:
        raise Incomplete(f"一本 1 至 {MOST} 张。")
    if not by.may("receive"):
        raise NotAllowed("只有收件人员可以预留手工收件凭证。")
    if not office(by.office_id).is_window:
        raise Incomplete("只有窗口可以预留手工收件凭证。")
    with one_transaction():
        at = now()
        numbers = [with_check(f"S{at:%y}{next_serial(SERIES + f'{at:%Y}'):08d}") for _each in range(count)]
        block = f"{numbers[0]}–{numbers[-1]}"
        for number in numbers:
            code = random_code()
            db.session.add(HandReceipt(
                number=number, block=block, office_id=by.office_id, desk_id=by.desk_id or "", state="blank", code=code,
                code_hash=lookup("status", code), made_at=at, at=at, actor_id=by.id, actor_name=by.name))  # fmt: skip
        record("hand_block", by, subject=block, count=count)
    return block


def use(typed: str, by, case: Case) -> str:
    """The slip of a case that is keyed in now: its code becomes the case's. Inside the verb that receives. Returns its number."""
    slip = find(typed)
    if slip is None or slip.office_id != by.office_id:
        raise Incomplete(f"本单位没有 {typed.strip()} 号手工凭证，请核对纸上的编号。")
    if case.received_at < slip.made_at.replace(second=0, microsecond=0):
        raise Incomplete(f"{slip.number} 号手工凭证是后来才预留的，请核对实际收件时间。")
    _move(slip, by, ("blank",), state="used", case_id=case.id)
    case.status_code, case.status_hash = slip.code, slip.code_hash
    return slip.number


def must_name_one(by) -> bool:
    """A counter that has numbered slips uses them: what was taken in on paper names its number."""
    return db.session.scalar(select(HandReceipt.id).filter_by(office_id=by.office_id, state="blank").limit(1)) is not None


def void(by, number: str, reason: str, last: str = "") -> int:
    """Slips that will never be used: spoiled, lost, left over. `last`: up to this one of the same block. Returns how many."""
    with one_transaction():
        first = _own(number, by)
        end = _own(last, by) if last.strip() else first
        if first.block != end.block or end.number < first.number:
            raise Incomplete("起止编号应当在同一本里，止号不小于起号。")
        rows = select(HandReceipt).filter_by(block=first.block, office_id=by.office_id, state="blank")
        rows = rows.where(HandReceipt.number.between(first.number, end.number)).order_by(HandReceipt.id)
        slips = list(db.session.scalars(rows)) or [first]
        for slip in slips:
            _move(slip, by, ("blank",), state="void", reason=reason)
        record("hand_void", by, subject=f"{slips[0].number}–{slips[-1].number}", reason=reason, count=len(slips))
    return len(slips)


def find(typed: str) -> HandReceipt | None:
    """By its number or by the code in its square; None for anything else. Whose it is, the caller asks."""
    number = "".join(typed.split()).upper()
    if NUMBER.fullmatch(number):
        return db.session.scalar(select(HandReceipt).filter_by(number=number))
    code = normalise_code(number)
    return db.session.scalar(select(HandReceipt).filter_by(code_hash=lookup("status", code))) if code else None


def slip_for(offices: set[str], number: str) -> HandReceipt:
    slip = find(number)
    if slip is None or slip.office_id not in offices:
        raise NotThere("没有这张手工凭证，或者它不是本单位的。")
    return slip


def blocks(offices: set[str]) -> list:
    """Each block with its counts, the newest first: block, office_id, desk_id, made_at, all, blank, used, void."""
    counts = [func.count().filter(HandReceipt.state == state).label(state) for state in STATE_WORDS]
    rows = select(HandReceipt.block, HandReceipt.office_id, HandReceipt.desk_id, func.min(HandReceipt.made_at).label("made_at"),
                  func.count().label("all"), *counts)  # fmt: skip
    rows = rows.where(HandReceipt.office_id.in_(offices))
    rows = rows.group_by(HandReceipt.block, HandReceipt.office_id, HandReceipt.desk_id)
    return db.session.execute(rows.order_by(HandReceipt.block.desc()).limit(100)).all()


def block_of(slip: HandReceipt) -> list:
    """Every slip of the block, with the number of the case it became: number, state, reason, at, actor_name, case_no."""
    rows = select(HandReceipt.number, HandReceipt.state, HandReceipt.reason, HandReceipt.at, HandReceipt.actor_name,
                  Case.case_no, Case.received_at)  # fmt: skip
    rows = rows.outerjoin(Case, Case.id == HandReceipt.case_id).where(HandReceipt.block == slip.block)
    return db.session.execute(rows.order_by(HandReceipt.id)).all()


def skipped(offices: set[str], desk_id: str | None = None) -> list[str]:
    """Blank although a later one of the same block was used: keyed in or voided they must be, before the day is closed."""
    later = aliased(HandReceipt)
    used = select(later.id).where(later.block == HandReceipt.block, later.state == "used", later.id > HandReceipt.id)
    rows = select(HandReceipt.number).where(
        HandReceipt.office_id.in_(offices), HandReceipt.state == "blank", used.exists())  # fmt: skip
    if desk_id is not None:
        rows = rows.where(HandReceipt.desk_id == desk_id)
    return list(db.session.scalars(rows.order_by(HandReceipt.id).limit(200)))


def printed(slip: HandReceipt) -> bytes:
    """The whole block as a PDF, each slip in two copies: what goes into the drawer for a bad day."""
    place = office(slip.office_id)
    rows = select(HandReceipt).filter_by(block=slip.block, state="blank").order_by(HandReceipt.id)
    listed = [{"number": one.number, "code": grouped(one.code)} for one in db.session.scalars(rows)]
    where = f"{city().get('name', '')}{street(place.street_id).name if place.street_id else ''}"
    name = place.name if place.name.startswith(where) else where + place.name
    counter = desk(slip.desk_id).name if slip.desk_id else ""
    forget_what_was_read()  # no connection is held while the sheets are set
    if not listed:
        raise NotThere("这一本已经没有空白的凭证。")
    return press().print(blank_receipts(listed, name, counter, current_app.config["BASE_URL"]))


def unaccounted() -> list[str]:
    """A sentence for every number that is missing, and for every slip whose state lacks what it must say."""
    said, seen = [], {}
    for number in db.session.scalars(select(HandReceipt.number)):
        found = NUMBER.fullmatch(number)
        seen.setdefault(f"{SERIES}20{found[1]}", set()).add(int(found[2]))
    for series, last in db.session.execute(select(Serial.series, Serial.value).where(Serial.series.startswith(SERIES))):
        missing = sorted(set(range(1, last + 1)) - seen.get(series, set()))
        if missing:
            said.append(f"手工收件凭证 {series}：已编到 {last} 号，缺 {'、'.join(map(str, missing[:10]))}")
    wrong = select(HandReceipt.number).where(
        ((HandReceipt.state == "used") & HandReceipt.case_id.is_(None))
        | ((HandReceipt.state == "void") & (HandReceipt.reason == ""))
        | ((HandReceipt.state != "used") & HandReceipt.case_id.is_not(None))
    )
    return said + [f"手工收件凭证 {number}：去向不明" for number in db.session.scalars(wrong.order_by(HandReceipt.id))]


def _own(number: str, by) -> HandReceipt:
    slip = find(number)
    if slip is None or slip.office_id != by.office_id:
        raise Incomplete(f"本单位没有 {number.strip()} 号手工凭证，请核对纸上的编号。")
    return slip


def _move(slip: HandReceipt, by, sources: tuple[str, ...], **values) -> None:
    row = update(HandReceipt).where(HandReceipt.id == slip.id, HandReceipt.state.in_(sources))
    values |= {"at": now(), "actor_id": by.id, "actor_name": by.name}
    if not db.session.execute(row.values(**values)).rowcount:
        raise Incomplete(f"{slip.number} 号手工凭证{STATE_WORDS[slip.state]}，不能再用。")
