"""The published days: what each layer says about a date."""

from datetime import date, datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment


class CalendarYear(db.Model):
    """A year of one layer (`national`, `local`, or an office id); without a notice it is provisional 暂定."""

    layer: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str | None]
    provisional: Mapped[bool] = mapped_column(default=False)


class CalendarDay(db.Model):
    """One date that is not what its weekday says: `rest` 休, or `work` 班 (调休)."""

    layer: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")


class CalendarEdition(db.Model):
    """Every calendar that ever counted: a journal row names its edition, so that a date of then can be proved now."""

    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment)
    layers: Mapped[dict] = mapped_column(JSON)  # layer → {rest: {day: name}, work: {day: name}, published, provisional}
