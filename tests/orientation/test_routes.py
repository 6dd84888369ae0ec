"""Travel times: a routing service when it answers well, the straight line otherwise, said so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from directory.base.clock import FixedClock
from directory.model import Point
from directory.territory import Rounds
from orientation.routes import PAUSE, OsrmTable, StraightLine, open_routes

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CACHAN = Point(lat=48.79161, lon=2.33153)
RUNGIS = Point(lat=48.74948, lon=2.35282)
POLICY = Rounds()
STRAIGHT = 16
TABLE = {"code": "Ok", "durations": [[0, 840.5], [1260, 0]]}

Answer = Callable[[httpx.Request], httpx.Response]


class Service:
    """A table service that counts what it is asked, and its client."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[httpx.URL] = []
        self.answer = answer
        self.clock = FixedClock(NOW)
        client = httpx.Client(transport=httpx.MockTransport(self._receive))
        self.routes = OsrmTable("http://routes.example/", POLICY, self.clock, client)

    def _receive(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        return self.answer(request)

    def minutes(self) -> int:
        return self.routes.between([CACHAN, RUNGIS]).travel(CACHAN, RUNGIS)


def say(document: Any, status: int = 200) -> Answer:
    return lambda _request: httpx.Response(status, json=document)


def break_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow", request=request)


def test_service_is_asked_once_in_its_own_terms() -> None:
    service = Service(say(TABLE))
    found = service.routes.between([CACHAN, RUNGIS, CACHAN])
    # Rungis, further south, is the first of the sorted places: 840.5 s from it, 1260 s to it.
    assert found.travel(RUNGIS, CACHAN) == 15
    assert found.travel(CACHAN, RUNGIS) == 21
    assert found.travel(CACHAN, CACHAN) == found.travel(CACHAN, None) == POLICY.least_minutes
    assert found.origin == "donnés par le service d'itinéraires"
    assert service.routes.between([RUNGIS, CACHAN]) is found
    assert [str(url) for url in service.asked] == [
        "http://routes.example/table/v1/driving/2.35282,48.74948;2.33153,48.79161"
        "?annotations=duration"
    ]


@pytest.mark.parametrize(
    "answer",
    [
        break_off,
        say({"code": "Ok"}, status=503),
        say({"code": "NoTable", "message": "no"}),
        say({"code": "Ok", "durations": [[0, None], [1260, 0]]}),
        say({"code": "Ok", "durations": [[0, -1], [1260, 0]]}),
        say({"code": "Ok", "durations": [[0, 840]]}),
        say(["Ok"]),
        lambda _request: httpx.Response(200, text="<html>"),
    ],
    ids=["slow", "error", "refused", "unreachable", "negative", "short", "list", "page"],
)
def test_bad_answer_is_replaced_by_the_straight_line_and_said(answer: Answer) -> None:
    service = Service(answer)
    found = service.routes.between([CACHAN, RUNGIS])
    assert found.travel(CACHAN, RUNGIS) == STRAIGHT
    assert found.origin == (
        "estimés à vol d'oiseau (distance × 1,3, 25 km/h), "
        "car le service d'itinéraires ne répond pas"
    )


def test_service_that_failed_is_left_alone_then_asked_again() -> None:
    service = Service(break_off)
    assert [service.minutes(), service.minutes()] == [STRAIGHT, STRAIGHT]
    assert len(service.asked) == 1
    service.answer = say(TABLE)
    service.clock.set(NOW + PAUSE + timedelta(seconds=1))
    assert service.minutes() == 21


def test_inside_a_transaction_nobody_is_asked() -> None:
    service = Service(say(TABLE))
    assert service.routes.known([CACHAN, RUNGIS]).travel(CACHAN, RUNGIS) == STRAIGHT
    assert service.asked == []
    service.minutes()
    assert service.routes.known([CACHAN, RUNGIS]).travel(CACHAN, RUNGIS) == 21


def test_setting_chooses_the_service() -> None:
    clock = FixedClock(NOW)
    assert isinstance(open_routes("", POLICY, clock), StraightLine)
    service = open_routes("http://127.0.0.1:5000", POLICY, clock)
    assert isinstance(service, OsrmTable)
    service.close()
