"""Whether the person came: said once begun, undone for ten minutes, corrected until the next day."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.errors import ConflictError, InputRefusedError
from orientation import tables
from orientation.calendar import local_day
from orientation.idempotency import Call, run_once
from orientation.model import BookingState
from orientation.occupation import say_changed
from orientation.privacy import trace
from orientation.records import Attendance
from orientation.refusals import Lost, refuse
from orientation.reservation import booking_of
from orientation.store import Agenda, missing

SETTLED = (BookingState.HONOURED, BookingState.NO_SHOW)

UNDO_FOR = timedelta(minutes=10)
"""How long a tap beside the right person can be taken back as if nothing had been said."""


def settle_appointment(
    agenda: Agenda,
    appointment_id: UUID,
    state: BookingState,
    key: str | None,
    actor: str,
    of: UUID | None = None,
) -> Attendance:
    """Stamp an appointment honoured or no-show; the other of the two, to correct it.

    NotFoundError when it is not with the doctor `of`. Raises ConflictError with `reason` `not_begun`, `settled_too_late` or `not_confirmed`.
    """
    if state not in SETTLED:
        raise InputRefusedError("Dites « venu » ou « pas venu ».", field="state")
    call = Call("settle", key, (appointment_id, state))
    booking = booking_of(agenda, appointment_id, "Rendez-vous")
    if of not in (None, booking.doctor):
        raise missing("Rendez-vous")
    request_id = booking.request
    work = partial(_settle, agenda, appointment_id, state, actor)
    try:
        return run_once(agenda, call, Attendance, work)
    except Lost as refused:
        return refuse(agenda, call, request_id, refused, Attendance)


def undo_settlement(
    agenda: Agenda, appointment_id: UUID, actor: str, of: UUID | None = None
) -> Attendance:
    """Put an appointment back as if nothing had been said of it, up to `UNDO_FOR` afterwards.

    Done twice, it changes nothing. NotFoundError when it is not with the doctor `of`; ConflictError
    with `reason` `undone_too_late` or `not_confirmed`.
    """
    booking = booking_of(agenda, appointment_id, "Rendez-vous")
    if of not in (None, booking.doctor):
        raise missing("Rendez-vous")
    with agenda.database.write() as connection:
        _take_back(agenda, connection, appointment_id, actor)
    return Attendance(appointment_id=appointment_id, state=BookingState.CONFIRMED)


def may_undo(agenda: Agenda, settled_at: datetime | None) -> bool:
    """Whether what was said at that moment can still be taken back."""
    return settled_at is not None and settled_at >= agenda.clock() - UNDO_FOR


def may_correct(agenda: Agenda, start: datetime) -> bool:
    """Whether what was said of an appointment that started then can still be changed."""
    return start >= _correctable_since(agenda)


def _correctable_since(agenda: Agenda) -> datetime:
    """Midnight of yesterday: what began before is closed once it was settled."""
    yesterday = local_day(agenda.territory, agenda.clock()) - timedelta(days=1)
    return datetime.combine(yesterday, time.min, tzinfo=agenda.territory.zone)


def _settle(
    agenda: Agenda,
    appointment_id: UUID,
    state: BookingState,
    actor: str,
    connection: sa.Connection,
) -> tuple[UUID, Attendance]:
    booking, slot = tables.booking, tables.slot
    begun = sa.exists().where(slot.c.id == booking.c.slot, slot.c.starts <= agenda.clock())
    correctable = sa.exists().where(
        slot.c.id == booking.c.slot, slot.c.starts >= _correctable_since(agenda)
    )
    stamped = connection.execute(
        booking.update()
        .where(
            booking.c.id == appointment_id,
            begun,
            sa.or_(
                booking.c.state.in_([BookingState.CONFIRMED.value, state.value]),
                sa.and_(booking.c.state.in_([one.value for one in SETTLED]), correctable),
            ),
        )
        .values(state=state.value, settled_at=agenda.clock())
        .returning(booking.c.request, booking.c.slot)
    ).first()
    if stamped is None:
        raise Lost(_why_not(agenda, connection, appointment_id))
    trace(agenda, connection, f"appointment.{state.value}", stamped.request, ("state",), actor)
    say_changed(connection, [], stamped.request, stamped.slot)
    return stamped.request, Attendance(appointment_id=appointment_id, state=state)


def _take_back(agenda: Agenda, connection: sa.Connection, appointment_id: UUID, actor: str) -> None:
    booking = tables.booking
    undone = connection.execute(
        booking.update()
        .where(
            booking.c.id == appointment_id,
            booking.c.state.in_([one.value for one in SETTLED]),
            booking.c.settled_at >= agenda.clock() - UNDO_FOR,
        )
        .values(state=BookingState.CONFIRMED.value, settled_at=None)
        .returning(booking.c.request, booking.c.slot)
    ).first()
    if undone is not None:
        trace(agenda, connection, "appointment.unsettled", undone.request, ("state",), actor)
        say_changed(connection, [], undone.request, undone.slot)
        return
    state = connection.execute(
        sa.select(booking.c.state).where(booking.c.id == appointment_id)
    ).scalar_one()
    if state in [one.value for one in SETTLED]:
        raise ConflictError(
            "Trop tard pour annuler : dites « venu » ou « pas venu ».", reason="undone_too_late"
        )
    if state != BookingState.CONFIRMED.value:
        raise ConflictError("Ce rendez-vous n'a plus lieu.", reason="not_confirmed")


def _why_not(agenda: Agenda, connection: sa.Connection, appointment_id: UUID) -> str:
    row: Any = connection.execute(
        sa.select(tables.booking.c.state, tables.slot.c.starts)
        .join(tables.slot, tables.slot.c.id == tables.booking.c.slot)
        .where(tables.booking.c.id == appointment_id)
    ).one()
    if row.state not in (BookingState.CONFIRMED.value, *(one.value for one in SETTLED)):
        return "not_confirmed"
    return "not_begun" if row.starts > agenda.clock() else "settled_too_late"
