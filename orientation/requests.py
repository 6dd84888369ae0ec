"""Requests for care: taken down, found again by the caller's number, shown to who handles them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.errors import InputRefusedError
from directory.base.logs import get_logger
from directory.base.prepared import Prepared
from directory.phones import parse_phone
from orientation import tables
from orientation.idempotency import Call, run_once
from orientation.intake import Intake, check_intake
from orientation.model import (
    PENDING,
    AgeBand,
    BookingState,
    MedecinTraitant,
    Mobility,
    Mode,
    Outcome,
)
from orientation.privacy import field_digests, phone_digest, phone_digests, seal, trace, unseal
from orientation.provenance import Channel, Line, NotTried, Origin
from orientation.records import (
    BookingView,
    CreatedRequest,
    NewRequest,
    Patient,
    RequestView,
    Sealed,
)
from orientation.store import Agenda, missing, new_id
from orientation.taken import is_live

log = get_logger(__name__)

PERSONAL_FIELDS = ("callback_number", "address", "reason_category", "asked_by", "patient")
"""What a handler reads in clear when a request is opened."""


def create_request(agenda: Agenda, new: NewRequest, key: str | None, actor: str) -> CreatedRequest:
    """Take down a call; with red flags its outcome is `transfer_15` at once, and for good."""
    intake = check_intake(agenda, new)
    call = Call("request", key, (new,))
    created = run_once(
        agenda, call, CreatedRequest, lambda connection: _insert(agenda, connection, intake, actor)
    )
    log.info("request taken", request=str(created.id), outcome=created.outcome.value)
    return created


def read_request(agenda: Agenda, request_id: UUID, actor: str) -> RequestView:
    """A request in clear, with its live hold or appointment; the reading is audited."""
    with agenda.database.write() as connection:
        view = view_request(agenda, connection, request_row(agenda, connection, request_id))
        trace(agenda, connection, "request.read", request_id, PERSONAL_FIELDS, actor)
    return view


def find_caller(agenda: Agenda, phone: str, actor: str) -> tuple[RequestView, ...]:
    """Requests still open of the same call-back number, newest first."""
    number = parse_phone(phone)
    if not number:
        return ()
    request = tables.request
    query = (
        sa.select(request)
        .where(
            request.c.territory == agenda.territory.slug,
            request.c.caller.in_(phone_digests(agenda, number)),
            request.c.outcome.in_([state.value for state in PENDING]),
        )
        .order_by(request.c.created_at.desc(), request.c.id.desc())
        .limit(10)
    )
    with agenda.database.write() as connection:
        views = tuple(view_request(agenda, connection, row) for row in connection.execute(query))
        for view in views:
            trace(agenda, connection, "request.found", view.id, PERSONAL_FIELDS, actor)
    return views


def request_row(
    agenda: Agenda, connection: sa.Connection, request_id: UUID, *, lock: bool = False
) -> Any:
    """The stored request, locked until the end of the transaction if asked; or NotFoundError."""
    read = _READ_AND_LOCK if lock else _READ
    row = read.first(connection, id=request_id, territory=agenda.territory.slug)
    if row is None:
        raise missing("Demande")
    return row


def view_request(agenda: Agenda, connection: sa.Connection, row: Any) -> RequestView:
    """A stored request in clear; what was erased is empty."""
    key = agenda.keys.unwrap(row.wrapped_key) if row.wrapped_key else None
    sealed = unseal(key, row.sealed, Sealed) if key else Sealed()
    return RequestView(
        id=row.id,
        created_at=row.created_at,
        outcome=Outcome(row.outcome),
        red_flags=tuple(row.red_flags),
        flagged_at=row.flagged_at,
        commune=row.commune or "",
        age_band=AgeBand(row.age_band) if row.age_band else None,
        mobility=Mobility(row.mobility) if row.mobility else None,
        delay_hours=row.delay_hours,
        medecin_traitant=MedecinTraitant(row.medecin_traitant) if row.medecin_traitant else None,
        medecin_traitant_why=NotTried(row.medecin_traitant_why)
        if row.medecin_traitant_why
        else None,
        medecin_traitant_at=row.medecin_traitant_at,
        medecin_traitant_note=sealed.medecin_traitant_note,
        medecin_traitant_ref=sealed.medecin_traitant_ref,
        medecin_traitant_name=sealed.medecin_traitant_name,
        own_doctor=row.own_doctor,
        callback_number=sealed.callback_number,
        address=sealed.address,
        reason_category=sealed.reason_category,
        channel=Channel(row.channel) if row.channel else None,
        origin=Origin(row.origin) if row.origin else None,
        line=Line(row.line),
        asked_by=sealed.asked_by,
        closed_at=row.closed_at,
        call_back_since=row.call_back_since,
        call_back_tries=row.call_back_tries or 0,
        call_back_last=row.call_back_last,
        erased_at=row.erased_at,
        booking=_live_booking(connection, row.id, key),
    )


def view_booking(row: Any, key: bytes | None) -> BookingView:
    """A row of booking joined with its slot, the patient in clear when the key still exists."""
    patient = unseal(key, row.patient, Patient) if key and row.patient else None
    return BookingView(
        id=row.id,
        slot_id=row.slot,
        request_id=row.request,
        seat=row.seat,
        state=BookingState(row.state),
        start=row.starts,
        end=row.ends,
        mode=Mode(row.mode),
        doctor_id=row.doctor,
        expires_at=row.expires_at,
        extended=bool(row.extensions),
        patient=patient,
        settled_at=row.settled_at,
    )


def _live_booking(
    connection: sa.Connection, request_id: UUID, key: bytes | None
) -> BookingView | None:
    row = _READ_LIVE.first(connection, request=request_id)
    return view_booking(row, key) if row else None


def _insert(
    agenda: Agenda, connection: sa.Connection, intake: Intake, actor: str
) -> tuple[UUID, CreatedRequest, bytes]:
    request_id = new_id()
    _check_own_doctor(agenda, connection, intake)
    key, wrapped = agenda.keys.new_data_key()
    connection.execute(
        tables.request.insert().values(
            id=request_id,
            territory=agenda.territory.slug,
            created_at=agenda.clock(),
            caller=phone_digest(agenda, intake.phone) if intake.phone else None,
            wrapped_key=wrapped,
            sealed=seal(key, intake.sealed),
            **intake.columns,
        )
    )
    written = {
        "callback_number": intake.phone,
        "address": intake.sealed.address,
        "reason_category": intake.sealed.reason_category,
        "asked_by": intake.sealed.asked_by,
    }
    trace(agenda, connection, "request.create", request_id, field_digests(key, written), actor)
    append_change(connection, tables.base.change_log, "request", str(request_id))
    return request_id, CreatedRequest(id=request_id, outcome=intake.outcome), key


def _check_own_doctor(agenda: Agenda, connection: sa.Connection, intake: Intake) -> None:
    wanted = intake.columns["own_doctor"]
    if wanted is None:
        return
    doctor = tables.doctor
    known = connection.execute(
        sa.select(doctor.c.id).where(
            doctor.c.id == wanted, doctor.c.territory == agenda.territory.slug
        )
    ).first()
    if known is None:
        raise InputRefusedError(
            "Le médecin traitant indiqué ne fait pas partie de l'équipe de premier recours.",
            field="own_doctor",
        )


def _request_by_id() -> sa.Select[Any]:
    request = tables.request
    of_territory = request.c.territory == sa.bindparam("territory")
    return sa.select(request).where(request.c.id == sa.bindparam("id"), of_territory)


def _live_by_request() -> sa.Select[Any]:
    booking, slot = tables.booking, tables.slot
    return (
        sa.select(booking, slot.c.starts, slot.c.ends, slot.c.mode, slot.c.doctor)
        .join(slot, slot.c.id == booking.c.slot)
        .where(booking.c.request == sa.bindparam("request"), is_live())
    )


_READ_LIVE = Prepared(lambda _: _live_by_request())
_READ = Prepared(lambda _: _request_by_id())
_READ_AND_LOCK = Prepared(lambda _: _request_by_id().with_for_update())
