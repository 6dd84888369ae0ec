"""Who signed in, gave a role or took data out, each line sealed with the one before."""

from alembic import op

from directory.base.audit_schema import create_audit_tables, drop_guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_audit_tables()


def downgrade() -> None:
    drop_guards()
    op.drop_table("audit_anchor")
    op.drop_table("audit")
