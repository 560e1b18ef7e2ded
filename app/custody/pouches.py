"""流转袋: a sealed slip travels inside another one, hop by hop; only its own receiver opens and counts it.

Two hops 窗口 → 市政务服务中心 → 部门 are two pouches around the same sealed slip. Its papers stay on the account of
whoever sealed it until the receiver has counted them; each hop is signed for, and told to the cases.
"""

from collections.abc import Iterable

from sqlalchemy import update

from app.custody.contents import lines_of, locked_papers, tell_cases
from app.custody.models import PouchLine, Slip
from app.custody.slips import move
from app.extensions import db
from app.people.find import office
from app.refusals import OutOfTurn


def put_inside(outer: Slip, inner_id: int) -> None:
    """One conditional write: a slip that lies here, sealed or still to be sealed, and is in no pouch. The caller
    holds the outer slip."""
    inner = db.session.get(Slip, inner_id)
    if inner is None or inner.id == outer.id or lines_inside(inner):
        raise OutOfTurn("这张交接单不能装进袋里。")
    here = outer.from_office_id
    lies = ((Slip.state == "packing") & (Slip.from_office_id == here)) | ((Slip.state == "sent") & (Slip.at_office_id == here))
    put = update(Slip).where(Slip.id == inner_id, Slip.inside_id.is_(None), lies).values(inside_id=outer.id)
    if db.session.execute(put, execution_options={"synchronize_session": False}).rowcount != 1:
        raise OutOfTurn(f"交接单 {inner.slip_no} 不在本单位，或已装在别的袋里。")
    db.session.refresh(inner)
    db.session.add(PouchLine(slip_id=outer.id, inner_id=inner_id))
    db.session.flush()


def take_out(outer: Slip, inner_id: int) -> None:
    line = next((line for line in lines_inside(outer) if line.inner_id == inner_id), None)
    if line is None:
        raise OutOfTurn("这张交接单不在这只袋里。")
    _lies(_held(inner_id), outer, db.session.get_one(Slip, inner_id).at_office_id)
    db.session.delete(line)


def lines_inside(outer: Slip) -> list[PouchLine]:
    rows = db.select(PouchLine).filter_by(slip_id=outer.id).order_by(PouchLine.inner_id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def inside(outer: Slip) -> list[Slip]:
    """The slips that travel in this pouch now, held until the transaction ends, always in the same order."""
    rows = db.select(Slip).where(Slip.inside_id == outer.id).order_by(Slip.id).with_for_update()
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def arrive(outer: Slip, by, missing: Iterable[int]) -> None:
    """Count the pouches of a pouch: what is there lies here now, still sealed; the rest stays in dispute."""
    gone = set(missing)
    lines = lines_inside(outer)
    if gone - {line.inner_id for line in lines}:
        raise OutOfTurn("标记为未到的袋不在这张交接单上。")
    for line in lines:
        line.found = line.inner_id not in gone
    for inner in inside(outer):
        if inner.id not in gone:
            _lies(inner, outer, outer.to_office_id)
            _tell_hop(outer, inner, by)


def empty(outer: Slip) -> list[Slip]:
    """The pouch was called back or discarded: what was in it lies with the sender. Returns those that were sealed
    there and had left."""
    found = inside(outer)
    for inner in found:
        _lies(inner, outer, outer.from_office_id if inner.state == "sent" else None)
    return [inner for inner in found if inner.state == "sent" and inner.from_office_id == outer.from_office_id]


def settle_line(outer: Slip, line: PouchLine, how: str, by) -> None:
    """A pouch that was not there: found by the receiver, never left, or lost with everything in it. A lost one goes
    into dispute itself, so that each of its papers gets its own answer."""
    inner = _held(line.inner_id)
    if how != "lost":
        _lies(inner, outer, outer.to_office_id if how == "found" else outer.from_office_id)
        return
    inner.inside_id = inner.at_office_id = None
    move(inner, "lose", by, taken_by=outer.taken_by, taken_name=outer.taken_name, taken_at=outer.taken_at,
         search_until=outer.search_until)  # fmt: skip
    papers = locked_papers(inner)
    for one in lines_of(inner):
        one.found = False
    tell_cases(inner, "papers_short", by, papers)


def _held(inner_id: int) -> Slip:
    rows = db.select(Slip).where(Slip.id == inner_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(rows).one()


def _lies(inner: Slip, outer: Slip, office_id: str | None) -> None:
    if inner.inside_id != outer.id:
        raise OutOfTurn("这只袋刚被别人处理，请刷新后再看。")
    inner.inside_id, inner.at_office_id = None, office_id
    db.session.flush()


def _tell_hop(outer: Slip, inner: Slip, by) -> None:
    hop = {"from": office(outer.from_office_id).name, "to": office(outer.to_office_id).name,
           "handed_by": outer.handed_name, "carrier": outer.carrier_name, "taken_by": outer.taken_name}  # fmt: skip
    tell_cases(inner, "papers_passed", by, locked_papers(inner), pouch=outer.slip_no, **hop)
