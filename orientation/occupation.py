"""Seats and minutes: taken by trying, freed in step, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.database import insert_ignoring, store_now
from orientation import tables
from orientation.model import LIVE_STATES, BookingState, Outcome
from orientation.records import Hold
from orientation.refusals import Lost
from orientation.store import Agenda, new_id

_LIVE = [state.value for state in LIVE_STATES]


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
    """One transaction at a time per doctor on PostgreSQL, so that minutes follow seats."""
    doctor = tables.doctor
    connection.execute(
        sa.select(doctor.c.id)
        .where(doctor.c.id.in_(set(doctors)))
        .order_by(doctor.c.id)
        .with_for_update(key_share=True)
    ).all()


def free_expired(
    agenda: Agenda, connection: sa.Connection, doctor_id: UUID, request_id: UUID
) -> list[Ended]:
    """End the holds of this doctor or this request that the store's clock has passed."""
    booking, slot = tables.booking, tables.slot
    of_doctor = sa.exists().where(slot.c.id == booking.c.slot, slot.c.doctor == doctor_id)
    return end_bookings(
        agenda,
        connection,
        BookingState.EXPIRED,
        booking.c.state == BookingState.HELD.value,
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
    booking = tables.booking
    hold_id = new_id()
    for seat in range(1, slot.seats + 1):
        insert = insert_ignoring(connection, booking).values(
            id=hold_id,
            territory=agenda.territory.slug,
            slot=slot.id,
            seat=seat,
            request=request_id,
            state=BookingState.HELD.value,
            live_outcome=Outcome.OPEN.value,
            held_at=agenda.clock(),
            expires_at=store_now(agenda.settings.hold_seconds),
        )
        taken = connection.execute(insert.returning(booking.c.expires_at)).first()
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
    minute = tables.occupied_minute
    rows = [
        {
            "doctor": slot.doctor,
            "minute": number,
            "slot": slot.id,
            "territory": agenda.territory.slug,
        }
        for number in minutes_between(slot.starts, slot.ends)
    ]
    connection.execute(insert_ignoring(connection, minute), rows)
    ours = connection.execute(
        sa.select(sa.func.count()).select_from(minute).where(minute.c.slot == slot.id)
    ).scalar_one()
    if ours < len(rows):
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
    log = tables.base.change_log
    for slot_id in {*slots, *(booking.slot_id for booking in ended)}:
        append_change(connection, log, "slot", str(slot_id))
    append_change(connection, log, "request", str(request_id))


def _free_minutes(connection: sa.Connection, slots: set[UUID]) -> None:
    minute, booking = tables.occupied_minute, tables.booking
    still_live = sa.exists().where(booking.c.slot == minute.c.slot, booking.c.state.in_(_LIVE))
    connection.execute(minute.delete().where(minute.c.slot.in_(slots), ~still_live))
