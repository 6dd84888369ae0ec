"""First schema of the register."""

import sqlalchemy as sa
from alembic import op

from directory.base.database import BigId, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_log",
        sa.Column(
            "seq",
            BigId,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_log_topic", "change_log", ["topic", "seq"], unique=False)

    op.create_table(
        "entity",
        sa.Column(
            "id",
            BigId,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_run", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key"),
        sa.UniqueConstraint("uuid"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "published_run",
            BigId,
            server_default="0",
            nullable=False,
        ),
        sa.Column("data_date", sa.Date(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "identifier",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("entity", BigId, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity"],
            ["entity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.name"],
        ),
        sa.PrimaryKeyConstraint("system", "value", "entity", "source"),
    )
    op.create_index("ix_identifier_entity", "identifier", ["entity"], unique=False)

    op.create_table(
        "local_statement",
        sa.Column(
            "id",
            BigId,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("entity", BigId, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entity"],
            ["entity.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_local_statement_entity", "local_statement", ["entity"], unique=False)

    op.create_table(
        "record",
        sa.Column(
            "id",
            BigId,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since_run", BigId, nullable=False),
        sa.Column("until_run", BigId, nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen", Instant(), nullable=False),
        sa.Column("last_seen", Instant(), nullable=True),
        sa.Column("data_date", sa.Date(), nullable=True),
        sa.Column("malformed_run", BigId, nullable=True),
        sa.Column("subject", BigId, nullable=False),
        sa.Column("person", BigId, nullable=True),
        sa.Column("organization", BigId, nullable=True),
        sa.Column("statement", sa.LargeBinary(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["entity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["entity.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.name"],
        ),
        sa.ForeignKeyConstraint(
            ["subject"],
            ["entity.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_record_organization",
        "record",
        ["organization"],
        unique=False,
        sqlite_where=sa.text("organization IS NOT NULL"),
        postgresql_where=sa.text("organization IS NOT NULL"),
    )
    op.create_index(
        "ix_record_person",
        "record",
        ["person"],
        unique=False,
        sqlite_where=sa.text("person IS NOT NULL"),
        postgresql_where=sa.text("person IS NOT NULL"),
    )
    op.create_index("ix_record_since", "record", ["source", "since_run"], unique=False)
    op.create_index("ix_record_subject", "record", ["subject"], unique=False)
    op.create_index(
        "ix_record_until",
        "record",
        ["source", "until_run"],
        unique=False,
        sqlite_where=sa.text("until_run IS NOT NULL"),
        postgresql_where=sa.text("until_run IS NOT NULL"),
    )
    op.create_index(
        "uq_record_live",
        "record",
        ["source", "key"],
        unique=True,
        sqlite_where=sa.text("until_run IS NULL"),
        postgresql_where=sa.text("until_run IS NULL"),
    )

    op.create_table(
        "run",
        sa.Column(
            "id",
            BigId,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("data_date", sa.Date(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source"],
            ["source.name"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "quarantine",
        sa.Column(
            "id",
            BigId,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("run", BigId, nullable=False),
        sa.Column("line", BigId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_quarantine_run", "quarantine", ["run"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_quarantine_run", table_name="quarantine")

    op.drop_table("quarantine")
    op.drop_table("run")
    op.drop_index(
        "uq_record_live",
        table_name="record",
        sqlite_where=sa.text("until_run IS NULL"),
        postgresql_where=sa.text("until_run IS NULL"),
    )
    op.drop_index(
        "ix_record_until",
        table_name="record",
        sqlite_where=sa.text("until_run IS NOT NULL"),
        postgresql_where=sa.text("until_run IS NOT NULL"),
    )
    op.drop_index("ix_record_subject", table_name="record")
    op.drop_index("ix_record_since", table_name="record")
    op.drop_index(
        "ix_record_person",
        table_name="record",
        sqlite_where=sa.text("person IS NOT NULL"),
        postgresql_where=sa.text("person IS NOT NULL"),
    )
    op.drop_index(
        "ix_record_organization",
        table_name="record",
        sqlite_where=sa.text("organization IS NOT NULL"),
        postgresql_where=sa.text("organization IS NOT NULL"),
    )

    op.drop_table("record")
    op.drop_index("ix_local_statement_entity", table_name="local_statement")

    op.drop_table("local_statement")
    op.drop_index("ix_identifier_entity", table_name="identifier")

    op.drop_table("identifier")
    op.drop_table("source")
    op.drop_table("lease")
    op.drop_table("entity")
    op.drop_index("ix_change_log_topic", table_name="change_log")

    op.drop_table("change_log")
