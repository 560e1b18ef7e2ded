"""A document: number and facts are frozen when it is issued, the bytes when it is first read."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.moments import Moment
from app.sealing import Sealed, SealedBytes, SealedJSON


class Document(db.Model):
    """文书. draft → valid → superseded | suspended ⇄ valid | revoked | void. At most one valid result per case and kind."""

    __table_args__ = (
        UniqueConstraint("series", "serial"),
        Index("uq_document_valid_result", "case_id", "kind", unique=True,
              sqlite_where=text("is_result = 1 and state = 'valid'"),
              postgresql_where=text("is_result and state = 'valid'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"), index=True)
    kind: Mapped[str]  # documents.kinds.KINDS
    series: Mapped[str]  # centre's 代字 / type character / year
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)  # 都文峰受〔2026〕3号
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    state: Mapped[str]
    is_result: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict] = mapped_column(SealedJSON)
    valid_until: Mapped[date | None]
    verify_code: Mapped[str] = mapped_column(Sealed)
    verify_hash: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime] = mapped_column(Moment)
    issued_by: Mapped[int | None]
    issued_name: Mapped[str]
    seq: Mapped[int | None]  # the journal row of the case that issued it
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    state_reason: Mapped[str] = mapped_column(default="")
    copies: Mapped[int] = mapped_column(default=0)  # how often it was printed
    sha256: Mapped[str | None]


class DocumentBytes(db.Model):
    """The PDF as it was first printed; never rendered again."""

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    pdf: Mapped[bytes] = mapped_column(SealedBytes)
    rendered_at: Mapped[datetime] = mapped_column(Moment)


class DocumentCopy(db.Model):
    """补打登记: the n-th time a document was printed, and by whom."""

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]


class Upload(db.Model):
    """A scan or photo, sealed in DATA_DIR/uploads under the hash of its content."""

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    content_type: Mapped[str]
    size: Mapped[int]
    filename: Mapped[str] = mapped_column(Sealed)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    draft_id: Mapped[str | None] = mapped_column(index=True)
    made_by: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(Moment)
