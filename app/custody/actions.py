"""Paper changes hands in two movements: one side packs and sends, the other counts and takes."""

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import update

from app.cases.find import lock_cases
from app.cases.lifecycle import advance
from app.cases.models import Case, JournalEntry, Material
from app.cases.papers import hold
from app.custody.models import Slip, SlipLine
from app.custody.slips import move, next_slip_no
from app.documents.actions import issue
from app.documents.steps import take_step
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
        slip = Slip(slip_no=next_slip_no(by.street_id), from_office_id=by.office_id, to_office_id=to_office_id)
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
        ids = set(material_ids)
        rows = db.session.scalars(db.select(Material).where(Material.id.in_(ids)).order_by(Material.id)).all()
        if not rows:
            raise Incomplete("请勾选要交出的材料。")
        lock_cases(row.case_id for row in rows)
        for row in rows:
            _put_on(slip, row)


def _put_on(slip: Slip, row: Material) -> None:
    """One conditional write: only a paper that lies here and is on no slip."""
    here = update(Material).where(Material.id == row.id, Material.state == "held", Material.slip_id.is_(None),
                                  Material.office_id == slip.from_office_id, Material.form != "electronic")  # fmt: skip
    if db.session.execute(here.values(slip_id=slip.id)).rowcount != 1:
        raise OutOfTurn(f"“{row.name}”不在本单位手里，或已装在别的交接单上。")
    db.session.refresh(row)
    db.session.add(SlipLine(slip_id=slip.id, material_id=row.id, case_id=row.case_id))


def remove_paper(slip: Slip, by, material_id: int) -> None:
    with one_transaction():
        move(slip, "pack", by)
        line = db.session.scalar(db.select(SlipLine).filter_by(slip_id=slip.id, material_id=material_id))
        if line is None:
            raise OutOfTurn("这份材料不在这张交接单上。")
        db.session.get_one(Material, material_id).slip_id = None
        db.session.delete(line)


def send(slip: Slip, by, carrier_name: str) -> Slip:
    """交出: the first and second signature, handed by and carrier. From now on the papers are in transit."""
    with one_transaction():
        if not carrier_name:
            raise Incomplete("请写明物料流转员姓名。")
        papers = _papers(slip)
        if not papers:
            raise Incomplete("空的交接单不能交出。")
        lock_cases(paper.case_id for paper in papers)
        move(slip, "send", by, handed_by=by.id, handed_name=by.name, sent_at=now(), carrier_name=carrier_name)
        for paper in papers:
            if paper.state != "held":
                raise OutOfTurn(f"“{paper.name}”已经不在手里（退还或归档），请先从交接单上取下。")
            paper.state, paper.since = "in_transit", now()
        _tell_cases(slip, "papers_sent", by, papers)
        issue("handover_sheet", None, by, slip=slip, office_id=by.office_id, facts=sheet_facts(slip))
    return slip


def take(slip: Slip, by, missing_ids: Iterable[int] = (), notes: dict[int, str] | None = None) -> Slip:
    """接收: the third signature. Everything there in one go, or with the missing ones named: those stay with the
    sender's account, the slip stands in discrepancy, and both signers are in the journal."""
    missing = set(missing_ids)
    with one_transaction():
        papers = _papers(slip)
        lock_cases(paper.case_id for paper in papers)
        action = "take_short" if missing else "take"
        move(slip, action, by, taken_by=by.id, taken_name=by.name, taken_at=now())
        if missing - {paper.id for paper in papers}:
            raise OutOfTurn("标记为未到的材料不在这张交接单上。")
        receiver = _on_behalf(by, slip.to_office_id)
        for line in _lines(slip):
            line.found = line.material_id not in missing
            line.note = (notes or {}).get(line.material_id, "")
        for paper in papers:
            if paper.id not in missing:
                hold(paper, receiver)
        db.session.flush()
        _tell_cases(slip, "papers_taken", by, [paper for paper in papers if paper.id not in missing])
        _tell_cases(slip, "papers_short", by, [paper for paper in papers if paper.id in missing])
    return slip


