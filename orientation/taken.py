"""What takes doctors' time: live bookings, absences, busy hours; read as what changed since.

The store says at each proposal which bookings count now, by their keys alone in one text. A booking
never changes its slot nor its request: only keys that were not known are looked up.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.database import store_now
from directory.base.prepared import Prepared
from orientation import tables
from orientation.memory import LiveBooking, Taken, retake
from orientation.model import LIVE_STATES, BookingState, Mode
from orientation.store import Agenda

AT_ONCE = 500
"""Bookings looked up by one statement: stores limit how many values it may have."""


def is_live() -> sa.ColumnElement[bool]:
    """A booking that occupies its seat now: a hold counts until the store's clock ends it."""
    booking = tables.booking
    # Written out in the statement, so that the store can use its index of live bookings.
    live: list[sa.ColumnElement[str]] = [
        sa.literal_column(f"'{state.value}'") for state in LIVE_STATES
    ]
    return sa.and_(
        booking.c.state.in_(live),
        sa.or_(booking.c.state != BookingState.HELD.value, booking.c.expires_at > store_now()),
    )


def read_taken(agenda: Agenda, connection: sa.Connection, known: Taken, since: int) -> Taken:
    """What takes time and ends after `since`, in milliseconds; `known` itself if nothing changed."""
    asked = {"territory": agenda.territory.slug, "since": since}
    ((told,),) = _COMING.tuples(connection, **asked)
    blocked = _BLOCKED.tuples(connection, **asked)
    if told == known.told and blocked == known.blocked:
        return known
    keys = told.split(",") if told else []
    found = _look_up(connection, [key for key in keys if key not in known.bookings])
    return retake(
        known, told, {key: known.bookings.get(key) or found[key] for key in keys}, blocked
    )


def _look_up(connection: sa.Connection, keys: Sequence[str]) -> dict[str, LiveBooking]:
    found = {}
    for first in range(0, len(keys), AT_ONCE):
        wanted = [UUID(key) for key in keys[first : first + AT_ONCE]]
        for row in connection.execute(_DETAILS.where(tables.booking.c.id.in_(wanted))):
            found[row.key] = LiveBooking(
                id=row.id,
                doctor=row.doctor,
                slot=row.slot_key,
                start=row.start,
                end=row.end,
                mode=Mode(row.mode),
                request=row.request,
                commune=row.commune or "",
            )
    return found


def _coming(dialect: str) -> sa.Select[Any]:
    booking = tables.booking
    joined = sa.func.group_concat if dialect == "sqlite" else sa.func.string_agg
    # Written out: a separator that is a parameter is only known when the statement runs.
    keys = joined(sa.cast(booking.c.id, sa.Text), sa.literal_column("','"))
    return sa.select(keys.label("keys")).where(
        booking.c.territory == sa.bindparam("territory"),
        sa.type_coerce(booking.c.slot_ends, sa.BigInteger) > sa.bindparam("since"),
        is_live(),
    )


def _blocked(_: str) -> sa.CompoundSelect[Any]:
    spans = [
        sa.select(
            sa.cast(table.c.doctor, sa.Text).label("doctor"),
            sa.type_coerce(table.c.starts, sa.BigInteger).label("start"),
            sa.type_coerce(table.c.ends, sa.BigInteger).label("end"),
        ).where(
            table.c.territory == sa.bindparam("territory"),
            sa.type_coerce(table.c.ends, sa.BigInteger) > sa.bindparam("since"),
        )
        for table in (tables.absence, tables.busy_time)
    ]
    return sa.union_all(*spans)


def _details() -> sa.Select[Any]:
    booking, slot, request = tables.booking, tables.slot, tables.request
    return (
        sa.select(
            booking.c.id,
            sa.cast(booking.c.id, sa.Text).label("key"),
            slot.c.doctor,
            sa.cast(slot.c.id, sa.Text).label("slot_key"),
            sa.type_coerce(slot.c.starts, sa.BigInteger).label("start"),
            sa.type_coerce(slot.c.ends, sa.BigInteger).label("end"),
            slot.c.mode,
            booking.c.request,
            request.c.commune,
        )
        .join(slot, slot.c.id == booking.c.slot)
        .join(request, request.c.id == booking.c.request)
    )


_COMING = Prepared(_coming)
_BLOCKED = Prepared(_blocked)
_DETAILS = _details()
