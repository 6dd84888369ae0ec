"""Holds extended once, appointments that are moved or settled, absences, calls to give back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()
STATES = (
    "'held', 'confirmed', 'honoured', 'no_show', 'released', 'expired', 'cancelled', 'moved', "
    "'escalated'"
)
TO_CALL_BACK = sa.text(
    "state = 'cancelled' AND cancel_reason = 'doctor' AND called_back_at IS NULL"
)


def upgrade() -> None:
    # SQLite changes a CHECK by building the table anew; no table refers to this one.
    with op.batch_alter_table("booking") as booking:
        booking.add_column(
            sa.Column("extensions", sa.Integer(), nullable=False, server_default="0")
        )
        booking.add_column(sa.Column("settled_at", INSTANT))
        booking.add_column(sa.Column("called_back_at", INSTANT))
        booking.drop_constraint("ck_booking_state", type_="check")
        booking.create_check_constraint("ck_booking_state", f"state IN ({STATES})")
        booking.create_check_constraint("ck_booking_extended_once", "extensions IN (0, 1)")
    op.create_index(
        "ix_booking_call_back",
        "booking",
        ["territory"],
        sqlite_where=TO_CALL_BACK,
        postgresql_where=TO_CALL_BACK,
    )
    op.add_column("doctor", sa.Column("video_url", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("ends > starts", name="ck_absence_span"),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_absence_doctor", "absence", ["doctor", "starts"])
