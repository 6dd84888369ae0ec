"""The server engine: follows the index in service, searches it, builds the next one."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from elasticsearch import Elasticsearch

from directory.base.errors import UnavailableError
from directory.base.settings import Settings
from directory.communes import Communes
from directory.engines.base import FOLLOW_SECONDS, MAX_SIZE, NO_INDEX, OTHER_VERSION
from directory.engines.cursor import read_place, write_place
from directory.engines.elastic.building import check, fill
from directory.engines.elastic.connection import (
    check_product,
    connect,
    in_french,
    refuse_errors,
    say_partial,
)
from directory.engines.elastic.generations import BUILD_SECONDS, Generations, Meta
from directory.engines.elastic.queries import (
    After,
    Plan,
    choices_body,
    hits_body,
    hours_body,
    plan,
    search_body,
)
from directory.engines.entry import SCHEMA_VERSION
from directory.engines.facets import (
    FACETS,
    FacetLabels,
    known_hours,
    say_facets,
    unknown_labels,
    without_facet,
    without_opening,
)
from directory.engines.reasons import say_why
from directory.geo import distance_m
from directory.query import DirectoryQuery
from directory.resource import Resource
from directory.results import FacetValue, Hit, KnownHours, Page

LOST_SECONDS = 1.0
"""How long a search leaves alone a server that did not say which index is in service."""

Counted = dict[str, list[tuple[str, int]]]
Facets = dict[str, tuple[FacetValue, ...]]


@dataclass(frozen=True)
class _Opened:
    """The index searched, and the names it gives to codes our tables do not know."""

    index: str
    labels: FacetLabels


class ElasticEngine:
    """Resources on one or several servers. Safe to share between threads."""

    def __init__(self, settings: Settings, *, communes: Communes | None = None) -> None:
        self._client: Elasticsearch = connect(settings)
        self._generations = Generations(self._client, settings.engine_index)
        self._name = settings.engine_index
        self._communes = communes
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._trouble = ""
        self._next_look = 0.0

    def rebuild(
        self, resources: Iterable[Resource], progress: Callable[[int], None] | None = None
    ) -> int:
        """Index all `resources` beside the index in service, check, then swap."""
        patient = self._client.options(request_timeout=BUILD_SECONDS)
        with in_french():
            check_product(self._client)
            with self._generations.building(SCHEMA_VERSION) as index:
                built = fill(patient, index, resources, progress)
                check(patient, index, built)
                labels = unknown_labels(built.labels, self._communes)
                self._generations.seal(index, Meta(SCHEMA_VERSION, whole=True, labels=labels))
                self._generations.put_in_service(index)
        self._forget()
        return built.entries

    def roll_back(self) -> str:
        """Put the former index in service again."""
        with in_french():
            index = self._generations.roll_back(SCHEMA_VERSION)
        self._forget()
        return index.removeprefix(f"{self._name}-")

    def search(self, query: DirectoryQuery) -> Page:
        """Answer a question from the index in service."""
        asked = plan(query)
        after = read_place(query, len(asked.sort))
        size = min(max(query.size, 1), MAX_SIZE)
        if not query.counted:
            return self._hits(query, asked, size, after)
        wider = {name: one for name in FACETS if (one := without_facet(query, name)) is not None}
        bodies = [choices_body(plan(one), name) for name, one in wider.items()]
        if (anytime := without_opening(query)) is not None:
            bodies.append(hours_body(plan(anytime)))
        with in_french():
            opened, answers = self._ask([search_body(asked, size, after), *bodies])
        counted = _counted(answers[0], FACETS)
        for name, answer in zip(wider, answers[1:], strict=False):
            counted |= _counted(answer, (name,))
        facets = say_facets(counted, opened.labels)
        page = _page(query, asked, answers[0], size, facets)
        hours = _known_hours(query, answers[-1]) if anytime is not None else None
        return msgspec.structs.replace(page, partial=say_partial(answers), hours=hours)

    def generation(self) -> str:
        """Name of the index in service, empty when there is none."""
        with in_french():
            return self._generations.standing().current.removeprefix(f"{self._name}-")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _hits(self, query: DirectoryQuery, asked: Plan, size: int, after: After | None) -> Page:
        """A page of which nothing is counted."""
        with in_french():
            _, answers = self._ask([hits_body(asked, size, after)])
        hits = tuple(_hit(query, asked, one) for one in answers[0]["hits"]["hits"])
        return Page(total=len(hits), hits=hits, partial=say_partial(answers))

    def _ask(self, bodies: list[dict[str, Any]]) -> tuple[_Opened, list[Any]]:
        """Answers from one index; asked again when two builds ended since we looked."""
        opened = self._follow()
        answers = self._send(opened.index, bodies)
        if any(one["status"] == 404 for one in answers):
            self._forget()
            opened = self._follow()
            answers = self._send(opened.index, bodies)
        refuse_errors(answers)
        return opened, answers

    def _send(self, index: str, bodies: list[dict[str, Any]]) -> list[Any]:
        searches = [part for body in bodies for part in ({"index": index}, body)]
        answers: list[Any] = self._client.msearch(searches=searches).body["responses"]
        return answers

    def _follow(self) -> _Opened:
        """The index to search. Readers do not each wait for a server that does not answer: the
        failure is remembered, and an index once known goes on being asked until told otherwise.
        """
        with self._lock:
            if time.monotonic() >= self._next_look:
                pause = FOLLOW_SECONDS
                try:
                    with in_french():
                        self._trouble = self._look()
                except UnavailableError as exc:
                    pause = LOST_SECONDS
                    self._trouble = exc.detail if self._opened is None else ""
                self._next_look = time.monotonic() + pause
            if self._opened is None or self._trouble:
                raise UnavailableError(self._trouble)
            return self._opened

    def _look(self) -> str:
        """Open the index in service; what is wrong with it, in French."""
        if self._opened is None:
            check_product(self._client)
        index = self._generations.standing().current
        if not index:
            self._opened = None
            return NO_INDEX
        if self._opened is None or self._opened.index != index:
            meta = self._generations.meta(index)
            if meta.version != SCHEMA_VERSION:
                self._opened = None
                return OTHER_VERSION
            self._opened = _Opened(index, FacetLabels(meta.labels, self._communes))
        return ""

    def _forget(self) -> None:
        with self._lock:
            self._next_look = 0.0


def _page(query: DirectoryQuery, asked: Plan, answer: Any, size: int, facets: Facets) -> Page:
    found = answer["hits"]["hits"]
    shown = found[:size]
    return Page(
        total=answer["hits"]["total"]["value"],
        hits=tuple(_hit(query, asked, one) for one in shown),
        facets=facets,
        next_cursor=write_place(query, shown[-1]["sort"]) if len(found) > size else "",
    )


def _known_hours(query: DirectoryQuery, answer: Any) -> KnownHours:
    known = answer["aggregations"]["known"]["doc_count"]
    return known_hours(query, known, answer["hits"]["total"]["value"])


def _counted(answer: Any, names: Iterable[str]) -> Counted:
    found = answer["aggregations"]
    return {
        name: [(one["key"], one["doc_count"]) for one in found[name]["buckets"]] for name in names
    }


def _hit(query: DirectoryQuery, asked: Plan, found: Any) -> Hit:
    resource = msgspec.convert(found["_source"]["body"], Resource)
    tier = asked.tier(found["sort"])
    away = None
    if query.near is not None and resource.point is not None:
        point = resource.point
        away = distance_m(query.near.lat, query.near.lon, point.lat, point.lon)
    return Hit(
        resource=resource,
        tier=tier,
        why=say_why(query, resource, tier, away),
        distance_m=None if away is None else round(away),
    )
