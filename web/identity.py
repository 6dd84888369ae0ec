"""Who asks: found from the request, before anything else looks at it."""

from fastapi import Request

from web.access import PUBLIC, Actor, demo_actor
from web.accounts.api_keys import actor_of_certificate, actor_of_secret
from web.accounts.certificates import read_header
from web.accounts.sessions import find_actor
from web.proxies import CERTIFICATE_KEY
from web.services import Services
from web.session_cookie import read_secret

STREAM, DESK = "/secretariat/direct", "/secretariat/tableau"


def identify(request: Request) -> Actor:
    """The demonstration's actor on a demonstration, else whose key or session it is, else the
    public. A key opens the API alone, and one that is no longer good is not made up for by a
    session."""
    services: Services = request.app.state.services
    if services.settings.demo:
        return demo_actor(services.territory.slug)
    if request.url.path.startswith("/api/"):
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return actor_of_secret(services.accounts, secret.strip()) or PUBLIC
        told = request.scope.get(CERTIFICATE_KEY)
        certificate = read_header(told) if told else None
        found = actor_of_certificate(services.accounts, certificate) if certificate else None
        if found is not None:
            return found
    by_hand = not asks_by_itself(request)
    return find_actor(services.accounts, read_secret(request), in_use=by_hand) or PUBLIC


def asks_by_itself(request: Request) -> bool:
    """Whether the page asks, not the person: the live stream, and the desk it refreshes."""
    path = request.url.path
    return path == STREAM or (path == DESK and "HX-Request" in request.headers)
