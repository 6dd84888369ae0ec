"""The JSON documents of the directory: the same for the API and for `recours search --json`."""

from datetime import datetime
from typing import Any

import msgspec

from directory.activities import Activity
from directory.base.errors import InputRefusedError
from directory.coverage import served
from directory.identifiers import warn_identifier
from directory.model import Coding, Point
from directory.query import Near
from directory.resource import Fact, Resource, ResourceDetail, Stated
from directory.results import Chip, Hit, KnownHours, Page
from web.sight import shown_facts, shown_phones

METRES = 1000
MAX_RADIUS_KM = 500


def parse_near(near: str, radius_km: float | None = None) -> Near | None:
    """« 48.7596,2.3231 » (WGS84 degrees) and a radius in kilometres; None when `near` is empty.

    Raises InputRefusedError when it is not a point on Earth, or for a radius out of range or alone.
    """
    if not near.strip():
        if radius_km is not None:
            raise InputRefusedError("radius_km : un rayon se compte autour d'un point (near).")
        return None
    try:
        lat, lon = read_point(near)
    except ValueError as exc:
        raise InputRefusedError(f"near : {exc}.") from exc
    if radius_km is None:
        return Near(lat=lat, lon=lon)
    if not 0 < radius_km <= MAX_RADIUS_KM:
        raise InputRefusedError(f"radius_km : plus de 0 et au plus {MAX_RADIUS_KM} kilomètres.")
    return Near(lat=lat, lon=lon, radius_m=max(1, round(radius_km * METRES)))


def read_point(told: str) -> tuple[float, float]:
    """Latitude and longitude; raises ValueError, in French, when it is not a point on Earth."""
    try:
        lat, lon = (float(part) for part in told.split(","))
    except ValueError as exc:
        raise ValueError("« latitude,longitude » attendu, par exemple 48.7596,2.3231") from exc
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("latitude entre -90 et 90, longitude entre -180 et 180")
    return lat, lon


def page_document(page: Page) -> dict[str, Any]:
    """An answer as `GET /api/v1/resources` gives it."""
    return {
        "total": page.total,
        "next_cursor": page.next_cursor or None,
        "understood": [_chip(chip) for chip in page.understood],
        "widened": page.widened or None,
        "partial": page.partial or None,
        "hours": _hours(page.hours) if page.hours else None,
        "results": [_hit(hit) for hit in page.hits],
        "facets": {
            name: [msgspec.to_builtins(value) for value in values]
            for name, values in page.facets.items()
        },
    }


def detail_document(detail: ResourceDetail) -> dict[str, Any]:
    """An entry as `GET /api/v1/resources/{id}` gives it: every fact, its sources, the others' word."""
    resource = detail.resource
    return {
        **_entry(resource),
        "alias": resource.alias,
        "organization": resource.organization_name or None,
        "postcode": resource.postcode or None,
        "website": resource.website or None,
        "specialities": [_coding(one) for one in resource.specialities],
        "identifiers": [
            {
                "system": one.system,
                "value": one.value,
                "warning": warn_identifier(one.system, one.value) or None,
            }
            for one in resource.identifiers
        ],
        "covered_communes": list(served(resource)),
        "activities": [_activity(one) for one in resource.activities],
        "sources": list(resource.sources),
        "updated": _day(resource.updated),
        "facts": [_fact(fact) for fact in shown_facts(detail.facts)],
    }


def _hours(hours: KnownHours) -> dict[str, Any]:
    return {"known": hours.known, "among": hours.among, "holiday": hours.holiday or None}


def _hit(hit: Hit) -> dict[str, Any]:
    return {**_entry(hit.resource), "distance_m": hit.distance_m, "why": list(hit.why)}


def _entry(resource: Resource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "kind": resource.kind.value,
        "name": resource.name,
        "profession": _coding(resource.profession),
        "category": _coding(resource.category),
        "commune": resource.commune or None,
        "insee": resource.insee or None,
        "address": resource.address or None,
        "phones": [
            {
                "value": one.value,
                "source": one.source or None,
                "date": _day(one.date),
                "date_of": "import" if one.imported else "source",
                "verified": _day(one.verified),
                "verified_by": one.verified_by or None,
                "reported": one.reported,
            }
            for one in shown_phones(resource.phones)
        ],
        "point": _point(resource.point),
        "replacement": resource.replacement,
        "demo": resource.demo,
    }


def _activity(told: Activity) -> dict[str, Any]:
    return {
        "activity": msgspec.to_builtins(told.activity),
        "public": msgspec.to_builtins(told.public) if told.public else None,
        "installed": told.installed,
        "authorised": told.authorised,
        "since": _day(told.since),
        "until": _day(told.until),
        "communes": list(told.communes),
    }


def _coding(coding: Coding | None) -> dict[str, str] | None:
    return {"code": coding.code, "label": coding.label} if coding else None


def _point(point: Point | None) -> dict[str, Any] | None:
    if point is None:
        return None
    return {"lat": point.lat, "lon": point.lon, "precision": point.precision.value}


def _chip(chip: Chip) -> dict[str, Any]:
    return {
        "typed": chip.typed,
        "label": chip.label,
        "filter": msgspec.to_builtins(chip.filter),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "field": fact.field,
        "path": fact.path,
        "key": fact.key,
        "label": fact.label,
        **_stated(fact.chosen),
        "verified": _stated(fact.verified) if fact.verified else None,
        "agreeing": [_stated(one, one.since) for one in fact.agreeing],
        "alternatives": [_stated(one) for one in fact.alternatives],
    }


def _stated(stated: Stated, since: datetime | None = None) -> dict[str, Any]:
    return {
        "value": stated.text,
        "source": stated.source,
        "source_title": stated.source_title,
        "date": _day(stated.date),
        "date_of": "import" if stated.imported else "source",
        "act": stated.statement or None,
        "author": stated.author or None,
        "reason": stated.reason or None,
        "since": since.isoformat() if since else None,
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
