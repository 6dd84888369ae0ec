"""The panorama: supply by profession and commune, how people practise, densities, indicators."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from directory.base.errors import NotFoundError
from orientation.calendar import local_day
from web.access import actor_of, can
from web.deps import ServicesDep
from web.outgoing import note_export
from web.panorama import boards_csv, panorama_page
from web.render import render

router = APIRouter(include_in_schema=False)

INDICATORS = "indicators.read"
"""The action that also opens the indicators of the first recourse here."""


@router.get("/panorama")
def show(request: Request, services: ServicesDep) -> Response:
    """Every table, with its plot where a browser draws it."""
    with_indicators = can(actor_of(request), INDICATORS)
    page = panorama_page(services, with_indicators=with_indicators)
    return _kept_apart(render(request, "panorama", page), with_indicators)


@router.get("/panorama.csv")
def export(request: Request, services: ServicesDep, tableau: str = "") -> Response:
    """Every table that this reader may see, or one by its code; NotFoundError for no such table."""
    with_indicators = can(actor_of(request), INDICATORS)
    page = panorama_page(services, with_indicators=with_indicators)
    boards = [one for one in (*page.supply, *(page.indicators or ())) if tableau in ("", one.code)]
    if not boards:
        raise NotFoundError(f"Aucun tableau « {tableau[:40]} » dans le panorama.")
    day = local_day(services.territory, services.clock()).isoformat()
    name = "-".join(part for part in ("panorama", tableau and boards[0].code, day) if part)
    note_export(request, services, "csv", name, sum(len(one.rows) for one in boards))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    answer = Response(boards_csv(boards), media_type="text/csv; charset=utf-8", headers=headers)
    return _kept_apart(answer, with_indicators)


def _kept_apart(answer: Response, with_indicators: bool) -> Response:
    """An answer that shows indicators stays in no browser."""
    if with_indicators:
        answer.headers["Cache-Control"] = "no-store"
    return answer
