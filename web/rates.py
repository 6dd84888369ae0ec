"""How often somebody may ask: per account or key once signed in, else per network address.

Counted in the memory of each process: two processes let twice as much through, a restart forgets.
Attempts at signing in are besides counted in the store (web/accounts/attempts.py).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from directory.base.reaching import network_of
from web.access import ACTOR_KEY, PUBLIC, Actor
from web.refusals import refused_page


@dataclass(frozen=True)
class Rate:
    """At most `most` requests of these methods under these paths, by the same person."""

    name: str
    methods: tuple[str, ...]
    paths: tuple[str, ...]
    most: int
    hourly: bool = False


CHANGES = ("POST", "PUT", "DELETE", "PATCH")
READS = ("GET", "HEAD")
RATES = (
    Rate("sign-in", CHANGES, ("/connexion/oubli",), 20, hourly=True),
    Rate("sign-in", CHANGES, ("/connexion", "/invitation"), 60),
    Rate("psc", READS, ("/connexion/psc",), 60),
    Rate("call", CHANGES, ("/secretariat/appel", "/demande-pro", "/api/v1/requests"), 120),
    Rate("caller", CHANGES, ("/secretariat/numero",), 120),
    Rate("suggestions", READS, ("/suggestions", "/api/v1/suggestions"), 600),
    Rate("search", READS, ("/api/v1/resources",), 300),
    Rate("change", CHANGES, ("/",), 240),
    Rate("read", READS, ("/",), 900),
)
"""The first whose paths hold a request counts it. A health centre behind one address reads the
public directory with it: hence the room left there. Reports of numbers are `change`."""


class Rates:
    """Answers 429 to whoever asks too often; after `Access`, which knows who it is."""

    def __init__(self, app: ASGIApp, scale: float, rates: Sequence[Rate] = RATES) -> None:
        self.app = app
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._rates = [(one, _item(one, scale)) for one in rates]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with how long to wait."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        item = self._find(scope["method"], scope["path"])
        if item is None or self._limiter.hit(item, asker(scope)):
            await self.app(scope, receive, send)
            return
        seconds = item.get_expiry()
        detail = f"Trop de demandes à la suite. Attendez {seconds} secondes, puis recommencez."
        headers = {"Retry-After": str(seconds)}
        answer = await refused_page(
            scope, 429, "trop-de-demandes", "Trop de demandes", detail, headers
        )
        await answer(scope, receive, send)

    def _find(self, method: str, path: str) -> RateLimitItem | None:
        return next(
            (
                item
                for one, item in self._rates
                if method in one.methods and path.startswith(one.paths)
            ),
            None,
        )


def asker(scope: Scope) -> str:
    """Whom a request is counted on, as a digest: no address stays in memory."""
    actor: Actor = scope.get(ACTOR_KEY, PUBLIC)
    known = actor.account or actor.key
    told = str(known) if known else network_of(scope["client"][0] if scope.get("client") else "")
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def _item(rate: Rate, scale: float) -> RateLimitItem:
    kind = RateLimitItemPerHour if rate.hourly else RateLimitItemPerMinute
    most = max(1, round(rate.most * scale))
    return kind(most, namespace=f"{rate.name}{'-h' if rate.hourly else ''}")
