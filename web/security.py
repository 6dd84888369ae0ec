"""What every answer and every request must respect, whoever asks."""

import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from directory.base.logs import get_logger
from directory.base.settings import Settings
from web.bodies import LimitedBody
from web.proxies import TrustedProxies, trusted_networks
from web.refusals import refusal, refused_page

log = get_logger(__name__)

HOSTS = ("localhost", "127.0.0.1", "::1")
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
    *("/connexion", "/invitation", "/compte", "/cles"),
)
"""Paths whose answers speak of patients, or of each doctor's work: never kept by the browser."""

MAP_PATHS = ("/", "/installation")
"""The pages with the map: the only ones that may take pictures from another site, its tiles."""

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
    # Not `no-referrer`: browsers without Sec-Fetch-Site would send `Origin: null` with our forms.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def add_security(app: FastAPI, settings: Settings, tiles: str = "") -> None:
    """Wrap the application; the first to see a request is added last.

    `tiles` is the site that gives the map's background, if there is one.
    """
    https = settings.public_url.startswith("https://")
    app.add_middleware(LimitedBody)
    app.add_middleware(SameSiteOnly)
    app.add_middleware(KnownHosts, hosts=known_hosts(settings.public_url))
    app.add_middleware(
        Guard, tiles=tiles, https=https, hsts_seconds=settings.hsts_seconds if https else 0
    )
    app.add_middleware(
        TrustedProxies,
        networks=trusted_networks(settings),
        certificate_header=settings.client_certificate_header,
    )


def known_hosts(public_url: str) -> tuple[str, ...]:
    """Names this service answers to: this machine's, and that of its public address."""
    host = urlsplit(public_url).hostname
    return (*HOSTS, host) if host else HOSTS


class Guard:
    """Adds the security headers and writes one log line per request.

    The line has no query string and no body: a search may hold a name, a form a patient.
    """

    def __init__(
        self, app: ASGIApp, tiles: str = "", *, https: bool = False, hsts_seconds: int = 0
    ) -> None:
        self.app = app
        self._https = https
        self._fixed = HEADERS | (
            {"Strict-Transport-Security": f"max-age={hsts_seconds}"} if hsts_seconds else {}
        )
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
                if scope["path"] in MAP_PATHS:
                    headers["Content-Security-Policy"] = self._map_policy
                _add_headers(headers, self._fixed, scope)
                if self._https:
                    _secure_cookies(message)
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
            detail = "Requête refusée : elle vient d'un autre site. Rien n'a été enregistré."
            answer = await refused_page(scope, 403, "autre-site", "Autre site", detail)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


class KnownHosts:
    """Answers under the names of this service alone."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        self._hosts = frozenset(one.lower() for one in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400."""
        if scope["type"] != "http" or _host(Headers(scope=scope)) in self._hosts:
            await self.app(scope, receive, send)
            return
        detail = "Ce service ne répond pas sous ce nom : vérifiez l'adresse (RECOURS_PUBLIC_URL)."
        answer = refusal(scope["path"], 400, "hote-inconnu", "Nom d'hôte inconnu", detail)
        await answer(scope, receive, send)


def _host(headers: Headers) -> str | None:
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return None


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


def _secure_cookies(message: Message) -> None:
    """No cookie of a service in https leaves without `Secure`, whoever set it."""
    message["headers"] = [
        (name, value + b"; Secure")
        if name.lower() == b"set-cookie" and b"secure" not in value.lower().split(b"; ")
        else (name, value)
        for name, value in message["headers"]
    ]


def _add_headers(headers: MutableHeaders, fixed: Mapping[str, str], scope: Scope) -> None:
    for name, value in fixed.items():
        headers.setdefault(name, value)
    private = scope["path"].startswith(PRIVATE_PATHS)
    headers.setdefault("Cache-Control", "no-store" if private else "private, no-cache")
