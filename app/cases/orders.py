"""督办 and 吹哨 beside a case: who was asked for what, until when, and what came of it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment
from app.sealing import Sealed

UNANSWERED = text("replied_at is null")
UNREPORTED = text("reported_at is null")


class Supervision(db.Model):
    """A reminder 催办 or a supervision order 督办 to an office, and perhaps to one person in it.

    Unanswered by `reply_by` an order climbs: office → street → city; `reply_by` is then that of the new level.
    """

    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_supervision_open", "office_id", "reply_by", sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]  # the journal row that gave it
    kind: Mapped[str]  # reminder | order
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    person_name: Mapped[str | None]
    problem: Mapped[str] = mapped_column(Sealed)
    demand: Mapped[str] = mapped_column(Sealed)
    reply_by: Mapped[date]
    level: Mapped[str] = mapped_column(default="office")  # office | street | city
    asked_name: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    reply: Mapped[str | None] = mapped_column(Sealed)
    replied_name: Mapped[str | None]
    replied_at: Mapped[datetime | None] = mapped_column(Moment)


class WhistleCall(db.Model):
    """吹哨: one department that a street leader called on a case; it signs, makes contact, reports in.

    `missed`: the last of sign | contact | report that was not done in time and was passed on upwards.
    """

    __table_args__ = (
        UniqueConstraint("case_id", "seq", "office_id"),
        Index("ix_whistle_call_open", "office_id", "report_by", sqlite_where=UNREPORTED, postgresql_where=UNREPORTED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]  # the journal row of the whistle
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    level: Mapped[str]  # routine | hard
    problem: Mapped[str] = mapped_column(Sealed)
    called_name: Mapped[str]
    called_at: Mapped[datetime] = mapped_column(Moment)
    sign_by: Mapped[datetime] = mapped_column(Moment)
    contact_by: Mapped[datetime] = mapped_column(Moment)
    report_by: Mapped[date]
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    signed_name: Mapped[str | None]
    contacted_at: Mapped[datetime | None] = mapped_column(Moment)
    reported_at: Mapped[datetime | None] = mapped_column(Moment)
    reported_name: Mapped[str | None]
    report: Mapped[str | None] = mapped_column(Sealed)
    missed: Mapped[str] = mapped_column(default="")
