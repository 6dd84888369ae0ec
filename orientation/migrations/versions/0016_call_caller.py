"""Whose number a call under way is, as a keyed hash, so that it is known when it rings again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("phone_call", sa.Column("caller", sa.Text()))
    op.create_index("ix_phone_call_caller", "phone_call", ["territory", "caller"])
