"""How long before a home visit a doctor wants to know of it, when it is not the policy's lead."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("doctor", sa.Column("home_lead_minutes", sa.Integer()))
