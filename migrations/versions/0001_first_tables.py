"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "calendar_day",
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("layer", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_edition",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("layers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_calendar_edition")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("layer", "year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "desk_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_event")),
    )
    with op.batch_alter_table("desk_event", schema=None) as batch_op:
        batch_op.create_index("ix_desk_event_at", ["at"], unique=False)

    op.create_table(
        "login_delay",
        sa.Column("login_hash", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("login_hash", "address", name=op.f("pk_login_delay")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("can", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
    )
    op.create_table(
        "seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_seal")),
    )
    op.create_table(
        "serial",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_serial")),
    )
    op.create_table(
        "service_item",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("department_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("pinyin", sa.String(), nullable=False),
        sa.Column("initials", sa.String(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_service_item")),
    )
    with op.batch_alter_table("service_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_item_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_item_initials"), ["initials"], unique=False)

    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "street",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("document_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street")),
        sa.UniqueConstraint("code", name=op.f("uq_street_code")),
    )
    op.create_table(
        "transfer_route",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("from_office_id", sa.String(), nullable=False),
        sa.Column("to_office_id", sa.String(), nullable=False),
        sa.Column("runs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_route")),
    )
    op.create_table(
        "item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["item_code"], ["service_item.code"], name=op.f("fk_item_version_item_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version")),
        sa.UniqueConstraint("item_code", "version", name=op.f("uq_item_version_item_code_version")),
    )
    op.create_table(
        "office",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("department_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("street_id", sa.String(), nullable=True),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("centre_id", sa.String(), nullable=True),
        sa.Column("document_code", sa.String(), nullable=True),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["office.id"], name=op.f("fk_office_parent_id")),
        sa.ForeignKeyConstraint(["street_id"], ["street.id"], name=op.f("fk_office_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
    )
    with op.batch_alter_table("office", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_office_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_office_street_id"), ["street_id"], unique=False)

    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("intake_key", sa.String(), nullable=False),
        sa.Column("item_code", sa.String(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("item_name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("after_code", sa.String(), nullable=True),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("street_id", sa.String(), nullable=False),
        sa.Column("desk_id", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("received_by", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("applicant_kind", sa.String(), nullable=False),
        sa.Column("applicant_name", sa.String(), nullable=False),
        sa.Column("id_type", sa.String(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_hash", sa.String(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.String(), nullable=True),
        sa.Column("particulars", sa.LargeBinary(), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.Column("delivery_mode", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("waits_office_id", sa.String(), nullable=True),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_kind", sa.String(), nullable=True),
        sa.Column("due_tentative", sa.Boolean(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("tolerant", sa.Boolean(), nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("status_code", sa.LargeBinary(), nullable=False),
        sa.Column("status_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["office.id"], name=op.f("fk_case_centre_id")),
        sa.ForeignKeyConstraint(["item_code"], ["service_item.code"], name=op.f("fk_case_item_code")),
        sa.ForeignKeyConstraint(["item_version_id"], ["item_version.id"], name=op.f("fk_case_item_version_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["case.id"], name=op.f("fk_case_parent_id")),
        sa.ForeignKeyConstraint(["street_id"], ["street.id"], name=op.f("fk_case_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("case_no", name=op.f("uq_case_case_no")),
        sa.UniqueConstraint("intake_key", name=op.f("uq_case_intake_key")),
        sa.UniqueConstraint("status_hash", name=op.f("uq_case_status_hash")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_centre_open",
            ["centre_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
            postgresql_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
        )
        batch_op.create_index(batch_op.f("ix_case_id_hash"), ["id_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_item_code"), ["item_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_phone_hash"), ["phone_hash"], unique=False)
        batch_op.create_index("ix_case_received", ["centre_id", "received_at"], unique=False)
        batch_op.create_index(
            "ix_case_state_open",
            ["state", "due_on"],
            unique=False,
            sqlite_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
            postgresql_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
        )
        batch_op.create_index(
            "ix_case_waits_open",
            ["waits_office_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
            postgresql_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
        )

    op.create_table(
        "desk",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("accessible", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_desk_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
    )
    with op.batch_alter_table("desk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_office_id"), ["office_id"], unique=False)

    op.create_table(
        "slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_no", sa.String(), nullable=False),
        sa.Column("from_office_id", sa.String(), nullable=False),
        sa.Column("to_office_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pouch_no", sa.String(), nullable=False),
        sa.Column("seal_no", sa.String(), nullable=False),
        sa.Column("packed_by", sa.Integer(), nullable=True),
        sa.Column("packed_at", sa.BigInteger(), nullable=False),
        sa.Column("handed_by", sa.Integer(), nullable=True),
        sa.Column("handed_name", sa.String(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("carrier_name", sa.String(), nullable=True),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_name", sa.String(), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["from_office_id"], ["office.id"], name=op.f("fk_slip_from_office_id")),
        sa.ForeignKeyConstraint(["to_office_id"], ["office.id"], name=op.f("fk_slip_to_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint("slip_no", name=op.f("uq_slip_slip_no")),
    )
    with op.batch_alter_table("slip", schema=None) as batch_op:
        batch_op.create_index(
            "ix_slip_from_open",
            ["from_office_id"],
            unique=False,
            sqlite_where=sa.text("state in ('packing', 'sent', 'discrepancy')"),
            postgresql_where=sa.text("state in ('packing', 'sent', 'discrepancy')"),
        )
        batch_op.create_index(
            "ix_slip_to_open",
            ["to_office_id"],
            unique=False,
            sqlite_where=sa.text("state in ('sent', 'discrepancy')"),
            postgresql_where=sa.text("state in ('sent', 'discrepancy')"),
        )

    op.create_table(
        "clock_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("tentative", sa.Boolean(), nullable=False),
        sa.Column("calendar", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("started_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_clock_run_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_run")),
    )
    with op.batch_alter_table("clock_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_run_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_clock_running",
            ["kind", "due_on"],
            unique=False,
            sqlite_where=sa.text("stopped_on is null"),
            postgresql_where=sa.text("stopped_on is null"),
        )

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("slip_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_result", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("verify_code", sa.LargeBinary(), nullable=False),
        sa.Column("verify_hash", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("issued_name", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_document_case_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_document_office_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_document_slip_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["document.id"], name=op.f("fk_document_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("number", name=op.f("uq_document_number")),
        sa.UniqueConstraint("series", "serial", name=op.f("uq_document_series_serial")),
        sa.UniqueConstraint("verify_hash", name=op.f("uq_document_verify_hash")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_slip_id"), ["slip_id"], unique=False)
        batch_op.create_index(
            "uq_document_valid_result",
            ["case_id", "kind"],
            unique=True,
            sqlite_where=sa.text("is_result = 1 and state = 'valid'"),
            postgresql_where=sa.text("is_result and state = 'valid'"),
        )

    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=True),
        sa.Column("desk_id", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("facts_digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_journal_entry_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_journal_entry_case_id_seq")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_journal_untold",
            ["id"],
            unique=False,
            sqlite_where=sa.text("told_at is null and notice is not null"),
            postgresql_where=sa.text("told_at is null and notice is not null"),
        )

    op.create_table(
        "name_pair",
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_name_pair_case_id")),
        sa.PrimaryKeyConstraint("pair", "case_id", name=op.f("pk_name_pair")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_pause_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_case_id"), ["case_id"], unique=False)

    op.create_table(
        "rating",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_rating_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_rating")),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("filename", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_upload_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_sha256"), ["sha256"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("desk_id", sa.String(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_user_desk_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_user_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("login", name=op.f("uq_user_login")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_office_id"), ["office_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ticket_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("item_code", sa.String(), nullable=True),
        sa.Column("desk_id", sa.String(), nullable=True),
        sa.Column("served_by", sa.Integer(), nullable=True),
        sa.Column("served_name", sa.String(), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
        sa.Column("serving_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_visit_case_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["office.id"], name=op.f("fk_visit_centre_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_visit_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("centre_id", "day", "ticket_no", name=op.f("uq_visit_centre_id_day_ticket_no")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_hall", ["centre_id", "day", "state"], unique=False)

    op.create_table(
        "document_bytes",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("rendered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_bytes_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_bytes")),
    )
    op.create_table(
        "document_copy",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_copy_document_id")),
        sa.PrimaryKeyConstraint("document_id", "nth", name=op.f("pk_document_copy")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("item_code", sa.String(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("parked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_draft_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_user_id"), ["user_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_login_session_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("deferrable", sa.Boolean(), nullable=False),
        sa.Column("verify_original", sa.Boolean(), nullable=False),
        sa.Column("original_seen", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("holder_name", sa.String(), nullable=True),
        sa.Column("slip_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("substitute_of", sa.Integer(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_material_case_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["user.id"], name=op.f("fk_material_holder_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_material_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
    )
    with op.batch_alter_table("material", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_material_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_material_office_held",
            ["office_id", "since"],
            unique=False,
            sqlite_where=sa.text("state in ('held', 'in_transit')"),
            postgresql_where=sa.text("state in ('held', 'in_transit')"),
        )
        batch_op.create_index(batch_op.f("ix_material_slip_id"), ["slip_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("last", sa.Boolean(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("claimed_name", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("opinion", sa.LargeBinary(), nullable=True),
        sa.Column("proposal", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_name", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_task_case_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["user.id"], name=op.f("fk_task_claimed_by")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_task_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_claimed_by"), ["claimed_by"], unique=False)
        batch_op.create_index(
            "ix_task_office_live",
            ["office_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("state in ('waiting', 'open', 'claimed')"),
            postgresql_where=sa.text("state in ('waiting', 'open', 'claimed')"),
        )

    op.create_table(
        "correction_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_correction_line_case_id")),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f("fk_correction_line_material_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_line")),
    )
    with op.batch_alter_table("correction_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_line_case_id"), ["case_id"], unique=False)

    op.create_table(
        "query",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_name", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_name", sa.String(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_query_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_query_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query")),
    )
    with op.batch_alter_table("query", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_query_case_id"), ["case_id"], unique=False)

    op.create_table(
        "slip_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=True),
        sa.Column("settled", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_slip_line_case_id")),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f("fk_slip_line_material_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_slip_line_slip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_line")),
    )
    with op.batch_alter_table("slip_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slip_line_material_id"), ["material_id"], unique=False)
        batch_op.create_index("ix_slip_line_slip", ["slip_id", "id"], unique=False)



def downgrade():
    with op.batch_alter_table("slip_line", schema=None) as batch_op:
        batch_op.drop_index("ix_slip_line_slip")
        batch_op.drop_index(batch_op.f("ix_slip_line_material_id"))

    op.drop_table("slip_line")
    with op.batch_alter_table("query", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_query_case_id"))

    op.drop_table("query")
    with op.batch_alter_table("correction_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_line_case_id"))

    op.drop_table("correction_line")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_task_office_live",
            sqlite_where=sa.text("state in ('waiting', 'open', 'claimed')"),
            postgresql_where=sa.text("state in ('waiting', 'open', 'claimed')"),
        )
        batch_op.drop_index(batch_op.f("ix_task_claimed_by"))
        batch_op.drop_index(batch_op.f("ix_task_case_id"))

    op.drop_table("task")
    with op.batch_alter_table("material", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_material_slip_id"))
        batch_op.drop_index(
            "ix_material_office_held",
            sqlite_where=sa.text("state in ('held', 'in_transit')"),
            postgresql_where=sa.text("state in ('held', 'in_transit')"),
        )
        batch_op.drop_index(batch_op.f("ix_material_case_id"))

    op.drop_table("material")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_user_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_user_id"))

    op.drop_table("draft")
    op.drop_table("document_copy")
    op.drop_table("document_bytes")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_hall")

    op.drop_table("visit")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_office_id"))

    op.drop_table("user")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_sha256"))
        batch_op.drop_index(batch_op.f("ix_upload_draft_id"))
        batch_op.drop_index(batch_op.f("ix_upload_case_id"))

    op.drop_table("upload")
    op.drop_table("rating")
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pause_case_id"))

    op.drop_table("pause")
    op.drop_table("name_pair")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_journal_untold",
            sqlite_where=sa.text("told_at is null and notice is not null"),
            postgresql_where=sa.text("told_at is null and notice is not null"),
        )
        batch_op.drop_index(batch_op.f("ix_journal_entry_at"))

    op.drop_table("journal_entry")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_document_valid_result",
            sqlite_where=sa.text("is_result = 1 and state = 'valid'"),
            postgresql_where=sa.text("is_result and state = 'valid'"),
        )
        batch_op.drop_index(batch_op.f("ix_document_slip_id"))
        batch_op.drop_index(batch_op.f("ix_document_case_id"))

    op.drop_table("document")
    with op.batch_alter_table("clock_run", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_clock_running",
            sqlite_where=sa.text("stopped_on is null"),
            postgresql_where=sa.text("stopped_on is null"),
        )
        batch_op.drop_index(batch_op.f("ix_clock_run_case_id"))

    op.drop_table("clock_run")
    with op.batch_alter_table("slip", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_slip_to_open",
            sqlite_where=sa.text("state in ('sent', 'discrepancy')"),
            postgresql_where=sa.text("state in ('sent', 'discrepancy')"),
        )
        batch_op.drop_index(
            "ix_slip_from_open",
            sqlite_where=sa.text("state in ('packing', 'sent', 'discrepancy')"),
            postgresql_where=sa.text("state in ('packing', 'sent', 'discrepancy')"),
        )

    op.drop_table("slip")
    with op.batch_alter_table("desk", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_office_id"))

    op.drop_table("desk")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_waits_open",
            sqlite_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
            postgresql_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
        )
        batch_op.drop_index(
            "ix_case_state_open",
            sqlite_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
            postgresql_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
        )
        batch_op.drop_index("ix_case_received")
        batch_op.drop_index(batch_op.f("ix_case_phone_hash"))
        batch_op.drop_index(batch_op.f("ix_case_parent_id"))
        batch_op.drop_index(batch_op.f("ix_case_item_code"))
        batch_op.drop_index(batch_op.f("ix_case_id_hash"))
        batch_op.drop_index(
            "ix_case_centre_open",
            sqlite_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
            postgresql_where=sa.text(
                "state in ('received', 'correction', 'accepted', 'processing', 'decided', 'ready', 'forwarded')"
            ),
        )

    op.drop_table("case")
    with op.batch_alter_table("office", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_office_street_id"))
        batch_op.drop_index(batch_op.f("ix_office_department_id"))

    op.drop_table("office")
    op.drop_table("item_version")
    op.drop_table("transfer_route")
    op.drop_table("street")
    op.drop_table("setting")
    with op.batch_alter_table("service_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_item_initials"))
        batch_op.drop_index(batch_op.f("ix_service_item_department_id"))

    op.drop_table("service_item")
    op.drop_table("serial")
    op.drop_table("seal")
    op.drop_table("role")
    op.drop_table("login_delay")
    with op.batch_alter_table("desk_event", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_event_at")

    op.drop_table("desk_event")
    op.drop_table("calendar_year")
    op.drop_table("calendar_edition")
    op.drop_table("calendar_day")
