"""Hold, confirm, release, cancel, escalate: each one conditional write that the schema guards.

Nothing here asks whether a seat is free before taking it: the insert is tried and the store's
constraints answer. Locks are taken in one order everywhere (request, doctors, bookings, change
log), which only PostgreSQL needs; they keep a seat and the doctor's minutes in step.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.base.errors import ConflictError, InputRefusedError
from directory.base.logs import get_logger
from directory.base.prepared import Prepared
from orientation import tables
from orientation.confirming import prepare_confirmation, write_confirmation
from orientation.crisis import is_running, read_crisis
from orientation.idempotency import Call, run_known, run_once
from orientation.kept import is_kept
from orientation.lead import is_too_soon
from orientation.model import BookingState, CancelReason, Mode, Outcome
from orientation.notices import tell_cancelled
from orientation.occupation import (
    Ended,
    booked_doctors,
    end_bookings,
    free_expired,
    is_expired_hold,
    lock_doctors,
    lock_for_hold,
    occupy_minutes,
    say_changed,
    take_seat,
)
from orientation.presence import is_unavailable
from orientation.privacy import data_key, trace
from orientation.records import Appointment, Hold, Patient
from orientation.refusals import Lost, refuse
from orientation.requests import request_row
from orientation.sending import check_text_address
from orientation.store import Agenda, missing
from orientation.visibility import seen_by
from orientation.visits import fits_round

log = get_logger(__name__)


def hold_seat(agenda: Agenda, slot_id: UUID, request_id: UUID, key: str | None) -> Hold:
    """Keep a seat of a slot for a request during `hold_seconds`.

    Raises ConflictError with a `reason` and up to three `alternatives` when the store says no.
    """
    call = Call("hold", key, (slot_id, request_id))
    work = partial(_hold, agenda, slot_id, request_id)
    try:
        held = run_once(agenda, call, Hold, work)
    except (Lost, sa.exc.IntegrityError) as refused:
        return refuse(agenda, call, request_id, refused, Hold)
    log.info("seat held", slot=str(slot_id), request=str(request_id))
    return held


def confirm_hold(
    agenda: Agenda, hold_id: UUID, patient: Patient, key: str | None, actor: str
) -> Appointment:
    """Make a hold an appointment, if the store's clock has not ended it."""
    patient = _checked(agenda, patient)
    call = Call("confirm", key, (hold_id, patient))
    ready = prepare_confirmation(agenda, hold_id, patient, actor)
    request_id, write = ready.appointment.request_id, partial(write_confirmation, agenda, ready)
    try:
        confirmed = run_known(agenda, call, request_id, ready.key, ready.appointment, write)
    except Lost as refused:
        return refuse(agenda, call, request_id, refused, Appointment)
    log.info("appointment confirmed", appointment=str(hold_id), request=str(request_id))
    return confirmed


def release_hold(agenda: Agenda, hold_id: UUID) -> bool:
    """Give a held seat back; False when it had already ended. Refused once confirmed."""
    booking = booking_of(agenda, hold_id, "Réservation")
    with agenda.database.write() as connection:
        request_row(agenda, connection, booking.request, lock=True)
        lock_doctors(connection, [booking.doctor])
        ended = end_bookings(
            agenda,
            connection,
            BookingState.RELEASED,
            tables.booking.c.id == hold_id,
            tables.booking.c.state == BookingState.HELD.value,
        )
        say_changed(connection, ended, booking.request)
    if not ended and booking.state == BookingState.CONFIRMED.value:
        raise ConflictError(
            "Ce rendez-vous est déjà confirmé : annulez-le si la personne y renonce.",
            reason="already_confirmed",
        )
    return bool(ended)


def cancel_appointment(
    agenda: Agenda, appointment_id: UUID, reason: CancelReason, actor: str
) -> None:
    """Cancel a confirmed appointment; its seat is free again and the doctor is told."""
    booking = booking_of(agenda, appointment_id, "Rendez-vous")
    with agenda.database.write() as connection:
        row = request_row(agenda, connection, booking.request, lock=True)
        lock_doctors(connection, [booking.doctor])
        ended = end_bookings(
            agenda,
            connection,
            BookingState.CANCELLED,
            tables.booking.c.id == appointment_id,
            tables.booking.c.state == BookingState.CONFIRMED.value,
            cancel_reason=reason.value,
        )
        if not ended:
            raise ConflictError(
                "Ce rendez-vous n'est pas ou plus confirmé : il n'y a rien à annuler.",
                reason="not_confirmed",
            )
        trace(agenda, connection, "appointment.cancel", row.id, ("cancel_reason",), actor)
        tell_cancelled(agenda, connection, row, ended)
        say_changed(connection, ended, row.id)


def escalate_request(agenda: Agenda, request_id: UUID, codes: Sequence[str], actor: str) -> None:
    """Transfer a request to the 15, now and for good: what it held or booked is given back."""
    flags = agenda.flags.check(codes)
    with agenda.database.write() as connection:
        row = request_row(agenda, connection, request_id, lock=True)
        lock_doctors(connection, booked_doctors(connection, request_id))
        ended = end_bookings(
            agenda, connection, BookingState.ESCALATED, tables.booking.c.request == request_id
        )
        _flag(agenda, connection, row, flags)
        trace(agenda, connection, "request.escalate", request_id, ("red_flags",), actor)
        tell_cancelled(agenda, connection, row, ended)
        say_changed(connection, ended, request_id)
    log.info("request transferred to 15", request=str(request_id))


