"""Patient education (ETP): programmes by pathology and commune, sessions, trained professionals."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from directory.engines.entry import words_code
from web.deps import ServicesDep
from web.etp.page import etp_page
from web.render import render

router = APIRouter(include_in_schema=False)


@router.get("/etp")
def show_programmes(
    request: Request,
    services: ServicesDep,
    pathologie: Annotated[str, Query(max_length=200)] = "",
    commune: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The page; its two filters are plain fields of its address."""
    page = etp_page(services, words_code(pathologie), commune.strip())
    return render(request, "etp", page, status=503 if page.problem else 200)
