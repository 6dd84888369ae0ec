"""A doctor's profile and the calendar read for them, as JSON documents."""

from typing import Any
from zoneinfo import ZoneInfo

from orientation.calendars import BusyFeed
from orientation.documents import iso
from orientation.model import Doctor


def profile_document(doctor: Doctor) -> dict[str, Any]:
    """Who the doctor takes, where, how far and until when; never their mail address."""
    return {
        "practitioner_id": str(doctor.id),
        "name": doctor.name,
        "team": doctor.team.value,
        "modes": [mode.value for mode in doctor.modes],
        "visits": list(doctor.visits),
        "visit_km": doctor.visit_km,
        "visit_from": str(doctor.visit_from) if doctor.visit_from else None,
        "min_age_months": doctor.min_age_months,
        "max_age_months": doctor.max_age_months,
        "weekly_capacity": doctor.weekly_capacity,
        "accepts_new": doctor.accepts_new,
        "home_lead_minutes": doctor.home_lead_minutes,
        "leaves_on": doctor.leaves_on.isoformat() if doctor.leaves_on else None,
        "places": [
            {
                "place_id": str(place.id),
                "label": place.label,
                "address": place.address,
                "insee": place.insee,
            }
            for place in doctor.places
        ],
    }


def feed_document(feed: BusyFeed | None, zone: ZoneInfo) -> dict[str, Any] | None:
    """The external calendar that is read: its host, never its address."""
    if feed is None:
        return None
    return {
        "host": feed.host,
        "since": iso(feed.since, zone),
        "read_at": iso(feed.read_at, zone) if feed.read_at else None,
        "problem": feed.problem,
    }
