"""The table of bookings, and of what a column may say; `tables` says what it guards."""

from collections.abc import Iterable

import sqlalchemy as sa

from directory.base.database import Instant
from orientation.model import LIVE_STATES, BookingState, CancelReason


def among(values: Iterable[str]) -> str:
    """Values as SQL writes them after IN."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def one_of(column: str, values: Iterable[str], name: str) -> sa.CheckConstraint:
    """A column that only says one of these."""
    return sa.CheckConstraint(f"{column} IN {among(values)}", name=name)


_LIVE = sa.text(f"state IN {among(LIVE_STATES)}")
_TO_CALL_BACK = sa.text(
    "state = 'cancelled' AND cancel_reason = 'doctor' AND called_back_at IS NULL"
)


def add_booking_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the bookings of seats."""
    return sa.Table(
        "booking",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("slot", sa.Uuid, nullable=False),
        sa.Column("seat", sa.Integer, nullable=False),
        sa.Column("request", sa.Uuid, sa.ForeignKey("request.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("live_outcome", sa.Text),
        sa.Column("held_at", Instant, nullable=False),
        sa.Column("expires_at", Instant),
        sa.Column("confirmed_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("cancel_reason", sa.Text),
        sa.Column("patient", sa.LargeBinary),
        sa.Column("extensions", sa.Integer, nullable=False, server_default="0"),
        sa.Column("settled_at", Instant),  # when it was last said honoured or not
        sa.Column("called_back_at", Instant),  # the secretariat told a person the doctor cancelled
        # The slot's end, to read what is still to come; one that does not say it is always read.
        sa.Column("slot_ends", Instant, nullable=False, server_default="253402300799000"),
        sa.ForeignKeyConstraint(
            ["slot", "seat"], ["seat.slot", "seat.seat"], name="fk_booking_seat"
        ),
        sa.ForeignKeyConstraint(
            ["request", "live_outcome"],
            ["request.id", "request.outcome"],
            name="fk_booking_open_request",
        ),
        one_of("state", BookingState, "ck_booking_state"),
        one_of("cancel_reason", CancelReason, "ck_booking_cancel_reason"),
        sa.CheckConstraint("extensions IN (0, 1)", name="ck_booking_extended_once"),
        sa.CheckConstraint(
            f"CASE WHEN state IN {among(LIVE_STATES)}"
            " THEN live_outcome IS NOT NULL AND live_outcome = 'open'"
            " ELSE live_outcome IS NULL END",
            name="ck_booking_live",
        ),
        sa.CheckConstraint("state <> 'held' OR expires_at IS NOT NULL", name="ck_booking_expiry"),
        sa.Index(
            "uq_booking_seat",
            "slot",
            "seat",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        sa.Index(
            "uq_booking_request", "request", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        ),
        sa.Index(
            "ix_booking_held",
            "expires_at",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        ),
        sa.Index(
            "ix_booking_call_back",
            "territory",
            sqlite_where=_TO_CALL_BACK,
            postgresql_where=_TO_CALL_BACK,
        ),
        sa.Index(
            "ix_booking_coming",
            "territory",
            "slot_ends",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        sa.Index("ix_booking_slot", "slot"),
        sa.Index("ix_booking_request", "request"),
    )
