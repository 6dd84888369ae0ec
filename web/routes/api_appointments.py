"""What becomes of an appointment, for programs: moved, cancelled, honoured or not."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from orientation.documents import appointment_document
from orientation.model import BookingState, CancelReason
from web.deps import ServicesDep
from web.routes.api_requests import ACTOR, REFUSED, IdempotencyKey

router = APIRouter(
    prefix="/api/v1/appointments/{appointment_id}",
    tags=["Orientation de premier recours"],
    responses=REFUSED,
)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MoveBody(_Body):
    """Where the appointment goes."""

    slot_id: Annotated[str, Field(max_length=100)]


class CancelBody(_Body):
    """Who gives it up; `doctor` puts the person on the list to call back."""

    reason: CancelReason


class AttendanceBody(_Body):
    """Whether the person came."""

    state: Literal["honoured", "no_show"]


@router.post("/move", summary="Déplacer un rendez-vous")
def move_appointment(
    appointment_id: str, body: MoveBody, services: ServicesDep, key: IdempotencyKey = None
) -> dict[str, Any]:
    """Change its slot in one go; refused (409), the appointment stays where it was."""
    moved = services.orientation.move(appointment_id, body.slot_id, key, actor=ACTOR)
    return appointment_document(moved, services.territory.zone)


@router.post("/cancel", summary="Annuler un rendez-vous")
def cancel_appointment(
    appointment_id: str, body: CancelBody, services: ServicesDep
) -> dict[str, str]:
    """Give its seat back; the doctor is told."""
    services.orientation.cancel(appointment_id, body.reason, actor=ACTOR)
    return {"appointment_id": appointment_id, "state": BookingState.CANCELLED.value}


@router.post("/attendance", summary="Venue ou non")
def settle_appointment(
    appointment_id: str, body: AttendanceBody, services: ServicesDep, key: IdempotencyKey = None
) -> dict[str, str]:
    """Say that the person came or did not, once begun; corrected until the next day."""
    said = services.orientation.settle(appointment_id, BookingState(body.state), key, actor=ACTOR)
    return {"appointment_id": str(said.appointment_id), "state": said.state.value}
