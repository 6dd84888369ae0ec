"""From the directory's query language to Tantivy's: pure functions, no index is opened here."""

from collections.abc import Container, Sequence
from typing import NamedTuple, assert_never

from tantivy import FieldType, Occur, Query

from directory.engines.clauses import (
    Among,
    Between,
    But,
    Clause,
    Either,
    Every,
    Labelled,
    Says,
    coverage_boosts,
    filter_clause,
    need_boosts,
    sort_boosts,
)
from directory.engines.tantivy.dictionary import Dictionary, Unread, that_may_be
from directory.engines.tantivy.schema import schema, stem_analyzer
from directory.engines.tantivy.selections import all_of, among, any_of, phrase, starting_with, term
from directory.engines.words import (
    ALL_IN_NAME_SCORE,
    EXACT_SCORE,
    MOST_A_WORD,
    TIER_SCORE,
    WHOLE_NAME_SCORE,
    WORD_SCORE,
    Sought,
    sought_words,
    tier_of,
    whole_name,
)
from directory.query import DirectoryQuery
from directory.results import Tier
from directory.text import folded_words, typing_errors_allowed

Scored = tuple[Query, float]

UNREAD = Unread()


class Shortlist(NamedTuple):
    """A part of an answer that is cheap to score: a page of it whose scores are all above `floor`,
    which no other entry exceeds, is a page of the answer. Of use where its words are not rare.
    """

    scoring: Query
    floor: float


class Plan(NamedTuple):
    """A question compiled: what selects entries, and the same with scores, if `scored`."""

    selecting: Query
    scoring: Query
    scored: bool
    worded: bool
    any_word: bool
    words: Sequence[Sought] = ()
    shortlist: Shortlist | None = None

    def tier(self, score: float) -> Tier:
        """The tier a score was given for."""
        return tier_of(score, worded=self.worded, any_word=self.any_word)


def plan(
    query: DirectoryQuery, unknown: Container[Sought] = (), terms: Dictionary = UNREAD
) -> Plan:
    """Compile a question, its place excepted; of several words of which one is enough, those
    `unknown` to the index are left out. `terms` are those of the index that will answer.
    """
    sought: Sequence[Sought] = sought_words(query.text)
    worded = bool(sought)
    if query.any_word:
        sought = [word for word in sought if word not in unknown]
    words = that_may_be(sought, terms) if query.any_word or len(sought) > 2 else sought
    filters = [compiled(filter_clause(wanted)) for wanted in query.filters]
    typed = [_typed_name(word, terms) for word in words] if query.named else []
    held = [way for way, _ in typed] or [holding(word, terms) for word in words]
    found = any_of(held) if query.any_word else all_of(held)
    selecting = all_of([*filters, found] if worded else filters)
    graded = _any_word_grades(words, terms) if query.any_word else []
    required, tiers = _tiers(query, words, terms, filters, selecting)
    if typed:
        # « paris » is in a quarter of the addresses: only those named so are looked at.
        within = [way for way, told in typed if told]
        tiers = [(all_of([*within, one]), score) for one, score in tiers]
    named = _named_so(query) + _in_name_boost(query, words, terms)
    clauses = (*sort_boosts(query), *need_boosts(query), *coverage_boosts(query))
    ordering = [(compiled(clause), score) for clause, score in clauses]
    if graded:
        required = [*(_worth(one, 0.0) for one in filters), any_of(_weighed(graded))]
    return Plan(
        selecting,
        _scored(required, [*named, *tiers, *ordering]),
        scored=bool(named or tiers or ordering or graded),
        worded=worded,
        any_word=query.any_word,
        words=sought,
        shortlist=_shortlist(query, words, graded, named, ordering, terms)
        if words and not query.named
        else None,
    )


def _shortlist(
    query: DirectoryQuery,
    words: Sequence[Sought],
    graded: list[Scored],
    named: list[Scored],
    others: list[Scored],
    terms: Dictionary,
) -> Shortlist | None:
    """Entries that hold all the words as typed; where one is enough, all the words.

    Where one is enough, an entry named by the whole question holds them all too.
    """
    filters = [compiled(filter_clause(wanted)) for wanted in query.filters]
    if not graded:
        required = all_of([*filters, *(_as_typed(word) for word in words)])
        scoring = _scored([_worth(required, EXACT_SCORE)], [*named, *others])
        return Shortlist(scoring, EXACT_SCORE - TIER_SCORE + _sum(named) + _sum(others))
    if len(words) < 2 or query.typed not in ("", query.text):
        return None
    required = all_of([*filters, *(holding(word, terms) for word in words)])
    scoring = _scored([_worth(required, 0.0)], [*graded, *named, *others])
    return Shortlist(scoring, MOST_A_WORD * (len(words) - 1) + _sum(others))


def _sum(boosts: list[Scored]) -> float:
    return sum(score for _, score in boosts)


def _as_typed(word: Sought) -> Query:
    """An entry that holds a word as typed holds it folded: every tier gives it its score."""
    return all_of([term("exact", word.typed), _folded(word)])


def _scored(required: list[Query], boosts: list[Scored]) -> Query:
    must = [(Occur.Must, one) for one in required]
    return Query.boolean_query([*must, *((Occur.Should, one) for one in _weighed(boosts))])


def _weighed(graded: list[Scored]) -> list[Query]:
    return [_worth(one, score) for one, score in graded]


def _worth(query: Query, score: float) -> Query:
    """What a query selects, all of it for the same score."""
    return Query.const_score_query(query, score)


def _named_so(query: DirectoryQuery) -> list[Scored]:
    whole = whole_name(query)
    return [(term("whole", whole), WHOLE_NAME_SCORE)] if whole else []


