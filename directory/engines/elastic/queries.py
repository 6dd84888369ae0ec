"""From the directory's query language to a server's JSON: pure functions, nothing is sent here."""

from collections.abc import Sequence
from typing import Any, NamedTuple, assert_never

from directory.engines.clauses import (
    Among,
    Between,
    But,
    Either,
    Every,
    Labelled,
    Says,
    coverage_boosts,
    filter_clause,
    need_boosts,
    sort_boosts,
    turn_boosts,
)
from directory.engines.clauses import Clause as Wanted
from directory.engines.elastic.mapping import LONGEST_START, turn_field
from directory.engines.facets import FACETS, MAX_VALUES
from directory.engines.words import (
    ALL_IN_NAME_SCORE,
    TIER_SCORE,
    WHOLE_NAME_SCORE,
    WORD_SCORE,
    Sought,
    sought_words,
    tier_of,
    whole_name,
)
from directory.query import DirectoryQuery, Near, SaysHours, Sort
from directory.results import Tier
from directory.text import folded_words, typing_errors_allowed

Clause = dict[str, Any]
"""A part of a query, as the server's query language writes it."""

After = list[float | str]
"""Sort values of the last hit shown: the next page starts after them."""

_BEST = {"_score": "desc"}

ENGINE_SECONDS = 2
"""The server answers with what it has found by then, and says so."""


class Plan(NamedTuple):
    """A question compiled: the query, what its hits are sorted by, how scores are read."""

    query: Clause
    sort: list[Any]
    score_at: int | None
    worded: bool
    any_word: bool

    def tier(self, sorted_by: After) -> Tier:
        """The tier of a hit, from its sort values; `score_at` is the place of its score in them."""
        score = 0.0 if self.score_at is None else float(sorted_by[self.score_at])
        return tier_of(score, worded=self.worded, any_word=self.any_word)


def plan(query: DirectoryQuery) -> Plan:
    """Compile a question, its place included."""
    words = sought_words(query.text)
    selecting = [compiled(filter_clause(wanted)) for wanted in query.filters]
    if words:
        joined = any_of if query.any_word else all_of
        selecting.append(joined([(_in_name if query.named else _fuzzy)(word) for word in words]))
    if query.near is not None and query.near.radius_m is not None:
        selecting.append(within(query.near, query.near.radius_m))
    boosts = _boosts(query, words)
    base = TIER_SCORE if words else 0.0
    sort = _sort(query, scored=bool(boosts))
    return Plan(
        query=_scored(all_of(selecting), base, boosts),
        sort=sort,
        score_at=sort.index(_BEST) if boosts else None,
        worded=bool(words),
        any_word=query.any_word,
    )


def search_body(asked: Plan, size: int, after: After | None) -> dict[str, Any]:
    """The request for a page and one hit more, which tells whether another page follows."""
    body: dict[str, Any] = {
        "query": asked.query,
        "size": size + 1,
        "sort": asked.sort,
        "track_total_hits": True,
        "timeout": f"{ENGINE_SECONDS}s",
        "_source": ["body"],
        "aggs": {name: {"terms": _counted(name)} for name in FACETS},
    }
    return body if after is None else body | {"search_after": after}


def hits_body(asked: Plan, size: int, after: After | None) -> dict[str, Any]:
    """The request for a page of which nothing is counted."""
    body = search_body(asked, size, after) | {"size": size, "track_total_hits": False}
    del body["aggs"]
    return body


def choices_body(asked: Plan, name: str) -> dict[str, Any]:
    """The request for the values of one facet alone."""
    return {
        "query": asked.query,
        "size": 0,
        "timeout": f"{ENGINE_SECONDS}s",
        "aggs": {name: {"terms": _counted(name)}},
    }


def hours_body(asked: Plan) -> dict[str, Any]:
    """The request for how many entries are found, and how many of them say their hours."""
    return {
        "query": asked.query,
        "size": 0,
        "track_total_hits": True,
        "timeout": f"{ENGINE_SECONDS}s",
        "aggs": {"known": {"filter": compiled(filter_clause(SaysHours()))}},
    }


def _counted(field: str) -> Clause:
    return {"field": field, "size": MAX_VALUES, "shard_size": 10 * MAX_VALUES}


def _scored(selecting: Clause, base: float, boosts: list[tuple[Clause, float]]) -> Clause:
    if not boosts:
        return {"bool": {"filter": [selecting]}}
    should = [_worth(clause, score) for clause, score in boosts]
    return {"bool": {"must": [_worth(selecting, base)], "should": should}}


