"""What a question's words require of an entry and what they are worth, whatever the engine."""

from functools import lru_cache
from typing import NamedTuple

from directory.coverage import asked_communes
from directory.engines.clauses import SORT_SCORE
from directory.lexicon import lexicon
from directory.query import DirectoryQuery
from directory.results import Tier
from directory.text import (
    MAX_WORDS,
    Word,
    folded_words,
    glued_pairs,
    meaningful,
    split_words,
    tidy,
)

# A hit's score is its tier (thousands) and, inside the tier, where the words were found
# (hundreds). No BM25: with every word required, rarity and length would only decide between
# entries that are equal to the reader, and two engines would decide differently.
TIER_SCORE = 1000.0
WHOLE_NAME_SCORE = 400.0
ALL_IN_NAME_SCORE = 200.0
WORD_SCORE = 20.0

EXACT_SCORE = 4 * TIER_SCORE
"""What the words alone are worth to an entry that holds them all as typed."""

MOST_A_WORD = 2.5 * WORD_SCORE
"""What one word is worth at most, where one is enough: nearly, folded, and in the name."""

_BOTH_SPELLINGS = {"saint": "st", "sainte": "ste"}


class Sought(NamedTuple):
    """One word of the question: as typed, folded, other forms of it, its neighbours glued."""

    typed: str
    folded: str
    forms: tuple[str, ...]
    glued: tuple[str, ...]


@lru_cache(maxsize=256)
def sought_words(text: str) -> tuple[Sought, ...]:
    """The words a question requires: the empty ones are left out, unless nothing else is."""
    text = tidy(text)
    told = split_words(text)[:MAX_WORDS]
    kept = set(meaningful(word.folded for word in told))
    sought = [_sought(text, told, place) for place, word in enumerate(told) if word.folded in kept]
    return tuple(dict.fromkeys(sought))


def _sought(text: str, words: list[Word], place: int) -> Sought:
    word = words[place]
    around = [one.folded for one in words[max(0, place - 1) : place + 2]]
    forms = [word.folded, *lexicon().synonyms.get(word.folded, ())]
    if other := _BOTH_SPELLINGS.get(word.folded):
        forms.append(other)
    return Sought(
        typed=text[word.start : word.end].lower(),
        folded=word.folded,
        forms=tuple(forms),
        glued=tuple(glued_pairs(around)),
    )


def whole_name(query: DirectoryQuery) -> str:
    """The name that comes first if an entry has exactly that one, folded; often empty.

    Where a place was given, distance decides instead; a commune to come to is no such place.
    """
    if query.near is not None and not query.text and not asked_communes(query.filters):
        return ""
    return " ".join(folded_words(tidy(query.typed or query.text)))


def tier_of(score: float, *, worded: bool, any_word: bool) -> Tier:
    """The tier a score was given for."""
    if not worded:
        return Tier.FILTER
    within = score % SORT_SCORE
    return Tier.FUZZY if any_word else Tier(min(4, max(1, int(within // TIER_SCORE))))
