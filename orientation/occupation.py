"""Seats and minutes: taken by trying, freed in step, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_changes
from directory.base.database import insert_ignoring_in, store_now
from directory.base.prepared import Prepared
from orientation import tables
from orientation.model import LIVE_STATES, BookingState, Outcome
from orientation.records import Hold
from orientation.refusals import Lost
from orientation.store import Agenda, new_id

_LIVE = [state.value for state in LIVE_STATES]
_HELD: sa.ColumnElement[str] = sa.literal_column(f"'{BookingState.HELD.value}'")
"""Said in the statement: with a parameter no store uses `ix_booking_held`, and all bookings are read."""


@dataclass(frozen=True)
class Ended:
    """A booking that just ended, and the state it was in."""

    booking_id: UUID
    slot_id: UUID
    was: BookingState


def booked_doctors(connection: sa.Connection, request_id: UUID) -> list[UUID]:
    """Doctors whose minutes a request occupies, an expired hold included."""
    booking, slot = tables.booking, tables.slot
    return list(
        connection.execute(
            sa.select(slot.c.doctor)
            .join(booking, booking.c.slot == slot.c.id)
            .where(booking.c.request == request_id, booking.c.state.in_(_LIVE))
        ).scalars()
    )


def lock_doctors(connection: sa.Connection, doctors: Iterable[UUID]) -> None:
    """One transaction at a time per doctor on PostgreSQL, so that minutes follow seats.

    SQLite has a single writer, which this one is already.
    """
    if connection.dialect.name == "sqlite":
        return
    doctor = tables.doctor
    connection.execute(
        sa.select(doctor.c.id)
        .where(doctor.c.id.in_(set(doctors)))
        .order_by(doctor.c.id)
        .with_for_update(key_share=True)
    ).all()


def lock_for_hold(connection: sa.Connection, doctor_id: UUID, request_id: UUID) -> None:
    """`lock_doctors` for a doctor and those whose minutes a request already occupies."""
    if connection.dialect.name != "sqlite":
        _LOCK_FOR_HOLD.all(connection, doctor=doctor_id, request=request_id)


def free_expired(
    agenda: Agenda, connection: sa.Connection, doctor_id: UUID, request_id: UUID
) -> list[Ended]:
    """End the holds of this doctor or this request that the store's clock has passed."""
    return end_bookings(
        agenda, connection, BookingState.EXPIRED, is_expired_hold(doctor_id, request_id)
    )


def is_expired_hold(doctor_id: Any, request_id: Any) -> sa.ColumnElement[bool]:
    """In a query over `booking`: a hold of this doctor or request that the store's clock passed."""
    booking, slot = tables.booking, tables.slot
    of_doctor = sa.exists().where(slot.c.id == booking.c.slot, slot.c.doctor == doctor_id)
    return sa.and_(
        booking.c.state == _HELD,
        booking.c.expires_at <= store_now(),
        sa.or_(booking.c.request == request_id, of_doctor),
    )


def end_bookings(
    agenda: Agenda,
    connection: sa.Connection,
    state: BookingState,
    *which: sa.ColumnElement[bool],
    cancel_reason: str | None = None,
) -> list[Ended]:
    """End the live bookings that match, and free the minutes of slots left without any."""
    booking = tables.booking
    live = sa.and_(booking.c.state.in_(_LIVE), *which)
    before = connection.execute(
        sa.select(booking.c.id, booking.c.slot, booking.c.state).where(live).with_for_update()
    ).all()
    if not before:
        return []
    connection.execute(
        booking.update()
        .where(booking.c.id.in_([row.id for row in before]))
        .values(
            state=state.value,
            live_outcome=None,
            ended_at=agenda.clock(),
            cancel_reason=cancel_reason,
        )
    )
    _free_minutes(connection, {row.slot for row in before})
    return [Ended(row.id, row.slot, BookingState(row.state)) for row in before]


def take_seat(agenda: Agenda, connection: sa.Connection, slot: Any, request_id: UUID) -> Hold:
    """Try each seat until the store accepts one; raises Lost when it accepts none."""
    hold_id = new_id()
    for seat in range(1, slot.seats + 1):
        taken = _TAKE_SEAT.first(
            connection,
            id=hold_id,
            territory=agenda.territory.slug,
            slot=slot.id,
            seat=seat,
            request=request_id,
            held_at=agenda.clock(),
            slot_ends=slot.ends,
            lasts=1000 * agenda.settings.hold_seconds,
        )
        if taken is not None:
            return Hold(
                hold_id=hold_id,
                slot_id=slot.id,
                request_id=request_id,
                expires_at=taken.expires_at,
            )
    raise Lost("request_already_held" if booked_doctors(connection, request_id) else "slot_taken")


