"""Who asks: found from the request, before anything else looks at it."""

from fastapi import Request

from web.access import PUBLIC, Actor, demo_actor
from web.accounts.sessions import find_actor
from web.services import Services
from web.session_cookie import read_secret


def identify(request: Request) -> Actor:
    """The demonstration's actor on a demonstration, else whose session it is, else the public."""
    services: Services = request.app.state.services
    if services.settings.demo:
        return demo_actor(services.territory.slug)
    return find_actor(services.accounts, read_secret(request)) or PUBLIC
