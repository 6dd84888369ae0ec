"""A real OpenID provider in a process of its own, on a free port, with people who have an RPPS."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.web.servers import free_port

STARTING_SECONDS = 60


@dataclass(frozen=True)
class Provider:
    """Where it answers, and the client it knows."""

    url: str
    client_id: str
    client_secret: str

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a service that trusts it."""
        return {
            "psc_discovery": f"{self.url}/.well-known/openid-configuration",
            "psc_client_id": self.client_id,
            "psc_client_secret": self.client_secret,
        }

    def knows(self, sub: str, claims: Mapping[str, str]) -> None:
        """Give it a person."""
        httpx.put(f"{self.url}/users/{sub}", json=dict(claims)).raise_for_status()

    def log_in(self, url: str, sub: str) -> str:
        """What a person does there, without a browser: returns the address it sends back to."""
        answer = httpx.post(url, data={"sub": sub})
        return answer.headers["location"]


@contextmanager
def open_provider(callback: str) -> Iterator[Provider]:
    """The provider, with one client registered for `callback`, for the length of a block."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-r", "true", "-n", "true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(server, url)
        told = {"redirect_uris": [callback], "scope": "openid scope_all"}
        client = httpx.post(f"{url}/oauth2/clients", json=told).raise_for_status().json()
        yield Provider(url, client["client_id"], client["client_secret"])
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{url}/jwks")
            return
        time.sleep(0.1)
    raise TimeoutError(url)
