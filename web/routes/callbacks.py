"""People to call back because a doctor cancelled: a list that empties as each one is told."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from web.agenda_contexts import CallBacksPage
from web.deps import ServicesDep
from web.render import render

router = APIRouter(prefix="/secretariat/a-rappeler", include_in_schema=False)


@router.get("")
def show_callbacks(request: Request, services: ServicesDep) -> HTMLResponse:
    """Who is still to be told, first slot first."""
    page = CallBacksPage(waiting=services.orientation.to_call_back())
    return render(request, "callbacks", page)


@router.post("/{appointment_id}")
def stamp_called(appointment_id: str, services: ServicesDep) -> RedirectResponse:
    """« Rappelé » : the person leaves the list."""
    services.orientation.stamp_called_back(appointment_id)
    return RedirectResponse("/secretariat/a-rappeler", 303)
