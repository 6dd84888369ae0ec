"""What becomes of a request: médecin traitant called, ended, to be called back, seen by who asked."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.errors import ConflictError, InputRefusedError
from directory.base.logs import get_logger
from orientation import tables
from orientation.model import (
    CLOSINGS,
    LIVE_STATES,
    PENDING,
    BookingState,
    MedecinTraitant,
    Outcome,
)
from orientation.occupation import booked_doctors, end_bookings, lock_doctors, say_changed
from orientation.privacy import data_key, field_digests, seal, trace, unseal, watcher_digests
from orientation.provenance import Channel, NotTried
from orientation.records import RequestView, Sealed
from orientation.refusals import REASONS
from orientation.requests import PERSONAL_FIELDS, request_row, view_request
from orientation.store import Agenda, missing

log = get_logger(__name__)

_PENDING = [outcome.value for outcome in PENDING]
SENT_IN = (Channel.PROFESSIONAL.value, Channel.ONLINE.value)
"""Channels whose requests wait for a call-taker; the others have the person on the line."""

MOST_LISTED = 100


def choose_medecin_traitant(
    agenda: Agenda, request_id: UUID, ref: str, name: str, rpps: str, actor: str
) -> None:
    """Keep, sealed, who the médecin traitant is; one of the team becomes the own doctor."""
    with agenda.database.write() as connection:
        row = _pending(agenda, connection, request_id)
        doctor = tables.doctor
        known = connection.execute(
            sa.select(doctor.c.id).where(
                doctor.c.territory == agenda.territory.slug,
                doctor.c.rpps == rpps,
                doctor.c.rpps != "",
                doctor.c.active,
            )
        ).scalar()
        written = {"medecin_traitant_ref": ref, "medecin_traitant_name": name}
        _write(agenda, connection, row, {"own_doctor": known}, written, "request.mt_chosen", actor)


def update_medecin_traitant(
    agenda: Agenda,
    request_id: UUID,
    told: MedecinTraitant,
    why: NotTried | None,
    note: str,
    actor: str,
) -> None:
    """Stamp what came of calling the médecin traitant; `note` is sealed.

    Available ends the request there; unavailable, none, or not tried with its reason opens it to
    reservation. Refused without the reason, and once the request has ended.
    """
    if told is MedecinTraitant.NOT_TRIED and why is None:
        raise InputRefusedError(
            "Dites pourquoi le médecin traitant n'a pas été appelé : "
            f"{', '.join(one.value for one in NotTried)}.",
            field="medecin_traitant_why",
            allowed=[one.value for one in NotTried],
        )
    with agenda.database.write() as connection:
        row = _pending(agenda, connection, request_id)
        values: dict[str, Any] = {
            "medecin_traitant": told.value,
            "medecin_traitant_why": why.value
            if why and told is MedecinTraitant.NOT_TRIED
            else None,
            "medecin_traitant_at": agenda.clock(),
            "outcome": Outcome.OPEN.value,
        }
        if told is MedecinTraitant.AVAILABLE:
            _give_back(agenda, connection, request_id)
            values |= {"outcome": Outcome.MEDECIN_TRAITANT.value, "closed_at": agenda.clock()}
        written = {"medecin_traitant_note": note.strip()}
        _write(agenda, connection, row, values, written, "request.mt", actor)


def close_request(agenda: Agenda, request_id: UUID, outcome: Outcome, actor: str) -> None:
    """End a request without an appointment; what it held is given back, what is booked is not."""
    if outcome not in CLOSINGS:
        allowed = [one.value for one in CLOSINGS]
        raise InputRefusedError(
            f"Une demande se clôt par une de ces issues : {', '.join(allowed)}.",
            field="outcome",
            allowed=allowed,
        )
    with agenda.database.write() as connection:
        row = _pending(agenda, connection, request_id)
        _give_back(agenda, connection, request_id)
        values = {
            "outcome": outcome.value,
            "closed_at": agenda.clock(),
            "call_back_since": None,
        }
        if outcome is Outcome.MEDECIN_TRAITANT:
            values |= {"medecin_traitant": "available", "medecin_traitant_at": agenda.clock()}
        _write(agenda, connection, row, values, {}, "request.close", actor)
    log.info("request closed", request=str(request_id), outcome=outcome.value)


def put_on_call_back_list(agenda: Agenda, request_id: UUID, actor: str) -> None:
    """Promise to call the person back as soon as a slot opens; what was held is given back."""
    with agenda.database.write() as connection:
        row = _pending(agenda, connection, request_id)
        _give_back(agenda, connection, request_id)
        since = row.call_back_since or agenda.clock()
        _write(agenda, connection, row, {"call_back_since": since}, {}, "request.call_back", actor)


def note_call_back(agenda: Agenda, request_id: UUID, reached: bool, actor: str) -> None:
    """Stamp a call back: reached takes the request off the list, not reached counts the attempt."""
    with agenda.database.write() as connection:
        row = _pending(agenda, connection, request_id)
        if row.call_back_since is None:
            raise ConflictError(
                "Cette demande n'est pas ou plus dans la liste des rappels.",
                reason="not_on_call_back_list",
            )
        values: dict[str, Any] = {
            "call_back_last": agenda.clock(),
            "call_back_tries": (row.call_back_tries or 0) + 1,
        }
        if reached:
            values["call_back_since"] = None
        _write(agenda, connection, row, values, {}, "request.called_back", actor)


def call_backs(agenda: Agenda, actor: str) -> tuple[RequestView, ...]:
    """Who is to be called back, who waits longest first; the reading is audited."""
    request = tables.request
    return _listed(
        agenda, actor, request.c.call_back_since.is_not(None), order=request.c.call_back_since
    )


def waiting_requests(agenda: Agenda, actor: str) -> tuple[RequestView, ...]:
    """Requests sent in that nobody answered yet, oldest first; the reading is audited."""
    request = tables.request
    return _listed(
        agenda,
        actor,
        request.c.channel.in_(SENT_IN),
        request.c.call_back_since.is_(None),
        order=request.c.created_at,
    )


def watched_request(agenda: Agenda, secret: str) -> RequestView:
    """What became of the request its asker holds the secret of; nothing that identifies anybody."""
    request = tables.request
    with agenda.database.read() as connection:
        row = connection.execute(
            sa.select(request).where(
                request.c.territory == agenda.territory.slug,
                request.c.watcher.in_(watcher_digests(agenda, secret)),
            )
        ).first()
        if row is None:
            raise missing("Demande")
        seen = view_request(agenda, connection, row)
    booking = seen.booking and msgspec.structs.replace(seen.booking, patient=None)
    return RequestView(
        id=seen.id,
        created_at=seen.created_at,
        outcome=seen.outcome,
        commune=seen.commune,
        delay_hours=seen.delay_hours,
        call_back_since=seen.call_back_since,
        closed_at=seen.closed_at,
        booking=booking,
    )


def _listed(
    agenda: Agenda, actor: str, *which: sa.ColumnElement[bool], order: sa.ColumnElement[Any]
) -> tuple[RequestView, ...]:
    request, booking = tables.request, tables.booking
    live = [state.value for state in LIVE_STATES if state is not BookingState.HELD]
    booked = sa.exists().where(booking.c.request == request.c.id, booking.c.state.in_(live))
    query = (
        sa.select(request)
        .where(
            request.c.territory == agenda.territory.slug,
            request.c.outcome.in_(_PENDING),
            request.c.erased_at.is_(None),
            ~booked,
            *which,
        )
        .order_by(order, request.c.id)
        .limit(MOST_LISTED)
    )
    with agenda.database.write() as connection:
        views = tuple(view_request(agenda, connection, row) for row in connection.execute(query))
        for view in views:
            trace(agenda, connection, "request.listed", view.id, PERSONAL_FIELDS, actor)
    return views


def _pending(agenda: Agenda, connection: sa.Connection, request_id: UUID) -> Any:
    """The request, locked, if it still waits for an answer."""
    row = request_row(agenda, connection, request_id, lock=True)
    data_key(agenda, row.wrapped_key)
    if row.outcome not in _PENDING:
        flagged = row.outcome == Outcome.TRANSFER_15.value
        reason = "request_flagged" if flagged else "request_closed"
        raise ConflictError(REASONS[reason], reason=reason)
    return row


def _give_back(agenda: Agenda, connection: sa.Connection, request_id: UUID) -> None:
    """End the hold of a request; refused when it has an appointment."""
    booking = tables.booking
    lock_doctors(connection, booked_doctors(connection, request_id))
    ended = end_bookings(
        agenda,
        connection,
        BookingState.RELEASED,
        booking.c.request == request_id,
        booking.c.state == BookingState.HELD.value,
    )
    if booked_doctors(connection, request_id):
        raise ConflictError(
            "Cette demande a un rendez-vous confirmé : annulez-le d'abord.",
            reason="already_confirmed",
        )
    say_changed(connection, ended, request_id)


def _write(
    agenda: Agenda,
    connection: sa.Connection,
    row: Any,
    values: Mapping[str, Any],
    written: Mapping[str, str],
    action: str,
    actor: str,
) -> None:
    """Store plain values and sealed ones, with their line in the audit trail."""
    key = data_key(agenda, row.wrapped_key)
    sealed = msgspec.structs.replace(unseal(key, row.sealed, Sealed), **written)
    connection.execute(
        tables.request.update()
        .where(tables.request.c.id == row.id)
        .values(**values, sealed=seal(key, sealed))
    )
    digests = field_digests(key, {**values, **written})
    trace(agenda, connection, action, row.id, digests, actor)
    append_change(connection, tables.base.change_log, "request", str(row.id))
