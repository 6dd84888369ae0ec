"""Invented people who wait and doctors who take new patients."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from directory.model import Point, Precision
from orientation.model import Doctor
from orientation.seeking.model import Identity, Limits, Offer, OfferTerms, Wait
from orientation.seeking.records import NewWait
from orientation.seeking.service import Seeking
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import CACHAN, make_doctor

TODAY = date(2026, 11, 23)
CENTRE = Point(lat=48.7920, lon=2.3310, precision=Precision.COMMUNE)


def make_wait(**changes: Any) -> Wait:
    values: dict[str, Any] = {
        "id": new_id(),
        "since": datetime(2026, 10, 1, tzinfo=UTC),
        "birth_date": date(1980, 5, 4),
        "commune": CACHAN,
        "point": CENTRE,
    }
    return Wait(**{**values, **changes})


def make_offer(**changes: Any) -> Offer:
    values: dict[str, Any] = {
        "doctor": make_doctor(),
        "places_left": 3,
        "available_from": TODAY,
    }
    return Offer(**{**values, **changes})


def make_identity(**changes: Any) -> Identity:
    values: dict[str, Any] = {
        "family": "Vauquelin",
        "given": "Eudoxie",
        "phone": "06 12 34 56 78",
        "birth_date": date(1961, 4, 2),
        "address": "12 allée des Sycomores",
    }
    return Identity(**{**values, **changes})


def make_new(**changes: Any) -> NewWait:
    values: dict[str, Any] = {
        "identity": make_identity(),
        "commune": CACHAN,
        "consent_version": "2026-11",
        "sees_doctor": False,
    }
    return NewWait(**{**values, **changes})


def enrol(orientation: Orientation, number: int = 0, **changes: Any) -> UUID:
    """Somebody on the list; each `number` is somebody else."""
    identity = make_identity(phone=f"06 12 34 56 {number:02d}")
    return orientation.seeking.enrol(make_new(**{"identity": identity, **changes})).id


def offer_places(orientation: Orientation, places: int = 1, **changes: Any) -> Doctor:
    """A doctor of the team who takes that many new patients from today."""
    doctor = make_doctor(**changes.pop("doctor", {}))
    orientation.add_doctor(doctor)
    declare_places(orientation.seeking, doctor, places, **changes)
    return doctor


def declare_places(seeking: Seeking, doctor: Doctor, places: int, **changes: Any) -> None:
    terms: dict[str, Any] = {"places": places, "available_from": TODAY, "limits": Limits()}
    seeking.set_offer(doctor.id, OfferTerms(**{**terms, **changes}))
