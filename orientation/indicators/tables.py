"""The figures that a source outside must give, with their corrections."""

import sqlalchemy as sa

from directory.base.database import Instant
from orientation.tables import metadata

_CURRENT = sa.text("replaced_at IS NULL")

outside_figure = sa.Table(
    "outside_figure",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_date", sa.Date, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("replaced_at", Instant),
    sa.Column("replaced_by", sa.Text),
    sa.CheckConstraint("last_day >= first_day", name="ck_outside_figure_period"),
    sa.CheckConstraint("value >= 0", name="ck_outside_figure_value"),
    sa.CheckConstraint(
        "(replaced_at IS NULL) = (replaced_by IS NULL)", name="ck_outside_figure_replaced"
    ),
    sa.Index(
        "uq_outside_figure_current",
        "territory",
        "code",
        "first_day",
        "last_day",
        unique=True,
        sqlite_where=_CURRENT,
        postgresql_where=_CURRENT,
    ),
)
