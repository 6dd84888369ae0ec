"""Tables of what the coordinator decides: the crisis mode, and who may be asked on top."""

import sqlalchemy as sa

from directory.base.database import Instant


def add_crisis_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the crisis modes: one at a time per territory (`uq_crisis_running`)."""
    running = sa.text("ended_at IS NULL")
    return sa.Table(
        "crisis",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("banner", sa.Text, nullable=False),
        sa.Column("numbers", sa.JSON, nullable=False),
        sa.Column("kept_share", sa.Integer, nullable=False),
        sa.Column("kept_modes", sa.JSON, nullable=False),
        sa.Column("criteria", sa.JSON, nullable=False),
        sa.Column("starts", Instant, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("ended_by", sa.Text),
        sa.Index(
            "uq_crisis_running",
            "territory",
            unique=True,
            sqlite_where=running,
            postgresql_where=running,
        ),
    )


def add_surnumeraire_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the doctors who may be called to see somebody on top of their slots."""
    return sa.Table(
        "surnumeraire",
        metadata,
        sa.Column("doctor", sa.Uuid, sa.ForeignKey("doctor.id"), primary_key=True),
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),  # E.164, professional
        sa.Column("since", Instant, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
    )
