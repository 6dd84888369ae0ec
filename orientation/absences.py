"""A doctor who will not be there: nobody else is booked, and who was must be called back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.database import store_now
from directory.base.errors import InputRefusedError
from directory.base.logs import get_logger
from orientation import tables
from orientation.model import BookingState, CancelReason, Mode
from orientation.notices import tell_cancelled
from orientation.occupation import Ended, end_bookings, lock_doctors, say_changed
from orientation.presence import is_unavailable, is_withdrawn
from orientation.privacy import trace, unseal
from orientation.records import Absence, CallBack, Patient, Sealed
from orientation.requests import PERSONAL_FIELDS
from orientation.store import Agenda, missing, new_id
from orientation.team import read_doctors

log = get_logger(__name__)


def declare_absence(
    agenda: Agenda, doctor_id: UUID, start: datetime, end: datetime, actor: str
) -> Absence:
    """Withdraw every slot a span touches and cancel what was held or booked in them.

    Raises InputRefusedError for a span that is over or inverted, NotFoundError for a stranger.
    """
    if end <= start:
        raise InputRefusedError("La fin de l'absence doit venir après son début.", field="end")
    if end <= agenda.clock():
        raise InputRefusedError("Cette absence est déjà passée.", field="end")
    with agenda.database.write() as connection:
        if doctor_id not in read_doctors(agenda, connection):
            raise missing("Médecin")
        lock_doctors(connection, [doctor_id])
        absence_id = new_id()
        connection.execute(
            tables.absence.insert().values(
                id=absence_id,
                territory=agenda.territory.slug,
                doctor=doctor_id,
                starts=start,
                ends=end,
                created_at=agenda.clock(),
            )
        )
        ended = cancel_withdrawn(agenda, connection, doctor_id, actor)
    cancelled = sum(one.was is BookingState.CONFIRMED for one in ended)
    log.info("absence declared", doctor=str(doctor_id), cancelled=cancelled)
    return Absence(id=absence_id, doctor=doctor_id, start=start, end=end, cancelled=cancelled)


def withdraw_slot(agenda: Agenda, slot_id: UUID, actor: str, of: UUID | None = None) -> Absence:
    """The doctor's absence during one slot, whatever else was offered at the same time.

    NotFoundError when the slot is not one of the doctor `of`.
    """
    slot = tables.slot
    with agenda.database.read() as connection:
        row = connection.execute(
            sa.select(slot.c.doctor, slot.c.starts, slot.c.ends).where(
                slot.c.id == slot_id, slot.c.territory == agenda.territory.slug
            )
        ).first()
    if row is None or of not in (None, row.doctor):
        raise missing("Créneau")
    return declare_absence(agenda, row.doctor, row.starts, row.ends, actor)


def absent_slots(agenda: Agenda, doctor_id: UUID) -> frozenset[UUID]:
    """Slots of a doctor where nobody may be booked: absent, closed, or busy elsewhere."""
    slot = tables.slot
    with agenda.database.read() as connection:
        found = connection.execute(
            sa.select(slot.c.id).where(slot.c.doctor == doctor_id, is_unavailable())
        )
        return frozenset(found.scalars())


def people_to_call_back(agenda: Agenda, actor: str) -> tuple[CallBack, ...]:
    """Who a doctor's cancellation left without appointment, first slot first; audited."""
    booking, slot, request = tables.booking, tables.slot, tables.request
    rebooked = booking.alias()
    again = sa.exists().where(
        rebooked.c.request == booking.c.request,
        rebooked.c.state == BookingState.CONFIRMED.value,
    )
    columns = (slot.c.starts, slot.c.mode, slot.c.doctor, request.c.wrapped_key, request.c.sealed)
    query = (
        sa.select(booking.c.id, booking.c.request, booking.c.patient, *columns)
        .add_columns(again.label("again"))
        .join(slot, slot.c.id == booking.c.slot)
        .join(request, request.c.id == booking.c.request)
        .where(
            booking.c.territory == agenda.territory.slug,
            waits_for_call(),
            request.c.wrapped_key.is_not(None),
        )
        .order_by(slot.c.starts, booking.c.id)
    )
    with agenda.database.write() as connection:
        doctors = read_doctors(agenda, connection)
        rows = connection.execute(query).all()
        for row in rows:
            trace(agenda, connection, "callback.read", row.request, PERSONAL_FIELDS, actor)
    return tuple(_call_back(agenda, row, doctors[row.doctor].name) for row in rows)


