"""What every answer and every request must respect, whoever asks."""

import time
from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from directory.base.logs import get_logger
from web.problems import PROBLEM_JSON, problem_document

log = get_logger(__name__)

HOSTS = ("localhost", "127.0.0.1", "::1", "[::1]")
"""Names this service answers to: another name would be a web site posing as it (DNS rebinding)."""

SECRET_PATHS = ("/demande-pro/suivi/", "/agenda/ics/", "/invitation/", "/connexion/oubli/")
"""Paths whose end is a secret: whoever has it may read on; it is never logged."""

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
PRIVATE_PATHS = (
    *("/secretariat", "/agenda", "/demande-pro", "/coordination"),
    *("/api/v1/requests", "/api/v1/slots", "/api/v1/holds", "/api/v1/appointments"),
    "/api/v1/practitioners",
    *("/api/v1/waits", "/api/v1/placements", "/api/v1/offers"),
    *("/indicateurs", "/api/v1/indicators"),
    *("/connexion", "/invitation", "/compte"),
)
"""Paths whose answers speak of patients, or of each doctor's work: never kept by the browser."""

MAP_PATH = "/"
"""The page with the map: the only one that may take pictures from another site, its tiles."""

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def add_security(app: FastAPI, hosts: Iterable[str] = HOSTS, tiles: str = "") -> None:
    """Wrap the application; the first to see a request is added last.

    `tiles` is the site that gives the map's background, if there is one.
    """
    app.add_middleware(SameSiteOnly)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(Guard, tiles=tiles)


def known_hosts(public_url: str) -> tuple[str, ...]:
    """Names this service answers to: this machine's, and that of its public address."""
    host = urlsplit(public_url).hostname
    return (*HOSTS, host) if host else HOSTS


class Guard:
    """Adds the security headers and writes one log line per request.

    The line has no query string and no body: a search may hold a name, a form a patient.
    """

    def __init__(self, app: ASGIApp, tiles: str = "") -> None:
        self.app = app
        self._map_policy = CONTENT_POLICY.replace(
            "img-src 'self'", f"img-src 'self' {tiles}".rstrip()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                if scope["path"] == MAP_PATH:
                    headers["Content-Security-Policy"] = self._map_policy
                _add_headers(headers, scope)
            await send(message)

        try:
            await self.app(scope, receive, send_guarded)
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            path = without_secret(scope["path"])
            log.info("request", method=scope["method"], path=path, status=status, ms=took)


class SameSiteOnly:
    """Refuses what another site's page would have this browser change here.

    Browsers say where a request comes from (Sec-Fetch-Site); the older ones send Origin. Programs
    that are not browsers send neither: they pass. Cookies of sessions are SameSite=Lax besides.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and is_foreign(scope["method"], Headers(scope=scope)):
            await _refuse(scope["path"])(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _refuse(path: str) -> Response:
    detail = "Requête refusée : elle vient d'un autre site."
    if not path.startswith("/api/"):
        return PlainTextResponse(detail, 403)
    document = problem_document(path, 403, "autre-site", "Autre site", detail)
    return Response(msgspec.json.encode(document), 403, media_type=PROBLEM_JSON)


def is_foreign(method: str, headers: Headers) -> bool:
    """Whether a request that changes something comes from another site."""
    if method in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


def without_secret(path: str) -> str:
    """A path as logs may keep it."""
    return next((f"{start}…" for start in SECRET_PATHS if path.startswith(start)), path)


def _add_headers(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    private = scope["path"].startswith(PRIVATE_PATHS)
    headers.setdefault("Cache-Control", "no-store" if private else "private, no-cache")
