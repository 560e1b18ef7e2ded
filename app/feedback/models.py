"""好差评: what the resident thought of it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment
from app.sealing import Sealed


class Rating(db.Model):
    """One a case (一事一评): 5 非常满意 … 1 非常不满意. Voluntary; the clerk does not see who rated."""

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    stars: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Sealed)
    at: Mapped[datetime] = mapped_column(Moment)
