"""The sender's side: papers onto a slip, off it again, out of the house, and called back."""

from collections.abc import Iterable

from sqlalchemy import func, update

from app.cases.find import lock_cases
from app.cases.models import Case, Material
from app.cases.papers import hold
from app.custody import pouches
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
        slip = open_slip(by, to_office_id, pouch_no, seal_no)
        add_papers(slip, by, material_ids)
    return slip


def open_slip(by, to_office_id: str, pouch_no: str = "", seal_no: str = "") -> Slip:
    """An empty slip to another office, being packed."""
    with one_transaction():
        target = office(to_office_id)
        if target.closed or to_office_id == by.office_id:
            raise Incomplete("请选择另一个在用的接收单位。")
        slip = Slip(slip_no=next_slip_no(), from_office_id=by.office_id, to_office_id=to_office_id)
        slip.state, slip.pouch_no, slip.seal_no = "packing", pouch_no, seal_no
        slip.packed_by, slip.packed_at = by.id, now()
        db.session.add(slip)
        db.session.flush()
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


def add_pouch(slip: Slip, by, inner_id: int) -> None:
    """把封好的袋装进来: a sealed slip that lies here travels inside this one."""
    with one_transaction():
        move(slip, "pack", by)
        if slip.inside_id:
            raise OutOfTurn("袋里的袋不能再装袋。")
        pouches.put_inside(slip, inner_id)


def remove_pouch(slip: Slip, by, inner_id: int) -> None:
    with one_transaction():
        move(slip, "pack", by)
        pouches.take_out(slip, inner_id)


def seal(slip: Slip, by, pouch_no: str, seal_no: str) -> None:
    """袋号、封签号, as long as nothing has left."""
    with one_transaction():
        move(slip, "pack", by, pouch_no=pouch_no.strip(), seal_no=seal_no.strip())


def _let_go(slip: Slip, material_ids: list[int]) -> None:
    """Off the slip, wherever the paper is by now; it keeps its holder and how long it has lain there."""
    mine = update(Material).where(Material.id.in_(material_ids), Material.slip_id == slip.id)
    db.session.execute(mine.values(slip_id=None), execution_options={"synchronize_session": False})


def send(slip: Slip, by, carrier_name: str) -> Slip:
    """交出: the first and second signature, handed by and carrier. From now on the papers are in transit, those of the
    sealed slips in it as well."""
    with one_transaction():
        if not carrier_name.strip():
            raise Incomplete("请写明物料流转员姓名。")
        _hand_over(slip, by, carrier_name.strip())
    return slip


def _hand_over(slip: Slip, by, carrier_name: str) -> None:
    move(slip, "send", by, handed_by=by.id, handed_name=by.name, sent_at=now(), carrier_name=carrier_name)
    sealed = pouches.inside(slip)
    for inner in sealed:
        inner.inside_id = None  # for a breath: it leaves by the same rule as any other slip
        if inner.state == "packing":
            _hand_over(inner, by, carrier_name)
        inner.inside_id, inner.at_office_id = slip.id, None
    papers = locked_papers(slip)
    if not papers and not sealed:
        raise Incomplete("空的交接单不能交出。")
    for paper in papers:
        if paper.state != "held" or paper.slip_id != slip.id:
            raise OutOfTurn(f"“{paper.name}”已经不在手里（退还或归档），请先从交接单上取下。")
        paper.state, paper.since = "in_transit", now()
    tell_cases(slip, "papers_sent", by, papers)
    issue("handover_sheet", None, by, slip=slip, office_id=slip.from_office_id, facts=sheet_facts(slip))


def recall(slip: Slip, by) -> Slip:
    """撤回 before it was taken: everything is held by the sender again. 作废 while packing: nothing had left."""
    with one_transaction():
        if slip.state == "packing":
            move(slip, "discard", by)
            _let_go(slip, [paper.id for paper in papers_of(slip)])
            pouches.empty(slip)
            return slip
        move(slip, "recall", by, at_office_id=None)
        for inner in pouches.empty(slip):
            recall(inner, by)
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
    rows += [_pouch_row(inner) for inner in pouches.inside(slip)]
    return {
        "slip_no": slip.slip_no,
        "from_name": office(slip.from_office_id).name,
        "to_name": office(slip.to_office_id).name,
        "to_office_id": slip.to_office_id,
        "pouch_no": slip.pouch_no,
        "seal_no": slip.seal_no,
        "packed_at": slip.packed_at.isoformat(),
        "handed_name": slip.handed_name,
        "sent_at": slip.sent_at.isoformat() if slip.sent_at else "",
        "carrier_name": slip.carrier_name,
        "rows": rows,
    }


def _pouch_row(inner: Slip) -> dict:
    count = db.session.scalar(db.select(func.count()).select_from(SlipLine).filter_by(slip_id=inner.id))
    seal = f"，封签 {inner.seal_no}" if inner.seal_no else ""
    return {"name": f"封袋 {inner.pouch_no or inner.slip_no}{seal}，内 {count} 件，送{office(inner.to_office_id).name}，交接单 {inner.slip_no}",
            "form": "封袋", "pages": 0, "original": False, "condition": "封签完好"}  # fmt: skip