def recall(slip: Slip, by) -> Slip:
    """撤回 before it was taken: everything is held by the sender again."""
    with one_transaction():
        papers = _papers(slip)
        lock_cases(paper.case_id for paper in papers)
        was_sent = slip.state == "sent"
        move(slip, "recall" if was_sent else "discard", by)
        for paper in papers:
            hold(paper, _on_behalf(by, slip.from_office_id))
        db.session.flush()
        if was_sent:
            _tell_cases(slip, "papers_recalled", by, papers)
    return slip


def settle(slip: Slip, by, material_id: int, how: str, note: str) -> Slip:
    """差异处理: `how` is found (by the receiver after all) | returned (it never left) | lost (a substitute will follow)."""
    with one_transaction():
        line = db.session.scalar(db.select(SlipLine).filter_by(slip_id=slip.id, material_id=material_id))
        if slip.state != "discrepancy" or line is None or line.found or line.settled:
            raise OutOfTurn("这一行没有待处理的差异。")
        if how not in ("found", "returned", "lost") or not note:
            raise Incomplete("请选择处理结果，并写明经过。")
        lock_cases([line.case_id])
        paper = db.session.get_one(Material, material_id)
        line.settled, line.note = how, note
        _settle_paper(slip, paper, how, by)
        db.session.flush()
        if all(row.found or row.settled for row in _lines(slip)):
            move(slip, "settle", by, settled_at=now())
        _tell_cases(slip, "papers_settled", by, [paper], how=how, note=note)
    return slip


def _settle_paper(slip: Slip, paper: Material, how: str, by) -> None:
    """A lost paper stays in the books as lost; its substitute is a new row that is missing until it comes in."""
    if how == "lost":
        paper.state, paper.since, paper.slip_id = "lost", now(), None
        paper.office_id = paper.holder_id = paper.holder_name = None
        again = Material(case_id=paper.case_id, line=paper.line, name=f"{paper.name}（补制）", form="copy")
        again.kind, again.copies, again.pages, again.required = paper.kind, paper.copies, paper.pages, False
        again.substitute_of = paper.id
        hold(again, by)
        db.session.add(again)
    else:
        hold(paper, _on_behalf(by, slip.to_office_id if how == "found" else slip.from_office_id))


def return_material(case: Case, by, material_ids: list[int], taken_by: str) -> JournalEntry:
    """材料退还: one by one, against a signature, with the list printed."""
    return take_step(case, "return_material", by, material_ids=material_ids, taken_by=taken_by)


def sheet_facts(slip: Slip) -> dict:
    """What the printed 材料交接单 says: the slip and its papers, as they stand now."""
    papers = _papers(slip)
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


def _lines(slip: Slip) -> list[SlipLine]:
    return list(db.session.scalars(db.select(SlipLine).filter_by(slip_id=slip.id).order_by(SlipLine.id)))


def _papers(slip: Slip) -> list[Material]:
    rows = db.select(Material).join(SlipLine, SlipLine.material_id == Material.id).where(SlipLine.slip_id == slip.id)
    return list(db.session.scalars(rows.order_by(Material.case_id, Material.line, Material.id)))


def _tell_cases(slip: Slip, action: str, by, papers: list[Material], **more) -> None:
    """One journal row a case: which papers, on which slip, between whom."""
    parties = {"from": office(slip.from_office_id).name, "to": office(slip.to_office_id).name,
               "handed_by": slip.handed_name, "carrier": slip.carrier_name, "taken_by": slip.taken_name}  # fmt: skip
    for case_id, rows in groupby(sorted(papers, key=lambda paper: paper.case_id), key=lambda paper: paper.case_id):
        case = db.session.get_one(Case, case_id)
        names = [row.name for row in rows]
        advance(case, action, by, slip_no=slip.slip_no, papers=names, **parties, **more)


class _Holder:
    """The office whose shelf the paper lies on when somebody else (a courier, a supervisor) did the counting."""

    def __init__(self, by, office_id: str):
        self.office_id = office_id
        self.id, self.name = (by.id, by.name) if by.office_id == office_id else (None, office(office_id).name)


def _on_behalf(by, office_id: str) -> _Holder:
    return _Holder(by, office_id)
