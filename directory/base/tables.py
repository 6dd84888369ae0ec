"""Tables that both stores carry, declared once and added to each store's metadata."""

from dataclasses import dataclass

import sqlalchemy as sa

from directory.base.database import BigId, Instant


@dataclass(frozen=True)
class BaseTables:
    """The tables of `directory.base` inside one store."""

    change_log: sa.Table
    lease: sa.Table


def add_base_tables(metadata: sa.MetaData) -> BaseTables:
    """Declare the change log and the leases in a store's metadata."""
    change_log = sa.Table(
        "change_log",
        metadata,
        sa.Column("seq", BigId, primary_key=True, autoincrement=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Index("ix_change_log_topic", "topic", "seq"),
        sqlite_autoincrement=True,  # a sequence number is never given twice
    )
    lease = sa.Table(
        "lease",
        metadata,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", Instant, nullable=False),
    )
    return BaseTables(change_log, lease)
