"""The application: pages, JSON API and static files over one set of open services."""

from fastapi import FastAPI
from starlette.routing import Route

from web.api_description import DescribedApp
from web.api_words import GROUPS
from web.enforcement import Access
from web.errors import add_error_handlers
from web.identity import identify
from web.rates import Rates
from web.render import make_environment
from web.routes import (
    absences,
    accounts_links,
    accounts_manage,
    accounts_own,
    accounts_sign_in,
    additions,
    agenda,
    api_appointments,
    api_crisis,
    api_indicators,
    api_keys,
    api_local,
    api_outside,
    api_planning,
    api_requests,
    api_resources,
    api_seeking,
    api_team,
    audit,
    callbacks,
    callers,
    components,
    console,
    corrections,
    crisis,
    etp,
    events,
    following,
    giving,
    health,
    imports,
    indicators,
    links,
    map_data,
    newcomer,
    pages,
    panorama,
    planning,
    professional,
    profile,
    reports,
    reservation,
    resource,
    rounds,
    search,
    secretariat,
    seeking,
    selection,
    suggestions,
    surnumeraires,
    updates,
)
from web.security import add_security
from web.services import Services
from web.wire import add_wire

DESCRIPTION = (
    "Annuaire territorial et orientation de premier recours. Les instants sont en ISO 8601 avec "
    "décalage ; les erreurs sont des documents RFC 9457 (application/problem+json)."
)
PARTS = (
    search,
    map_data,
    newcomer,
    events,
    etp,
    selection,
    components,
    crisis,
    surnumeraires,
    professional,
    following,
    reservation,
    corrections,
    reports,
    additions,
    resource,
    callbacks,
    callers,
    console,
    secretariat,
    seeking,
    profile,
    planning,
    giving,
    absences,
    agenda,
    rounds,
    imports,
    updates,
    links,
    pages,
    panorama,
    health,
    api_resources,
    suggestions,
    api_local,
    api_requests,
    api_planning,
    api_team,
    api_crisis,
    api_seeking,
    api_appointments,
    indicators,
    api_indicators,
    accounts_sign_in,
    accounts_links,
    accounts_own,
    accounts_manage,
    api_outside,
    api_keys,
    audit,
)


def create_app(services: Services) -> FastAPI:
    """Build the application around services that are already open; it does not close them."""
    app = DescribedApp(
        title="Recours",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        openapi_tags=list(GROUPS),
    )
    app.state.services = services
    app.state.templates = make_environment(services)
    add_wire(app, app.state.templates.globals["asset"])
    for part in PARTS:
        app.include_router(part.router)
    app.described = every_route(app)
    add_error_handlers(app)
    settings = services.settings
    if settings.rate_scale and not settings.demo:
        app.add_middleware(Rates, scale=settings.rate_scale)
    app.add_middleware(Access, routes=app.described, identify=identify)
    add_security(app, settings, tiles=app.state.templates.globals["map"].host)
    return app


def every_route(app: FastAPI) -> list[Route]:
    """Every route of the application, in the order in which they are tried."""
    own = [route for route in app.routes if isinstance(route, Route)]
    parts = [route for part in PARTS for route in part.router.routes]
    return own + [route for route in parts if isinstance(route, Route)]
