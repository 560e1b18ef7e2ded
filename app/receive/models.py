"""A half-done intake, kept until it is a case."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment
from app.sealing import SealedJSON


class Draft(db.Model):
    """登记中. `id` is random and stands in the address, so that Back and reload find the same form again."""

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)  # nobody yet: left at the machine by the door
    office_id: Mapped[str]
    item_code: Mapped[str | None]
    data: Mapped[dict] = mapped_column(SealedJSON)  # the form as typed: name -> list of values
    parked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
