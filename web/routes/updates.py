"""The directory kept current: how each source stands, for people and for programs."""

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from web.contexts import UpdatesPage
from web.deps import ServicesDep
from web.render import render
from web.updating.documents import status

router = APIRouter()


@router.get("/donnees", include_in_schema=False)
def show_updates(request: Request, services: ServicesDep) -> HTMLResponse:
    """What waits for a person, the age of each source, the latest updates."""
    return render(request, "updates", UpdatesPage(status(services)))


@router.get("/api/v1/updates", tags=["Service"], summary="Où en sont les sources")
def read_updates(services: ServicesDep) -> Response:
    """The same document as `recours update --status --json`."""
    return Response(msgspec.json.encode(status(services)), media_type="application/json")
