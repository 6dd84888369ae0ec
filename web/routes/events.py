"""Events of the territory: the coordinator announces them, everybody may follow them."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from directory.base.errors import ConflictError, InputRefusedError, RecoursError
from orientation.events import AnnouncedEvent
from orientation.privacy import DEFAULT_ACTOR
from orientation.store import new_id
from web.access import actor_of
from web.authors import read_author, remember_author
from web.deps import ServicesDep
from web.event_forms import (
    EventForm,
    EventsPage,
    event_as_typed,
    read_event,
    read_revision,
)
from web.newcomer.events import coming_events, write_event_calendar
from web.planning_contexts import Values
from web.planning_forms import typed
from web.render import render
from web.services import Services

router = APIRouter(include_in_schema=False)

ADDRESS = "/coordination/evenements"
CALENDAR = "text/calendar; charset=utf-8"


@router.get("/installation/evenements.ics")
def give_calendar(services: ServicesDep) -> Response:
    """What is to come, for the calendar one uses; public, as the page is."""
    territory = services.territory
    name = f"Rendez-vous, {territory.name}"
    content = write_event_calendar(coming_events(services), name, territory.zone, services.clock())
    return Response(content, media_type=CALENDAR)


@router.get(ADDRESS)
def show_events(request: Request, services: ServicesDep) -> Response:
    """What is announced, and the form that announces."""
    return _page(request, services)


@router.post(ADDRESS)
def add_event(
    request: Request, services: ServicesDep, form: Annotated[EventForm, Form()]
) -> Response:
    """Announce one, or say what is wrong."""
    return _do(
        request,
        services,
        form,
        lambda who: services.orientation.events.add(form.key, read_event(form), who),
    )


@router.get(ADDRESS + "/{event_id}")
def show_event(request: Request, event_id: str, services: ServicesDep) -> Response:
    """One of them, to be changed."""
    return _page(request, services, services.orientation.events.get(event_id))


@router.post(ADDRESS + "/{event_id}")
def change_event(
    request: Request, event_id: str, services: ServicesDep, form: Annotated[EventForm, Form()]
) -> Response:
    """Say it anew; shown again as it is when a colleague changed it meanwhile."""
    event = services.orientation.events.get(event_id)
    return _do(
        request,
        services,
        form,
        lambda who: services.orientation.events.change(
            event.id, read_revision(form), read_event(form), who
        ),
        event,
    )


@router.post(ADDRESS + "/{event_id}/retirer")
def remove_event(
    request: Request, event_id: str, services: ServicesDep, form: Annotated[EventForm, Form()]
) -> Response:
    """It will not take place: gone from every page at once."""
    who = _who_acts(request, form)
    services.orientation.events.remove(event_id, who)
    return RedirectResponse(ADDRESS, 303)


def _do(
    request: Request,
    services: Services,
    form: EventForm,
    act: Callable[[str], None],
    event: AnnouncedEvent | None = None,
) -> Response:
    try:
        act(_who_acts(request, form))
    except InputRefusedError as refused:
        return _page(request, services, event, refused, typed(form))
    except ConflictError as refused:
        now = services.orientation.events.get(event.id) if event else None
        return _page(request, services, now, refused, None if now else typed(form))
    answer = RedirectResponse(ADDRESS, 303)
    if actor_of(request).account is None:
        remember_author(answer, form.author)
    return answer


def _who_acts(request: Request, form: EventForm) -> str:
    signed = actor_of(request).account is not None
    return (not signed and form.author.strip()) or read_author(request) or DEFAULT_ACTOR


def _page(
    request: Request,
    services: Services,
    event: AnnouncedEvent | None = None,
    refused: RecoursError | None = None,
    values: Values | None = None,
) -> Response:
    field = str(refused.extra.get("field", "")) if refused else ""
    as_it_is = event_as_typed(event) if event else typed(EventForm(key=str(new_id())))
    page = EventsPage(
        coming=services.orientation.events.coming(),
        changing=event.id if event else None,
        values={**(values or as_it_is), "author": [read_author(request)]},
        problems={field: refused.detail} if refused and field else {},
        message=refused.detail if refused and not field else "",
    )
    return render(request, "events", page, status=refused.status if refused else 200)
