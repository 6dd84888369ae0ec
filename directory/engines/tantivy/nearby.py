"""The nearest first: boxes on the stored coordinates, then exact great-circle distances."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tantivy import DocAddress, Query, Searcher

from directory.engines.clauses import LARGEST_RANK, turn_of
from directory.engines.tantivy.queries import Plan, inside, without_ranks
from directory.geo import box_around, distances_from
from directory.query import DirectoryQuery, Near, Sort

MEASURED = 1_000
"""Up to that many matches are all measured (2 ms); beyond, boxes grow until the page is full."""

MEASURED_BY_WORDS = 5_000
"""With words, the best tier comes before the nearest: the best matches are all measured."""

FIRST_RADIUS_M = 1_000.0
FARTHEST_M = 20_100_000.0
"""Half the Earth's circumference: nothing is farther."""


class Candidate(NamedTuple):
    """A match with its score, its exact distance (None without a point) and its neutral rank."""

    address: DocAddress
    score: float
    distance: float | None
    rank: int


class Ranked(NamedTuple):
    """One page of candidates, and the query that selects the whole answer, to be counted."""

    hits: list[Candidate]
    selecting: Query


def count(searcher: Searcher, query: Query) -> int:
    """How many entries a query selects."""
    counted = searcher.aggregate(query, {"n": {"value_count": {"field": "rank"}}})
    return int(counted["n"]["value"])


def search_within(
    searcher: Searcher, asked: Plan, query: DirectoryQuery, near: Near, offset: int, size: int
) -> Ranked:
    """Matches no farther than the radius; those of the box's corners are taken out by name."""
    radius = float(near.radius_m or 0)
    box = box_around(near.lat, near.lon, radius)
    boxed = inside(asked.selecting, box)
    found = _collect(searcher, inside(asked.scoring, box), count(searcher, boxed), near)
    outside = [one.rank for one in found if one.distance is None or one.distance > radius]
    apart = set(outside)
    kept = [one for one in found if one.rank not in apart]
    return Ranked(_page(kept, query, offset, size), without_ranks(boxed, outside))


def search_nearest(
    searcher: Searcher, asked: Plan, query: DirectoryQuery, near: Near, offset: int, size: int
) -> Ranked:
    """Every match, best tier first, then the nearest; those without a point close each tier.

    With words and more than MEASURED_BY_WORDS matches, only the best of them are sorted.
    """
    total = count(searcher, asked.selecting)
    graded = asked.scored and query.sort is not Sort.DISTANCE
    if graded or total <= MEASURED:
        found = _collect(searcher, asked.scoring, min(total, MEASURED_BY_WORDS), near)
    else:
        found = _growing(searcher, asked.scoring, near, total, offset + size)
    return Ranked(_page(found, query, offset, size), asked.selecting)


def _growing(
    searcher: Searcher, query: Query, near: Near, total: int, needed: int
) -> list[Candidate]:
    radius = FIRST_RADIUS_M
    while radius < FARTHEST_M:
        boxed = inside(query, box_around(near.lat, near.lon, radius))
        matching = count(searcher, boxed)
        if matching >= needed:
            found = _collect(searcher, boxed, matching, near)
            kept = [one for one in found if one.distance is not None and one.distance <= radius]
            if len(kept) >= needed:
                return kept
        radius *= 2
    return _collect(searcher, query, total, near)


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


def _page(
    found: Sequence[Candidate], query: DirectoryQuery, offset: int, size: int
) -> list[Candidate]:
    ordered = sorted(found, key=_order(query))
    return ordered[offset : offset + size]


def _order(query: DirectoryQuery) -> Callable[[Candidate], tuple[float, float, int]]:
    """Best score, then nearest, or the other way round; equals by whose turn it is that day."""
    first = turn_of(query.day)
    nearest_first = query.sort is Sort.DISTANCE

    def key(one: Candidate) -> tuple[float, float, int]:
        distance = FARTHEST_M if one.distance is None else one.distance
        turn = (one.rank - first) & LARGEST_RANK
        return (distance, -one.score, turn) if nearest_first else (-one.score, distance, turn)

    return key
