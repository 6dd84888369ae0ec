"""Where a session opened by Pro Santé Connect is closed too, sealed with the account's key."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("sign_out", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("session", "sign_out")
