"""A doctor's series and what came of an act on them, as JSON documents."""

from typing import Any
from zoneinfo import ZoneInfo

from orientation.documents import iso
from orientation.planning_model import Concerned, Planned, Series


def series_document(series: Series) -> dict[str, Any]:
    """One series with its exceptions; hours and days are on the territory's clocks."""
    schedule = series.schedule
    return {
        "id": str(schedule.id),
        "practitioner_id": str(schedule.doctor),
        "mode": schedule.mode.value,
        "place_id": str(schedule.place) if schedule.place else None,
        "rule": schedule.rule,
        "valid_from": schedule.valid_from.isoformat(),
        "valid_to": schedule.valid_to.isoformat() if schedule.valid_to else None,
        "opens": f"{schedule.opens:%H:%M}",
        "closes": f"{schedule.closes:%H:%M}",
        "slot_minutes": schedule.slot_minutes,
        "seats": schedule.seats,
        "visibility": schedule.visibility.value,
        "on_holidays": schedule.on_holidays,
        "exceptions": [
            {"day": day.isoformat(), "replaced_by": str(by) if by else None}
            for day, by in sorted(series.exceptions.items())
        ],
    }


def planned_document(planned: Planned, zone: ZoneInfo) -> dict[str, Any]:
    """An act that was done, with the appointments it undid."""
    return {
        "schedule_id": str(planned.schedule) if planned.schedule else None,
        "cancelled": concerned_documents(planned.concerned, zone),
    }


def concerned_documents(concerned: tuple[Concerned, ...], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Appointments by initials, with the number to call and the request to open."""
    return [
        {
            "appointment_id": str(one.appointment_id),
            "request_id": str(one.request_id),
            "start": iso(one.start, zone),
            "mode": one.mode.value,
            "initials": one.initials,
            "callback_number": one.callback_number,
        }
        for one in concerned
    ]
