"""Planning: series with exceptions, closed slots, a doctor who leaves, calendars in and out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()
LANE = ["territory", "doctor", "mode", "place", "starts", "ends"]


def upgrade() -> None:
    op.add_column("doctor", sa.Column("visit_km", sa.Float()))
    op.add_column("doctor", sa.Column("visit_from", sa.Uuid()))
    op.add_column("doctor", sa.Column("leaves_on", sa.Date()))
    op.add_column(
        "schedule",
        sa.Column("on_holidays", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("slot", sa.Column("closed_at", INSTANT))
    op.drop_index("ix_slot_lane", "slot")
    op.create_index("ix_slot_lane", "slot", [*LANE, "closed_at"])
    _exceptions()
    _calendars()


def _exceptions() -> None:
    op.create_table(
        "schedule_exception",
        sa.Column("schedule", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.Uuid()),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("schedule", "day"),
        sa.ForeignKeyConstraint(["schedule"], ["schedule.id"]),
        sa.ForeignKeyConstraint(["replaced_by"], ["schedule.id"]),
    )


def _calendars() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("doctor"),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
    )
    op.create_index("ix_calendar_feed_digest", "calendar_feed", ["digest"], unique=True)
    op.create_table(
        "busy_feed",
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("tried_at", INSTANT),
        sa.Column("read_at", INSTANT),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("doctor"),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
    )
    op.create_table(
        "busy_time",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
        sa.CheckConstraint("ends > starts", name="ck_busy_time_span"),
    )
    op.create_index("ix_busy_time_doctor", "busy_time", ["doctor", "starts"])
