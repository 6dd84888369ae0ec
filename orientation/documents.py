"""Answers as JSON documents: instants in ISO 8601 with the offset of the territory's zone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from orientation.model import NextAction, Place, Proposal, Proposals
from orientation.records import Appointment, BookingView, Hold, RequestView


def iso(at: datetime, zone: ZoneInfo) -> str:
    """« 2026-11-23T10:20:00+01:00 »."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def proposals_document(found: Proposals, zone: ZoneInfo) -> dict[str, Any]:
    """The answer of GET /requests/{id}/proposals."""
    return {
        "proposals": [proposal_document(proposal, zone) for proposal in found.proposals],
        "next_actions": [_action(action) for action in found.next_actions],
        "explanation": found.explanation,
    }


def proposal_document(proposal: Proposal, zone: ZoneInfo) -> dict[str, Any]:
    """One proposal; the same document as an alternative of a lost race."""
    slot = proposal.slot
    return {
        "slot_id": str(slot.slot_id),
        "start": iso(slot.start, zone),
        "end": iso(slot.end, zone),
        "mode": slot.mode.value,
        "places_left": slot.places_left,
        "practitioner": {"id": str(slot.doctor.id), "name": slot.doctor.name},
        "place": _place(slot.place),
        "delay_met": proposal.delay_met,
        "reasons": list(proposal.reasons),
    }


def request_document(view: RequestView, zone: ZoneInfo) -> dict[str, Any]:
    """Where a request stands, without anything that identifies the person."""
    return {
        "id": str(view.id),
        "created_at": iso(view.created_at, zone),
        "outcome": view.outcome.value,
        "commune": view.commune or None,
        "age_band": view.age_band and view.age_band.value,
        "mobility": view.mobility and view.mobility.value,
        "delay_hours": view.delay_hours,
        "medecin_traitant": view.medecin_traitant and view.medecin_traitant.value,
        "medecin_traitant_why": view.medecin_traitant_why and view.medecin_traitant_why.value,
        "medecin_traitant_at": view.medecin_traitant_at and iso(view.medecin_traitant_at, zone),
        "line": view.line.value,
        "channel": view.channel and view.channel.value,
        "origin": view.origin and view.origin.value,
        "delay_given_hours": view.delay_given_hours,
        "closed_at": view.closed_at and iso(view.closed_at, zone),
        "call_back_since": view.call_back_since and iso(view.call_back_since, zone),
        "booking": _booking(view.booking, zone) if view.booking else None,
    }


def hold_document(hold: Hold, zone: ZoneInfo) -> dict[str, Any]:
    """The answer of POST /slots/{id}/hold."""
    return {
        "hold_id": str(hold.hold_id),
        "slot_id": str(hold.slot_id),
        "expires_at": iso(hold.expires_at, zone),
    }


def appointment_document(appointment: Appointment, zone: ZoneInfo) -> dict[str, Any]:
    """The answer of POST /holds/{id}/confirm; the patient is not repeated."""
    return {
        "appointment_id": str(appointment.appointment_id),
        "slot_id": str(appointment.slot_id),
        "request_id": str(appointment.request_id),
        "start": iso(appointment.start, zone),
        "end": iso(appointment.end, zone),
        "mode": appointment.mode.value,
        "practitioner": {
            "id": str(appointment.practitioner_id),
            "name": appointment.practitioner_name,
        },
        "place": _place(appointment.place),
        "video_url": appointment.video_url or None,
    }


def _booking(booking: BookingView, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": str(booking.id),
        "state": booking.state.value,
        "slot_id": str(booking.slot_id),
        "start": iso(booking.start, zone),
        "end": iso(booking.end, zone),
        "mode": booking.mode.value,
        "expires_at": iso(booking.expires_at, zone) if booking.expires_at else None,
        "extended": booking.extended,
    }


def _place(place: Place | None) -> dict[str, str] | None:
    if place is None:
        return None
    return {"label": place.label, "address": place.address, "insee": place.insee}


def _action(action: NextAction) -> dict[str, str]:
    return {"code": action.code, "label": action.label, "number": action.number}
