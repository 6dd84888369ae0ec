"""What the dictionary of one index says of a word, so that a query names the terms it means.

Tantivy answers « starts with » and « nearly » by marking every entry of every term that fits, once
each time it is said in a query: for « infirmier » in two million entries, 8 ms a time. Terms that
are named are followed only where the rest of the question leads.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from string import ascii_lowercase, digits
from typing import Protocol

from tantivy import Occur, Query, Searcher

from directory.engines.tantivy.schema import schema
from directory.engines.tantivy.selections import among, starting_with
from directory.engines.words import Sought
from directory.text import typing_errors_allowed

LETTERS = ascii_lowercase + digits
"""What folded words are made of."""

SHORTEST = 4
"""Fewer letters begin too many terms to read them."""

MOST_TERMS = 64
"""More terms than that are left to the engine."""

MOST_FREQUENT = 8
"""Of more, the most frequent may hold all the others' entries: « jean », « jeanne », « jeannine »."""

COMMON = 5_000
"""Entries a word is in, from which marking them each time costs more than reading the dictionary."""

RATHER_COMMON = 50
"""In a small index, a word that one entry in that many holds is named too: reading the dictionary
once costs less than the engine reading it each time.
"""

REMEMBERED = 8_192
"""Words kept for one index."""


class Dictionary(Protocol):
    """Terms of a field that a word may mean; None leaves the question to the engine."""

    def starting(self, field: str, start: str, *, typed: bool = False) -> Sequence[str] | None:
        """Terms that start so; `typed` says that the question is still being typed, and the word
        said once in it.
        """

    def resembling(self, word: str) -> Sequence[str] | None:
        """Terms of `words` as near as is forgiven in a word that long, itself among them."""

    def lacks(self, word: str) -> bool:
        """Whether it surely has no term as near a word as is forgiven."""


class Unread:
    """No dictionary at hand: everything is left to the engine."""

    def starting(self, _field: str, _start: str, *, typed: bool = False) -> None:
        """Unknown."""

    def resembling(self, _word: str) -> None:
        """Unknown."""

    def lacks(self, _word: str) -> bool:
        """Unknown."""
        return False


class IndexDictionary:
    """The dictionary of an open index, which never changes. Safe to share between threads.

    Edits are made of LETTERS: a Latin word is not found near one with a letter of another script.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._read = lru_cache(maxsize=REMEMBERED)(self._read_starting)
        self._frequent = lru_cache(maxsize=REMEMBERED)(self._find_frequent)
        self._typed: set[str] = set()
        self.resembling = lru_cache(maxsize=REMEMBERED)(self._resembling)
        self.lacks = lru_cache(maxsize=REMEMBERED)(self._lacks)
        self._common = min(COMMON, searcher.num_docs // RATHER_COMMON + 1)

    def starting(self, field: str, start: str, *, typed: bool = False) -> Sequence[str] | None:
        """Terms that start so, all of them or the most frequent if the others add nothing.

        Whether they do costs more than the engine takes once: in a word still `typed`, it is looked
        for the second time that word is asked.
        """
        if len(start) < SHORTEST:
            return None
        told, whole = self._read(field, start)
        if whole:
            return told
        if self._searcher.doc_freq(field, start) < COMMON:
            return None
        if typed and start not in self._typed:
            if len(self._typed) >= REMEMBERED:
                self._typed.clear()
            self._typed.add(start)
            return None
        return self._frequent(field, start)

    def _read_starting(self, field: str, start: str) -> tuple[tuple[str, ...], bool]:
        """Terms that start so, and whether these are all of them; else the most frequent."""
        found = self._searcher.terms_with_prefix(field, start, None, MOST_TERMS + 1)
        whole = len(found) <= MOST_TERMS
        return tuple(term for term, _ in (found if whole else found[:MOST_FREQUENT])), whole

    def _find_frequent(self, field: str, start: str) -> tuple[str, ...] | None:
        # « jean » starts « jeandupont », which only entries that hold « jean » do.
        frequent, _ = self._read(field, start)
        longer = starting_with(field, start)
        return frequent if self._adds_nothing(longer, field, frequent) else None

    def _resembling(self, word: str) -> Sequence[str] | None:
        edits = typing_errors_allowed(word)
        frequency = self._searcher.doc_freq("words", word)
        if not edits or frequency < self._common:
            return None
        if edits > 1 or not word.isascii():
            return self._resembling_far(word)
        told = dict.fromkeys((word, *_edited(word)))
        found = [one for one in told if self._searcher.doc_freq("words", one)]
        if len(found) > MOST_TERMS:
            return None
        whole = frequency >= COMMON or self._adds_nothing(_nearly(word), "words", found)
        return tuple(found) if whole else None

    def _resembling_far(self, word: str) -> Sequence[str] | None:
        """Two edits make too many words to look them up: whether those it starts are all there
        is.
        """
        started = self.starting("words", word) or (word,)
        return started if self._adds_nothing(_nearly(word), "words", started) else None

    def _lacks(self, word: str) -> bool:
        if self._searcher.doc_freq("words", word):
            return False
        return not self._searcher.search(_nearly(word), 1, count=False).hits

    def _adds_nothing(self, query: Query, field: str, known: Sequence[str]) -> bool:
        """Whether all that a query selects holds one of these terms."""
        both = [(Occur.Must, query), (Occur.MustNot, among(field, known))]
        return not self._searcher.search(Query.boolean_query(both), 1, count=False).hits


def that_may_be(words: Sequence[Sought], terms: Dictionary) -> list[Sought]:
    """The same words, glued to their neighbours only where an entry may hold that: each pair is
    looked for nearly, in every way a question is put. Two words are most often a name, which holds
    it.
    """
    return [
        word._replace(glued=tuple(one for one in word.glued if not terms.lacks(one)))
        for word in words
    ]


def _nearly(word: str) -> Query:
    return Query.fuzzy_term_query(schema(), "words", word, typing_errors_allowed(word))


def _edited(word: str) -> Iterator[str]:
    """A word with one letter more, less or another, or two neighbours exchanged."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (f"{before}{letter}{after}" for letter in LETTERS)
        if after:
            yield before + after[1:]
            yield from (f"{before}{letter}{after[1:]}" for letter in LETTERS)
        if len(after) > 1:
            yield f"{before}{after[1]}{after[0]}{after[2:]}"
