"""The sender's side: papers onto a slip, off it again, out of the house, and called back."""

from collections.abc import Iterable

from sqlalchemy import update

from app.cases.find import lock_cases
from app.cases.models import Case, Material
from app.cases.papers import hold
from app.custody.contents import Shelf, locked_papers, on_the_way, papers_of, tell_cases
from app.custody.models import Slip, SlipLine
from app.custody.slips import move, next_slip_no
from app.documents.actions import issue
from app.extensions import db, one_transaction
from app.moments import now
from app.people.find import office
from app.refusals import Incomplete, OutOfTurn


def pack(by, to_office_id: str, material_ids: Iterable[int], pouch_no: str = "", seal_no: str = "") -> Slip:
    """装袋: papers that this office holds go onto a new slip to another office. Nothing has left yet."""
    with one_transaction():
        target = office(to_office_id)
        if target.closed or to_office_id == by.office_id:
            raise Incomplete("请选择另一个在用的接收单位。")
        slip = Slip(slip_no=next_slip_no(), from_office_id=by.office_id, to_office_id=to_office_id)
        slip.state, slip.pouch_no, slip.seal_no = "packing", pouch_no, seal_no
        slip.packed_by, slip.packed_at = by.id, now()
        db.session.add(slip)
        db.session.flush()
        add_papers(slip, by, material_ids)
    return slip


def add_papers(slip: Slip, by, material_ids: Iterable[int]) -> None:
    """Put papers on a slip that is still being packed. A paper is on one slip at a time."""
    with one_transaction():
        move(slip, "pack", by)
        rows = db.select(Material).where(Material.id.in_(set(material_ids))).order_by(Material.id)
        found = db.session.scalars(rows).all()
        if not found:
            raise Incomplete("请勾选要交出的材料。")
        lock_cases(row.case_id for row in found)
        for row in found:
            _put_on(slip, row)


def _put_on(slip: Slip, row: Material) -> None:
    """One conditional write: only a paper that lies here and is on no slip."""
    here = update(Material).where(Material.id == row.id, Material.state == "held", Material.slip_id.is_(None),
                                  Material.office_id == slip.from_office_id, Material.form != "electronic")  # fmt: skip
    put = db.session.execute(here.values(slip_id=slip.id), execution_options={"synchronize_session": False})
    if put.rowcount != 1:
        raise OutOfTurn(f"“{row.name}”不在本单位手里，或已装在别的交接单上。")
    db.session.refresh(row)
    db.session.add(SlipLine(slip_id=slip.id, material_id=row.id, case_id=row.case_id))


def remove_paper(slip: Slip, by, material_id: int) -> None:
    """取下: the paper stays here and may go onto another slip."""
    with one_transaction():
        move(slip, "pack", by)
        line = db.session.scalar(db.select(SlipLine).filter_by(slip_id=slip.id, material_id=material_id))
        if line is None:
            raise OutOfTurn("这份材料不在这张交接单上。")
        _let_go(slip, [material_id])
        db.session.delete(line)


def _let_go(slip: Slip, material_ids: list[int]) -> None:
    """Off the slip, wherever the paper is by now; it keeps its holder and how long it has lain there."""
    mine = update(Material).where(Material.id.in_(material_ids), Material.slip_id == slip.id)
    db.session.execute(mine.values(slip_id=None), execution_options={"synchronize_session": False})


def send(slip: Slip, by, carrier_name: str) -> Slip:
    """交出: the first and second signature, handed by and carrier. From now on the papers are in transit."""
    with one_transaction():
        if not carrier_name.strip():
            raise Incomplete("请写明物料流转员姓名。")
        move(slip, "send", by, handed_by=by.id, handed_name=by.name, sent_at=now(), carrier_name=carrier_name.strip())
        papers = locked_papers(slip)
        if not papers:
            raise Incomplete("空的交接单不能交出。")
        for paper in papers:
            if paper.state != "held" or paper.slip_id != slip.id:
                raise OutOfTurn(f"“{paper.name}”已经不在手里（退还或归档），请先从交接单上取下。")
            paper.state, paper.since = "in_transit", now()
        tell_cases(slip, "papers_sent", by, papers)
        issue("handover_sheet", None, by, slip=slip, office_id=slip.from_office_id, facts=sheet_facts(slip))
    return slip


def recall(slip: Slip, by) -> Slip:
    """撤回 before it was taken: everything is held by the sender again. 作废 while packing: nothing had left."""
    with one_transaction():
        if slip.state == "packing":
            move(slip, "discard", by)
            _let_go(slip, [paper.id for paper in papers_of(slip)])
            return slip
        move(slip, "recall", by)
        back = on_the_way(slip, locked_papers(slip))
        for paper in back:
            hold(paper, Shelf(by, slip.from_office_id))
        db.session.flush()
        tell_cases(slip, "papers_recalled", by, back)
    return slip


def sheet_facts(slip: Slip) -> dict:
    """What the printed 材料交接单 says: the slip and its papers, as they stand now."""
    papers = papers_of(slip)
    cases = {row.id: row for row in db.session.scalars(db.select(Case).where(Case.id.in_({p.case_id for p in papers})))}
    rows = [
        {"case_no": cases[p.case_id].case_no, "item": cases[p.case_id].item_name, "name": p.name, "form": p.form,
         "copies": p.copies, "pages": p.pages, "original": p.form == "original"}
        for p in papers
    ]  # fmt: skip
    return {
        "slip_no": slip.slip_no,
        "from_name": office(slip.from_office_id).name,
        "to_name": office(slip.to_office_id).name,
        "pouch_no": slip.pouch_no,
        "seal_no": slip.seal_no,
        "packed_at": slip.packed_at.isoformat(),
        "handed_name": slip.handed_name,
        "sent_at": slip.sent_at.isoformat() if slip.sent_at else "",
        "carrier_name": slip.carrier_name,
        "rows": rows,
    }
