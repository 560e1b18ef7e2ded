"""交接单: papers on their way from one office to another, counted by both sides. 日清: the drawer counted in the evening."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db, where_set
from app.moments import Moment


class Slip(db.Model):
    """packing → sent → received | discrepancy → settled; recalled before it is taken."""

    __table_args__ = (
        Index("ix_slip_to_open", "to_office_id", "sent_at", "id", sqlite_where=text("state in ('sent', 'discrepancy')"),
              postgresql_where=text("state in ('sent', 'discrepancy')")),
        Index("ix_slip_under_way", "sent_at", "id", "state", sqlite_where=text("state in ('sent', 'discrepancy')"),
              postgresql_where=text("state in ('sent', 'discrepancy')")),
        # Oldest first, and whose they are: a list of any width is read off it in its order.
        Index("ix_slip_open", "packed_at", "id", "from_office_id", "to_office_id", "at_office_id",
              sqlite_where=text("state in ('packing', 'sent', 'discrepancy')"),
              postgresql_where=text("state in ('packing', 'sent', 'discrepancy')")),
        Index("ix_slip_from_open", "from_office_id", "packed_at", "id",
              sqlite_where=text("state in ('packing', 'sent', 'discrepancy')"),
              postgresql_where=text("state in ('packing', 'sent', 'discrepancy')")),
        where_set("ix_slip_inside_id", "inside_id"),
        where_set("ix_slip_at_office_id", "at_office_id"),
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
    search_until: Mapped[date | None]  # 有差异: the day by which what was missing must have been found
    # A sealed slip may travel inside a pouch, which is a slip too: one hop each, opened only by its receiver.
    inside_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    at_office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))  # lies there, still sealed


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


class PouchLine(db.Model):
    """One sealed slip inside another; `found` and `settled` as in SlipLine."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), index=True)
    inner_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), index=True)
    found: Mapped[bool | None]
    settled: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")


class CloseOut(db.Model):
    """日清: one drawer, one day. counted → signed (by the clerk) → closed (by the leader); then nothing changes it.

    `desk_id` is empty for the shelf that belongs to no counter. `facts`: what was counted, what the account said,
    the differences with their reasons, and what was left open. `digest` is over them and both names, chained to the
    record before of the same drawer.
    """

    __table_args__ = (UniqueConstraint("office_id", "desk_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    desk_id: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    state: Mapped[str]
    facts: Mapped[dict] = mapped_column(JSON)
    counted_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[int | None]
    signed_name: Mapped[str | None]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[int | None]
    closed_name: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    remark: Mapped[str] = mapped_column(default="")
    document_id: Mapped[int | None]
    previous: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
