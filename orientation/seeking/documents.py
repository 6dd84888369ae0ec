"""Waits, doctors to propose and placements as JSON documents: nothing in them names a person."""

from typing import Any
from zoneinfo import ZoneInfo

from orientation.documents import iso
from orientation.seeking.model import Matches, Offer, RankedWait
from orientation.seeking.records import Placed, PlacementView, SeekingCounts, WaitsPage, WaitView


def wait_document(sheet: WaitView, zone: ZoneInfo) -> dict[str, Any]:
    """Where a wait stands."""
    return {
        "id": str(sheet.id),
        "state": sheet.state.value,
        "group": sheet.group,
        "commune": sheet.commune,
        "created_at": iso(sheet.created_at, zone),
        "confirmed_at": iso(sheet.confirmed_at, zone),
        "to_confirm": sheet.to_confirm,
        "reminders": sheet.reminders,
        "consent_version": sheet.consent_version,
        "close_reason": sheet.close_reason and sheet.close_reason.value,
        "placement": _placement(sheet.live, zone) if sheet.live else None,
        "past_placements": [_placement(one, zone) for one in sheet.past],
    }


def waits_document(found: WaitsPage, zone: ZoneInfo) -> dict[str, Any]:
    """A page of the list, in calling order."""
    return {
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "waits": [wait_document(one, zone) for one in found.waits],
    }


def matches_document(matches: Matches) -> dict[str, Any]:
    """Doctors to propose, best first, with the reasons of their rank."""
    return {
        "practitioners": [
            {**offer_document(one.offer), "reasons": list(one.reasons)} for one in matches.offers
        ],
        "explanation": matches.explanation,
    }


def offer_document(offer: Offer) -> dict[str, Any]:
    """What a doctor declares."""
    return {
        "practitioner": {"id": str(offer.doctor.id), "name": offer.doctor.name},
        "places_left": offer.places_left,
        "taken": offer.taken,
        "available_from": offer.available_from.isoformat(),
        "min_age": offer.limits.min_age,
        "max_age": offer.limits.max_age,
        "communes": list(offer.limits.communes),
        "groups": list(offer.limits.groups),
        "languages": list(offer.languages),
        "sex": offer.sex and offer.sex.value,
        "in_team": offer.in_team,
    }


def called_document(ranked: tuple[RankedWait, ...]) -> list[dict[str, Any]]:
    """The first people a doctor could take."""
    return [
        {
            "wait_id": str(one.wait.id),
            "group": one.group,
            "commune": one.wait.commune,
            "reasons": list(one.reasons),
        }
        for one in ranked
    ]


def placed_document(placed: Placed) -> dict[str, str]:
    """A placement after a step."""
    return {
        "id": str(placed.id),
        "wait_id": str(placed.wait_id),
        "practitioner_id": str(placed.doctor_id),
        "state": placed.state.value,
    }


def counts_document(counts: SeekingCounts) -> dict[str, Any]:
    """Target and placed, who waits and for how long."""
    target = None
    if counts.target is not None and counts.since is not None:
        target = {
            "patients": counts.target,
            "source": counts.target_source,
            "since": counts.since.isoformat(),
        }
    return {
        "waiting": counts.waiting,
        "proposed": counts.proposed,
        "accepted": counts.accepted,
        "placed": counts.placed,
        "own_doctor": counts.own_doctor,
        "to_confirm": counts.to_confirm,
        "practitioners": counts.doctors,
        "places_left": counts.places_left,
        "median_days": counts.median_days,
        "target": target,
    }


def _placement(one: PlacementView, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "practitioner": {"id": str(one.doctor.id), "name": one.doctor.name},
        "state": one.state.value,
        "reason": one.reason and one.reason.value,
        "proposed_at": iso(one.proposed_at, zone),
    }