def occupy_minutes(agenda: Agenda, connection: sa.Connection, slot: Any) -> None:
    """Make the slot's minutes its own; raises Lost when one belongs to another slot."""
    wanted = minutes_between(slot.starts, slot.ends)
    written = _OCCUPY.run(
        connection,
        minutes=list(wanted),
        doctor=slot.doctor,
        slot=slot.id,
        territory=agenda.territory.slug,
    )
    if written == len(wanted):
        return
    ours = _COUNT_MINUTES.first(connection, slot=slot.id)  # another of its seats has them
    if ours is None or ours.minutes < len(wanted):
        raise Lost("doctor_busy")


def minutes_between(start: datetime, end: datetime) -> range:
    """The minutes a slot touches, counted since 1970 UTC."""
    return range(int(start.timestamp() // 60), -int(-end.timestamp() // 60))


def say_changed(
    connection: sa.Connection,
    ended: Sequence[Ended],
    request_id: UUID,
    *slots: UUID,
) -> None:
    """Tell live pages which slots and request changed; last in its transaction (global lock)."""
    touched = {*slots, *(booking.slot_id for booking in ended)}
    changes = [*(("slot", str(slot_id)) for slot_id in touched), ("request", str(request_id))]
    append_changes(connection, tables.base.change_log, changes)


def _free_minutes(connection: sa.Connection, slots: set[UUID]) -> None:
    minute, booking = tables.occupied_minute, tables.booking
    still_live = sa.exists().where(booking.c.slot == minute.c.slot, booking.c.state.in_(_LIVE))
    connection.execute(minute.delete().where(minute.c.slot.in_(slots), ~still_live))


def _given(table: sa.Table, *names: str) -> dict[str, sa.BindParameter[Any]]:
    return {name: sa.bindparam(name, type_=table.c[name].type) for name in names}


def _lock_for_hold(_: str) -> sa.Select[Any]:
    doctor, booking, slot = tables.doctor, tables.booking, tables.slot
    live = sa.or_(*(booking.c.state == state for state in _LIVE))
    already = (
        sa.select(slot.c.doctor)
        .join(booking, booking.c.slot == slot.c.id)
        .where(booking.c.request == sa.bindparam("request"), live)
    )
    return (
        sa.select(doctor.c.id)
        .where(sa.or_(doctor.c.id == sa.bindparam("doctor"), doctor.c.id.in_(already)))
        .order_by(doctor.c.id)
        .with_for_update(key_share=True)
    )


def _take_seat(dialect: str) -> Any:
    booking = tables.booking
    names = ("id", "territory", "slot", "seat", "request", "held_at", "slot_ends")
    told = _given(booking, *names)
    lasts = sa.bindparam("lasts", type_=sa.BigInteger)
    return (
        insert_ignoring_in(dialect, booking)
        .values(
            **told,
            state=BookingState.HELD.value,
            live_outcome=Outcome.OPEN.value,
            expires_at=sa.type_coerce(store_now(), sa.BigInteger) + lasts,
        )
        .returning(booking.c.expires_at)
    )


def _occupy(dialect: str) -> Any:
    minute = tables.occupied_minute
    if dialect == "sqlite":
        numbers = sa.func.json_each(sa.bindparam("minutes", type_=sa.JSON)).table_valued("value")
    else:
        minutes = sa.bindparam("minutes", type_=sa.JSON)
        numbers = sa.func.json_array_elements_text(minutes).table_valued("value")
    told = _given(minute, "doctor", "slot", "territory")
    rows = sa.select(
        told["doctor"], sa.cast(numbers.c.value, sa.BigInteger), told["slot"], told["territory"]
    )
    # SQLite reads « SELECT … ON CONFLICT » as a join unless there is a WHERE.
    return insert_ignoring_in(dialect, minute).from_select(
        ["doctor", "minute", "slot", "territory"], rows.where(sa.true())
    )


def _count_minutes(_: str) -> sa.Select[Any]:
    minute = tables.occupied_minute
    of_slot = minute.c.slot == sa.bindparam("slot")
    return sa.select(sa.func.count().label("minutes")).select_from(minute).where(of_slot)


_LOCK_FOR_HOLD = Prepared(_lock_for_hold)
_TAKE_SEAT = Prepared(_take_seat)
_OCCUPY = Prepared(_occupy)
_COUNT_MINUTES = Prepared(_count_minutes)
