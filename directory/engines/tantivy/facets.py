"""True counts of an answer: one aggregation over everything it selects."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import msgspec
from tantivy import Query, Searcher

from directory.engines.facets import FACETS, MAX_VALUES, without_facet
from directory.engines.tantivy.nearby import search_within
from directory.engines.tantivy.queries import plan
from directory.query import DirectoryQuery, Sort

MOST_CHOICES = 512
"""Lists of values kept for one index, 200 values each at most: 10 MB of them."""

Values = list[tuple[str, int]]
Choices = Callable[[DirectoryQuery, str], Values]


def count_facets(
    searcher: Searcher, selecting: Query, names: Sequence[str] = FACETS
) -> tuple[int, dict[str, Values]]:
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


def remembered_choices(searcher: Searcher) -> Choices:
    """Values of one facet for a question, kept as long as the index they were counted in: all who
    look around the same place or for the same profession are offered the same ones.
    """
    return lru_cache(maxsize=MOST_CHOICES)(partial(_count_values, searcher))


def count_choices(choices: Choices, query: DirectoryQuery) -> dict[str, Values]:
    """Values of the facets that have a filter in force, counted as if they had none."""
    counted = {}
    for name in FACETS:
        if (wider := without_facet(query, name)) is not None:
            counted[name] = choices(_selection(wider), name)
    return counted


def whole_answer(searcher: Searcher, query: DirectoryQuery) -> Query:
    """What selects the whole answer to a question, its radius included."""
    asked = plan(query)
    if query.near is None or query.near.radius_m is None:
        return asked.selecting
    return search_within(searcher, asked, query, query.near, 0, 0).selecting


def _selection(query: DirectoryQuery) -> DirectoryQuery:
    """A question rid of what only orders its answer."""
    return msgspec.structs.replace(
        query, typed="", sort=Sort.RELEVANCE, day=None, size=0, cursor=""
    )


def _count_values(searcher: Searcher, query: DirectoryQuery, name: str) -> Values:
    return count_facets(searcher, whole_answer(searcher, query), (name,))[1][name]
