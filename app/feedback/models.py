"""好差评: what the resident thought of it, and what is done about a bad one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
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


class Rectification(db.Model):
    """差评整改: opened by a bad rating, closed by a recorded call-back and by nothing else. When it is due is derived
    (feedback/rectifying.py) and never kept: a changed calendar moves it at once."""

    __table_args__ = (
        Index("ix_rectification_open", "opened_at", sqlite_where=text("closed_at is null"),
              postgresql_where=text("closed_at is null")),
    )  # fmt: skip

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    measures: Mapped[str | None] = mapped_column(Sealed)
    measured_name: Mapped[str | None]
    measured_at: Mapped[datetime | None] = mapped_column(Moment)
    result: Mapped[str | None]  # satisfied | accepted | unsatisfied | unreachable
    called_name: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
