"""Names of people as sources bend them: married, compound, abbreviated, misspelt, swapped."""

from functools import cache, lru_cache
from typing import NamedTuple

from directory.matching.phonetics import sound
from directory.matching.words import is_slip, words_of
from directory.vocabulary import read_table

_CIVILITIES = frozenset(
    ("dr", "docteur", "docteure", "pr", "professeur", "mme", "mlle", "mr", "monsieur", "madame")
)
_BIRTH = frozenset(("ep", "epouse", "epoux", "nee", "ne", "vve", "veuve", "dit", "dite", "usage"))
_PARTICLES = frozenset(
    ("de", "du", "des", "d", "la", "le", "les", "l", "van", "von", "den", "der", "el", "al")
)
_GENDERED = frozenset(
    (first, second)
    for first, second in (
        ("", "e"), ("", "a"), ("", "le"), ("", "ne"), ("", "te"), ("", "tte"), ("", "ine"),
        ("", "n"), ("", "ette"), ("e", "a"), ("e", "ie"), ("e", "ine"), ("e", "o"), ("i", "y"),
        ("t", "ce"), ("c", "que"), ("y", "ie"), ("o", "a"), ("s", "e"), ("en", "e"),
    )
)  # fmt: skip
"""Endings that make another given name of the same root: Gwenaël and Gwenaëlle, Stéphan and
Stéphane. A typing error there cannot be told from somebody else."""


class Family(NamedTuple):
    """A family name; `core` is without particles, `glued` without spaces."""

    words: tuple[str, ...]
    core: tuple[str, ...]
    glued: str
    sound: str
    common: bool


class Given(NamedTuple):
    """A given name; `usual` has each word in its most usual spelling, `men` is for men only."""

    words: tuple[str, ...]
    usual: tuple[str, ...]
    glued: str
    known: bool
    men: bool


@lru_cache(maxsize=1 << 16)
def family_of(text: str) -> Family:
    """A family name ready to be compared; « DUPONT ép. MARTIN » is the compound of both."""
    words = _without(words_of(text), _CIVILITIES | _BIRTH)
    core = _without(words, _PARTICLES)
    return Family(
        words, core, "".join(words), sound("".join(core)), " ".join(words) in _common_families()
    )


@lru_cache(maxsize=1 << 16)
def given_of(text: str) -> Given:
    """A given name ready to be compared."""
    words = _without(words_of(text), _CIVILITIES)
    usual = _usual_spellings()
    known = bool(words) and all(word in usual for word in words)
    spelt = tuple(usual.get(word, word) for word in words)
    return Given(words, spelt, "".join(words), known, words[:1] != () and words[0] in _men())


def turned(family: Family, given: Given) -> tuple[Family, Given]:
    """The two columns exchanged."""
    return family_of(" ".join(given.words)), given_of(" ".join(family.words))


def is_given_name(word: str) -> bool:
    """Whether a folded word is a usual given name."""
    return word in _usual_spellings()


def is_particle(word: str) -> bool:
    """Whether a word begins a family name: DE, LA, VAN…"""
    return word.lower() in _PARTICLES


def family_level(left: Family, right: Family) -> str:
    """How close two family names are; an empty string when one is missing.

    Two widespread names a letter apart (Girard, Gérard) are two names, not a typing error,
    unless they sound alike (Lefebvre, Lefèvre).
    """
    if not left.words or not right.words:
        return ""
    if left.glued == right.glued or sorted(left.core) == sorted(right.core):
        return "common" if left.common and right.common else "equal"
    if _is_part(left.core, right.core):
        return "part"
    sounds = left.sound == right.sound and len(left.sound) > 2
    widespread = left.common and right.common and not sounds
    if not widespread and is_slip("".join(left.core), "".join(right.core)):
        return "near"
    return "sounds" if sounds else "differ"


def given_level(left: Given, right: Given) -> str:
    """How close two given names are; `absent` when one is missing."""
    if not left.words or not right.words:
        return "absent"
    if left.glued == right.glued:
        return "initial" if all(len(word) == 1 for word in left.words) else "equal"
    if left.usual == right.usual:
        return "variant"
    if left.known and right.known:
        return _known_level(left, right)
    if _ends_otherwise(left.glued, right.glued):
        return "ending"
    if abbreviates(left.words, right.words) or abbreviates(right.words, left.words):
        return "short" if _is_compound(left, right) else "initial"
    return _misspelt_level(left, right)


def _is_compound(left: Given, right: Given) -> bool:
    """« JP » for « Jean-Pierre » says two letters, « J » says one."""
    letters = min(len(left.glued), len(right.glued))
    return letters > 1 and max(len(left.words), len(right.words)) > 1


def _known_level(left: Given, right: Given) -> str:
    """Two usual given names that differ are two people, unless one is part of the other."""
    if not _is_begun(left, right):
        return "differ"
    return "listed" if _is_listed(left, right) else "part"


def _is_listed(left: Given, right: Given) -> bool:
    """« Anne » against « Anne Odette Marie »: three words are the civil register's list."""
    apart = abs(len(left.words) - len(right.words))
    return apart > 1 and left.usual[0] == right.usual[0]


def _misspelt_level(left: Given, right: Given) -> str:
    if _is_begun(left, right):
        return "part"
    if is_slip(left.glued, right.glued):
        return "near"
    return "ending" if sound(left.glued) == sound(right.glued) else "differ"


def _is_begun(left: Given, right: Given) -> bool:
    """« Jean » against « Jean-Pierre », « Pierre » against « Jean-Pierre »."""
    short, long = sorted((left.usual, right.usual), key=len)
    return len(short) < len(long) and all(word in long for word in short)


def _ends_otherwise(left: str, right: str) -> bool:
    start = 0
    for first, second in zip(left, right, strict=False):
        if first != second:
            break
        start += 1
    endings = left[start:], right[start:]
    return start > 2 and (endings in _GENDERED or endings[::-1] in _GENDERED)


def _is_part(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    if len(short) == len(long) or max(map(len, short)) < 3:
        return False
    return all(any(word == other or is_slip(word, other) for other in long) for word in short)


@lru_cache(maxsize=1 << 16)
def abbreviates(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether `short` begins the words of `long` in order: « JP », « J-Ph », « Alex »."""
    letters = "".join(short)
    if len(letters) >= len("".join(long)) or len(short) > len(long):
        return False
    if len(short) == len(long):
        return all(b.startswith(a) for a, b in zip(short, long, strict=True))
    return len(letters) <= 4 and _begins_each(letters, long)


def _begins_each(letters: str, words: tuple[str, ...]) -> bool:
    """Whether letters split into one beginning per word: `jph` → jean, philippe."""
    if not words or not letters:
        return not words and not letters
    return any(
        words[0].startswith(letters[:size]) and _begins_each(letters[size:], words[1:])
        for size in range(1, len(letters) + 1)
    )


def _without(words: tuple[str, ...], dropped: frozenset[str]) -> tuple[str, ...]:
    """Words without the dropped ones, unless nothing would be left: « Le » is a family name."""
    kept = tuple(word for word in words if word not in dropped)
    return kept or words


@cache
def _common_families() -> frozenset[str]:
    return frozenset(row["family"] for row in read_table("match_families.csv"))


@cache
def _men() -> frozenset[str]:
    return frozenset(row["given"] for row in read_table("match_given.csv") if row["men_only"])


@cache
def _usual_spellings() -> dict[str, str]:
    return {row["given"]: row["same_as"] or row["given"] for row in read_table("match_given.csv")}
