"""The table of the calls under way: whose they are and, until a request exists, what was said."""

import sqlalchemy as sa

from directory.base.database import Instant
from orientation.tables import metadata

phone_call = sa.Table(
    "phone_call",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),  # the name of who takes the call
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("taken_at", Instant, nullable=False),
    sa.Column("commune", sa.Text),
    sa.Column("checked", sa.Boolean, nullable=False),
    sa.Column("request", sa.Uuid, sa.ForeignKey("request.id")),
    sa.Column("wrapped_key", sa.LargeBinary),  # NULL once a request has everything under its key
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("caller", sa.Text),  # keyed hash of the call-back number, gone with `sealed`
    sa.UniqueConstraint("request", name="uq_phone_call_request"),
    sa.CheckConstraint(
        "request IS NULL OR (wrapped_key IS NULL AND sealed IS NULL)",
        name="ck_phone_call_sealed_once",
    ),
    sa.Index("ix_phone_call_started", "territory", "started_at"),
    sa.Index("ix_phone_call_caller", "territory", "caller"),
)
