"""Where travel times come from: the straight line, or an OSRM-compatible service when one is set.

Only points of communes and practices are ever sent, never an address of a patient.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol

import httpx
import msgspec

from directory.base.clock import Clock
from directory.base.logs import get_logger
from directory.model import Point, Value
from directory.territory import Rounds
from orientation.rounds import Travel, straight_line

log = get_logger(__name__)

TIMEOUT_SECONDS = 2.0
PAUSE = timedelta(minutes=1)
"""How long a service that failed is left alone: callers do not wait for it twice."""

KEPT_TABLES = 64
MAX_MINUTES = 24 * 60

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Place = tuple[float, float]
"""Latitude and longitude."""


class Routes(Value, frozen=True, kw_only=True):
    """Travel between points, and in French where its times come from."""

    travel: Travel
    origin: str


class RouteService(Protocol):
    """Gives the travel times between some points; it always answers."""

    def between(self, points: Iterable[Point]) -> Routes:
        """Travel times between these points."""
        ...

    def known(self, points: Iterable[Point]) -> Routes:
        """The same without waiting for anybody, for use inside a transaction."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


class StraightLine:
    """The straight line times a factor, at a constant speed: needs nobody."""

    def __init__(self, policy: Rounds) -> None:
        self._travel = straight_line(policy)
        self._origin = (
            f"estimés à vol d'oiseau (distance × {_french(policy.factor)}, "
            f"{_french(policy.speed_kmh)} km/h)"
        )

    def between(self, points: Iterable[Point]) -> Routes:
        """Travel times between any points."""
        return Routes(travel=self._travel, origin=self._origin)

    known = between

    def close(self) -> None:
        """Nothing to give back."""


class OsrmTable:
    """The `table` service of OSRM (https://project-osrm.org/docs/v5.24.0/api/#table-service).

    When it does not answer, or not fully, the straight line does, and says so.
    """

    def __init__(
        self, url: str, policy: Rounds, clock: Clock, client: httpx.Client | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._policy = policy
        self._straight = StraightLine(policy)
        self._clock = clock
        self._client = client or httpx.Client(timeout=TIMEOUT_SECONDS)
        self._tables: dict[tuple[Place, ...], Routes] = {}
        self._resting_until: datetime | None = None

    def between(self, points: Iterable[Point]) -> Routes:
        """Travel times between these points, asked once for the same points."""
        places = _distinct(points)
        if len(places) < 2:
            return self._straight.between(())
        if places in self._tables:
            return self._tables[places]
        if self._resting_until is not None and self._clock() < self._resting_until:
            return self._unanswered()
        try:
            found = self._routes(places, self._ask(places))
        except (httpx.HTTPError, ValueError) as exc:
            log.warning("routing service failed", error=type(exc).__name__, detail=str(exc)[:200])
            self._resting_until = self._clock() + PAUSE
            return self._unanswered()
        if len(self._tables) >= KEPT_TABLES:
            self._tables.clear()
        self._tables[places] = found
        return found

    def known(self, points: Iterable[Point]) -> Routes:
        """Travel times the service already gave for the same points, else the straight line."""
        return self._tables.get(_distinct(points)) or self._straight.between(())

    def close(self) -> None:
        """Close the connections to the service."""
        self._client.close()

    def _ask(self, places: Sequence[Place]) -> list[list[float]]:
        """Seconds from each place to each; ValueError when the answer is not a full table."""
        told = ";".join(f"{lon:.5f},{lat:.5f}" for lat, lon in places)
        address = f"{self._url}/table/v1/driving/{told}"
        answer = self._client.get(address, params={"annotations": "duration"})
        answer.raise_for_status()
        return _check(answer.json(), len(places))

    def _routes(self, places: Sequence[Place], seconds: Sequence[Sequence[float]]) -> Routes:
        legs = {
            (a, b): min(MAX_MINUTES, math.ceil(seconds[i][j] / 60))
            for i, a in enumerate(places)
            for j, b in enumerate(places)
        }
        least = self._policy.least_minutes

        def travel(origin: Point | None, target: Point | None) -> int:
            if origin is None or target is None:
                return least
            return max(least, legs[_place(origin), _place(target)])

        return Routes(travel=travel, origin="donnés par le service d'itinéraires")

    def _unanswered(self) -> Routes:
        straight = self._straight.between(())
        said = f"{straight.origin}, car le service d'itinéraires ne répond pas"
        return Routes(travel=straight.travel, origin=said)


def open_routes(url: str, policy: Rounds, clock: Clock) -> RouteService:
    """The service at this address (setting `RECOURS_ROUTING_URL`), or the straight line."""
    return OsrmTable(url, policy, clock) if url else StraightLine(policy)


def _place(point: Point) -> Place:
    return point.lat, point.lon


def _distinct(points: Iterable[Point]) -> tuple[Place, ...]:
    return tuple(sorted({_place(point) for point in points}))


def _check(document: Any, size: int) -> list[list[float]]:
    rows = document.get("durations") if isinstance(document, dict) else None
    try:
        table = msgspec.convert(rows, list[list[Seconds]])
    except msgspec.ValidationError as exc:
        raise ValueError(f"not a table of durations: {exc}") from exc
    if [len(row) for row in table] != [size] * size:
        raise ValueError(f"the table of durations is not {size} by {size}")
    return table


def _french(number: float) -> str:
    return f"{number:g}".replace(".", ",")
