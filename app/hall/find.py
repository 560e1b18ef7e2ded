"""Reading the day's visits of one centre."""

from sqlalchemy import func, select

from app.extensions import db
from app.hall.models import Visit
from app.moments import today
from app.refusals import NotThere

DISPLAYED = 6  # the one called now, and the last five
MOST = 200


def visit_for(by, visit_id: int) -> Visit:
    """NotThere for a visit of another centre."""
    found = db.session.scalar(select(Visit).where(Visit.id == visit_id, Visit.centre_id == by.centre_id))
    if found is None:
        raise NotThere("没有这个号，或者不在本中心。")
    return found


def visits_today(centre_id: str) -> list[Visit]:
    """Today's visits in the order of their numbers, the newest MOST."""
    rows = select(Visit).where(Visit.centre_id == centre_id, Visit.day == today())
    return list(db.session.scalars(rows.order_by(Visit.ticket_no.desc()).limit(MOST)))[::-1]


def called_last(centre_id: str) -> list:
    """For the display: number, priority and desk of who was called last, newest first."""
    rows = select(Visit.ticket_no, Visit.priority, Visit.desk_id, Visit.state).where(
        Visit.centre_id == centre_id, Visit.day == today(), Visit.state.in_(("called", "serving"))
    )
    return db.session.execute(rows.order_by(Visit.called_at.desc(), Visit.id.desc()).limit(DISPLAYED)).all()


def waiting(centre_id: str) -> int:
    """How many are still to be called."""
    return db.session.scalar(
        select(func.count()).where(Visit.centre_id == centre_id, Visit.day == today(), Visit.state == "waiting")
    )