def count_to_call_back(agenda: Agenda) -> int:
    """How many people wait for that call; nobody's name is read."""
    booking, request = tables.booking, tables.request
    with agenda.database.read() as connection:
        query = (
            sa.select(sa.func.count())
            .select_from(booking.join(request, request.c.id == booking.c.request))
            .where(
                booking.c.territory == agenda.territory.slug,
                waits_for_call(),
                request.c.wrapped_key.is_not(None),
            )
        )
        return int(connection.execute(query).scalar_one())


def stamp_called_back(agenda: Agenda, appointment_id: UUID, actor: str) -> None:
    """The person was told; stamping twice changes nothing. NotFoundError if nobody had to be."""
    booking = tables.booking
    with agenda.database.write() as connection:
        row = connection.execute(
            booking.update()
            .where(
                booking.c.id == appointment_id,
                booking.c.territory == agenda.territory.slug,
                booking.c.cancel_reason == CancelReason.DOCTOR.value,
            )
            .values(called_back_at=sa.func.coalesce(booking.c.called_back_at, store_now()))
            .returning(booking.c.request)
        ).first()
        if row is None:
            raise missing("Rappel")
        trace(agenda, connection, "callback.done", row.request, ("called_back_at",), actor)
        say_changed(connection, [], row.request)


def waits_for_call() -> sa.ColumnElement[bool]:
    """A booking its doctor cancelled, whose person was not told yet."""
    booking = tables.booking
    return sa.and_(
        booking.c.state == BookingState.CANCELLED.value,
        booking.c.cancel_reason == CancelReason.DOCTOR.value,
        booking.c.called_back_at.is_(None),
    )


def cancel_withdrawn(
    agenda: Agenda, connection: sa.Connection, doctor_id: UUID, actor: str
) -> list[Ended]:
    """Undo what a doctor's withdrawn slots hold, last in its transaction (global lock).

    Confirmed appointments become cancelled by the doctor, holds are given back.
    """
    booking, slot = tables.booking, tables.slot
    touched = sa.exists().where(
        slot.c.id == booking.c.slot,
        slot.c.doctor == doctor_id,
        slot.c.ends > agenda.clock(),
        is_withdrawn(),
    )
    confirmed = end_bookings(
        agenda,
        connection,
        BookingState.CANCELLED,
        touched,
        booking.c.state == BookingState.CONFIRMED.value,
        cancel_reason=CancelReason.DOCTOR.value,
    )
    held = end_bookings(
        agenda,
        connection,
        BookingState.RELEASED,
        touched,
        booking.c.state == BookingState.HELD.value,
    )
    requests = _requests_of(connection, [one.booking_id for one in confirmed])
    for one in confirmed:
        row = requests[one.booking_id]
        trace(agenda, connection, "appointment.cancel", row.id, ("cancel_reason",), actor)
        tell_cancelled(agenda, connection, row, [one])
    ended = [*confirmed, *held]
    for request_id in sorted({row.id for row in requests.values()}):
        say_changed(connection, [], request_id)
    _say_slots(connection, ended)
    return ended


def _say_slots(connection: sa.Connection, ended: list[Ended]) -> None:
    for slot_id in sorted({one.slot_id for one in ended}):
        append_change(connection, tables.base.change_log, "slot", str(slot_id))


def _requests_of(connection: sa.Connection, bookings: list[UUID]) -> dict[UUID, Any]:
    booking, request = tables.booking, tables.request
    rows = connection.execute(
        sa.select(booking.c.id.label("booking"), request.c.id, request.c.wrapped_key)
        .join(request, request.c.id == booking.c.request)
        .where(booking.c.id.in_(bookings))
    )
    return {row.booking: row for row in rows}


def _call_back(agenda: Agenda, row: Any, doctor_name: str) -> CallBack:
    key = agenda.keys.unwrap(row.wrapped_key)
    return CallBack(
        appointment_id=row.id,
        request_id=row.request,
        start=row.starts,
        mode=Mode(row.mode),
        doctor_name=doctor_name,
        callback_number=unseal(key, row.sealed, Sealed).callback_number,
        patient=unseal(key, row.patient, Patient) if row.patient else None,
        booked_again=row.again,
    )
