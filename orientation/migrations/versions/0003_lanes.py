"""Slots in the order in which proposals read them."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_slot_lane", "slot", ["territory", "doctor", "mode", "place", "starts", "ends"]
    )
