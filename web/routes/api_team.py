"""A doctor's profile, places, departure and calendars, for programs: the refusals of the pages."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from directory.base.errors import NotFoundError
from orientation.model import Doctor, Mode, Place, Team
from orientation.planning_documents import concerned_documents
from orientation.profiles import Profile
from orientation.store import known_id, new_id
from orientation.team_documents import feed_document, profile_document
from web.api_description import refusals
from web.deps import ServicesDep
from web.lookups import find_doctor
from web.routes.api_planning import CONCERNED, Actor, answer_planned
from web.routes.api_requests import ACTOR
from web.services import Services

router = APIRouter(
    prefix="/api/v1/practitioners/{practitioner_id}",
    tags=["Agenda des médecins"],
    responses=refusals(404),
)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    actor: Actor = ACTOR


class ProfileBody(_Body):
    """Who the doctor takes, where and how far; ages in months, both included."""

    team: Team
    modes: Annotated[list[Mode], Field(max_length=3)]
    visits: Annotated[list[str], Field(max_length=500, description="Communes (INSEE)")] = []
    visit_km: float | None = None
    visit_from: UUID | None = None
    min_age_months: StrictInt | None = None
    max_age_months: StrictInt | None = None
    weekly_capacity: StrictInt = 0
    accepts_new: StrictBool = False
    home_lead_minutes: Annotated[
        StrictInt | None, Field(description="Délai avant une visite, s'il n'est pas celui prévu")
    ] = None

    def to_profile(self) -> Profile:
        """The same as the agenda takes it."""
        told = self.model_dump(exclude={"actor"})
        return Profile(**told | {"modes": tuple(self.modes), "visits": tuple(self.visits)})


class PlaceBody(_Body):
    """Where the doctor receives; `insee` is the code of the commune."""

    label: Annotated[str, Field(max_length=200)]
    insee: Annotated[str, Field(max_length=5)]
    address: Annotated[str, Field(max_length=300)] = ""


class DepartureBody(_Body):
    """The first day without the doctor; null: they stay after all."""

    leaves_on: date | None
    confirmed: Annotated[
        StrictBool, Field(description="Les rendez-vous concernés sont connus : les annuler")
    ] = False


class FollowBody(_Body):
    """The `https://` address of the calendar to read busy times from."""

    url: Annotated[str, Field(max_length=1000)]


@router.get("/profile", summary="Profil d'un médecin")
def read_profile(practitioner_id: str, services: ServicesDep) -> dict[str, Any]:
    """Who the doctor takes, their places, and the day they leave."""
    return profile_document(find_doctor(services, practitioner_id))


@router.put("/profile", summary="Redire le profil", responses=CONCERNED)
def change_profile(
    practitioner_id: str, body: ProfileBody, services: ServicesDep
) -> dict[str, Any]:
    """409 (`mode_in_use`) while a mode taken away still has a series."""
    doctor = find_doctor(services, practitioner_id)
    services.orientation.profiles.change(doctor.id, body.to_profile(), body.actor)
    return read_profile(practitioner_id, services)


@router.post("/places", status_code=201, summary="Ajouter un lieu")
def add_place(practitioner_id: str, body: PlaceBody, services: ServicesDep) -> dict[str, Any]:
    """It is on the map at its commune's point."""
    doctor = find_doctor(services, practitioner_id)
    return _save_place(services, doctor, new_id(), body)


@router.put("/places/{place_id}", summary="Corriger un lieu", responses=CONCERNED)
def change_place(
    practitioner_id: str, place_id: str, body: PlaceBody, services: ServicesDep
) -> dict[str, Any]:
    """What was given there stays there."""
    doctor = find_doctor(services, practitioner_id)
    key = known_id(place_id, "Lieu")
    if key not in {place.id for place in doctor.places}:
        raise NotFoundError("Ce lieu n'est pas un de ceux du médecin.")
    return _save_place(services, doctor, key, body)


@router.delete(
    "/places/{place_id}", status_code=204, summary="Retirer un lieu", responses=CONCERNED
)
def remove_place(practitioner_id: str, place_id: str, services: ServicesDep) -> None:
    """409 (`place_in_use`) once a series was held there."""
    doctor = find_doctor(services, practitioner_id)
    services.orientation.profiles.remove_place(doctor.id, place_id, ACTOR)


@router.post("/departure", summary="Départ d'un médecin", responses=CONCERNED)
def leave(practitioner_id: str, body: DepartureBody, services: ServicesDep) -> dict[str, Any]:
    """From that day nobody is booked; who already was is named, with the number to call."""
    doctor = find_doctor(services, practitioner_id)
    planned = services.orientation.profiles.leave(
        doctor.id, body.leaves_on, body.actor, confirmed=body.confirmed
    )
    done = answer_planned(services, planned)
    leaves_on = body.leaves_on.isoformat() if body.leaves_on else None
    return {"leaves_on": leaves_on, "to_call_back": done["cancelled"]}


@router.get("/calendars", summary="Calendriers échangés")
def read_calendars(practitioner_id: str, services: ServicesDep) -> dict[str, Any]:
    """Since when an address is given out, what is read, and what it conflicts with."""
    doctor, calendars = find_doctor(services, practitioner_id), services.orientation.calendars
    zone = services.territory.zone
    since = calendars.address_since(doctor.id)
    return {
        "address_since": since.astimezone(zone).isoformat() if since else None,
        "followed": feed_document(calendars.followed(doctor.id), zone),
        "conflicts": concerned_documents(calendars.conflicts(doctor.id, ACTOR), zone),
    }


@router.post("/calendars/address", status_code=201, summary="Nouvelle adresse iCalendar")
def renew_address(request: Request, practitioner_id: str, services: ServicesDep) -> dict[str, str]:
    """The private address, told this once; the former one dies."""
    doctor = find_doctor(services, practitioner_id)
    secret = services.orientation.calendars.renew_address(doctor.id, ACTOR)
    return {"url": f"{request.base_url}agenda/ics/{secret}.ics"}


@router.delete(
    "/calendars/address",
    status_code=204,
    summary="Retirer l'adresse iCalendar",
)
def revoke_address(practitioner_id: str, services: ServicesDep) -> None:
    """The feed answers nobody any more."""
    doctor = find_doctor(services, practitioner_id)
    services.orientation.calendars.revoke_address(doctor.id, ACTOR)


@router.put("/calendars/followed", status_code=204, summary="Lire un agenda externe")
def follow(practitioner_id: str, body: FollowBody, services: ServicesDep) -> None:
    """Its busy times are neither proposed nor held, from its next reading on."""
    doctor = find_doctor(services, practitioner_id)
    services.orientation.calendars.follow(doctor.id, body.url, body.actor)


@router.delete(
    "/calendars/followed",
    status_code=204,
    summary="Ne plus lire l'agenda externe",
)
def unfollow(practitioner_id: str, services: ServicesDep) -> None:
    """Its busy times are forgotten."""
    doctor = find_doctor(services, practitioner_id)
    services.orientation.calendars.unfollow(doctor.id, ACTOR)


def _save_place(services: Services, doctor: Doctor, key: UUID, body: PlaceBody) -> dict[str, Any]:
    place = Place(id=key, label=body.label.strip(), insee=body.insee, address=body.address.strip())
    services.orientation.profiles.save_place(doctor.id, place, body.actor)
    return {"place_id": str(key)}
