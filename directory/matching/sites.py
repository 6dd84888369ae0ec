"""Names of establishments: their type, the words that tell them apart, the service they name."""

from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from directory.matching.names import is_given_name
from directory.matching.words import is_slip, words_of, write_out
from directory.vocabulary import read_table

_EMPTY = frozenset(("de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "en"))
_TRUNCATED = range(36, 39)
"""FINESS cuts its short names at 38 characters, fewer once trimmed (seen 2026-11-22)."""

_LONGEST = 8
"""Words of the longest type of establishment looked for."""

_MARKERS = frozenset(("service", "unite", "pole", "departement"))

HOSPITALS = frozenset(("hôpital", "clinique"))
"""Types of establishment whose services are entries of their own."""


class Site(NamedTuple):
    """The name of an establishment ready to be compared.

    `core` has the words that tell it apart, `services` those that name a part of a hospital,
    `unique` says that there are never two of its kinds at one address.
    """

    words: tuple[str, ...]
    kinds: frozenset[str]
    core: tuple[str, ...]
    services: frozenset[str]
    unique: bool
    holder: bool
    cut: bool


@lru_cache(maxsize=1 << 16)
def site_of(name: str, label: str) -> Site:
    """A name ready to be compared; `label` is what the source says of its category."""
    words = tuple(w for w in write_out(words_of(name), ("name", "title")) if w not in _EMPTY)
    kinds, rest = _kinds(words)
    if not kinds:
        kinds, _ = _kinds(tuple(w for w in words_of(label) if w not in _EMPTY))
    roles = _roles()
    services = _services(rest, kinds) | (
        _services(words_of(label), kinds) if kinds else frozenset()
    )
    core = tuple(w for w in rest if roles.get(w) not in ("legal", "generic"))
    return Site(
        words=words,
        kinds=kinds,
        core=core,
        services=services,
        unique=bool(kinds) and kinds <= _unique_kinds(),
        holder=_names_holder(words, kinds),
        cut=len(name) in _TRUNCATED,
    )


def kind_level(left: Site, right: Site) -> str:
    """How close two types are; an empty string when neither is known."""
    if not left.kinds and not right.kinds:
        return ""
    if not left.kinds or not right.kinds:
        return "one"
    if left.kinds == right.kinds:
        return "same"
    return "overlap" if left.kinds & right.kinds else "differ"


@lru_cache(maxsize=1 << 16)
def name_level(left: Site, right: Site, cities: frozenset[str]) -> str:
    """How close two names are; the communes' own words tell nothing apart."""
    if not left.words or not right.words:
        return ""
    first, second = (_distinct(site.core, cities) for site in (left, right))
    if sorted(first) == sorted(second):
        return "equal" if first else "generic"
    if (left.cut and _begins(first, second)) or (right.cut and _begins(second, first)):
        return "truncated"
    if first and second and is_slip("".join(first), "".join(second)):
        return "near"
    lonely_first, lonely_second = _lonely(first, second), _lonely(second, first)
    if not lonely_first and not lonely_second:
        return "near"
    if not lonely_first or not lonely_second:
        return "contains"
    return "share" if len(lonely_first) < len(first) else "differ"


def service_level(left: Site, right: Site) -> str:
    """How close the services of a hospital are; an empty string when none is named."""
    if not left.services and not right.services:
        return ""
    if not left.services or not right.services:
        return "one"
    if left.services == right.services:
        return "same"
    nested = left.services < right.services or right.services < left.services
    return "part" if nested else "differ"


@lru_cache(maxsize=1 << 12)
def city_words(*cities: str) -> frozenset[str]:
    """Words of the communes' names, as they appear in names of establishments."""
    return frozenset(word for city in cities for word in words_of(city) if len(word) > 1)


def _distinct(core: tuple[str, ...], cities: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in core if word not in cities and len(word) > 1)


def _lonely(words: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    return [word for word in words if not any(_alike(word, other) for other in others)]


def _alike(left: str, right: str) -> bool:
    """The same word, misspelt or abbreviated by its beginning; given names only when equal."""
    if left == right:
        return True
    if is_given_name(left) and is_given_name(right):
        return False
    short, long = sorted((left, right), key=len)
    return is_slip(left, right) or (len(short) > 3 and long.startswith(short))


def _begins(cut: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    short = "".join(cut)
    return len(short) > 3 and "".join(whole).startswith(short)


def _kinds(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Types named by the longest known terms, and the words left."""
    kinds: set[str] = set()
    left: list[str] = []
    start = 0
    while start < len(words):
        size = _longest(words[start : start + _LONGEST])
        if size:
            kinds |= _terms()[words[start : start + size]]
        else:
            left.append(words[start])
        start += size or 1
    return frozenset(kinds), tuple(left)


def _longest(words: tuple[str, ...]) -> int:
    return next((size for size in range(len(words), 0, -1) if words[:size] in _terms()), 0)


def _services(words: tuple[str, ...], kinds: frozenset[str]) -> frozenset[str]:
    """The service a hospital's entry names: a known discipline, else what follows « service »."""
    if kinds and not kinds & HOSPITALS:
        return frozenset()
    roles = _roles()
    known = frozenset(word for word in words if roles.get(word) == "service")
    after = (w for before, w in pairwise(words) if before in _MARKERS and w not in roles)
    return known or frozenset(islice(after, 1))


def _names_holder(words: tuple[str, ...], kinds: frozenset[str]) -> bool:
    """« CABINET DU DR X », « SELARL DOCTEUR X », « CABINET X »."""
    titled = any(word in ("docteur", "professeur", "dr") for word in words[:4])
    company = any(_roles().get(word) == "legal" for word in words)
    return kinds == {"cabinet"} or (not kinds and (titled or company))


@cache
def _terms() -> dict[tuple[str, ...], frozenset[str]]:
    return {
        tuple(row["term"].split()): frozenset(row["kind"].split("|"))
        for row in read_table("match_kinds.csv")
    }


@cache
def _unique_kinds() -> frozenset[str]:
    return frozenset(row["kind"] for row in read_table("match_kinds.csv") if row["unique"])


@cache
def _roles() -> dict[str, str]:
    return {row["word"]: row["role"] for row in read_table("match_words.csv")}
