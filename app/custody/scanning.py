"""Packing by scanning: a case number puts everything of that case that is awaited elsewhere onto the right slip."""

from app.calendar.find import calendar_for
from app.cases.models import Case
from app.custody import lists
from app.custody.models import Slip
from app.custody.packing import add_papers, add_pouch, open_slip, pack
from app.custody.runs import Leg, journey
from app.extensions import db, one_transaction
from app.moments import now
from app.people.find import centre_of, directory, office, offices
from app.refusals import Incomplete


def pack_case(by, case: Case) -> list[Slip]:
    """扫码装袋: the papers of this case that lie here go onto the slip that is being packed for whoever waits for them,
    or onto a new one. The slips they are on now; Incomplete when nobody waits."""
    with one_transaction():
        awaited = lists.awaited(by.office_id, case.id)
        if not awaited:
            raise Incomplete(f"办件 {case.case_no} 没有在本单位、又有别处等着的材料。")
        return [_onto(by, to_id, papers) for to_id, papers in sorted(awaited.items())]


def scan_onto(slip: Slip, by, case: Case) -> None:
    """The same onto one slip: what its receiver waits for, or, when they wait for nothing, all that lies here."""
    with one_transaction():
        awaited = lists.awaited(slip.from_office_id, case.id).get(slip.to_office_id)
        papers = awaited or [row.id for row in lists.packable(slip.from_office_id, case_no=case.case_no)]
        if not papers:
            raise Incomplete(f"办件 {case.case_no} 没有可装的材料在本单位。")
        add_papers(slip, by, papers)


def _onto(by, to_id: str, papers: list[int]) -> Slip:
    slip = _being_packed(by.office_id, to_id)
    if slip is None:
        return pack(by, to_id, papers)
    add_papers(slip, by, papers)
    return slip


def go_along(slip: Slip, by) -> Slip:
    """随班走: put a packed slip into the pouch for the next station on its way; the pouch is made when there is none."""
    with one_transaction():
        legs = next_run(slip.from_office_id if slip.state == "packing" else by.office_id, slip.to_office_id)
        if len(legs) < 2:
            raise Incomplete("这张交接单不经转送，直接交出即可。")
        pouch = _being_packed(by.office_id, legs[0].to_id) or open_slip(by, legs[0].to_id)
        add_pouch(pouch, by, slip.id)
    return pouch


def _being_packed(from_id: str, to_id: str) -> Slip | None:
    rows = db.select(Slip).filter_by(from_office_id=from_id, to_office_id=to_id, state="packing", inside_id=None)
    return db.session.scalars(rows.order_by(Slip.id)).first()


def next_run(from_id: str, to_id: str) -> tuple[Leg, ...]:
    """The next run by the city's timetable, from now."""
    centre = centre_of(from_id)
    departments = frozenset(place.id for place in offices() if not place.is_window)
    calendar = calendar_for(centre.id if centre else None)
    return journey(directory().routes, from_id, to_id, departments, now(), calendar)


def legs_in_words(legs: tuple[Leg, ...]) -> list[dict]:
    return [{"from": office(leg.from_id).name, "to": office(leg.to_id).name, "at": leg.at} for leg in legs]