def _hold(
    agenda: Agenda, slot_id: UUID, request_id: UUID, connection: sa.Connection
) -> tuple[UUID, Hold, bytes]:
    request = request_row(agenda, connection, request_id, lock=True)
    key = data_key(agenda, request.wrapped_key)
    slot = open_slot(agenda, connection, slot_id)
    refuse_out_of_reach(agenda, connection, request, slot)
    lock_for_hold(connection, slot.doctor, request_id)
    freed = _make_room(agenda, connection, slot, request_id)
    held = take_seat(agenda, connection, slot, request_id)
    occupy_minutes(agenda, connection, slot)
    if not fits_round(agenda, connection, slot, request):
        raise Lost("round_broken")
    say_changed(connection, freed, request_id, slot.id)
    return request_id, held, key


def _make_room(
    agenda: Agenda, connection: sa.Connection, slot: Any, request_id: UUID
) -> list[Ended]:
    """End what expired; raises Lost if nobody may be booked. Called with the doctor's lock."""
    there = _LOOK_AT_SLOT.first(connection, slot=slot.id, doctor=slot.doctor, request=request_id)
    if there is None or there.unavailable:
        raise Lost("slot_withdrawn")
    return free_expired(agenda, connection, slot.doctor, request_id) if there.expired else []


def open_slot(agenda: Agenda, connection: sa.Connection, slot_id: UUID) -> Any:
    """A slot of a doctor of the team that one can still be at; raises NotFoundError or Lost."""
    now = agenda.clock()
    row = _OPEN_SLOT.first(connection, id=slot_id, territory=agenda.territory.slug, now=now)
    if row is None:
        raise missing("Créneau")
    if row.starts <= now:
        raise Lost("slot_past")
    if not row.active:
        raise Lost("slot_withdrawn")
    policy, mode = agenda.territory.policy, Mode(row.mode)
    if is_too_soon(policy, mode, row.home_lead_minutes, row.starts, now):
        raise Lost("slot_too_soon")
    return row


def refuse_out_of_reach(agenda: Agenda, connection: sa.Connection, request: Any, slot: Any) -> None:
    """Raise Lost if this request may not have this slot: kept by the crisis mode, or not shown."""
    if slot.in_crisis and is_kept(read_crisis(agenda, connection), request, slot):
        raise Lost("slot_kept")
    if slot.visibility not in seen_by(agenda.territory, request):
        raise Lost("slot_hidden")


def refuse_unavailable(connection: sa.Connection, slot_id: UUID) -> None:
    """Raise Lost if nobody may be booked; asked once the doctor's lock is held, so that it stays."""
    query = sa.select(tables.slot.c.id).where(tables.slot.c.id == slot_id, is_unavailable())
    if connection.execute(query).first() is not None:
        raise Lost("slot_withdrawn")


def booking_of(agenda: Agenda, booking_id: UUID, what: str) -> Any:
    """Request, state and doctor of a booking; raises NotFoundError naming `what`."""
    booking, slot = tables.booking, tables.slot
    with agenda.database.read() as connection:
        row = connection.execute(
            sa.select(booking.c.request, booking.c.state, slot.c.doctor)
            .join(slot, slot.c.id == booking.c.slot)
            .where(booking.c.id == booking_id, booking.c.territory == agenda.territory.slug)
        ).first()
    if row is None:
        raise missing(what)
    return row


def _flag(agenda: Agenda, connection: sa.Connection, row: Any, flags: Sequence[str]) -> None:
    codes = [] if row.erased_at else agenda.flags.check([*row.red_flags, *flags])
    connection.execute(
        tables.request.update()
        .where(tables.request.c.id == row.id)
        .values(
            outcome=Outcome.TRANSFER_15.value,
            red_flags=list(codes),
            red_flags_version=agenda.flags.version,
            flagged_at=row.flagged_at or agenda.clock(),
        )
    )


def _checked(agenda: Agenda, patient: Patient) -> Patient:
    if not (patient.family.strip() and patient.given.strip()):
        raise InputRefusedError(
            "Donnez le nom et le prénom de la personne qui vient.", field="patient"
        )
    to = check_text_address(agenda.settings, patient.text_to)
    return msgspec.structs.replace(patient, text_to=to)


def _open_slot(_: str) -> sa.Select[Any]:
    slot, doctor = tables.slot, tables.doctor
    of_territory = slot.c.territory == sa.bindparam("territory")
    in_crisis = sa.exists().where(is_running()).correlate(None).label("in_crisis")
    return (
        sa.select(slot, doctor.c.active, doctor.c.home_lead_minutes, in_crisis)
        .join(doctor, doctor.c.id == slot.c.doctor)
        .where(slot.c.id == sa.bindparam("id"), of_territory)
    )


def _look_at_slot(_: str) -> sa.Select[bool, bool]:
    expired = is_expired_hold(sa.bindparam("doctor"), sa.bindparam("request"))
    return sa.select(
        is_unavailable().label("unavailable"),
        sa.exists().where(expired).correlate(None).label("expired"),
    ).where(tables.slot.c.id == sa.bindparam("slot"))


_OPEN_SLOT = Prepared(_open_slot)
_LOOK_AT_SLOT = Prepared(_look_at_slot)
