"""A case, its tasks, papers, clocks, and everything that ever happened to it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import ItemVersion
from app.extensions import db, where_set
from app.moments import Moment
from app.sealing import Digest, Sealed, SealedJSON

UNTASKED = ("received", "correction", "decided", "ready", "forwarded")  # open, and no department's task is what it waits for
OPEN = "('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
DONE = ("decided", "ready", "delivered", "not_accepted", "forwarded", "withdrawn", "revoked", "terminated")  # and not yet archived
LOOKS = ("open_personal_data", "export_personal_data")  # somebody saw what is masked; nothing was done to the case
WITH_DATA = (*LOOKS, "correct_personal_data")  # all that is done with a person's data
# In the words of the partial indexes below, so that both databases recognise them in a question.
IS_OPEN, IS_UNTASKED = text(f'"case".state in {OPEN}'), text(f'"case".state in {UNTASKED}')
IS_TO_HAND_OVER = text('"case".state = \'ready\' and "case".parent_id is null')
IS_DONE, IN_TRANSIT = text(f'"case".state in {DONE}'), text("material.state = 'in_transit'")
IS_WITH_DATA = text(f"journal_entry.action in {WITH_DATA}")


class Case(db.Model):
    """办件. `state`, `seq`, `head`, `waits_*`, `due_*` and `counted` are written by lifecycle.advance() and nobody else."""

    __table_args__ = (
        # A queue is a question about open cases only: closed ones leave these indexes.
        Index("ix_case_centre_open", "centre_id", "due_on", "id",
              sqlite_where=text(f"state in {OPEN}"), postgresql_where=text(f"state in {OPEN}")),
        Index("ix_case_waits_open", "waits_office_id", "due_on", "id",
              sqlite_where=text(f"state in {OPEN}"), postgresql_where=text(f"state in {OPEN}")),
        # Hundreds wait with a task for each that waits without one: these must not be looked for among those.
        Index("ix_case_waits_untasked", "waits_office_id", "due_on", "id",
              sqlite_where=text(f"state in {UNTASKED}"), postgresql_where=text(f"state in {UNTASKED}")),
        Index("ix_case_state_open", "state", "due_on",
              sqlite_where=text(f"state in {OPEN}"), postgresql_where=text(f"state in {OPEN}")),
        Index("ix_case_done", "id",
              sqlite_where=text(f"state in {DONE}"), postgresql_where=text(f"state in {DONE}")),
        Index("ix_case_done_street", "street_id", "id",
              sqlite_where=text(f"state in {DONE}"), postgresql_where=text(f"state in {DONE}")),
        Index("ix_case_done_centre", "centre_id", "id",
              sqlite_where=text(f"state in {DONE}"), postgresql_where=text(f"state in {DONE}")),
        Index("ix_case_to_hand_over", "centre_id", "applicant_name", "id",
              sqlite_where=text("state = 'ready' and parent_id is null"),
              postgresql_where=text("state = 'ready' and parent_id is null")),
        Index("ix_case_received", "centre_id", "received_at"),
        where_set("ix_case_parent_id", "parent_id"),
        Index("ix_case_lit", "due_on", "id", "legal_on",
              sqlite_where=text("yellow_on is not null"), postgresql_where=text("yellow_on is not null")),
        Index("ix_case_lit_street", "street_id", "due_on", "id", "legal_on",
              sqlite_where=text("yellow_on is not null"), postgresql_where=text("yellow_on is not null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(unique=True)
    intake_key: Mapped[str] = mapped_column(unique=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("service_item.code"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    item_version: Mapped[ItemVersion] = relationship()
    item_name: Mapped[str]

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    after_code: Mapped[str | None]  # joint child: the sibling item that must be granted first

    centre_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    street_id: Mapped[str] = mapped_column(ForeignKey("street.id"))
    desk_id: Mapped[str | None]
    channel: Mapped[str] = mapped_column(default="window")  # window | kiosk | grid | paper
    received_by: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(Moment)

    applicant_kind: Mapped[str]  # person | household | organisation | anonymous
    applicant_name: Mapped[str]
    id_type: Mapped[str] = mapped_column(default="resident_id")
    id_number: Mapped[str | None] = mapped_column(Sealed)
    id_hash: Mapped[str | None] = mapped_column(Digest, index=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_hash: Mapped[str | None] = mapped_column(Digest, index=True)
    particulars: Mapped[dict] = mapped_column(SealedJSON)  # address, agent, guardian, consent …
    form: Mapped[dict] = mapped_column(SealedJSON)  # the item's own fields, by key
    delivery_mode: Mapped[str] = mapped_column(default="window")  # window | post | community | door

    state: Mapped[str]
    seq: Mapped[int] = mapped_column(default=0)  # journal rows so far
    head: Mapped[str] = mapped_column(Digest, default="")  # hash of the last of them
    waits_office_id: Mapped[str | None]  # where the case waits now: every open case has an owner
    waits_for: Mapped[str | None]  # the role that must act there
    due_on: Mapped[date | None]  # of the clock that matters now (cases/clocks.py)
    due_kind: Mapped[str | None]
    due_tentative: Mapped[bool] = mapped_column(default=False)
    yellow_on: Mapped[date | None]  # undecided: the day from which its light is yellow (cases/lights.py)
    legal_on: Mapped[date | None]  # undecided: the last day that the law gives
    counted: Mapped[str] = mapped_column(default="")  # what it adds to the figures (cases/figures.py)

    accepted_on: Mapped[date | None]
    tolerant: Mapped[bool] = mapped_column(default=False)
    extended: Mapped[int] = mapped_column(default=0)  # working days added by an approved extension
    outcome: Mapped[str | None]  # granted | denied | partly
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    status_code: Mapped[str] = mapped_column(Sealed)
    status_hash: Mapped[str] = mapped_column(Digest, unique=True)


class JournalEntry(db.Model):
    """日志: one row per action on a case. Rows are added, never changed; each carries the hash of the one before."""

    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_journal_untold", "id",
              sqlite_where=text("told_at is null and notice is not null"),
              postgresql_where=text("told_at is null and notice is not null")),
        Index("ix_journal_with_data", "id",
              sqlite_where=text(f"action in {WITH_DATA}"), postgresql_where=text(f"action in {WITH_DATA}")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]
    action: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    office_id: Mapped[str | None]
    desk_id: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    facts: Mapped[dict] = mapped_column(SealedJSON)
    facts_digest: Mapped[str] = mapped_column(Digest)
    previous: Mapped[str] = mapped_column(Digest)
    hash: Mapped[str] = mapped_column(Digest)
    notice: Mapped[str | None]  # what the applicant is to be told; an untold row is the pending notice
    told_at: Mapped[datetime | None] = mapped_column(Moment)


class Task(db.Model):
    """办理任务: one department's share of a stage. waiting → open → claimed → done | cancelled."""

    __table_args__ = (
        Index("ix_task_open", "opened_at", "id",
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        Index("ix_task_claimed", "office_id", "claimed_by", "due_on", "id",
              sqlite_where=text("state = 'claimed'"), postgresql_where=text("state = 'claimed'")),
        Index("ix_task_office_live", "office_id", "due_on", "id",
              sqlite_where=text("state in ('waiting', 'open', 'claimed')"),
              postgresql_where=text("state in ('waiting', 'open', 'claimed')")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    stage: Mapped[int]
    rule: Mapped[str] = mapped_column(default="all")  # all 并联 | any 抢单
    last: Mapped[bool] = mapped_column(default=False)  # its conclusion decides the case
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    state: Mapped[str]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    claimed_name: Mapped[str | None]
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    result: Mapped[str | None]  # granted | denied | opinion
    opinion: Mapped[str | None] = mapped_column(Sealed)
    proposal: Mapped[dict | None] = mapped_column(SealedJSON)
    proposed_by: Mapped[int | None]
    proposed_name: Mapped[str | None]
    due_on: Mapped[date | None]
    opened_at: Mapped[datetime | None] = mapped_column(Moment)  # since when it can be taken up


class Material(db.Model):
    """材料: one paper, application or result, with exactly one holder at any time.

    missing · deferred · exempt · held · in_transit · returned · archived · lost (state-machines 3).
    """

    __table_args__ = (
        # With all that is asked of a paper when many are counted, so that none of them need be read itself.
        Index("ix_material_office_held", "office_id", "case_id", "id", "kind", "form", "state", "slip_id", "holder_id",
              sqlite_where=text("state in ('held', 'in_transit')"),
              postgresql_where=text("state in ('held', 'in_transit')")),
        Index("ix_material_in_hand", "case_id", "id", "kind", "form",
              sqlite_where=text("state in ('held', 'in_transit')"),
              postgresql_where=text("state in ('held', 'in_transit')")),
        Index("ix_material_in_transit", "case_id", "id", "since",
              sqlite_where=text("state = 'in_transit'"), postgresql_where=text("state = 'in_transit'")),
        where_set("ix_material_slip_id", "slip_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    line: Mapped[int]  # its place in the list of the case, from 1
    kind: Mapped[str] = mapped_column(default="application")  # application | extra | result
    name: Mapped[str]
    form: Mapped[str]  # original | copy | electronic
    copies: Mapped[int] = mapped_column(default=1)
    pages: Mapped[int] = mapped_column(default=1)
    required: Mapped[bool] = mapped_column(default=True)
    deferrable: Mapped[bool] = mapped_column(default=False)
    verify_original: Mapped[bool] = mapped_column(default=False)
    original_seen: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    holder_name: Mapped[str | None]
    slip_id: Mapped[int | None]  # set while packed or in transit
    since: Mapped[datetime | None] = mapped_column(Moment)  # held, sent or gone since
    document_id: Mapped[int | None]  # a result: the document it is
    substitute_of: Mapped[int | None]
    upload_id: Mapped[int | None]


class ClockRun(db.Model):
    """One running of one clock. `due_on` is cached; it is derived from the start, the amount and the pauses."""

    __table_args__ = (
        Index("ix_clock_running", "kind", "due_on",
              sqlite_where=text("stopped_on is null"), postgresql_where=text("stopped_on is null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str]  # intake promise statutory correction supplement delivery collect …
    started_on: Mapped[date]
    amount: Mapped[int]
    unit: Mapped[str]  # working_day | calendar_day
    extended: Mapped[int] = mapped_column(default=0)  # working days
    due_on: Mapped[date]
    tentative: Mapped[bool] = mapped_column(default=False)  # 暂定: runs into a year without a notice
    calendar: Mapped[int] = mapped_column(default=0)  # the edition it was derived from
    mark: Mapped[str] = mapped_column(default="")  # the last reminder: T-3 T-1 · D+3 D+10 D+30 D+90 · over
    stopped_on: Mapped[date | None]
    started_seq: Mapped[int]  # the journal row that started it


class Pause(db.Model):
    """特别程序: an interval that promise and statutory clocks do not count, from a served notice only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    procedure: Mapped[str]
    amount: Mapped[int]
    unit: Mapped[str]
    started_on: Mapped[date]
    planned_until: Mapped[date]
    ended_on: Mapped[date | None]
    seq: Mapped[int]


class Query(db.Model):
    """退回窗口: an officer's question to the window. It never pauses a clock."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    reason: Mapped[str]
    question: Mapped[str] = mapped_column(Sealed)
    asked_by: Mapped[int | None]
    asked_name: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str | None] = mapped_column(Sealed)
    answered_name: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class CorrectionLine(db.Model):
    """One line of a 一次性补正告知书, frozen when it was issued; `settled_on` when what it asks for came in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    round: Mapped[int]
    material_id: Mapped[int | None] = mapped_column(ForeignKey("material.id"))
    name: Mapped[str]
    problem: Mapped[str]
    standard: Mapped[str] = mapped_column(default="")
    settled_on: Mapped[date | None]


class NamePair(db.Model):
    """Every two neighbouring characters of an applicant's name: how two characters are found among a million."""

    __table_args__ = {"sqlite_with_rowid": False}

    pair: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)


class Figure(db.Model):
    """One change of a supervisor's figure: `number` more of `name` in a centre from `day` on (cases/figures.py).

    Rows are added by each step and folded together in quiet minutes: a sum over them is the figure of any day.
    """

    __table_args__ = (Index("ix_figure_street", "street_id", "day"), Index("ix_figure_day", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    street_id: Mapped[str]
    centre_id: Mapped[str]
    name: Mapped[str]
    day: Mapped[date]
    number: Mapped[int]


class Serial(db.Model):
    """The last number given in a series; raised in the transaction that uses it, so that no number is lost."""

    series: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class Seal(db.Model):
    """日封: all journal heads and desk events of one day under one hash, chained to the day before.

    `mac` is made with a key that is not in the database: whoever has only the database's shell cannot make a new seal.
    """

    day: Mapped[date] = mapped_column(primary_key=True)
    entries: Mapped[int]  # journal rows up to here
    events: Mapped[int] = mapped_column(default=0)  # desk events up to here
    digest: Mapped[str]
    previous: Mapped[str]
    mac: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
