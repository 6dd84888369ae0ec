"""An invented team and invented callers for the tests of the agenda."""

from datetime import date, time
from typing import Any
from uuid import UUID

from directory.model import Point, Precision
from orientation.model import (
    AgeBand,
    Doctor,
    MedecinTraitant,
    Mobility,
    Mode,
    Place,
    Schedule,
    Team,
)
from orientation.records import NewRequest, Patient
from orientation.service import Orientation
from orientation.store import new_id

CACHAN, CHEVILLY, FRESNES, RUNGIS = "94016", "94021", "94034", "94065"
WORKING_DAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def make_place(insee: str = CACHAN, lat: float = 48.7920, lon: float = 2.3310) -> Place:
    point = Point(lat=lat, lon=lon, precision=Precision.ADDRESS)
    return Place(
        id=new_id(), label="Cabinet du Lavoir", address="3 rue du Lavoir", insee=insee, point=point
    )


def make_doctor(**changes: Any) -> Doctor:
    values: dict[str, Any] = {
        "id": new_id(),
        "family": "ARDOUIN",
        "given": "Maëlle",
        "team": Team.TITULAIRE,
        "modes": (Mode.CABINET, Mode.HOME, Mode.VIDEO),
        "places": (make_place(),),
        "visits": (CACHAN, FRESNES),
        "weekly_capacity": 10,
        "email": "ardouin@cabinet.example",
    }
    return Doctor(**{**values, **changes})


def make_schedule(doctor: Doctor, mode: Mode = Mode.CABINET, **changes: Any) -> Schedule:
    values: dict[str, Any] = {
        "id": new_id(),
        "doctor": doctor.id,
        "mode": mode,
        "rule": WORKING_DAYS,
        "opens": time(9),
        "closes": time(12),
        "slot_minutes": 20,
        "valid_from": date(2026, 1, 1),
        "place": doctor.places[0].id if mode is Mode.CABINET else None,
    }
    return Schedule(**{**values, **changes})


def make_request(**changes: Any) -> NewRequest:
    values: dict[str, Any] = {
        "red_flags": "none",
        "callback_number": "06 12 34 56 78",
        "commune": CACHAN,
        "age_band": AgeBand.ADULT,
        "mobility": Mobility.TRAVEL,
        "delay_hours": 48,
        "medecin_traitant": MedecinTraitant.NONE,
    }
    return NewRequest(**{**values, **changes})


PATIENT = Patient(family="Vauquelin", given="Eudoxie", birth_date=date(1961, 4, 2))


def open_request(orientation: Orientation, **changes: Any) -> UUID:
    return orientation.create_request(make_request(**changes)).id


def add_slots(
    orientation: Orientation,
    mode: Mode = Mode.CABINET,
    doctor: Doctor | None = None,
    **changes: Any,
) -> Doctor:
    """A doctor with one schedule, turned into slots."""
    doctor = doctor or make_doctor()
    orientation.add_doctor(doctor)
    orientation.add_schedule(make_schedule(doctor, mode, **changes))
    orientation.extend_horizon()
    return doctor


def first_slot(orientation: Orientation, request_id: UUID) -> UUID:
    return orientation.proposals(request_id).proposals[0].slot.slot_id
