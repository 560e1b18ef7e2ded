"""交接单: papers on their way from one office to another, counted by both sides."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment


class Slip(db.Model):
    """packing → sent → received | discrepancy → settled; recalled before it is taken."""

    __table_args__ = (
        Index("ix_slip_to_open", "to_office_id", sqlite_where=text("state in ('sent', 'discrepancy')"),
              postgresql_where=text("state in ('sent', 'discrepancy')")),
        Index("ix_slip_from_open", "from_office_id",
              sqlite_where=text("state in ('packing', 'sent', 'discrepancy')"),
              postgresql_where=text("state in ('packing', 'sent', 'discrepancy')")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    slip_no: Mapped[str] = mapped_column(unique=True)
    from_office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    to_office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    state: Mapped[str]
    pouch_no: Mapped[str] = mapped_column(default="")
    seal_no: Mapped[str] = mapped_column(default="")
    packed_by: Mapped[int | None]
    packed_at: Mapped[datetime] = mapped_column(Moment)
    handed_by: Mapped[int | None]
    handed_name: Mapped[str | None]
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    carrier_name: Mapped[str | None]
    taken_by: Mapped[int | None]
    taken_name: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)


class SlipLine(db.Model):
    """One paper on a slip. `found`: None until counted, then whether it was there; `settled`: found | lost | returned."""

    __table_args__ = (Index("ix_slip_line_slip", "slip_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    found: Mapped[bool | None]
    settled: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
