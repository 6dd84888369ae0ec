"""What the map of the search draws behind its markers: the outlines of communes."""

import orjson
from fastapi import APIRouter, Response

from web.deps import ServicesDep
from web.mapping import read_outlines

router = APIRouter(include_in_schema=False)


@router.get("/carte/communes.json")
def show_outlines(services: ServicesDep) -> Response:
    """The communes of the territory as GeoJSON; an empty collection where no file gives them."""
    outlines = read_outlines(services.settings, services.territory.communes)
    return Response(orjson.dumps(outlines), media_type="application/geo+json")
