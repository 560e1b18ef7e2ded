"""Long exports: asked for once, made by the worker, fetched by whoever asked for them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment


class ExportJob(db.Model):
    """waiting → running → done | failed. The file lies in DATA_DIR/exports under the id of the job."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    table: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str]  # csv | xlsx
    asked: Mapped[dict] = mapped_column(JSON, default=dict)  # the filters as in the address
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    rows: Mapped[int] = mapped_column(default=0)  # to write, counted beforehand
    written: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
