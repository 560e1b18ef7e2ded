"""到访: every contact at the window, with a number, led it to a case or not."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment


class Visit(db.Model):
    """waiting → called → serving → done | left | missed | parked. The number on paper never changes."""

    __table_args__ = (
        UniqueConstraint("centre_id", "day", "ticket_no"),
        Index("ix_visit_hall", "centre_id", "day", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    day: Mapped[date]
    ticket_no: Mapped[int]
    state: Mapped[str]
    priority: Mapped[bool] = mapped_column(default=False)  # 绿色通道: elderly, disabled, soldiers
    item_code: Mapped[str | None]
    desk_id: Mapped[str | None] = mapped_column(ForeignKey("desk.id"))
    served_by: Mapped[int | None]
    served_name: Mapped[str | None]
    taken_at: Mapped[datetime] = mapped_column(Moment)
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    serving_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None]  # case | consult | wrong_address | left
    note: Mapped[str] = mapped_column(default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
