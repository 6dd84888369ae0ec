"""From the directory's query language to a server's JSON: pure functions, nothing is sent here."""

from collections.abc import Sequence
from typing import Any, NamedTuple, assert_never

from directory.engines.elastic.mapping import LONGEST_START
from directory.engines.entry import NO_CATEGORY
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
from directory.query import (
    CategoryIs,
    CommuneIs,
    DirectoryQuery,
    Filter,
    HasIdentifier,
    HasMode,
    HasPhone,
    KindIs,
    Near,
    ProfessionIs,
    SpecialityIs,
)
from directory.results import Tier
from directory.text import folded_words, typing_errors_allowed

Clause = dict[str, Any]
"""A part of a query, as the server's query language writes it."""

After = list[float | str]
"""Sort values of the last hit shown: the next page starts after them."""

ENGINE_SECONDS = 2
"""The server answers with what it has found by then, and says so."""


class Plan(NamedTuple):
    """A question compiled: the query, what its hits are sorted by, how scores are read."""

    query: Clause
    sort: list[Any]
    scored: bool
    worded: bool
    any_word: bool

    def tier(self, sorted_by: After) -> Tier:
        """The tier of a hit, from its sort values."""
        score = float(sorted_by[0]) if self.scored else 0.0
        return tier_of(score, worded=self.worded, any_word=self.any_word)


def plan(query: DirectoryQuery) -> Plan:
    """Compile a question, its place included."""
    words = sought_words(query.text)
    selecting = [_filter_clause(wanted) for wanted in query.filters]
    if words:
        joined = any_of if query.any_word else all_of
        selecting.append(joined([_fuzzy(word) for word in words]))
    if query.near is not None and query.near.radius_m is not None:
        selecting.append(within(query.near, query.near.radius_m))
    boosts = _boosts(query, words)
    base = TIER_SCORE if words else 0.0
    return Plan(
        query=_scored(all_of(selecting), base, boosts),
        sort=_sort(query.near, scored=bool(boosts)),
        scored=bool(boosts),
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


def _counted(field: str) -> Clause:
    return {"field": field, "size": MAX_VALUES, "shard_size": 10 * MAX_VALUES}


def _scored(selecting: Clause, base: float, boosts: list[tuple[Clause, float]]) -> Clause:
    if not boosts:
        return {"bool": {"filter": [selecting]}}
    should = [_worth(clause, score) for clause, score in boosts]
    return {"bool": {"must": [_worth(selecting, base)], "should": should}}


def _worth(clause: Clause, score: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": score}}


def _sort(near: Near | None, *, scored: bool) -> list[Any]:
    keys: list[Any] = [{"_score": "desc"}] if scored else []
    if near is not None:
        point = {"lat": near.lat, "lon": near.lon}
        keys.append({"_geo_distance": {"point": point, "order": "asc", "unit": "m"}})
    return [*keys, {"rank": "asc"}]


def _boosts(query: DirectoryQuery, words: list[Sought]) -> list[tuple[Clause, float]]:
    whole = whole_name(query)
    named = [(term("whole", whole), WHOLE_NAME_SCORE)] if whole else []
    if not words:
        return named
    return [*named, *(_any_word_boosts(words) if query.any_word else _tier_boosts(words))]


def _tier_boosts(words: list[Sought]) -> list[tuple[Clause, float]]:
    return [
        (all_of([_prefix(word) for word in words]), TIER_SCORE),
        (all_of([_folded(word) for word in words]), TIER_SCORE),
        (all_of([term("exact", word.typed) for word in words]), TIER_SCORE),
        (all_of([_in_name(word) for word in words]), ALL_IN_NAME_SCORE),
    ]


def _any_word_boosts(words: list[Sought]) -> list[tuple[Clause, float]]:
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


def _filter_clause(wanted: Filter) -> Clause:
    match wanted:
        case KindIs(kinds=kinds):
            return among("kind", [kind.value for kind in kinds])
        case ProfessionIs(codes=codes):
            return among("profession", codes)
        case SpecialityIs(codes=codes):
            return among("speciality", codes)
        case CategoryIs(codes=codes, words=words):
            return _category(codes, words)
        case CommuneIs(insee=insee):
            return among("commune", insee)
        case HasPhone(e164=e164):
            return term("phone", e164)
        case HasIdentifier(value=value):
            return term("identifier", value)
        case HasMode(modes=modes):
            return among("mode", modes)
        case _:
            assert_never(wanted)


def _category(codes: Sequence[str], words: Sequence[str]) -> Clause:
    coded = among("category", codes)
    if not words:
        return coded
    named = any_of([phrase("label", folded_words(one)) for one in words])
    return any_of([coded, all_of([term("flag", NO_CATEGORY), named])])


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