def _tiers(
    query: DirectoryQuery,
    words: Sequence[Sought],
    terms: Dictionary,
    filters: list[Query],
    selecting: Query,
) -> tuple[list[Query], list[Scored]]:
    """What an entry must hold, by what it is worth, and what more the better ones are; in a name,
    all of them are found by a beginning at least.
    """
    if not words or query.any_word:
        return [_worth(selecting, TIER_SCORE if words else 0.0)], []
    better = [
        (all_of([_folded(word) for word in words]), TIER_SCORE),
        (all_of([term("exact", word.typed) for word in words]), TIER_SCORE),
    ]
    if query.named:
        return [_worth(selecting, 2 * TIER_SCORE)], better
    if len(words) == 1:
        return [*(_worth(one, 0.0) for one in filters), _found(words[0], terms)], better
    begun = all_of([_prefix(word, terms) for word in words]), TIER_SCORE
    return [_worth(selecting, TIER_SCORE)], [begun, *better]


def _found(word: Sought, terms: Dictionary) -> Query:
    """What a word alone selects, by its tier: its beginnings are marked once, where `holding` and
    a tier would each do it.
    """
    near, nearly = _resembling(word, terms)
    begun = _worth(_prefix(word, terms), 2 * TIER_SCORE)
    if not (near or nearly):
        return begun
    resembling = any_of([*(term("words", one) for one in near), *nearly])
    return Query.disjunction_max_query([begun, _worth(resembling, TIER_SCORE)])


def _in_name_boost(
    query: DirectoryQuery, words: Sequence[Sought], terms: Dictionary
) -> list[Scored]:
    """What a name adds, where not all that is found is found in a name."""
    if not words or query.any_word or query.named:
        return []
    return [(all_of([_in_name(word, terms) for word in words]), ALL_IN_NAME_SCORE)]


def _any_word_grades(words: Sequence[Sought], terms: Dictionary) -> list[Scored]:
    """What each word found is worth; an entry that has none of these is not selected."""
    found = [(way, WORD_SCORE) for word in words for way in (holding(word, terms), _folded(word))]
    return [*found, *((_in_name(word, terms), WORD_SCORE / 2) for word in words)]


def _folded(word: Sought, field: str = "words") -> Query:
    return any_of([term(field, form) for form in (*word.forms, *word.glued)])


def _prefix(word: Sought, terms: Dictionary) -> Query:
    return any_of([*_stemmed(word), *_starting(word, "words", terms)])


def holding(word: Sought, terms: Dictionary = UNREAD) -> Query:
    """Entries that hold a word in some way, if only nearly."""
    near, nearly = _resembling(word, terms)
    return any_of([*_stemmed(word), *_starting(word, "words", terms, near), *nearly])


def _resembling(word: Sought, terms: Dictionary) -> tuple[list[str], list[Query]]:
    """Terms as near a word as is forgiven, and ways to find those that are not named."""
    near: list[str] = []
    nearly: list[Query] = []
    for form in (word.folded, *word.glued):
        if (told := terms.resembling(form)) is not None:
            near += told
        elif edits := typing_errors_allowed(form):
            nearly.append(Query.fuzzy_term_query(schema(), "words", form, distance=edits))
    return near, nearly


def _in_name(word: Sought, terms: Dictionary) -> Query:
    return any_of(_starting(word, "name", terms))


def _typed_name(word: Sought, terms: Dictionary) -> tuple[Query, bool]:
    """What a word still being typed finds in names, and whether by terms that are named."""
    told = terms.starting("name", word.folded, typed=True) if len(word.folded) > 1 else ()
    return any_of(_ways(word, "name", told)), told is not None


def _stemmed(word: Sought) -> list[Query]:
    return [term("stems", stem) for stem in stem_analyzer().analyze(word.folded)]


def _starting(word: Sought, field: str, terms: Dictionary, more: Sequence[str] = ()) -> list[Query]:
    """Ways to hold a word whole, in any of its forms, or a longer one; or one of some terms more."""
    return _ways(
        word, field, terms.starting(field, word.folded) if len(word.folded) > 1 else (), more
    )


def _ways(
    word: Sought, field: str, longer: Sequence[str] | None, more: Sequence[str] = ()
) -> list[Query]:
    """The same, given the longer terms; None where they are not known."""
    told = dict.fromkeys((*word.forms, *word.glued, *more, *(longer or ())))
    named = [term(field, one) for one in told]
    return named if longer is not None else [*named, starting_with(field, word.folded)]


def compiled(clause: Clause) -> Query:
    """A clause of the directory, in Tantivy's language."""
    match clause:
        case Among(field=field, values=values):
            return among(field, values)
        case Between(field=field, low=low, high=high):
            return Query.range_query(schema(), field, FieldType.Unsigned, low, high)
        case Labelled(phrases=phrases):
            return any_of([phrase("label", folded_words(one)) for one in phrases])
        case Says(phrases=phrases):
            return any_of([_said(one) for one in phrases])
        case Every(clauses=clauses):
            return all_of([compiled(one) for one in clauses])
        case Either(clauses=clauses):
            return any_of([compiled(one) for one in clauses])
        case But(clause=wanted, without=unwanted):
            both = [(Occur.Must, compiled(wanted)), (Occur.MustNot, compiled(unwanted))]
            return Query.boolean_query(both)
        case _:
            assert_never(clause)


def _said(text: str) -> Query:
    stems = [term("stems", stem) for stem in stem_analyzer().analyze(text)]
    return all_of(stems) if stems else any_of([])
