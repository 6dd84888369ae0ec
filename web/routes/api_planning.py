"""A doctor's series and their exceptions, for programs: the same refusals as the pages."""

from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from directory.base.errors import ConflictError
from orientation.model import Mode, Visibility
from orientation.planning_documents import concerned_documents, planned_document, series_document
from orientation.planning_model import NewSeries, Planned
from web.api_description import refusals
from web.deps import ServicesDep
from web.lookups import find_doctor
from web.planning_forms import read_hour
from web.routes.api_requests import ACTOR
from web.services import Services

CONCERNED = refusals(
    404,
    said={
        409: "Chevauchement d'une autre série, ou rendez-vous concernés (« appointments ») : "
        "redonner l'acte avec « confirmed »"
    },
)
router = APIRouter(
    prefix="/api/v1/practitioners/{practitioner_id}/schedules",
    tags=["Agenda des médecins"],
    responses=refusals(404),
)

Actor = Annotated[str, Field(max_length=80, description="Qui agit : médecin ou délégué")]
Hour = Annotated[str, Field(max_length=8, description="Heure du territoire, « 14:00 »")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    actor: Actor = ACTOR


class _Confirmed(_Body):
    confirmed: Annotated[
        StrictBool, Field(description="Les rendez-vous concernés sont connus : les annuler")
    ] = False


class SeriesBody(_Body):
    """An availability; without `weekdays` (0 is Monday), one day: `first`."""

    mode: Mode
    first: date
    last: date | None = None
    weekdays: Annotated[list[StrictInt], Field(max_length=7)] = []
    every_weeks: StrictInt = 1
    opens: Hour
    closes: Hour
    slot_minutes: StrictInt
    seats: StrictInt = 1
    place_id: UUID | None = None
    visibility: Visibility = Visibility.CPTS
    on_holidays: StrictBool = False

    def to_series(self) -> NewSeries:
        """The same as the agenda takes it."""
        return NewSeries(
            mode=self.mode,
            first=self.first,
            last=self.last,
            weekdays=tuple(self.weekdays),
            every_weeks=self.every_weeks,
            opens=read_hour(self.opens, "opens"),
            closes=read_hour(self.closes, "closes"),
            slot_minutes=self.slot_minutes,
            seats=self.seats,
            place=self.place_id,
            visibility=self.visibility,
            on_holidays=self.on_holidays,
        )


class ChangeBody(SeriesBody):
    """What a series becomes from the day `first`."""

    confirmed: StrictBool = False


class EndBody(_Confirmed):
    """The last day of a series, included."""

    last: date


class ExceptionBody(_Confirmed):
    """One day of a series: closed, or at other hours when both are given."""

    day: date
    opens: Hour | None = None
    closes: Hour | None = None

    def hours(self) -> tuple[time, time] | None:
        """The other hours of that day, None for a closed day."""
        if self.opens is None and self.closes is None:
            return None
        return read_hour(self.opens or "", "opens"), read_hour(self.closes or "", "closes")


@router.get("", summary="Disponibilités d'un médecin")
def list_series(practitioner_id: str, services: ServicesDep) -> dict[str, Any]:
    """Series that are not over, with their coming exceptions."""
    doctor = find_doctor(services, practitioner_id)
    found = services.orientation.planning.series(doctor.id)
    return {"schedules": [series_document(one) for one in found]}


@router.post("", summary="Donner une disponibilité", status_code=201, responses=CONCERNED)
def add_series(practitioner_id: str, body: SeriesBody, services: ServicesDep) -> dict[str, Any]:
    """Give a series or a single day; 409 names the series it would overlap."""
    doctor = find_doctor(services, practitioner_id)
    planning = services.orientation.planning
    return answer_planned(services, planning.add(doctor.id, body.to_series(), body.actor))


@router.post("/{schedule_id}/change", summary="Changer une série", responses=CONCERNED)
def change_series(
    practitioner_id: str, schedule_id: str, body: ChangeBody, services: ServicesDep
) -> dict[str, Any]:
    """From the day `first`, the series becomes this; the answer has the key of what follows it."""
    _own(services, practitioner_id, schedule_id)
    planned = services.orientation.planning.change(
        schedule_id, body.to_series(), body.actor, confirmed=body.confirmed
    )
    return answer_planned(services, planned)


@router.post("/{schedule_id}/end", summary="Arrêter une série", responses=CONCERNED)
def end_series(
    practitioner_id: str, schedule_id: str, body: EndBody, services: ServicesDep
) -> dict[str, Any]:
    """No slot after that day."""
    _own(services, practitioner_id, schedule_id)
    planned = services.orientation.planning.end(
        schedule_id, body.last, body.actor, confirmed=body.confirmed
    )
    return answer_planned(services, planned)


@router.post(
    "/{schedule_id}/exceptions",
    summary="Fermer ou changer un jour",
    status_code=201,
    responses=CONCERNED,
)
def add_exception(
    practitioner_id: str, schedule_id: str, body: ExceptionBody, services: ServicesDep
) -> dict[str, Any]:
    """Close one day of a series, or give it other hours."""
    _own(services, practitioner_id, schedule_id)
    planning, hours = services.orientation.planning, body.hours()
    if hours is None:
        planned = planning.close_day(schedule_id, body.day, body.actor, confirmed=body.confirmed)
    else:
        planned = planning.change_day(
            schedule_id, body.day, hours, body.actor, confirmed=body.confirmed
        )
    return answer_planned(services, planned)


@router.delete("/{schedule_id}/exceptions/{day}", summary="Remettre un jour", responses=CONCERNED)
def remove_exception(
    practitioner_id: str,
    schedule_id: str,
    day: date,
    services: ServicesDep,
    confirmed: bool = False,
) -> dict[str, Any]:
    """Put a day back as its series has it."""
    _own(services, practitioner_id, schedule_id)
    planning = services.orientation.planning
    return answer_planned(
        services, planning.reopen_day(schedule_id, day, ACTOR, confirmed=confirmed)
    )


def _own(services: Services, practitioner_id: str, schedule_id: str) -> None:
    """A series under another doctor's address is not found."""
    doctor = find_doctor(services, practitioner_id)
    services.orientation.planning.schedule(schedule_id, doctor.id)


def answer_planned(services: Services, planned: Planned) -> dict[str, Any]:
    """An act that was done; ConflictError with who is concerned when it waits for a yes."""
    zone = services.territory.zone
    if not planned.done:
        raise ConflictError(
            "Des rendez-vous sont pris à ces heures : rien n'est changé. Redonnez l'acte avec "
            "« confirmed » pour les annuler et mettre ces personnes à rappeler.",
            reason="appointments_concerned",
            appointments=concerned_documents(planned.concerned, zone),
        )
    return planned_document(planned, zone)
