"""Pages that show no data of ours: the documentation of the API."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.api_reference import api_page
from web.deps import ServicesDep
from web.render import render

router = APIRouter(include_in_schema=False)


@router.get("/api/docs")
def api_docs(request: Request, services: ServicesDep) -> HTMLResponse:
    """What the OpenAPI document says, as people read it."""
    base = services.settings.public_url or str(request.base_url)
    return render(request, "api_docs", api_page(request.app.openapi(), base))
