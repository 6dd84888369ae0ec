"""Marks of the rows a run has read, so that the next one passes over those that come back."""

import sqlalchemy as sa
from alembic import op

from directory.base.database import BigId

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marked",
        sa.Column("run", BigId, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run", "part"),
    )


def downgrade() -> None:
    op.drop_table("marked")
