"""Told of a doctor's cancellation: the list itself is « À rappeler » (`following`)."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from web.deps import ServicesDep

router = APIRouter(prefix="/secretariat/a-rappeler", include_in_schema=False)


LIST = "/secretariat/rappels"


@router.get("")
def show_callbacks() -> RedirectResponse:
    """The address of before: one list has both reasons to call."""
    return RedirectResponse(LIST, 301)


@router.post("/{appointment_id}")
def stamp_called(appointment_id: str, services: ServicesDep) -> RedirectResponse:
    """« Rappelé » : the person leaves the list."""
    services.orientation.stamp_called_back(appointment_id)
    return RedirectResponse(LIST, 303)
