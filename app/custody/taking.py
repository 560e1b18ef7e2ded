"""The receiver's side: the third signature, over the whole slip or line by line."""

from collections.abc import Iterable

from app.calendar.due import WORKING_DAY, due
from app.calendar.find import calendar_for
from app.cases.papers import hold
from app.custody import pouches
from app.custody.contents import Shelf, lines_of, locked_papers, on_the_way, tell_cases
from app.custody.models import Slip
from app.custody.slips import move
from app.extensions import db, one_transaction
from app.moments import now, today
from app.people.find import centre_of
from app.refusals import OutOfTurn

SEARCH_DAYS = 1  # working days in which what was missing must be found or settled


def take(slip: Slip, by, missing_ids: Iterable[int] = (), notes: dict[int, str] | None = None,
         missing_pouches: Iterable[int] = (), seal_note: str = "") -> Slip:  # fmt: skip
    """接收: everything there in one go, or with the missing ones named: those stay in the sender's account, the slip
    stands in discrepancy, both signers are in the journal, and the search clock runs. `notes`: words by material id;
    `missing_pouches`: ids of the sealed slips that were not in the pouch. `seal_note`: a seal that was broken or had
    another number: whose papers were in it is told so, beside both names; what is there is taken all the same."""
    missing, gone, notes = set(missing_ids), set(missing_pouches), notes or {}
    with one_transaction():
        action, search = ("take_short", _search_until(slip)) if missing or gone else ("take", None)
        move(slip, action, by, taken_by=by.id, taken_name=by.name, taken_at=now(), search_until=search, at_office_id=None)
        pouches.arrive(slip, by, gone)
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
        said = {"note": f"封签：{seal_note.strip()}"} if seal_note.strip() else {}
        tell_cases(slip, "papers_taken", by, taken, **said)
        tell_cases(slip, "papers_short", by, [paper for paper in moving if paper.id in missing])
    return slip


def _search_until(slip: Slip):
    """查找期限: one working day of the calendar that counts where the papers came from."""
    centre = centre_of(slip.from_office_id)
    return due(today(), SEARCH_DAYS, WORKING_DAY, calendar_for(centre.id if centre else None)).on
