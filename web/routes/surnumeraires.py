"""Who may be called to see somebody on top of their slots: the coordinator's list."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import InputRefusedError
from web.call_contexts import SurnumerairesPage
from web.deps import ServicesDep
from web.render import render
from web.services import Services

router = APIRouter(prefix="/coordination/surnumeraires", include_in_schema=False)

Text = Annotated[str, Form(max_length=80)]
ACTOR = "coordination (sans compte)"


@router.get("")
def show_list(request: Request, services: ServicesDep) -> HTMLResponse:
    """The team, with the number of those who accept."""
    return _page(request, services)


@router.post("/{doctor_id}")
def change(
    request: Request, doctor_id: str, services: ServicesDep, number: Text = "", accepts: Text = ""
) -> Response:
    """This doctor accepts at that number, or no longer."""
    try:
        if accepts == "oui":
            services.orientation.accept_on_top(doctor_id, number, ACTOR)
        else:
            services.orientation.refuse_on_top(doctor_id, ACTOR)
    except InputRefusedError as refused:
        return _page(request, services, refused.detail, status=refused.status)
    return RedirectResponse("/coordination/surnumeraires", 303)


def _page(
    request: Request, services: Services, message: str = "", status: int = 200
) -> HTMLResponse:
    listed = {one.doctor.id: one.number for one in services.orientation.surnumeraires()}
    page = SurnumerairesPage(services.orientation.doctors(), listed, message)
    return render(request, "surnumeraires", page, status=status)
