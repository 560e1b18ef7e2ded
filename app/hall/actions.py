"""A number is taken, called, served; every contact at the window ends with an outcome."""

from app.cases.find import case_for
from app.cases.numbering import next_serial
from app.catalog.find import item
from app.extensions import db, one_transaction
from app.hall.models import Visit
from app.hall.visits import OUTCOMES, STAFF, move
from app.moments import now
from app.people.find import office
from app.refusals import Incomplete, NotAllowed, NotThere, OutOfTurn


def take_ticket(by, centre_id: str, item_code: str | None = None, priority: bool = False) -> Visit:
    """取号: the next number of the day at this centre, gapless. `by` may be nobody: the kiosk."""
    with one_transaction():
        if office(centre_id).closed or office(centre_id).kind != "service_centre":
            raise NotThere("没有这个中心。")
        if by.is_authenticated and (by.centre_id != centre_id or not by.may(*STAFF)):
            raise NotAllowed("只能给本中心的来人取号。")
        code = item(item_code).code if item_code else None
        today = now().date()
        number = next_serial(f"visit/{centre_id}/{today:%Y%m%d}")
        visit = Visit(centre_id=centre_id, day=today, ticket_no=number, state="waiting", priority=priority,
                      item_code=code, taken_at=now())  # fmt: skip
        db.session.add(visit)
        db.session.flush()
    return visit


def call_next(by) -> Visit:
    """叫下一号: priority first, then in the order of the numbers; whoever came back keeps the old number."""
    with one_transaction():
        waiting = db.select(Visit).filter_by(centre_id=by.centre_id, day=now().date(), state="waiting")
        waiting = waiting.order_by(Visit.priority.desc(), Visit.ticket_no).limit(1).with_for_update(skip_locked=True)
        visit = db.session.scalar(waiting)
        if visit is None:
            raise OutOfTurn("现在没有人在等。")
        call(visit, by)
    return visit


def call(visit: Visit, by) -> Visit:
    """叫号, once more too."""
    with one_transaction():
        move(visit, "call", by, desk_id=by.desk_id, served_by=by.id, served_name=by.name)
    return visit


def arrive(visit: Visit, by) -> Visit:
    with one_transaction():
        move(visit, "arrive", by, desk_id=by.desk_id, served_by=by.id, served_name=by.name)
    return visit


def finish(visit: Visit, by, outcome: str, case_no: str = "", note: str = "") -> Visit:
    """办完: with a case, a consultation or a wrong address. The register of the day has no hole."""
    with one_transaction():
        if outcome not in OUTCOMES:
            raise Incomplete("请选择这次来访的结果。")
        if outcome == "case" and not case_no:
            raise Incomplete("收了件的，请填写办件编号。")
        led_to = case_for(by, case_no).id if case_no else None
        move(visit, "finish", by, outcome=outcome, case_id=led_to, note=note)
    return visit


def leave(visit: Visit, by) -> Visit:
    with one_transaction():
        move(visit, "leave", by, outcome="left")
    return visit


def miss(visit: Visit, by) -> Visit:
    with one_transaction():
        move(visit, "miss", by)
    return visit


def park(visit: Visit, by) -> Visit:
    with one_transaction():
        move(visit, "park", by)
    return visit


def come_back(visit: Visit, by) -> Visit:
    with one_transaction():
        move(visit, "come_back", by)
    return visit
