"""The nearest first: cells of the grid around a place, then exact great-circle distances."""

from collections.abc import Callable
from typing import NamedTuple

from tantivy import DocAddress, Query, Searcher

from directory.engines.clauses import LARGEST_RANK, turn_of
from directory.engines.tantivy.cells import THIN, THINNER, can_cover, cover
from directory.engines.tantivy.queries import Plan
from directory.engines.tantivy.selections import any_of, in_box, numbered, restricted
from directory.geo import box_around, distances_from
from directory.query import DirectoryQuery, Near, Sort

MEASURED = 1_000
"""Up to that many matches are all measured (2 ms); beyond, circles grow until the page is full."""

MEASURED_BY_WORDS = 5_000
"""With words, the best tier comes before the nearest: the best matches are all measured."""

MANY = 100_000
"""In a smaller index, comparing every coordinate is quicker than looking cells up."""

CROWDED = 2_000
"""Entries on the edge of a circle, beyond which naming those inside, each time the circle is asked
for, costs more than a thinner edge and its thousand cells.
"""

FIRST_RADIUS_M = 1_000.0
FARTHEST_M = 20_100_000.0
"""Half the Earth's circumference: nothing is farther."""


class Candidate(NamedTuple):
    """A match with its score, its exact distance (None without a point) and its neutral rank."""

    address: DocAddress
    score: float
    distance: float | None
    rank: int


def count(searcher: Searcher, query: Query) -> int:
    """How many entries a query selects."""
    counted = searcher.aggregate(query, {"n": {"value_count": {"field": "rank"}}})
    return int(counted["n"]["value"])


def circle(searcher: Searcher, selecting: Query, near: Near) -> Query:
    """What selects the matches of `selecting` no farther than the radius of `near`.

    Those near the edge are measured and named one by one; it means nothing for other matches.
    """
    radius = float(near.radius_m or 0)
    inside, edge = _crossed(near, radius)
    crossed = restricted(selecting, edge)
    if (number := count(searcher, crossed)) > CROWDED:
        inside, edge = _crossed(near, radius, THINNER)
        crossed = restricted(selecting, edge)
        number = count(searcher, crossed)
    found = _collect(searcher, crossed, number, near)
    within = [one.rank for one in found if one.distance is not None and one.distance <= radius]
    return any_of([inside, numbered("rank", within)])


def _crossed(near: Near, radius: float, thin: int = THIN) -> tuple[Query, Query]:
    """What lies inside a circle for sure, and what may."""
    if can_cover(near.lat, near.lon, radius):
        cells = cover(near.lat, near.lon, radius, thin)
        return numbered("cell", cells.inside), numbered("cell", cells.edge)
    return any_of([]), in_box(box_around(near.lat, near.lon, radius))


def _around(searcher: Searcher, near: Near, radius: float) -> Query:
    """Every entry within a radius, and some that are a little farther."""
    if searcher.num_docs < MANY:
        return in_box(box_around(near.lat, near.lon, radius))
    return any_of(_crossed(near, radius))


def rank_near(
    searcher: Searcher,
    asked: Plan,
    anywhere: Query,
    query: DirectoryQuery,
    total: int,
    needed: int,
) -> list[Candidate]:
    """At least the `needed` best of the `total` matches, best tier first, then the nearest; those
    without a point close each tier. The radius is part of what `asked` selects; `anywhere` scores
    the same without it, for circles smaller than it.

    With words, without a radius and beyond MEASURED_BY_WORDS, only the best of them are sorted.
    """
    near = query.near
    if near is None or total == 0:
        return []
    graded = asked.scored and query.sort is not Sort.DISTANCE
    if graded or total <= MEASURED:
        most = MEASURED_BY_WORDS if near.radius_m is None else total
        found = _collect(searcher, asked.scoring, min(total, most), near)
    else:
        found = _growing(searcher, anywhere, near, needed) or _collect(
            searcher, asked.scoring, total, near
        )
    return sorted(found, key=_order(query))


def _growing(searcher: Searcher, query: Query, near: Near, needed: int) -> list[Candidate]:
    """Matches of the first circle that holds enough of them; none if only the last one does."""
    radius, farthest = FIRST_RADIUS_M, float(near.radius_m or FARTHEST_M)
    while radius < farthest:
        around = restricted(query, _around(searcher, near, radius))
        matching = count(searcher, around)
        if matching >= needed:
            found = _collect(searcher, around, matching, near)
            kept = [one for one in found if one.distance is not None and one.distance <= radius]
            if len(kept) >= needed:
                return kept
        radius *= 2
    return []


def _collect(searcher: Searcher, query: Query, limit: int, near: Near) -> list[Candidate]:
    if limit == 0:
        return []
    scored = searcher.search(query, limit=limit, count=False).hits
    addresses = [address for _, address in scored]
    columns = zip(
        scored,
        *(searcher.fast_field_values(name, addresses) for name in ("lat", "lon", "rank")),
        strict=True,
    )
    measure = distances_from(near.lat, near.lon)
    return [
        Candidate(
            address,
            score,
            None if lat is None or lon is None else measure(lat, lon),
            int(rank or 0),
        )
        for (score, address), lat, lon, rank in columns
    ]


def _order(query: DirectoryQuery) -> Callable[[Candidate], tuple[float, float, int]]:
    """Best score, then nearest, or the other way round; equals by whose turn it is that day."""
    first = turn_of(query.day)
    nearest_first = query.sort is Sort.DISTANCE

    def key(one: Candidate) -> tuple[float, float, int]:
        distance = FARTHEST_M if one.distance is None else one.distance
        turn = (one.rank - first) & LARGEST_RANK
        return (distance, -one.score, turn) if nearest_first else (-one.score, distance, turn)

    return key
