"""Pairs compared across sources, what people judged of them, and the links that follow."""

import sqlalchemy as sa
from alembic import op

from directory.base.database import BigId, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_pair",
        sa.Column("left", BigId, sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("right", BigId, sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("left", "right"),
    )
    op.create_index("ix_match_pair_right", "match_pair", ["right"])
    op.create_index("ix_match_pair_effect", "match_pair", ["effect"])
    op.create_table(
        "match_judgement",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("left", BigId, sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("right", BigId, sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_match_judgement_live",
        "match_judgement",
        ["left", "right"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "link",
        sa.Column("entity", BigId, sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("into", BigId, sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity"),
    )
    op.create_index("ix_link_into", "link", ["into"])


def downgrade() -> None:
    op.drop_table("link")
    op.drop_table("match_judgement")
    op.drop_table("match_pair")
