"""Numbers in one tree: no row id on SQLite, and no index by entity, which nobody reads."""

import sqlalchemy as sa
from alembic import op

from directory.base.database import BigId

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_identifier_entity", table_name="identifier")
    if op.get_bind().dialect.name == "sqlite":
        _copy(with_rowid=False)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _copy(with_rowid=True)
    op.create_index("ix_identifier_entity", "identifier", ["entity"])


def _copy(*, with_rowid: bool) -> None:
    """SQLite chooses at creation only."""
    op.rename_table("identifier", "identifier_before")
    op.create_table(
        "identifier",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("entity", BigId, sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("source", sa.Text(), sa.ForeignKey("source.name"), nullable=False),
        sa.PrimaryKeyConstraint("system", "value", "entity", "source"),
        sqlite_with_rowid=with_rowid,
    )
    op.execute(
        "INSERT INTO identifier (system, value, entity, source) "
        "SELECT system, value, entity, source FROM identifier_before "
        "ORDER BY system, value, entity, source"
    )
    op.drop_table("identifier_before")
