"""What the beginning of a word may become: terms of the lexicon, communes within reach."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from directory.communes import Commune
from directory.lexicon import plain_speciality, read_entries
from directory.model import Value
from directory.text import STOP_WORDS, folded_words, typing_errors_allowed
from directory.vocabulary import professions, specialities

_AFTER_ALL = "\uffff"
"""Sorts after every letter: closes the range of what starts with a prefix."""


class Completion(Value, frozen=True, kw_only=True):
    """Something that can be typed whole; those of one `meaning` are never offered together.

    `codes` are found by their beginning too, without being words of the label: postcodes.
    """

    label: str
    detail: str = ""
    meaning: tuple[str, ...]
    codes: tuple[str, ...] = ()


class Completions:
    """Completions found by the beginning of any of their words; the first told come first."""

    def __init__(self, told: Iterable[Completion]) -> None:
        self._told = tuple(told)
        self._whole = [" ".join(folded_words(one.label)) for one in self._told]
        self._starts = sorted(
            (start, inner, place)
            for place, one in enumerate(self._told)
            for start, inner in _starts(one)
        )

    def starting(self, typed: str) -> list[Completion]:
        """Those with a word that starts so (folded words): the first word before the others, and
        what is already written whole after what it may still become.
        """
        low = bisect_left(self._starts, (typed,))
        high = bisect_left(self._starts, (typed + _AFTER_ALL,))
        found = ((inner, start == typed, place) for start, inner, place in self._starts[low:high])
        return self._one_a_meaning(place for _, _, place in sorted(found))

    def resembling(self, typed: str) -> list[Completion]:
        """Those that start nearly so: same first letter, the edits forgiven in a word that long."""
        edits = typing_errors_allowed(typed.replace(" ", ""))
        if edits == 0:
            return []
        found = (
            (min(OSA.distance(typed, part, score_cutoff=edits) for part in (whole, start)), place)
            for place, whole in enumerate(self._whole)
            if whole[:1] == typed[:1] and (start := whole[: len(typed)])
        )
        return self._one_a_meaning(place for far, place in sorted(found) if far <= edits)

    def _one_a_meaning(self, places: Iterable[int]) -> list[Completion]:
        kept: dict[tuple[str, ...], Completion] = {}
        for place in places:
            kept.setdefault(self._told[place].meaning, self._told[place])
        return list(kept.values())


@cache
def term_completions() -> Completions:
    """Terms of the lexicon in its order, then official labels of professions and specialities."""
    return Completions((*_reviewed_terms(), *_official_labels()))


@lru_cache(maxsize=8)
def commune_completions(communes: tuple[Commune, ...]) -> Completions:
    """Communes by name or postcode, in the order given."""
    return Completions(
        Completion(
            label=one.name,
            detail=", ".join(one.postcodes[:1]),
            meaning=(one.insee,),
            codes=one.postcodes,
        )
        for one in communes
    )


def _reviewed_terms() -> Iterator[Completion]:
    for entry in read_entries():
        same = folded_words(entry.label) == folded_words(entry.term)
        detail = "" if same else entry.label
        yield Completion(label=entry.term, detail=detail, meaning=(entry.kind, *entry.codes))


def _official_labels() -> Iterator[Completion]:
    for profession in professions().values():
        yield Completion(label=profession.label, meaning=("profession", profession.code))
    for code, label in specialities().items():
        yield Completion(label=plain_speciality(label), meaning=("speciality", code))


def _starts(one: Completion) -> Iterator[tuple[str, bool]]:
    """Every way in, and whether it begins inside the label: « hay les roses », « lhaylesroses »."""
    words = folded_words(one.label)
    for place, word in enumerate(words):
        if place == 0 or word not in STOP_WORDS:
            yield " ".join(words[place:]), place > 0
    if len(words) > 1:
        yield "".join(words), False
    yield from ((code, False) for code in one.codes)
