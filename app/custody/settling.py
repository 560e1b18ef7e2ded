"""差异处理: 3 sent and 2 found, until every line of the difference has its answer."""

from app.cases.find import lock_cases
from app.cases.models import Material
from app.cases.papers import GONE, hold
from app.custody.contents import Shelf, lines_of, tell_cases
from app.custody.models import PouchLine, Slip, SlipLine
from app.custody.pouches import lines_inside, settle_line
from app.custody.slips import move, why_not
from app.extensions import db, one_transaction
from app.moments import now
from app.refusals import Incomplete, NotAllowed, OutOfTurn

WAYS = {
    "found": "找到了，由接收单位保管",
    "returned": "没有寄出，仍由交出单位保管",
    "lost": "确认遗失，已补制一份",
}


def settle(slip: Slip, by, material_id: int, how: str, note: str) -> Slip:
    """Answer one line. `how` is found (by the receiver after all) | returned (it never left) | lost (a substitute is
    made). With the last line the slip is settled."""
    with one_transaction():
        _hold(slip)
        if reason := why_not(slip, "settle", by):
            raise NotAllowed(reason) if slip.state == "discrepancy" else OutOfTurn(reason)
        lines = lines_of(slip)
        line = next((line for line in lines if line.material_id == material_id and _open(line)), None)
        if line is None:
            raise OutOfTurn("这一行没有待处理的差异。")
        if how not in WAYS or not note.strip():
            raise Incomplete("请选择处理结果，并写明经过。")
        lock_cases([line.case_id])
        paper = db.session.get_one(Material, material_id, populate_existing=True)
        line.settled, line.note = how, "；".join(filter(None, (line.note, note.strip())))
        _place(slip, paper, how, by)
        db.session.flush()
        _done_when_all_are(slip, by)
        tell_cases(slip, "papers_settled", by, [paper], how=how, note=note.strip())
    return slip


def settle_pouch(slip: Slip, by, inner_id: int, how: str, note: str) -> Slip:
    """The same answers for a sealed slip that was not in the pouch. Lost: its papers are then settled one by one."""
    with one_transaction():
        _hold(slip)
        if reason := why_not(slip, "settle", by):
            raise NotAllowed(reason) if slip.state == "discrepancy" else OutOfTurn(reason)
        line = next((line for line in lines_inside(slip) if line.inner_id == inner_id and _open(line)), None)
        if line is None:
            raise OutOfTurn("这一行没有待处理的差异。")
        if how not in WAYS or not note.strip():
            raise Incomplete("请选择处理结果，并写明经过。")
        line.settled, line.note = how, note.strip()
        settle_line(slip, line, how, by)
        db.session.flush()
        _done_when_all_are(slip, by)
    return slip


def _done_when_all_are(slip: Slip, by) -> None:
    if not any(_open(row) for row in (*lines_of(slip), *lines_inside(slip))):
        move(slip, "settle", by, settled_at=now())


def _open(line: SlipLine | PouchLine) -> bool:
    return line.found is False and line.settled is None


def _hold(slip: Slip) -> None:
    """The row of the slip until the transaction ends: of two settlers, the second sees what the first has done."""
    db.session.scalar(
        db.select(Slip).where(Slip.id == slip.id).with_for_update().execution_options(populate_existing=True)
    )


def _place(slip: Slip, paper: Material, how: str, by) -> None:
    """A lost paper stays in the books as lost; its substitute (from the scan, or written again) is a new row in the
    hands of whoever settles."""
    if how != "lost":
        hold(paper, Shelf(by, slip.to_office_id if how == "found" else slip.from_office_id))
        return
    paper.state, paper.since = "lost", now()
    for name, value in GONE.items():
        setattr(paper, name, value)
    again = Material(case_id=paper.case_id, line=paper.line, name=f"{paper.name}（补制）", form="copy")
    again.kind, again.copies, again.pages, again.required = paper.kind, paper.copies, paper.pages, False
    again.substitute_of, again.document_id = paper.id, paper.document_id
    hold(again, by)
    db.session.add(again)
