"""One generation of the index, open for reading: ranks, counts, says why."""

from typing import cast

from tantivy import Index, Order, Searcher

from directory.engines.clauses import LARGEST_RANK, turn_of
from directory.engines.cursor import MAX_OFFSET, write_cursor
from directory.engines.facets import FACETS, FacetLabels, say_facets
from directory.engines.reasons import say_why
from directory.engines.tantivy.facets import Counted, Counts, tally
from directory.engines.tantivy.nearby import Candidate, count, rank_near
from directory.engines.tantivy.queries import Plan, holding, plan
from directory.engines.words import Sought
from directory.query import DirectoryQuery
from directory.resource import decode_resource
from directory.results import Hit, Page

MOST_UNKNOWN = 4_096
"""Words remembered to be in no entry, even nearly: a question that finds nothing is asked again in
other ways, and they are looked for once."""


FEW = 1_000
"""Matches that are all fetched and sorted."""


class Reader:
    """A generation of the index. Safe to share between threads."""

    def __init__(self, generation: str, index: Index, labels: FacetLabels) -> None:
        self.generation = generation
        self._labels = labels
        self._searcher = index.searcher()
        self._counts = Counts(self._searcher)
        self._unknown: set[Sought] = set()

    def answer(self, query: DirectoryQuery, offset: int, size: int) -> Page:
        """The page of `size` hits after the first `offset`."""
        asked = plan(query, self._unknown)
        if self._is_hopeless(asked):
            return self._page(query, (), 0, dict.fromkeys(FACETS, []), offset)
        ranked = self._rank(asked, query, offset, size)
        hits = tuple(_hit(self._searcher, query, asked, one) for one in ranked)
        if not hits and not offset:
            self._learn(asked)
        total, counted = self._count(query, hits, whole=not offset and len(hits) < size)
        return self._page(query, hits, total, counted, offset + size)

    def _page(
        self,
        query: DirectoryQuery,
        hits: tuple[Hit, ...],
        total: int,
        counted: Counted,
        end: int,
    ) -> Page:
        following = end < min(total, MAX_OFFSET + 1)
        return Page(
            total=total,
            hits=hits,
            facets=say_facets(counted, self._labels) if query.counted else {},
            next_cursor=write_cursor(query, end, self.generation) if following else "",
            hours=self._counts.hours(query) if query.counted else None,
        )

    def _count(
        self, query: DirectoryQuery, hits: tuple[Hit, ...], *, whole: bool
    ) -> tuple[int, Counted]:
        """The total and the facets; `whole` says that the hits are all there is."""
        if not query.counted:
            return len(hits), {}
        if whole:
            total, counted = len(hits), tally(one.resource for one in hits)
        else:
            total, counted = self._counts.answer(query)
        counted = counted | self._counts.choices(query)
        return total, {name: counted[name] for name in FACETS}

    def _is_hopeless(self, asked: Plan) -> bool:
        return not asked.any_word and any(word in self._unknown for word in asked.words)

    def _learn(self, asked: Plan) -> None:
        """Of words that found nothing together, remember those that find nothing alone."""
        if len(self._unknown) >= MOST_UNKNOWN:
            self._unknown.clear()
        for word in asked.words:
            if not self._searcher.search(holding(word), 1, count=False).hits:
                self._unknown.add(word)

    def _rank(self, asked: Plan, query: DirectoryQuery, offset: int, size: int) -> list[Candidate]:
        if query.near is None:
            if (few := self._few(asked, query)) is not None:
                return few[offset : offset + size]
            return _best(self._searcher, asked, offset, size)
        placed = self._counts.placed(asked, query)
        if query.counted:
            total, _ = self._counts.answer(query)
        else:
            total = count(self._searcher, placed.selecting)
        needed = offset + size
        found = rank_near(self._searcher, placed, asked.scoring, query, total, needed)
        return found[offset : offset + size]

    def _few(self, asked: Plan, query: DirectoryQuery) -> list[Candidate] | None:
        """The whole answer in order, where it is short: comparing every rank of a large index to
        tell whose turn it is takes longer than sorting it. None where it is long.
        """
        if asked.unturned is None or not self._may_be_few(asked, query):
            return None
        hits = self._searcher.search(asked.unturned, FEW + 1, count=False).hits
        if len(hits) > FEW:
            return None
        ranks = self._searcher.fast_field_values("rank", [address for _, address in hits])
        found = [
            Candidate(address, float(score) if asked.scored else 0.0, None, int(rank or 0))
            for (score, address), rank in zip(hits, ranks, strict=True)
        ]
        first = turn_of(query.day)
        return sorted(found, key=lambda one: (-one.score, (one.rank - first) & LARGEST_RANK))

    def _may_be_few(self, asked: Plan, query: DirectoryQuery) -> bool:
        if not asked.worded:
            return query.counted and self._counts.answer(query)[0] <= FEW
        entries = (self._searcher.doc_freq("words", word.folded) for word in asked.words)
        return not asked.any_word and min(entries, default=0) <= FEW


def _best(searcher: Searcher, asked: Plan, offset: int, size: int) -> list[Candidate]:
    if (listed := _shortlisted(searcher, asked, offset, size)) is not None:
        return listed
    scored = asked.scored or asked.turning
    by_rank, order = (None, Order.Desc) if scored else ("rank", Order.Asc)
    found = searcher.search(
        asked.scoring, size, count=False, order_by_field=by_rank, offset=offset, order=order
    )
    return [
        Candidate(address, float(score) if scored else 0.0, None, 0)
        for score, address in found.hits
    ]


def _shortlisted(searcher: Searcher, asked: Plan, offset: int, size: int) -> list[Candidate] | None:
    """A page taken from the shortlist; None where it does not prove to be the page."""
    if asked.shortlist is None:
        return None
    common = (searcher.doc_freq("words", word.folded) for word in asked.words)
    if any(entries < offset + size for entries in common):
        return None
    hits = searcher.search(asked.shortlist.scoring, size, count=False, offset=offset).hits
    if len(hits) < size or hits[-1][0] <= asked.shortlist.floor:
        return None
    return [Candidate(address, float(score), None, 0) for score, address in hits]


def _hit(searcher: Searcher, query: DirectoryQuery, asked: Plan, found: Candidate) -> Hit:
    resource = decode_resource(cast(bytes, searcher.doc(found.address).get_first("body")))
    tier = asked.tier(found.score)
    return Hit(
        resource=resource,
        tier=tier,
        why=say_why(query, resource, tier, found.distance),
        distance_m=None if found.distance is None else round(found.distance),
    )
