"""True counts of an answer: one aggregation over everything it selects, remembered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from tantivy import Query, Searcher

from directory.engines.clauses import filter_clause
from directory.engines.entry import entry_codes
from directory.engines.facets import (
    FACETS,
    MAX_VALUES,
    FacetLabels,
    known_hours,
    say_facets,
    say_values,
    without_facet,
    without_opening,
)
from directory.engines.tantivy.dictionary import Dictionary
from directory.engines.tantivy.nearby import circle, count
from directory.engines.tantivy.queries import Plan, compiled, plan
from directory.engines.tantivy.selections import all_of, restricted
from directory.engines.tantivy.tallies import values_within
from directory.query import DirectoryQuery, Near, SaysHours, Sort
from directory.resource import Resource
from directory.results import FacetValue, KnownHours

MOST_CHOICES = 512
"""Lists of values kept for one index, 200 values each at most: 10 MB of them."""

MOST_ANSWERS = 128
"""Answers of which all the facets are kept, for the pages that follow and those who ask the same."""

MOST_CIRCLES = 32
"""Circles kept with the entries measured on their edge, some thousands at most."""

Values = list[tuple[str, int]]
Counted = dict[str, Values]
Said = dict[str, tuple[FacetValue, ...]]
"""Facet → its values as they are shown."""


def count_facets(
    searcher: Searcher, selecting: Query, names: Sequence[str] = FACETS
) -> tuple[int, Counted]:
    """How many entries are selected, and how many of them have each value of each facet."""
    wanted: dict[str, Any] = {"total": {"value_count": {"field": "rank"}}}
    for name in names:
        terms = {"field": name, "size": MAX_VALUES, "segment_size": 10 * MAX_VALUES}
        wanted[name] = {"terms": terms}
    counted = searcher.aggregate(selecting, wanted)
    values = {
        name: [(bucket["key"], bucket["doc_count"]) for bucket in counted[name]["buckets"]]
        for name in names
    }
    return int(counted["total"]["value"]), values


def tally(resources: Iterable[Resource], names: Sequence[str] = FACETS) -> Counted:
    """The same counts, of entries at hand."""
    counters: dict[str, Counter[str]] = {name: Counter() for name in names}
    for one in resources:
        codes = entry_codes(one)
        for name, counter in counters.items():
            counter.update(codes.get(name, ()))
    return {name: counter.most_common(MAX_VALUES) for name, counter in counters.items()}


class Counts:
    """What was counted in one index, kept as long as it: all who look around the same place or for
    the same profession are told the same. Safe to share between threads.
    """

    def __init__(self, searcher: Searcher, terms: Dictionary, labels: FacetLabels) -> None:
        self._searcher = searcher
        self._terms = terms
        self._labels = labels
        self._answers = lru_cache(maxsize=MOST_ANSWERS)(self._count_answer)
        self._values = lru_cache(maxsize=MOST_CHOICES)(self._say_values)
        self._circles = lru_cache(maxsize=MOST_CIRCLES)(self._draw_circle)

    def answer(self, query: DirectoryQuery) -> tuple[int, Said]:
        """How many entries answer, and the values of the facets that have no filter in force."""
        return self._answers(_selection(query))

    def choices(self, query: DirectoryQuery) -> Said:
        """Values of the facets that have a filter in force, counted as if they had none."""
        wider = ((name, without_facet(query, name)) for name in FACETS)
        return {name: self._values(_selection(one), name) for name, one in wider if one is not None}

    def hours(self, query: DirectoryQuery) -> KnownHours | None:
        """Of how many entries the hours are known, for a question that asks who is open."""
        if (wider := without_opening(query)) is None:
            return None
        among = self.placed(self._plan(wider), wider).selecting
        known = all_of([among, compiled(filter_clause(SaysHours()))])
        return known_hours(query, *(count(self._searcher, one) for one in (known, among)))

    def placed(self, asked: Plan, query: DirectoryQuery) -> Plan:
        """A compiled question, its radius included."""
        if query.near is None or query.near.radius_m is None:
            return asked
        where = self._circles(_selection(query), query.near)
        return asked._replace(
            selecting=restricted(asked.selecting, where), scoring=restricted(asked.scoring, where)
        )

    def _plan(self, query: DirectoryQuery) -> Plan:
        return plan(query, terms=self._terms)

    def _draw_circle(self, selection: DirectoryQuery, near: Near) -> Query:
        return circle(self._searcher, self._plan(selection).selecting, near)

    def _count_answer(self, selection: DirectoryQuery) -> tuple[int, Said]:
        free = [name for name in FACETS if without_facet(selection, name) is None]
        selecting = self.placed(self._plan(selection), selection).selecting
        total, counted = count_facets(self._searcher, selecting, free)
        return total, say_facets(counted, self._labels)

    def _say_values(self, selection: DirectoryQuery, name: str) -> tuple[FacetValue, ...]:
        return say_values(name, self._count_values(selection, name), self._labels)

    def _count_values(self, selection: DirectoryQuery, name: str) -> Values:
        near = selection.near
        if near is not None and near.radius_m is not None:
            selecting = self._plan(selection).selecting
            if (found := values_within(self._searcher, selecting, near, name)) is not None:
                return found.most_common(MAX_VALUES)
        selecting = self.placed(self._plan(selection), selection).selecting
        return count_facets(self._searcher, selecting, (name,))[1][name]


def _selection(query: DirectoryQuery) -> DirectoryQuery:
    """A question rid of what only orders its answer."""
    return msgspec.structs.replace(
        query, typed="", sort=Sort.RELEVANCE, day=None, size=0, cursor="", counted=True
    )
