"""Numbers that readers say are wrong, and what was answered."""

import sqlalchemy as sa
from alembic import op

from directory.base.database import BigId, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_report",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("entity", BigId, sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_number_report_entity", "number_report", ["entity"])
    op.create_index("ix_number_report_state", "number_report", ["state", "id"])


def downgrade() -> None:
    op.drop_table("number_report")
