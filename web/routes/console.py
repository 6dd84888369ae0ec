"""The secretariat together: the desk, its live stream, and calls taken over from one another."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from orientation.store import known_id
from web.deps import ServicesDep
from web.desk import DeskPage, holder_of
from web.drafts import draft_of, draft_path, keep_draft
from web.live import ChangeFeed
from web.render import render

router = APIRouter(prefix="/secretariat", include_in_schema=False)

RETRY_MILLISECONDS = 2000
PING_SECONDS, SEND_SECONDS = 15, 20
"""How often a silent stream is tried, and how long a browser may leave it unread."""


@router.get("/tableau")
def show_desk(request: Request, ici: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """Today's board; the desk alone when a page refreshes its own."""
    return render(request, "desk", DeskPage(ici or request.url.path), fragment=True)


@router.get("/direct")
async def follow_changes(
    request: Request, services: ServicesDep, depuis: Annotated[int, Query(ge=0)] = 0
) -> EventSourceResponse:
    """A stream that says that something changed since `depuis`, or since where it was cut."""
    told = request.headers.get("last-event-id", "")
    seen = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else depuis
    return EventSourceResponse(
        _events(services.feed, seen),
        ping=PING_SECONDS,
        send_timeout=SEND_SECONDS,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(feed: ChangeFeed, seen: int) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="ouvert", retry=RETRY_MILLISECONDS)
    async for number in feed.follow(seen):
        yield ServerSentEvent(event="change", id=str(number), data=str(number))


@router.post("/appels/{call_id}/reprendre")
def resume_call(request: Request, call_id: str, services: ServicesDep) -> RedirectResponse:
    """Go on where a call stopped, on this screen, whoever began it."""
    known = known_id(call_id, "Appel")
    found = services.orientation.calls.resume(known, holder_of(request))
    if isinstance(found, UUID):
        return RedirectResponse(f"/secretariat/demandes/{found}", 303)
    draft = draft_of(known, found)
    step = "besoin" if draft.checked else "signes"
    answer = RedirectResponse(f"{draft_path(draft.id)}/{step}", 303)
    keep_draft(answer, services.keys, draft)
    return answer


@router.post("/appels/{call_id}/abandonner")
def abandon_call(request: Request, call_id: str, services: ServicesDep) -> RedirectResponse:
    """Nobody is on the line any more: what was said is erased."""
    services.orientation.calls.abandon(known_id(call_id, "Appel"), holder_of(request))
    return RedirectResponse("/secretariat", 303)
