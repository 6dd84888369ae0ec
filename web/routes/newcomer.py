"""« Je m'installe »: the territory without a question, and its booklet."""

from datetime import date
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from web.asking import wall_clock
from web.deps import ServicesDep
from web.newcomer.pages import booklet_page, newcomer_page
from web.newcomer.people_map import people_map
from web.newcomer.visits import EARLIEST, Visit, forget_visits, keep_visit, read_visit
from web.render import render
from web.selection import read_selection

router = APIRouter(include_in_schema=False)

BAD_DAY = "Cette date n'a pas été comprise : choisissez un jour passé, depuis l'an 2000."


@router.get("/installation")
def show_newcomer(
    request: Request, services: ServicesDep, depuis: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The territory as it is; what is new since a day asked for, or since the last visit."""
    today = wall_clock(services).date()
    visit = read_visit(request, today)
    asked = _read_day(depuis, today)
    problem = BAD_DAY if depuis.strip() and asked is None else ""
    page = newcomer_page(services, visit, asked, read_selection(request), problem)
    shown = render(request, "newcomer", page, status=422 if problem else 200)
    if visit.followed:
        keep_visit(shown, services, visit)
    return shown


@router.get("/installation/carte.json")
def show_people_map(services: ServicesDep) -> Response:
    """Practitioners counted by profession and place, for the map beside the table."""
    return Response(orjson.dumps(people_map(services)), media_type="application/json")


@router.post("/installation/visite")
def follow_visits(
    services: ServicesDep, geste: Annotated[Literal["retenir", "oublier"], Form()]
) -> Response:
    """Begin to keep the day of visits in this browser, or stop and forget."""
    shown = RedirectResponse("/installation#nouveau", 303)
    if geste == "retenir":
        today = wall_clock(services).date()
        keep_visit(shown, services, Visit(None, followed=True, today=today))
    else:
        forget_visits(shown, services)
    return shown


@router.get("/installation/livret")
def show_booklet(request: Request, services: ServicesDep) -> Response:
    """The welcome booklet, made to be printed on A4."""
    return render(request, "booklet", booklet_page(services))


def _read_day(told: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(told.strip())
    except ValueError:
        return None
    return day if EARLIEST <= day <= today else None
