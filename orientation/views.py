"""What handlers look at: an appointment, a doctor's agenda with who comes, and counts."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.outbox import count_messages
from directory.model import Value
from orientation import tables
from orientation.availability import AgendaSlots, place_of
from orientation.lead import is_too_soon
from orientation.model import LIVE_STATES, Doctor, Mode
from orientation.privacy import trace
from orientation.records import AgendaBooking, AgendaSlot, Appointment
from orientation.requests import PERSONAL_FIELDS, view_booking, view_request
from orientation.store import Agenda, missing
from orientation.team import read_doctors


class Counts(Value, frozen=True, kw_only=True):
    """How the agenda is doing; nothing in it is personal."""

    doctors: int
    free_slots: int
    bookings: int
    outbox: dict[str, int]


def appointment_of(agenda: Agenda, connection: sa.Connection, booking_id: UUID) -> Appointment:
    """A booking as the appointment it is."""
    booking, slot = tables.booking, tables.slot
    row = connection.execute(
        sa.select(booking.c.request, slot)
        .join(slot, slot.c.id == booking.c.slot)
        .where(booking.c.id == booking_id)
    ).one()
    doctor = read_doctors(agenda, connection, row.doctor)[row.doctor]
    return Appointment(
        appointment_id=booking_id,
        slot_id=row.id,
        request_id=row.request,
        start=row.starts,
        end=row.ends,
        mode=Mode(row.mode),
        practitioner_id=doctor.id,
        practitioner_name=doctor.name,
        place=place_of(doctor, row.place),
        video_url=doctor.video_url if row.mode == Mode.VIDEO.value else "",
    )


def read_agenda(
    agenda: Agenda, doctor_id: UUID, first_day: date, days: int, actor: str
) -> tuple[AgendaSlot, ...]:
    """A doctor's slots over some days, with who comes in clear; the reading is audited."""
    begin, end = _midnight(agenda, first_day), _midnight(agenda, first_day + timedelta(days=days))
    slot = tables.slot
    with agenda.database.write() as connection:
        doctor = read_doctors(agenda, connection).get(doctor_id)
        if doctor is None:
            raise missing("Médecin")
        of_doctor = sa.and_(slot.c.doctor == doctor_id, slot.c.starts >= begin, slot.c.starts < end)
        shown = sa.or_(slot.c.closed_at.is_(None), slot.c.starts <= agenda.clock())
        rows = connection.execute(
            sa.select(slot).where(of_doctor, shown).order_by(slot.c.starts)
        ).all()
        booked = _bookings(agenda, connection, of_doctor)
        for booking in (one for several in booked.values() for one in several):
            trace(agenda, connection, "agenda.read", booking.request.id, PERSONAL_FIELDS, actor)
    return tuple(_agenda_slot(agenda, row, doctor, booked.get(row.id, [])) for row in rows)


def count_agenda(agenda: Agenda) -> Counts:
    """Counts for /healthz and the coordinator."""
    now = agenda.clock()
    booking = tables.booking
    live = booking.c.state.in_([state.value for state in LIVE_STATES])
    with agenda.database.read() as connection:
        doctors = read_doctors(agenda, connection)
        free = sum(stock.free for stock in AgendaSlots(agenda, connection, now).stocks)
        bookings = connection.execute(
            sa.select(sa.func.count()).select_from(booking).where(live)
        ).scalar_one()
        outbox = count_messages(connection, tables.outbox)
    return Counts(
        doctors=sum(doctor.active for doctor in doctors.values()),
        free_slots=free,
        bookings=bookings,
        outbox=outbox,
    )


def _midnight(agenda: Agenda, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=agenda.territory.zone)


def _bookings(
    agenda: Agenda, connection: sa.Connection, of_doctor: sa.ColumnElement[bool]
) -> dict[UUID, list[AgendaBooking]]:
    booking, slot = tables.booking, tables.slot
    rows = connection.execute(
        sa.select(booking, slot.c.starts, slot.c.ends, slot.c.mode, slot.c.doctor)
        .join(slot, slot.c.id == booking.c.slot)
        .where(of_doctor, booking.c.state.in_([state.value for state in LIVE_STATES]))
        .order_by(booking.c.slot, booking.c.seat)
    ).all()
    requests = _requests(connection, {row.request for row in rows})
    found: dict[UUID, list[AgendaBooking]] = {}
    for row in rows:
        request = requests[row.request]
        key = agenda.keys.unwrap(request.wrapped_key) if request.wrapped_key else None
        view = view_request(agenda, connection, request)
        found.setdefault(row.slot, []).append(
            AgendaBooking(booking=view_booking(row, key), request=view)
        )
    return found


def _requests(connection: sa.Connection, wanted: set[UUID]) -> dict[UUID, Any]:
    request = tables.request
    rows = connection.execute(sa.select(request).where(request.c.id.in_(wanted)))
    return {row.id: row for row in rows}


def _agenda_slot(
    agenda: Agenda, row: Any, doctor: Doctor, bookings: list[AgendaBooking]
) -> AgendaSlot:
    policy, mode = agenda.territory.policy, Mode(row.mode)
    return AgendaSlot(
        slot_id=row.id,
        start=row.starts,
        end=row.ends,
        mode=mode,
        seats=row.seats,
        too_soon=is_too_soon(policy, mode, doctor.home_lead_minutes, row.starts, agenda.clock()),
        place=place_of(doctor, row.place),
        bookings=tuple(bookings),
    )
