"""The slips of the room beside this one, as lists read them: columns of its tables and nothing of its rules."""

from sqlalchemy import column, select, table

from app.extensions import db
from app.moments import Moment

slip = table(
    "slip", column("id"), column("slip_no"), column("state"), column("from_office_id"), column("to_office_id"),
    column("packed_at", Moment), column("sent_at", Moment), column("carrier_name"),
)  # fmt: skip
slip_line = table("slip_line", column("slip_id"))


def slip_numbers(slip_ids: set[int]) -> dict[int, str]:
    """The numbers of these slips by their ids."""
    if not slip_ids:
        return {}
    rows = select(slip.c.id, slip.c.slip_no).where(slip.c.id.in_(slip_ids))
    return dict(db.session.execute(rows).all())
