"""Pages that show no data of ours: the documentation of the API."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class ApiDocsPage:
    """Nothing but the frame: Swagger UI reads /api/openapi.json by itself."""


@router.get("/api/docs")
def api_docs(request: Request) -> HTMLResponse:
    """Swagger UI, from our own static files."""
    return render(request, "api_docs", ApiDocsPage())
