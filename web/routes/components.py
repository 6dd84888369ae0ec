"""Every component of the pages in its states, for whoever builds one; on a demonstration only."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from directory.base.errors import NotFoundError
from web.deps import ServicesDep
from web.render import render
from web.showcase import showcase

router = APIRouter(include_in_schema=False)


@router.get("/composants")
def show_components(request: Request, services: ServicesDep) -> HTMLResponse:
    """404 where people work: it would only puzzle them."""
    if not services.settings.demo:
        raise NotFoundError("Cette page n'existe que sur la démonstration.")
    today = services.clock().astimezone(services.territory.zone).date()
    return render(request, "components", showcase(today))
