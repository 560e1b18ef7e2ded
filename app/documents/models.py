"""A document: number and facts are frozen when it is issued, the bytes when it is first read. And the paper it is put on."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db, where_set
from app.moments import Moment
from app.sealing import Digest, Sealed, SealedBytes, SealedJSON


class Document(db.Model):
    """文书. draft → valid → superseded | suspended ⇄ valid | revoked | void. At most one valid result per case and kind."""

    __table_args__ = (
        UniqueConstraint("series", "serial"),
        Index("uq_document_valid_result", "case_id", "kind", unique=True,
              sqlite_where=text("is_result = 1 and state = 'valid'"),
              postgresql_where=text("is_result and state = 'valid'")),
        where_set("ix_document_slip_id", "slip_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
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
    verify_hash: Mapped[str] = mapped_column(Digest, unique=True)
    issued_at: Mapped[datetime] = mapped_column(Moment)
    issued_by: Mapped[int | None]
    issued_name: Mapped[str]
    seq: Mapped[int | None]  # the journal row of the case that issued it
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    state_reason: Mapped[str] = mapped_column(default="")
    copies: Mapped[int] = mapped_column(default=0)  # how often it was printed


class DocumentBytes(db.Model):
    """The PDF as it was first printed, in one of its variants (kinds.VARIANTS); never rendered again."""

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    variant: Mapped[str] = mapped_column(primary_key=True, default="normal")
    pdf: Mapped[bytes] = mapped_column(SealedBytes)
    sha256: Mapped[str] = mapped_column(index=True)  # of the whole file: what is shown to us later is this or it is not
    rendered_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[str] = mapped_column(default="")  # the name in the signing certificate
    level: Mapped[str] = mapped_column(default="")  # PAdES: B-T | B-LT


class DocumentCopy(db.Model):
    """补打登记: the n-th time a document was printed, and by whom."""

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]


class SecurityPaper(db.Model):
    """证照纸: a sheet that came with a number on it. blank → used | spoiled; used → spoiled. Each one is accounted for."""

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
    batch: Mapped[str] = mapped_column(index=True)  # first–last of the pack it came in
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    state: Mapped[str] = mapped_column(default="blank")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]


class HandReceipt(db.Model):
    """手工收件凭证: a numbered slip printed ahead for hours without power. blank → used | void. Each one is accounted for.

    Its code is printed on it: what the resident takes home already leads to the case that is keyed in later.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)  # S, year, eight digits, check: S2600000017X
    block: Mapped[str] = mapped_column(index=True)  # first–last of the block
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    desk_id: Mapped[str] = mapped_column(default="")  # the counter it is reserved for
    state: Mapped[str] = mapped_column(default="blank")
    code: Mapped[str] = mapped_column(Sealed)
    code_hash: Mapped[str] = mapped_column(Digest, unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True)
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]


class PrintJob(db.Model):
    """批量出证: up to 200 results of an office made in one go by the worker. waiting → working → done."""

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    made_by: Mapped[int]
    made_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    printed_at: Mapped[datetime | None] = mapped_column(Moment)
    pdf: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)  # all of them, for the printer


class PrintItem(db.Model):
    """One case of a batch. waiting → issued → done, or failed with its reason; the others go on."""

    job_id: Mapped[int] = mapped_column(ForeignKey("print_job.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    state: Mapped[str] = mapped_column(default="waiting")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    reason: Mapped[str] = mapped_column(default="")


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
