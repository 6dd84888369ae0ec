"""The audit trail is sealed: who, why, and each line with the one before."""

from alembic import op

from directory.base.audit_schema import drop_guards, seal_audit_table

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    seal_audit_table()


def downgrade() -> None:
    drop_guards()
    op.drop_table("audit_anchor")
    op.drop_index("ix_audit_at", "audit")
    with op.batch_alter_table("audit") as batch:
        for name in ("account", "reason", "before", "after", "seal"):
            batch.drop_column(name)
