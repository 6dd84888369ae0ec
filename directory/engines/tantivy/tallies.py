"""How many entries of a circle have each value of a field, without naming those on its edge.

An index tells whether an entry lies in a circle by its cells, or by its very rank where a cell is
crossed by the edge: looking up thousands of ranks takes 100 ms in two million entries. On the edge,
values are instead counted by point, and each point is measured.
"""

from collections import Counter
from typing import Any

from tantivy import Query, Searcher

from directory.engines.tantivy.cells import THIN, THINNER, can_cover, cover
from directory.engines.tantivy.nearby import MANY, count
from directory.engines.tantivy.selections import numbered, restricted
from directory.geo import distances_from
from directory.query import Near

MOST_VALUES = 50_000
"""More than there are communes."""

MOST_POINTS = 15_000
"""Entries on the edge, beyond which the engine would refuse to count them by point."""


def values_within(
    searcher: Searcher, selecting: Query, near: Near, name: str
) -> Counter[str] | None:
    """Counts of each value of the field `name` among the matches of `selecting` no farther than the
    radius of `near`; None for a circle too great, or an edge too crowded.
    """
    radius = float(near.radius_m or 0)
    if not can_cover(near.lat, near.lon, radius):
        return None
    # In a small index few are on the edge, and the cells of the circle itself are drawn already.
    cells = cover(near.lat, near.lon, radius, THINNER if searcher.num_docs >= MANY else THIN)
    edge = restricted(selecting, numbered("cell", cells.edge))
    if count(searcher, edge) > MOST_POINTS:
        return None
    inside = restricted(selecting, numbered("cell", cells.inside))
    found = Counter({one["key"]: one["doc_count"] for one in _counted(searcher, inside, name)})
    measure = distances_from(near.lat, near.lon)
    for value in _counted(searcher, edge, name, "lat", "lon"):
        found[value["key"]] += sum(
            there["doc_count"]
            for row in value["lat"]["buckets"]
            for there in row["lon"]["buckets"]
            if measure(row["key"], there["key"]) <= radius
        )
    return +found


def _counted(searcher: Searcher, query: Query, *names: str) -> list[Any]:
    """Buckets of the values of a field, of another within each, and so on."""
    wanted: dict[str, Any] = {}
    for name in reversed(names):
        terms = {"field": name, "size": MOST_VALUES, "segment_size": MOST_VALUES}
        wanted = {name: {"terms": terms, "aggs": wanted}}
    buckets: list[Any] = searcher.aggregate(query, wanted)[names[0]]["buckets"]
    return buckets
