"""Whose turn it is among equals: the neutral order of a day, without comparing every rank.

To score each match by its rank takes 30 ms in two million entries. Equals are instead looked for in
the part of the ring that comes first that day, which is made larger until it holds enough of them.
"""

from collections.abc import Callable, Sequence

from tantivy import DocAddress, FieldType, Query, Searcher

from directory.engines.clauses import LARGEST_RANK
from directory.engines.tantivy.nearby import Candidate
from directory.engines.tantivy.schema import schema
from directory.engines.tantivy.selections import any_of, restricted

FEW = 1_000
"""Matches that are all fetched and sorted: it takes 2 ms."""

RING = LARGEST_RANK + 1

_SPARE = 4
"""A part of the ring is drawn to hold that many times what is needed, if equals are as frequent in
it as they were in the part before.
"""

_SAMPLE = 100
"""Matches, times `_SPARE`, of the first part: marking what a query selects costs more than they do."""

_TRIES = 8
"""Parts looked at before all the matches are."""


def best_in_turn(
    searcher: Searcher, scoring: Query, first: int, needed: int, total: Callable[[], int]
) -> list[Candidate]:
    """The `needed` best matches of a query that scores, equals in the order of the ring from the
    rank `first`; all of them where there are fewer. `total` counts them, if they are many.
    """
    most = max(FEW, needed) + 1
    hits = searcher.search(scoring, most, count=False).hits
    least = hits[min(needed, len(hits)) - 1][0] if hits else 0.0
    if len(hits) == most and hits[-1][0] == least:
        above = _ranked(searcher, [hit for hit in hits if hit[0] > least])
        equals = _first_equals(searcher, scoring, first, least, needed - len(above), total())
        found = [*above, *equals]
    else:
        found = _ranked(searcher, [hit for hit in hits if hit[0] >= least])
    return sorted(found, key=lambda one: (-one.score, (one.rank - first) % RING))[:needed]


def _first_equals(
    searcher: Searcher, scoring: Query, first: int, score: float, needed: int, total: int
) -> list[Candidate]:
    """At least the `needed` first matches of one score from a rank on, of which there are enough."""
    share = _SPARE * (_SAMPLE + needed) / max(total, 1)
    most = 2 * _SPARE * (FEW + needed)
    for _ in range(_TRIES):
        if share >= 1.0:
            break
        found = searcher.search(restricted(scoring, _part(first, share)), most, count=False).hits
        equals = [hit for hit in found if hit[0] == score]
        if len(found) == most and found[-1][0] >= score:
            share *= _SPARE * needed / most
        elif len(equals) >= needed:
            return _ranked(searcher, equals)
        else:
            share *= _SPARE * max(needed, 2) / max(len(equals), 1)
    found = searcher.search(scoring, searcher.num_docs, count=False).hits
    return _ranked(searcher, [hit for hit in found if hit[0] == score])


def _part(first: int, share: float) -> Query:
    """Ranks of a share of the ring, from one on."""
    last = first + int(RING * share)
    if last <= LARGEST_RANK:
        return _between(first, last)
    return any_of([_between(first, LARGEST_RANK), _between(0, last - RING)])


def _between(low: int, high: int) -> Query:
    return Query.range_query(schema(), "rank", FieldType.Unsigned, low, high)


def _ranked(searcher: Searcher, hits: Sequence[tuple[float, DocAddress]]) -> list[Candidate]:
    ranks = searcher.fast_field_values("rank", [address for _, address in hits])
    return [
        Candidate(address, float(score), None, int(rank or 0))
        for (score, address), rank in zip(hits, ranks, strict=True)
    ]
