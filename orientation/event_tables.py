"""The table of what the coordinator announces: what one may come to, nothing about patients."""

import sqlalchemy as sa

from directory.base.database import Instant
from orientation.tables import metadata

territory_event = sa.Table(
    "territory_event",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),  # on the territory's calendar
    sa.Column("last", sa.Date, nullable=False),  # the day itself, or the last of several
    sa.Column("opens", sa.Time),  # wall-clock, in the territory's zone; NULL: the whole day
    sa.Column("closes", sa.Time),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),  # one more at each change
    sa.Column("changed_at", Instant, nullable=False),
    sa.CheckConstraint("last >= day", name="ck_event_days"),
    sa.CheckConstraint("closes IS NULL OR opens IS NOT NULL", name="ck_event_hours"),
    sa.Index("ix_event_last", "territory", "last"),
)
