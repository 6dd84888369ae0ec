"""Calls under way: whose they are and, until a request exists, what was said, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()


def upgrade() -> None:
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("commune", sa.Text()),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("request", sa.Uuid()),
        sa.Column("wrapped_key", sa.LargeBinary()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.CheckConstraint(
            "request IS NULL OR (wrapped_key IS NULL AND sealed IS NULL)",
            name="ck_phone_call_sealed_once",
        ),
        sa.ForeignKeyConstraint(["request"], ["request.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request", name="uq_phone_call_request"),
    )
    op.create_index("ix_phone_call_started", "phone_call", ["territory", "started_at"])
