"""French text as people type it: folded, cut into words, rid of what carries no meaning."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from directory.vocabulary import read_table

MAX_CHARACTERS = 1_000
MAX_WORDS = 24
"""A question is cut there: longer ones are pasted by mistake and would only cost time."""

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_SAINTS = {"st": "saint", "ste": "sainte"}

_EMPTY = read_table("empty_words.csv")

STOP_WORDS = frozenset(row["word"] for row in _EMPTY if row["kind"] == "stop")
"""Folded words that are never required of an entry (`l`, `d`… are elided articles)."""

CIVILITIES = frozenset(row["word"] for row in _EMPTY if row["kind"] == "civility")
"""Folded words people put before a name; no source writes them the same way."""


class Word(NamedTuple):
    """One word of a text: where it stands and its folded form."""

    start: int
    end: int
    folded: str


def tidy(text: str) -> str:
    """One composed form for accents, no control characters, at most MAX_CHARACTERS."""
    composed = unicodedata.normalize("NFC", text[: MAX_CHARACTERS * 2])[:MAX_CHARACTERS]
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in composed)


def fold(text: str) -> str:
    """Lower case without accents nor ligatures: « L'Haÿ » → `l'hay`, « Œuvre » → `oeuvre`."""
    low = text.lower().translate(_LIGATURES)
    if low.isascii():
        return low
    decomposed = unicodedata.normalize("NFKD", low)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def split_words(text: str) -> list[Word]:
    """The words of a text in order, St and Ste written out."""
    found = ((match.start(), match.end(), fold(match.group())) for match in _WORD.finditer(text))
    return [Word(start, end, _SAINTS.get(word, word)) for start, end, word in found if word]


def folded_words(text: str) -> list[str]:
    """Folded words of a text, without their places."""
    return [_SAINTS.get(word, word) for word in _WORD.findall(fold(text))]


def singular(word: str) -> str:
    """A folded word without its plural mark; both sides of a comparison go through it."""
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def meaningful(words: Iterable[str]) -> list[str]:
    """Words without the empty ones, unless nothing else was typed."""
    told = list(words)
    kept = [word for word in told if word not in STOP_WORDS]
    return kept or told


def glued_pairs(words: Sequence[str]) -> list[str]:
    """Each word with the next: « fit lab » is also written `fitlab`, « d'automne » `dautomne`."""
    return [first + second for first, second in pairwise(words)]


def typing_errors_allowed(word: str) -> int:
    """Edits forgiven in a word: none below four letters or in a number, two from nine letters.

    Nothing is guessed beyond forty letters: no French word is that long.
    """
    if not 4 <= len(word) <= 40 or not word.isalpha():
        return 0
    return 1 if len(word) < 9 else 2
