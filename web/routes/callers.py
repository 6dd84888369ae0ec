"""« Connu ou nouveau ? » while the call-back number is typed, before the call begins."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from directory.phones import parse_phone
from web.call_contexts import CallerPage
from web.deps import ServicesDep
from web.desk import known_calls
from web.render import render, wants_fragment

router = APIRouter(prefix="/secretariat", include_in_schema=False)


@router.post("/numero")
def show_caller(
    request: Request,
    services: ServicesDep,
    callback_number: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """What step 2 will say of this number, audited as there; nothing for half a number.

    A sending, so that no number is in an address or a log. Without htmx there is nothing to show
    it in: the first screen comes back.
    """
    if not wants_fragment(request):
        return RedirectResponse("/secretariat", 303)
    number = parse_phone(callback_number)
    known = known_calls(services, number) if number else []
    return render(request, "caller", CallerPage(bool(number), known), fragment=True)
