"""Addresses compared piece by piece: commune, number, street, however they are abbreviated."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from directory.matching.words import MAX_CHARACTERS, is_slip, street_types, words_of, write_out
from directory.text import fold

_REPETITION = r"(?:\s?(bis|ter|quater|quinquies|[a-d])\b)?"
_NUMBER = re.compile(rf"\s*(\d{{1,4}}){_REPETITION}(?:\s*(?:-|/|a|et|,|&)\s*(\d{{1,4}})\b)?")
_INNER_NUMBER = re.compile(rf"[,;]\s*(\d{{1,4}}){_REPETITION}\s*,?\s+(?=[a-z])")
_DELIVERY = re.compile(
    r"\b(?:bp|cs|tsa|boite postale)\s*\d+|\b(?:bat(?:iment)?|esc(?:alier)?|hall|porte|appt?|lot)"
    r"\.?\s+\w{1,3}\b|\b\d+\s?(?:er|e|eme) etage\b|\betage \d+\b|\bcedex\b.*|\brdc\b"
)
_ARTICLES = frozenset(("de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux"))
_REPETITIONS = {"b": "bis", "t": "ter", "q": "quater"}


class Place(NamedTuple):
    """An address ready to be compared; `low` and `high` are the numbers it spans, 0 if none."""

    postcode: str
    city: str
    cedex: bool
    low: int
    high: int
    repetition: str
    kind: str
    street: tuple[str, ...]


@lru_cache(maxsize=1 << 16)
def place_of(number: str, street: str, postcode: str, city: str) -> Place:
    """An address ready to be compared, from four fields of a record."""
    name, cedex = _city(city)
    low, high, repetition, rest = _numbered(number, street)
    kind, core = _street(rest)
    return Place(_postcode(postcode), name, cedex, low, high, repetition, kind, core)


def locality_level(left: Place, right: Place) -> str:
    """How close two communes are; an empty string when one is missing."""
    if left.postcode and left.postcode == right.postcode:
        return "same"
    same_city = _same_city(left.city, right.city)
    if not (left.postcode and right.postcode):
        if left.city and right.city:
            return "same" if same_city else "differ"
        return ""
    if same_city and left.postcode[:2] == right.postcode[:2]:
        return "cedex" if left.cedex or right.cedex else "city"
    return "differ" if left.postcode[:2] == right.postcode[:2] else "far"


def street_level(left: Place, right: Place) -> str:
    """How close two street lines of one commune are; an empty string when nothing compares."""
    if not left.street or not right.street:
        return "number" if _number_level(left, right) == "full" else ""
    if not _same_street(left.street, right.street):
        return "differ"
    numbers = _number_level(left, right)
    if left.kind and right.kind and left.kind != right.kind:
        return "kind" if numbers == "full" else "differ"
    return numbers or "street"


def _number_level(left: Place, right: Place) -> str:
    if not left.low or not right.low:
        return ""
    if left.low > right.high or right.low > left.high:
        return "other_number"
    return "full" if left.repetition == right.repetition else "repeated"


@lru_cache(maxsize=1 << 16)
def _same_street(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """« JAURES » and « Jean Jaurès », « PUIIS » and « Puits » are the same street."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    if all(any(_same_word(word, other) for other in long) for word in short):
        return len(short) == len(long) or len(max(short, key=len)) > 3
    return fuzz.ratio("".join(left), "".join(right)) >= 90


def _same_word(word: str, other: str) -> bool:
    initial = 1 in (len(word), len(other)) and word[0] == other[0]
    return word == other or initial or is_slip(word, other)


@lru_cache(maxsize=1 << 14)
def _same_city(left: str, right: str) -> bool:
    if not left or not right:
        return False
    return left == right or (min(len(left), len(right)) > 7 and is_slip(left, right))


@lru_cache(maxsize=1 << 14)
def _city(text: str) -> tuple[str, bool]:
    """The commune's name without spaces, and whether its line said CEDEX."""
    words = words_of(text)
    cedex = "cedex" in words
    if cedex:
        words = words[: words.index("cedex")]
    kept = [word for word in words if not word[:1].isdigit() and word != "arrondissement"]
    return "".join(kept), cedex


def _postcode(text: str) -> str:
    digits = "".join(character for character in text[:20] if character in "0123456789")
    return digits.zfill(5) if len(digits) == 4 else digits


def _numbered(number: str, street: str) -> tuple[int, int, str, str]:
    """Numbers, repetition and what is left of the street line."""
    line = fold(street[:MAX_CHARACTERS]).strip()
    told = _NUMBER.match(fold(number[:20]))
    inside = _NUMBER.match(line)
    if inside and (told is None or told[1] == inside[1]):
        line = line[inside.end() :]
    elif inner := _INNER_NUMBER.search(line):
        line = line[inner.end() :]
        inside = inner
    if (found := told or inside) is None:
        return 0, 0, "", line
    low = int(found[1])
    high = int(found[3]) if found.re is _NUMBER and found[3] else low
    repetition = _REPETITIONS.get(found[2] or "", found[2] or "")
    return min(low, high), max(low, high), repetition, line


def _street(line: str) -> tuple[str, tuple[str, ...]]:
    """The type of a street and the words that tell it from others."""
    words = words_of(_DELIVERY.sub(" ", line))
    written = write_out(words[:1], ("street",)) + write_out(words[1:], ("title",))
    kind = written[0] if written and written[0] in street_types() else ""
    rest = written[1:] if kind else written
    if kind and rest[:1] == (kind,):
        rest = rest[1:]
    return kind, tuple(word for word in rest if word not in _ARTICLES)