def _worth(clause: Clause, score: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": score}}


def _sort(query: DirectoryQuery, *, scored: bool) -> list[Any]:
    """Best score, then nearest, or the other way round; equals by whose turn it is that day."""
    best: list[Any] = [_BEST] if scored else []
    if query.near is None:
        return [*best, {"rank": "asc"}]
    point = {"lat": query.near.lat, "lon": query.near.lon}
    nearest = [{"_geo_distance": {"point": point, "order": "asc", "unit": "m"}}]
    keys = nearest + best if query.sort is Sort.DISTANCE else best + nearest
    return [*keys, *_turn(query), {"rank": "asc"}]


def _turn(query: DirectoryQuery) -> list[Any]:
    """Around a place, the turn of the day comes after the distance: no score can tell it."""
    return [] if query.day is None else [{turn_field(query.day): "asc"}]


def _boosts(query: DirectoryQuery, words: Sequence[Sought]) -> list[tuple[Clause, float]]:
    whole = whole_name(query)
    named = [(term("whole", whole), WHOLE_NAME_SCORE)] if whole else []
    ordering = [
        (compiled(clause), score)
        for clause, score in (
            *sort_boosts(query),
            *need_boosts(query),
            *coverage_boosts(query),
            *turn_boosts(query),
        )
    ]
    if not words:
        return [*named, *ordering]
    matching = _any_word_boosts(words) if query.any_word else _tier_boosts(words)
    return [*named, *ordering, *matching]


def _tier_boosts(words: Sequence[Sought]) -> list[tuple[Clause, float]]:
    return [
        (all_of([_prefix(word) for word in words]), TIER_SCORE),
        (all_of([_folded(word) for word in words]), TIER_SCORE),
        (all_of([term("exact", word.typed) for word in words]), TIER_SCORE),
        (all_of([_in_name(word) for word in words]), ALL_IN_NAME_SCORE),
    ]


def _any_word_boosts(words: Sequence[Sought]) -> list[tuple[Clause, float]]:
    graded = [(grade(word), WORD_SCORE) for word in words for grade in (_fuzzy, _folded)]
    return [*graded, *((_in_name(word), WORD_SCORE / 2) for word in words)]


def _folded(word: Sought, field: str = "words") -> Clause:
    return among(field, [*word.forms, *word.glued])


def _prefix(word: Sought) -> Clause:
    ways = [_folded(word), {"match": {"stems": {"query": word.folded}}}]
    if len(word.folded) > 1:
        ways.append(starting_with("words", word.folded))
    return any_of(ways)


def _fuzzy(word: Sought) -> Clause:
    ways = [_prefix(word)]
    for form in (word.folded, *word.glued):
        if edits := typing_errors_allowed(form):
            ways.append(resembling("words", form, edits))
    return any_of(ways)


def _in_name(word: Sought) -> Clause:
    ways = [_folded(word, "name")]
    if len(word.folded) > 1:
        ways.append(starting_with("name", word.folded))
    return any_of(ways)


def compiled(wanted: Wanted) -> Clause:
    """A clause of the directory, in the server's language."""
    match wanted:
        case Among(field=field, values=values):
            return among(field, values)
        case Between(field=field, low=low, high=high):
            return {"range": {field: {"gte": low, "lte": high}}}
        case Labelled(phrases=phrases):
            return any_of([phrase("label", folded_words(one)) for one in phrases])
        case Says(phrases=phrases):
            return any_of([_said(one) for one in phrases])
        case Every(clauses=clauses):
            return all_of([compiled(one) for one in clauses])
        case Either(clauses=clauses):
            return any_of([compiled(one) for one in clauses])
        case But(clause=kept, without=unwanted):
            return {"bool": {"filter": [compiled(kept)], "must_not": [compiled(unwanted)]}}
        case _:
            assert_never(wanted)


def _said(text: str) -> Clause:
    return {"match": {"stems": {"query": text, "operator": "and"}}}


def term(field: str, value: str) -> Clause:
    """Entries whose `field` holds exactly this term."""
    return {"term": {field: {"value": value}}}


def among(field: str, values: Sequence[str]) -> Clause:
    """Entries whose `field` holds one of these terms."""
    return {"terms": {field: list(values)}}


def phrase(field: str, words: list[str]) -> Clause:
    """Entries whose `field` holds these words in a row."""
    return {"match_phrase": {field: {"query": " ".join(words)}}}


def starting_with(field: str, start: str) -> Clause:
    """Entries whose `field` holds a term that starts so."""
    if len(start) <= LONGEST_START:
        return term(f"{field}.start", start)
    return {"prefix": {field: {"value": start}}}


def resembling(field: str, word: str, edits: int) -> Clause:
    """Entries whose `field` holds a term at most `edits` edits away, two letters swapped being one.

    Rewritten to a constant: otherwise only the fifty likeliest terms would be tried.
    """
    return {"fuzzy": {field: {"value": word, "fuzziness": edits, "rewrite": "constant_score"}}}


def within(near: Near, radius_m: int) -> Clause:
    """Entries no farther than the radius; servers refuse a radius of 0 and store centimetres."""
    if radius_m < 0:
        return {"match_none": {}}
    point = {"lat": near.lat, "lon": near.lon}
    return {"geo_distance": {"distance": f"{max(radius_m, 0.05)}m", "point": point}}


def any_of(clauses: Sequence[Clause]) -> Clause:
    """Entries that at least one of these selects; none at all for an empty list."""
    match clauses:
        case []:
            return {"match_none": {}}
        case [single]:
            return single
        case _:
            return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def all_of(clauses: Sequence[Clause]) -> Clause:
    """Entries that all of these select; every entry for an empty list."""
    match clauses:
        case []:
            return {"match_all": {}}
        case [single]:
            return single
        case _:
            return {"bool": {"filter": list(clauses)}}
