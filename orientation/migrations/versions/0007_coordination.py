"""What the coordinator decides: the crisis mode, one at a time, and who may be asked on top."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()
RUNNING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "crisis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("banner", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("kept_share", sa.Integer(), nullable=False),
        sa.Column("kept_modes", sa.JSON(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_crisis_running",
        "crisis",
        ["territory"],
        unique=True,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
    op.create_table(
        "surnumeraire",
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
        sa.PrimaryKeyConstraint("doctor"),
    )
