"""An act on a doctor's planning: written, slots realigned, who is concerned named before it is."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.logs import get_logger
from orientation import tables
from orientation.absences import cancel_withdrawn
from orientation.model import BookingState, Doctor, Mode
from orientation.occupation import lock_doctors
from orientation.planning_model import Concerned, Planned
from orientation.privacy import trace, unseal
from orientation.records import Patient, Sealed
from orientation.slots import realign
from orientation.store import Agenda, missing
from orientation.team import read_doctors

log = get_logger(__name__)

READ_FIELDS = ("initials", "callback_number")

Work = Callable[[sa.Connection, Doctor], UUID | None]
"""Writes the act with the doctor's lock; answers the series it is about."""


class _AppointmentsConcerned(Exception):  # noqa: N818 - undoes the transaction, no fault
    def __init__(self, bookings: Sequence[UUID]) -> None:
        super().__init__()
        self.bookings = bookings


def carry_out(
    agenda: Agenda, doctor_id: UUID, action: str, actor: str, work: Work, *, confirmed: bool
) -> Planned:
    """Do `work`, then make the slots follow, in one transaction.

    When it undoes confirmed appointments and `confirmed` is false, nothing is written and the
    answer names them. NotFoundError for a doctor who is not of the team.
    """
    try:
        schedule, undone = _write(agenda, doctor_id, action, actor, work, confirmed)
    except _AppointmentsConcerned as concerned:
        return Planned(done=False, concerned=_name(agenda, concerned.bookings, actor))
    log.info(action, doctor=str(doctor_id), cancelled=len(undone))
    return Planned(done=True, schedule=schedule, concerned=_name(agenda, undone, actor))


def read_concerned(
    agenda: Agenda, actor: str, *which: sa.ColumnElement[bool]
) -> tuple[Concerned, ...]:
    """Bookings that match, earliest first, by initials and number; the reading is audited."""
    booking, slot, request = tables.booking, tables.slot, tables.request
    query = (
        sa.select(booking.c.id, booking.c.request, booking.c.patient, request.c.wrapped_key)
        .add_columns(request.c.sealed)
        .add_columns(slot.c.starts, slot.c.mode)
        .join(slot, slot.c.id == booking.c.slot)
        .join(request, request.c.id == booking.c.request)
        .where(booking.c.territory == agenda.territory.slug, *which)
        .order_by(slot.c.starts, booking.c.id)
    )
    with agenda.database.write() as connection:
        rows = connection.execute(query).all()
        for row in rows:
            trace(agenda, connection, "planning.concerned", row.request, READ_FIELDS, actor)
    return tuple(_concerned(agenda, row) for row in rows)


def _write(
    agenda: Agenda, doctor_id: UUID, action: str, actor: str, work: Work, confirmed: bool
) -> tuple[UUID | None, list[UUID]]:
    with agenda.database.write() as connection:
        lock_doctors(connection, [doctor_id])
        doctor = read_doctors(agenda, connection, doctor_id).get(doctor_id)
        if doctor is None or not doctor.active:
            raise missing("Médecin")
        schedule = work(connection, doctor)
        realign(agenda, connection, doctor_id)
        trace(agenda, connection, action, schedule or doctor_id, (), actor)
        ended = cancel_withdrawn(agenda, connection, doctor_id, actor)
        undone = [one.booking_id for one in ended if one.was is BookingState.CONFIRMED]
        if undone and not confirmed:
            raise _AppointmentsConcerned(undone)
    return schedule, undone


def _name(agenda: Agenda, bookings: Sequence[UUID], actor: str) -> tuple[Concerned, ...]:
    if not bookings:
        return ()
    return read_concerned(agenda, actor, tables.booking.c.id.in_(bookings))


def _concerned(agenda: Agenda, row: Any) -> Concerned:
    initials, number = "identité effacée", ""
    if row.wrapped_key and row.patient:
        key = agenda.keys.unwrap(row.wrapped_key)
        number = unseal(key, row.sealed, Sealed).callback_number
        patient = unseal(key, row.patient, Patient)
        initials = " ".join(
            f"{name.strip()[:1].upper()}." for name in (patient.given, patient.family)
        )
    return Concerned(
        appointment_id=row.id,
        request_id=row.request,
        start=row.starts,
        mode=Mode(row.mode),
        initials=initials,
        callback_number=number,
    )
