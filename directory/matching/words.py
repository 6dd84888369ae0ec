"""Words as matching compares them: folded, abbreviations written out, a typing error forgiven."""

import re
from functools import cache

from rapidfuzz.distance import OSA

from directory.text import fold
from directory.vocabulary import read_table

MAX_CHARACTERS = 200
"""No name nor street is longer; what follows would only cost time."""

_WORD = re.compile(r"[a-z0-9]+")
_OTHER_LETTERS = re.compile(r"[^\W_]+")
_SAINTS = {"st": "saint", "ste": "sainte"}


def words_of(text: str) -> tuple[str, ...]:
    """Folded words of a text, St and Ste written out: « L'Haÿ-St-Jean » → l, hay, saint, jean."""
    folded = fold(text[:MAX_CHARACTERS])
    pattern = _WORD if folded.isascii() else _OTHER_LETTERS
    return tuple(_SAINTS.get(word, word) for word in pattern.findall(folded))


def is_slip(left: str, right: str) -> bool:
    """Two spellings a typing error apart: one letter from 5 letters on, two from 10 on.

    Two letters exchanged count as one error and are forgiven in 4-letter words too.
    """
    shortest = min(len(left), len(right))
    if shortest < 4:
        return False
    allowed = 2 if shortest >= 10 else 1
    if OSA.distance(left, right, score_cutoff=allowed) > allowed:
        return False
    return shortest > 4 or sorted(left) == sorted(right)


def write_out(words: tuple[str, ...], scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Words with their abbreviations written out, by the scopes of `match_abbreviations.csv`."""
    known = [_abbreviations()[scope] for scope in scopes]
    written: list[str] = []
    for word in words:
        long = next((table[word] for table in known if word in table), None)
        written.extend(long or (word,))
    return tuple(written)


@cache
def _abbreviations() -> dict[str, dict[str, tuple[str, ...]]]:
    tables: dict[str, dict[str, tuple[str, ...]]] = {"street": {}, "title": {}, "name": {}}
    for row in read_table("match_abbreviations.csv"):
        tables[row["scope"]][row["short"]] = tuple(row["long"].split())
    return tables


@cache
def street_types() -> frozenset[str]:
    """Written-out types of street: rue, avenue, place…"""
    return frozenset(long[0] for long in _abbreviations()["street"].values())
