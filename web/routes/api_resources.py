"""The directory for programs: search and entries."""

import msgspec
from fastapi import APIRouter, Response

from directory.base.errors import InputRefusedError
from directory.projection import resource_detail
from web.api_description import refusals
from web.asking import answer
from web.deps import SearchDep, ServicesDep
from web.documents import detail_document, page_document
from web.schemas import DetailDocument, SearchDocument

router = APIRouter(prefix="/api/v1", tags=["Annuaire"])


@router.get(
    "/resources",
    summary="Chercher des fiches",
    response_model=SearchDocument,
    responses=refusals(503),
)
def search_resources(asked: SearchDep, services: ServicesDep) -> Response:
    """The same document as `recours search --json`."""
    if asked.radius_km is not None and not asked.near:
        raise InputRefusedError("radius_km : un rayon se compte autour d'un point (near).")
    return _json(page_document(answer(services, asked)))


@router.get(
    "/resources/{ref}",
    summary="Une fiche, avec la source de chaque information",
    response_model=DetailDocument,
    responses=refusals(404, 410),
)
def read_resource(ref: str, services: ServicesDep) -> Response:
    """`ref` is the UUID, the readable alias, or `system|value` percent-encoded."""
    return _json(detail_document(resource_detail(services.register, services.communes, ref)))


def _json(document: object) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")
