"""Service items in versions: a case keeps the version under which it came in."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment


class ServiceItem(db.Model):
    """事项. The row points to the version in force; what an item asks for stands in the version."""

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    department_id: Mapped[str] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(default=0)
    version_id: Mapped[int | None]  # ItemVersion.id in force
    pinyin: Mapped[str] = mapped_column(default="")  # full, without tones or spaces
    initials: Mapped[str] = mapped_column(default="", index=True)  # of its name, then of what people call it
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class ItemVersion(db.Model):
    """实施清单 of an item at one time, never changed once written. `spec`: catalog.spec.ItemSpec as JSON."""

    __table_args__ = (UniqueConstraint("item_code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("service_item.code"))
    version: Mapped[int]
    digest: Mapped[str]
    spec: Mapped[dict] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(Moment)


class CopyOrder(db.Model):
    """抄录卡: in which order the department's own system asks for what we already know. Kept apart from the versions,
    because the people at the desk change it, not the catalogue."""

    item_code: Mapped[str] = mapped_column(ForeignKey("service_item.code"), primary_key=True)
    keys: Mapped[list] = mapped_column(JSON)  # of queues/copy_card.py; what is not named is not copied
    at: Mapped[datetime] = mapped_column(Moment)
    actor_name: Mapped[str]
