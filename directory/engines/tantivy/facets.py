"""True counts of an answer: one aggregation over everything it selects."""

from collections.abc import Sequence
from typing import Any

from tantivy import Query, Searcher

from directory.engines.facets import FACETS, MAX_VALUES


def count_facets(
    searcher: Searcher, selecting: Query, names: Sequence[str] = FACETS
) -> tuple[int, dict[str, list[tuple[str, int]]]]:
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
