"""The receiver's side: the third signature, over the whole slip or line by line."""

from collections.abc import Iterable

from app.cases.papers import hold
from app.custody.contents import Shelf, lines_of, locked_papers, on_the_way, tell_cases
from app.custody.models import Slip
from app.custody.slips import move
from app.extensions import db, one_transaction
from app.moments import now
from app.refusals import OutOfTurn


def take(slip: Slip, by, missing_ids: Iterable[int] = (), notes: dict[int, str] | None = None) -> Slip:
    """接收: everything there in one go, or with the missing ones named: those stay in the sender's account, the slip
    stands in discrepancy, and both signers are in the journal. `notes`: words by material id."""
    missing, notes = set(missing_ids), notes or {}
    with one_transaction():
        action = "take_short" if missing else "take"
        move(slip, action, by, taken_by=by.id, taken_name=by.name, taken_at=now())
        papers = locked_papers(slip)
        if missing - {paper.id for paper in papers}:
            raise OutOfTurn("标记为未到的材料不在这张交接单上。")
        for line in lines_of(slip):
            line.found = line.material_id not in missing
            line.note = notes.get(line.material_id, "")
        moving = on_the_way(slip, papers)
        taken = [paper for paper in moving if paper.id not in missing]
        for paper in taken:
            hold(paper, Shelf(by, slip.to_office_id))
        db.session.flush()
        tell_cases(slip, "papers_taken", by, taken)
        tell_cases(slip, "papers_short", by, [paper for paper in moving if paper.id in missing])
    return slip
