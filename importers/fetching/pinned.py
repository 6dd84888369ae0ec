"""Connections to the very addresses that were checked, each name resolved once a call."""

import ssl

import httpx

from directory.base.reaching import is_loopback, is_public, resolve
from importers.fetching.options import FetchOptions
from importers.fetching.problems import FetchError

_PORTS = {"https": 443, "http": 80}


class PinnedTransport(httpx.BaseTransport):
    """Calls public machines over https; private ones, and http on this machine, where allowed.

    Through a proxy, the proxy resolves names and its own rules hold. One pool a host: two names
    on one address must not share a connection made for the certificate of the other.
    """

    def __init__(self, options: FetchOptions, certificate: tuple[str, str] | None = None) -> None:
        self._options = options
        self._context = ssl.create_default_context(cafile=options.ca or None)
        if options.ca:
            self._context.load_default_certs()
        if certificate is not None:
            self._context.load_cert_chain(*certificate)
        self._pools: dict[str, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; raises FetchError where the address may not be called."""
        pool = self._pool(request.url.host)
        if self._options.proxy:
            _require_https(request.url, loopback=False)
            return pool.handle_request(request)
        address = self._checked(request.url)
        request.extensions = request.extensions | {"sni_hostname": request.url.host}
        request.url = request.url.copy_with(host=address)
        return pool.handle_request(request)

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()

    def _pool(self, host: str) -> httpx.HTTPTransport:
        if host not in self._pools:
            proxy = self._options.proxy or None
            self._pools[host] = httpx.HTTPTransport(verify=self._context, proxy=proxy)
        return self._pools[host]

    def _checked(self, url: httpx.URL) -> str:
        try:
            addresses = resolve(url.host, url.port or _PORTS[url.scheme])
        except UnicodeError as exc:
            raise FetchError(f"{url.host} : nom de serveur illisible.") from exc
        except OSError as exc:
            raise httpx.ConnectError(f"nom de serveur inconnu : {url.host}") from exc
        _require_https(url, loopback=all(map(is_loopback, addresses)))
        if not self._options.private and not all(map(is_public, addresses)):
            raise FetchError(
                f"{url.host} : cette adresse est celle d'un réseau privé ou de cette machine. Si "
                "c'est bien votre miroir, RECOURS_FETCH_PRIVATE=true l'autorise."
            )
        return addresses[0]


def _require_https(url: httpx.URL, *, loopback: bool) -> None:
    if url.scheme != "https" and not loopback:
        raise FetchError(
            f"{url.host} : http:// n'est admis que sur cette machine. Donnez une adresse https://."
        )
