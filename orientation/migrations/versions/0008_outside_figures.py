"""Figures that a source outside gives for a period, with who entered or corrected them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()
CURRENT = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "outside_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("replaced_at", INSTANT),
        sa.Column("replaced_by", sa.Text()),
        sa.CheckConstraint("last_day >= first_day", name="ck_outside_figure_period"),
        sa.CheckConstraint("value >= 0", name="ck_outside_figure_value"),
        sa.CheckConstraint(
            "(replaced_at IS NULL) = (replaced_by IS NULL)", name="ck_outside_figure_replaced"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_outside_figure_current",
        "outside_figure",
        ["territory", "code", "first_day", "last_day"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
