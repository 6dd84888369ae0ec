"""Making a hold an appointment: all that can be read and sealed is, before the store is locked.

What a confirmation needs and a live hold cannot change (who asked, which slot, which doctor) is
read first; the transaction that follows writes and reads nothing. Its first statement is the one
that says whether the hold still lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.database import store_now
from directory.base.prepared import Prepared
from orientation import tables
from orientation.model import BookingState, Mode, full_name
from orientation.notices import (
    Topic,
    append_notice,
    notice_to_doctor,
    notice_to_patient,
    patient_topic,
)
from orientation.occupation import say_changed
from orientation.privacy import data_key, field_digests, seal, trace
from orientation.records import Appointment, Patient
from orientation.refusals import Lost, why_not_confirmed
from orientation.store import Agenda, missing
from orientation.team import place_from


@dataclass(frozen=True)
class Confirmation:
    """A confirmation ready to be written; `notices` are sealed, by topic."""

    appointment: Appointment
    key: bytes
    patient: bytes
    notices: Mapping[str, bytes]
    digests: Mapping[str, str]
    actor: str


def prepare_confirmation(
    agenda: Agenda, hold_id: UUID, patient: Patient, actor: str
) -> Confirmation:
    """Read and seal what confirming a hold writes; NotFoundError for an unknown hold.

    Raises ConflictError once the request's identity was erased.
    """
    with agenda.database.read_once() as connection:
        row = _READ_HOLD.first(connection, id=hold_id, territory=agenda.territory.slug)
    if row is None:
        raise missing("Réservation")
    key = data_key(agenda, row.wrapped_key)
    appointment = _appointment(hold_id, row)
    notices = {
        Topic.CONFIRMED.value: notice_to_doctor(agenda, Topic.CONFIRMED, row.email, appointment)
    }
    if patient.text_to:
        text = notice_to_patient(agenda, Topic.CONFIRMED, patient.text_to, appointment)
        notices[patient_topic(Topic.CONFIRMED)] = text
    written = {"family": patient.family, "given": patient.given, "birth_date": patient.birth_date}
    return Confirmation(
        appointment=appointment,
        key=key,
        patient=seal(key, patient),
        notices={topic: seal(key, notice) for topic, notice in notices.items()},
        digests=field_digests(key, written),
        actor=actor,
    )


def write_confirmation(agenda: Agenda, ready: Confirmation, connection: sa.Connection) -> None:
    """Confirm the hold and write what goes with it; raises Lost when it no longer lives."""
    told = ready.appointment
    confirmed = _CONFIRM.run(
        connection, hold=told.appointment_id, at=agenda.clock(), sealed=ready.patient
    )
    if not confirmed:
        raise Lost(why_not_confirmed(connection, told.appointment_id))
    for topic, sealed in ready.notices.items():
        append_notice(agenda, connection, topic, told.request_id, sealed)
    trace(agenda, connection, "appointment.confirm", told.request_id, ready.digests, ready.actor)
    say_changed(connection, [], told.request_id, told.slot_id)


def _appointment(hold_id: UUID, row: Any) -> Appointment:
    return Appointment(
        appointment_id=hold_id,
        slot_id=row.slot,
        request_id=row.request,
        start=row.starts,
        end=row.ends,
        mode=Mode(row.mode),
        practitioner_id=row.doctor,
        practitioner_name=full_name(row.title, row.given, row.family),
        place=None if row.id is None else place_from(row),
        video_url=row.video_url if row.mode == Mode.VIDEO.value else "",
    )


def _read_hold(_: str) -> sa.Select[Any]:
    booking, slot, doctor, place = tables.booking, tables.slot, tables.doctor, tables.place
    told = (booking.c.slot, booking.c.request, slot.c.starts, slot.c.ends, slot.c.mode)
    of_doctor = (doctor.c.title, doctor.c.given, doctor.c.family, doctor.c.email)
    where = (place.c.id, place.c.label, place.c.address, place.c.insee)
    point = (place.c.lat, place.c.lon, place.c.precision)
    of_request = tables.request.c.wrapped_key
    return (
        sa.select(*told, slot.c.doctor, *of_doctor, doctor.c.video_url, *where, *point, of_request)
        .select_from(booking)
        .join(slot, slot.c.id == booking.c.slot)
        .join(doctor, doctor.c.id == slot.c.doctor)
        .join(tables.request, tables.request.c.id == booking.c.request)
        .outerjoin(place, sa.and_(place.c.id == slot.c.place, place.c.doctor == doctor.c.id))
        .where(
            booking.c.id == sa.bindparam("id"),
            booking.c.territory == sa.bindparam("territory"),
        )
    )


def _confirm(_: str) -> Any:
    booking, request = tables.booking, tables.request
    not_erased = sa.exists().where(
        request.c.id == booking.c.request, request.c.wrapped_key.is_not(None)
    )
    return (
        booking.update()
        .where(
            booking.c.id == sa.bindparam("hold"),
            booking.c.state == BookingState.HELD.value,
            booking.c.expires_at > store_now(),
            not_erased,
        )
        .values(
            state=BookingState.CONFIRMED.value,
            expires_at=None,
            confirmed_at=sa.bindparam("at", type_=booking.c.confirmed_at.type),
            patient=sa.bindparam("sealed", type_=booking.c.patient.type),
        )
    )


_READ_HOLD = Prepared(_read_hold)
_CONFIRM = Prepared(_confirm)
