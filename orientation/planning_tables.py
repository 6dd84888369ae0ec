"""Tables of a doctor's planning: absences, exceptions of a series, calendars out and in."""

import sqlalchemy as sa

from directory.base.database import Instant


def add_planning_tables(metadata: sa.MetaData) -> tuple[sa.Table, sa.Table, sa.Table, sa.Table]:
    """Declare closed days of a series, the feed given out, the calendar read, its busy times."""
    return (
        _exceptions(metadata),
        sa.Table(
            "calendar_feed",
            metadata,
            *_of_doctor(primary_key=True),
            sa.Column("digest", sa.Text, nullable=False),  # keyed hash: the address is shown once
            sa.Column("since", Instant, nullable=False),
            sa.Column("author", sa.Text, nullable=False),
            sa.Index("ix_calendar_feed_digest", "digest", unique=True),
        ),
        _feeds(metadata),
        sa.Table(
            "busy_time",
            metadata,
            sa.Column("id", sa.Uuid, primary_key=True),
            *_of_doctor(),
            sa.Column("starts", Instant, nullable=False),
            sa.Column("ends", Instant, nullable=False),
            sa.CheckConstraint("ends > starts", name="ck_busy_time_span"),
            sa.Index("ix_busy_time_doctor", "doctor", "starts"),
        ),
    )


def add_absence_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the spans during which a doctor takes nobody."""
    return sa.Table(
        "absence",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        *_of_doctor(),
        sa.Column("starts", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.CheckConstraint("ends > starts", name="ck_absence_span"),
        sa.Index("ix_absence_doctor", "doctor", "starts"),
    )


def _exceptions(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "schedule_exception",
        metadata,
        sa.Column("schedule", sa.Uuid, sa.ForeignKey("schedule.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),  # on the territory's calendar
        sa.Column("territory", sa.Text, nullable=False),
        # The one-day series that gives other hours that day, if any.
        sa.Column("replaced_by", sa.Uuid, sa.ForeignKey("schedule.id")),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
    )


def _feeds(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "busy_feed",
        metadata,
        *_of_doctor(primary_key=True),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),  # its address is a secret
        sa.Column("since", Instant, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("tried_at", Instant),
        sa.Column("read_at", Instant),  # when its busy times were last good
        sa.Column("problem", sa.Text, nullable=False),
    )


def _of_doctor(*, primary_key: bool = False) -> list[sa.Column[object]]:
    return [
        sa.Column(
            "doctor",
            sa.Uuid,
            sa.ForeignKey("doctor.id"),
            primary_key=primary_key,
            nullable=False,
        ),
        sa.Column("territory", sa.Text, nullable=False),
    ]
