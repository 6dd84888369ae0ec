"""When the slot of a booking ends, beside it: what is still to come is read by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('held', 'confirmed', 'honoured', 'no_show')")


def upgrade() -> None:
    op.add_column(
        "booking",
        sa.Column("slot_ends", sa.BigInteger(), nullable=False, server_default="253402300799000"),
    )
    op.execute(
        "UPDATE booking SET slot_ends = (SELECT slot.ends FROM slot WHERE slot.id = booking.slot)"
    )
    op.create_index(
        "ix_booking_coming",
        "booking",
        ["territory", "slot_ends"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
