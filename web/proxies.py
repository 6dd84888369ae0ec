"""Whose word is taken about where a request comes from: the front servers named in the settings.

What anybody else says in `X-Forwarded-*`, or of a client certificate, is taken off the request.
"""

import ipaddress
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from directory.base.errors import SettingsError
from directory.base.settings import Settings

CERTIFICATE_KEY = "recours.client_certificate"
"""Where a request's scope keeps the certificate a trusted front server checked."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def trusted_networks(settings: Settings) -> tuple[Network, ...]:
    """The front servers, none without a public address; SettingsError for what is no address."""
    if not settings.public_url:
        return ()
    try:
        return tuple(map(ipaddress.ip_network, settings.trusted_proxies.replace(",", " ").split()))
    except ValueError as exc:
        raise SettingsError(
            f"RECOURS_TRUSTED_PROXIES : {exc}. Donnez des adresses ou des réseaux, séparés par des "
            "espaces : 127.0.0.1 10.0.0.0/24."
        ) from exc


class TrustedProxies:
    """Believes the front servers about the address, the scheme and the certificate of a client."""

    def __init__(self, app: ASGIApp, networks: Sequence[Network], certificate_header: str) -> None:
        self.app = app
        self._networks = networks
        self._believing = ProxyHeadersMiddleware(app, [str(one) for one in networks])  # type: ignore[arg-type]
        self._certificate = certificate_header.lower().encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with what is known of who sent it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        believed = self._is_front_server(scope)
        if believed and self._certificate:
            told = [value for name, value in scope["headers"] if name == self._certificate]
            if len(told) == 1 and told[0]:
                scope[CERTIFICATE_KEY] = told[0]
        if believed:
            await self._believing(scope, receive, send)  # type: ignore[arg-type]
            return
        scope["headers"] = [
            (name, value)
            for name, value in scope["headers"]
            if not name.startswith((b"x-forwarded-", b"forwarded"))
        ]
        await self.app(scope, receive, send)

    def _is_front_server(self, scope: Scope) -> bool:
        if not self._networks or not scope.get("client"):
            return False
        try:
            address = ipaddress.ip_address(scope["client"][0])
        except ValueError:
            return False
        return any(address in one for one in self._networks)
