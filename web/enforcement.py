"""The single point where a request is let through: its route, what it needs, who asks.

Before anything of the request is read: an entry is not even checked for someone who may not make
it. Routes nobody declared answer 403 to everybody.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from directory.base.acting import acting_as
from web.access import ACTOR_KEY, Actor, Rule, Thing, actions, can, route_rules
from web.denials import deny
from web.owners import owned_entry
from web.render import wants_fragment
from web.services import Services
from web.sight import seeing_as

SIGN_IN = "/connexion"
DOCTOR_PARAMETERS = ("doctor_id", "practitioner_id")
"""Path parameters that say whose agenda it is."""

ENTRY_PARAMETER = "ref"
"""The path parameter that names an entry of the directory."""

_FULL_READ = ("GET", "HEAD")

Identify = Callable[[Request], Actor]
"""Finds who asks: the demonstration's actor, a session's, or the public."""


class Access:
    """Looks up the matched route in `access.csv` and lets the request through, or not."""

    def __init__(self, app: ASGIApp, routes: Sequence[Route], identify: Identify) -> None:
        self.app = app
        self.routes = routes
        self.identify = identify

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 303 to the sign-in page, 401 or 403."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        scope[ACTOR_KEY] = actor = await run_in_threadpool(self.identify, request)
        found = match_route(self.routes, scope)
        if found is None:
            answer = refuse(request, actor, None) if is_undeclared(scope) else self.app
            await answer(scope, receive, send)  # the application says 404 or 405: nothing runs
            return
        route, parameters = found
        rule = find_rule(route, scope["method"])
        allowed = rule is not None and await run_in_threadpool(
            allows, scope["app"].state.services, actor, rule, parameters
        )
        if not allowed:
            await refuse(request, actor, rule)(scope, receive, _unkept(send))
            return
        for_all = rule is not None and rule.public and actor.account is None
        kept = send if for_all else _unkept(send)
        with acting_as(actor.acting), seeing_as(actor):
            await self.app(scope, receive, kept)


def allows(services: Services, actor: Actor, rule: Rule, parameters: Mapping[str, Any]) -> bool:
    """Whether a route's action is the actor's, on what its path names."""
    return can(actor, rule.action, _thing(services, actor, rule, parameters))


def _thing(services: Services, actor: Actor, rule: Rule, parameters: Mapping[str, Any]) -> Thing:
    here = services.territory.slug
    if ENTRY_PARAMETER in parameters and rule.own_only:
        own = bool(rule.own_only & actor.roles)
        return owned_entry(services, str(parameters[ENTRY_PARAMETER]), look=own)
    told = next((parameters[one] for one in DOCTOR_PARAMETERS if one in parameters), None)
    if told is None or not (rule.own_only & actor.roles):
        return Thing(territory=here, of_a_doctor=told is not None)
    for doctor in services.orientation.doctors():
        if str(doctor.id) == str(told).lower():
            return Thing(here, doctor.id, doctor.rpps, of_a_doctor=True)
    return Thing(territory=here, of_a_doctor=True)


def match_route(routes: Sequence[Route], scope: Scope) -> tuple[Route, Mapping[str, Any]] | None:
    """The route that will answer, as the router picks it, and the parameters of its path."""
    for route in routes:
        match, child = route.matches(scope)
        if match is Match.FULL:
            return route, child.get("path_params", {})
    return None


def is_undeclared(scope: Scope) -> bool:
    """Whether the application would answer at an address that is not one of its parts'."""
    return any(route.matches(scope)[0] is Match.FULL for route in scope["app"].routes)


def find_rule(route: Route, method: str) -> Rule | None:
    """What a route needs; None where nobody declared it."""
    declared = route_rules().get(("GET" if method == "HEAD" else method, route.path))
    return actions()[declared.action] if declared else None


def refuse(request: Request, actor: Actor, rule: Rule | None) -> Response:
    """The answer to who may not: sign in first, or not at all."""
    if actor.signed_in or rule is None:
        return deny(request, 403, rule)
    page = request.method in _FULL_READ and not request.url.path.startswith("/api/")
    if not page:
        return deny(request, 401, rule)
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{SIGN_IN}?suite={quote(request.url.path + query, safe='')}"
    if wants_fragment(request):
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def safe_next(told: str) -> str:
    """Where to go after signing in: a path of this site, else the home page."""
    parts = urlsplit(told) if told.isprintable() else urlsplit("")
    local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not local or told.startswith("//") or "\\" in told or parts.path.startswith(SIGN_IN):
        return "/"
    return told


def _unkept(send: Send) -> Send:
    """What only some may read is not kept by the browser."""

    async def send_unkept(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
        await send(message)

    return send_unkept
