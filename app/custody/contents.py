"""What is on a slip: its lines and papers, read under the locks of their cases, and told to those cases."""

from itertools import groupby

from app.cases.find import lock_cases
from app.cases.lifecycle import advance
from app.cases.models import Case, Material
from app.custody.models import Slip, SlipLine
from app.extensions import db
from app.people.find import office


class Shelf:
    """The office that holds a paper, when somebody else (a courier) did the counting: then no person is named."""

    def __init__(self, by, office_id: str):
        self.office_id = office_id
        self.id, self.name = (by.id, by.name) if by.office_id == office_id else (None, office(office_id).name)


def lines_of(slip: Slip) -> list[SlipLine]:
    rows = db.select(SlipLine).filter_by(slip_id=slip.id).order_by(SlipLine.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def papers_of(slip: Slip) -> list[Material]:
    """The papers of the slip as they stand now, in the order of the printed sheet."""
    rows = db.select(Material).join(SlipLine, SlipLine.material_id == Material.id).where(SlipLine.slip_id == slip.id)
    rows = rows.order_by(Material.case_id, Material.line, Material.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def locked_papers(slip: Slip) -> list[Material]:
    """papers_of(), with their cases held: whoever waited for a case sees what the other hand has done to it.

    The slip is claimed before (slips.move), everywhere in this order.
    """
    lock_cases(db.session.scalars(db.select(SlipLine.case_id).filter_by(slip_id=slip.id)).all())
    return papers_of(slip)


def on_the_way(slip: Slip, papers: list[Material]) -> list[Material]:
    """Those that travel on this slip now; a paper that has found another place meanwhile is left alone."""
    return [paper for paper in papers if paper.state == "in_transit" and paper.slip_id == slip.id]


def tell_cases(slip: Slip, action: str, by, papers: list[Material], **more) -> None:
    """One journal row a case: which papers, on which slip, between whom."""
    parties = {"from": office(slip.from_office_id).name, "to": office(slip.to_office_id).name,
               "handed_by": slip.handed_name, "carrier": slip.carrier_name, "taken_by": slip.taken_name}  # fmt: skip
    ordered = sorted(papers, key=lambda paper: paper.case_id)
    for case_id, group in groupby(ordered, key=lambda paper: paper.case_id):
        rows = list(group)
        said = {"slip_no": slip.slip_no, "papers": [row.name for row in rows], "paper_ids": [row.id for row in rows]}
        advance(db.session.get_one(Case, case_id), action, by, **said | parties | more)
