"""A hold that lasts once more, an appointment that changes slot: the store says whether it may."""

from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.database import store_now
from directory.base.logs import get_logger
from orientation import tables
from orientation.idempotency import Call, run_once
from orientation.model import BookingState
from orientation.notices import Topic, write_notice, write_text
from orientation.occupation import (
    booked_doctors,
    end_bookings,
    free_expired,
    lock_doctors,
    occupy_minutes,
    say_changed,
    take_seat,
)
from orientation.privacy import data_key, trace
from orientation.records import Appointment, Hold
from orientation.refusals import Lost, refuse, why_not_confirmed
from orientation.requests import request_row
from orientation.reservation import (
    booking_of,
    open_slot,
    refuse_out_of_reach,
    refuse_unavailable,
)
from orientation.store import Agenda
from orientation.views import appointment_of
from orientation.visits import fits_round

log = get_logger(__name__)


def extend_hold(agenda: Agenda, hold_id: UUID, key: str | None) -> Hold:
    """Give a hold `hold_seconds` again from now, once: the schema refuses the second time.

    Raises ConflictError with `reason` `hold_extended`, or the reason why the hold has ended.
    """
    call = Call("extend", key, (hold_id,))
    request_id = booking_of(agenda, hold_id, "Réservation").request
    try:
        held = run_once(agenda, call, Hold, partial(_extend, agenda, hold_id))
    except Lost as refused:
        return refuse(agenda, call, request_id, refused, Hold)
    except sa.exc.IntegrityError:
        return refuse(agenda, call, request_id, Lost("hold_extended"), Hold)
    log.info("hold extended", hold=str(hold_id), request=str(request_id))
    return held


def move_appointment(
    agenda: Agenda, appointment_id: UUID, slot_id: UUID, key: str | None, actor: str
) -> Appointment:
    """Change the slot of a confirmed appointment, all at once: when refused, it stays where it was.

    The new appointment has a key of its own; the doctors are told, and the person if they agreed.
    """
    call = Call("move", key, (appointment_id, slot_id))
    request_id = booking_of(agenda, appointment_id, "Rendez-vous").request
    work = partial(_move, agenda, appointment_id, slot_id, actor)
    try:
        moved = run_once(agenda, call, Appointment, work)
    except (Lost, sa.exc.IntegrityError) as refused:
        return refuse(agenda, call, request_id, refused, Appointment)
    log.info("appointment moved", appointment=str(appointment_id), request=str(request_id))
    return moved


def _extend(agenda: Agenda, hold_id: UUID, connection: sa.Connection) -> tuple[UUID, Hold]:
    booking = tables.booking
    row = connection.execute(
        booking.update()
        .where(
            booking.c.id == hold_id,
            booking.c.state == BookingState.HELD.value,
            booking.c.expires_at > store_now(),
        )
        .values(
            expires_at=store_now(agenda.settings.hold_seconds),
            extensions=booking.c.extensions + 1,
        )
        .returning(booking.c.slot, booking.c.request, booking.c.expires_at)
    ).first()
    if row is None:
        raise Lost(why_not_confirmed(connection, hold_id))
    say_changed(connection, [], row.request, row.slot)
    held = Hold(
        hold_id=hold_id, slot_id=row.slot, request_id=row.request, expires_at=row.expires_at
    )
    return row.request, held


def _move(
    agenda: Agenda, appointment_id: UUID, slot_id: UUID, actor: str, connection: sa.Connection
) -> tuple[UUID, Appointment]:
    old = _old(connection, appointment_id)
    request = request_row(agenda, connection, old.request, lock=True)
    key = data_key(agenda, request.wrapped_key)
    slot = open_slot(agenda, connection, slot_id)
    refuse_out_of_reach(agenda, connection, request, slot)
    lock_doctors(connection, [slot.doctor, old.doctor, *booked_doctors(connection, request.id)])
    refuse_unavailable(connection, slot.id)
    _check_movable(agenda, old, slot_id)
    freed = free_expired(agenda, connection, slot.doctor, request.id)
    ended = end_bookings(
        agenda,
        connection,
        BookingState.MOVED,
        tables.booking.c.id == appointment_id,
        tables.booking.c.state == BookingState.CONFIRMED.value,
    )
    if not ended:
        raise Lost("not_confirmed")
    before = appointment_of(agenda, connection, appointment_id)
    after = _settle_in(agenda, connection, slot, request.id, old.patient)
    if not fits_round(agenda, connection, slot, request):
        raise Lost("round_broken")
    _tell(agenda, connection, key, before, after)
    trace(agenda, connection, "appointment.move", request.id, ("slot",), actor)
    say_changed(connection, [*freed, *ended], request.id, slot_id)
    return request.id, after


def _old(connection: sa.Connection, appointment_id: UUID) -> Any:
    booking, slot = tables.booking, tables.slot
    return connection.execute(
        sa.select(booking.c.request, booking.c.patient, slot.c.id, slot.c.doctor, slot.c.starts)
        .join(slot, slot.c.id == booking.c.slot)
        .where(booking.c.id == appointment_id)
    ).one()


def _check_movable(agenda: Agenda, old: Any, slot_id: UUID) -> None:
    if old.id == slot_id:
        raise Lost("already_there")
    if old.starts <= agenda.clock():
        raise Lost("appointment_past")


def _settle_in(
    agenda: Agenda, connection: sa.Connection, slot: Any, request_id: UUID, patient: bytes
) -> Appointment:
    held = take_seat(agenda, connection, slot, request_id)
    occupy_minutes(agenda, connection, slot)
    connection.execute(
        tables.booking.update()
        .where(tables.booking.c.id == held.hold_id)
        .values(
            state=BookingState.CONFIRMED.value,
            expires_at=None,
            confirmed_at=agenda.clock(),
            patient=patient,
        )
    )
    return appointment_of(agenda, connection, held.hold_id)


def _tell(
    agenda: Agenda,
    connection: sa.Connection,
    key: bytes,
    before: Appointment,
    after: Appointment,
) -> None:
    write_text(agenda, connection, Topic.MOVED, key, after)
    if before.practitioner_id == after.practitioner_id:
        write_notice(agenda, connection, Topic.MOVED, key, after, before=before)
        return
    write_notice(agenda, connection, Topic.CANCELLED, key, before)
    write_notice(agenda, connection, Topic.CONFIRMED, key, after)
