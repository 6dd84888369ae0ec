"""One generation of the index, open for reading: ranks, counts, says why."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import cast

from tantivy import Index, Order, Query, Searcher

from directory.engines.clauses import turn_of
from directory.engines.cursor import MAX_OFFSET, write_cursor
from directory.engines.facets import FACETS, FacetLabels, say_facets, without_facet
from directory.engines.reasons import say_why
from directory.engines.tantivy.dictionary import SHORTEST, IndexDictionary
from directory.engines.tantivy.facets import Counts, Said, tally
from directory.engines.tantivy.nearby import Candidate, count, rank_near
from directory.engines.tantivy.queries import Plan, holding, plan
from directory.engines.tantivy.turns import best_in_turn
from directory.engines.words import Sought, sought_words
from directory.query import DirectoryQuery
from directory.resource import decode_resource
from directory.results import Hit, Page

MOST_UNKNOWN = 4_096
"""Words remembered to be in no entry, even nearly: a question that finds nothing is asked again in
other ways, and they are looked for once."""


MOST_BEGUN = 1_024
"""Beginnings of two or three letters whose first names are remembered: they start thousands of
terms, and everybody types the same.
"""


class Reader:
    """A generation of the index. Safe to share between threads."""

    def __init__(self, generation: str, index: Index, labels: FacetLabels) -> None:
        self.generation = generation
        self._labels = labels
        self._searcher = index.searcher()
        self._terms = IndexDictionary(self._searcher)
        self._counts = Counts(self._searcher, self._terms, labels)
        self._unknown: set[Sought] = set()
        self._begun = lru_cache(maxsize=MOST_BEGUN)(self._rank_begun)

    def answer(self, query: DirectoryQuery, offset: int, size: int) -> Page:
        """The page of `size` hits after the first `offset`."""
        if self._is_hopeless(query):
            return self._page(query, (), 0, dict.fromkeys(FACETS, ()), offset)
        asked = plan(query, self._unknown, self._terms)
        ranked = self._rank(asked, query, offset, size)
        hits = tuple(_hit(self._searcher, query, asked, one) for one in ranked)
        if not (hits or offset or query.named):
            self._learn(asked)
        total, counted = self._count(query, hits, whole=not offset and len(hits) < size)
        return self._page(query, hits, total, counted, offset + size)

    def _page(
        self,
        query: DirectoryQuery,
        hits: tuple[Hit, ...],
        total: int,
        facets: Said,
        end: int,
    ) -> Page:
        following = end < min(total, MAX_OFFSET + 1)
        return Page(
            total=total,
            hits=hits,
            facets=facets if query.counted else {},
            next_cursor=write_cursor(query, end, self.generation) if following else "",
            hours=self._counts.hours(query) if query.counted else None,
        )

    def _count(
        self, query: DirectoryQuery, hits: tuple[Hit, ...], *, whole: bool
    ) -> tuple[int, Said]:
        """The total and the facets; `whole` says that the hits are all there is."""
        if not query.counted:
            return len(hits), {}
        if whole:
            total, said = len(hits), self._tallied(query, hits)
        else:
            total, said = self._counts.answer(query)
        said = said | self._counts.choices(query)
        return total, {name: said[name] for name in FACETS}

    def _tallied(self, query: DirectoryQuery, hits: tuple[Hit, ...]) -> Said:
        free = [name for name in FACETS if without_facet(query, name) is None]
        return say_facets(tally((one.resource for one in hits), free), self._labels)

    def _is_hopeless(self, query: DirectoryQuery) -> bool:
        """Whether it requires a word that is in no entry."""
        if query.any_word or not self._unknown:
            return False
        return not self._unknown.isdisjoint(sought_words(query.text))

    def _learn(self, asked: Plan) -> None:
        """Of words that found nothing together, remember those that find nothing alone."""
        if len(self._unknown) >= MOST_UNKNOWN:
            self._unknown.clear()
        for word in asked.words:
            if not self._searcher.search(holding(word, self._terms), 1, count=False).hits:
                self._unknown.add(word)

    def _rank(
        self, asked: Plan, query: DirectoryQuery, offset: int, size: int
    ) -> Sequence[Candidate]:
        if query.named and len(query.text) < SHORTEST:
            return self._begun(query, offset, size)
        return self._ranked(asked, query, offset, size)

    def _rank_begun(self, query: DirectoryQuery, offset: int, size: int) -> Sequence[Candidate]:
        return tuple(self._ranked(plan(query, (), self._terms), query, offset, size))

    def _ranked(
        self, asked: Plan, query: DirectoryQuery, offset: int, size: int
    ) -> Sequence[Candidate]:
        if query.near is None:
            return self._best(asked, query, offset + size)[offset:]
        placed = self._counts.placed(asked, query)
        total = self._total(placed, query)
        needed = offset + size
        found = rank_near(self._searcher, placed, asked.scoring, query, total, needed)
        return found[offset : offset + size]

    def _total(self, asked: Plan, query: DirectoryQuery) -> int:
        if query.counted:
            return self._counts.answer(query)[0]
        return count(self._searcher, asked.selecting)

    def _best(self, asked: Plan, query: DirectoryQuery, needed: int) -> list[Candidate]:
        if (listed := self._shortlisted(asked, query, needed)) is not None:
            return listed
        if not (asked.scored or query.day):
            by_rank = self._searcher.search(
                asked.scoring, needed, count=False, order_by_field="rank", order=Order.Asc
            )
            return [Candidate(address, 0.0, None, 0) for _, address in by_rank.hits]
        return self._in_order(asked.scoring, query, needed, lambda: self._total(asked, query))

    def _shortlisted(
        self, asked: Plan, query: DirectoryQuery, needed: int
    ) -> list[Candidate] | None:
        """The best taken from the shortlist; None where they do not prove to be the best."""
        if asked.shortlist is None:
            return None
        rarest = min(self._searcher.doc_freq("words", word.folded) for word in asked.words)
        if rarest < needed:
            return None
        found = self._in_order(asked.shortlist.scoring, query, needed, lambda: rarest)
        return found if len(found) == needed and found[-1].score > asked.shortlist.floor else None

    def _in_order(
        self, scoring: Query, query: DirectoryQuery, needed: int, total: Callable[[], int]
    ) -> list[Candidate]:
        """The best matches of a query that scores; equals by whose turn it is, given a day."""
        if query.day is not None:
            return best_in_turn(self._searcher, scoring, turn_of(query.day), needed, total)
        hits = self._searcher.search(scoring, needed, count=False).hits
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
