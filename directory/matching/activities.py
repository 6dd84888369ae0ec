"""Professions and specialities told in many words, compared by what they stand for."""

from functools import cache, lru_cache
from typing import NamedTuple

from directory.lexicon import Key, lexicon, term_key
from directory.matching.words import words_of
from directory.query import ProfessionIs, SpecialityIs
from directory.text import MAX_WORDS
from directory.vocabulary import professions, read_table, specialities

_PROFESSION_OF = {"SM": "10", "SI": "60", "SC": "40"}
"""A speciality names its profession by the first letters of its code (TRE_R38)."""

_WITHOUT_SPECIALITY = frozenset(("10", "40"))
"""Professions whose silence on the speciality leaves a doubt: doctors and dentists."""


_LONGEST = 10
"""Words of the longest term looked for."""


class Activity(NamedTuple):
    """Codes of what somebody does; `words` when no code is known for it."""

    professions: frozenset[str]
    specialities: tuple[frozenset[str], ...]
    words: tuple[str, ...]


@lru_cache(maxsize=1 << 14)
def activity_of(profession: str, speciality: str) -> Activity:
    """What two labels stand for; several specialities in one cell are all kept."""
    trades: set[str] = set()
    skills: list[frozenset[str]] = []
    for label in (profession, speciality):
        for kind, codes in _read(label):
            if kind == "profession":
                trades |= codes
            else:
                skills.append(codes)
                trades |= {_PROFESSION_OF[code[:2]] for code in codes}
    return Activity(frozenset(trades), tuple(skills), words_of(f"{profession} {speciality}"))


@lru_cache(maxsize=1 << 14)
def activity_level(left: Activity, right: Activity) -> str:
    """How close two activities are; an empty string when one is unknown."""
    if not left.professions or not right.professions:
        return "same" if left.words and left.words == right.words else ""
    if not left.professions & right.professions:
        couples = ((a, b) for a in left.professions for b in right.professions)
        return "related" if any(couple in _related() for couple in couples) else "differ"
    if left.specialities and right.specialities:
        met = any(_alike(a, b) for a in left.specialities for b in right.specialities)
        return "same" if met else "speciality"
    silent = left.specialities or right.specialities or left.professions & _WITHOUT_SPECIALITY
    return "profession" if silent else "same"


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    """Half of the smaller set in common: « neurologue » and « psychiatre » share one code, SM33."""
    wide_left, wide_right = _widened(left), _widened(right)
    return 2 * len(wide_left & wide_right) >= min(len(wide_left), len(wide_right))


@cache
def _widened(codes: frozenset[str]) -> frozenset[str]:
    """The smallest everyday meaning that holds these codes: SM26 → SM26, SM53, SM54."""
    holding = [group for group in _groups() if codes <= group]
    return min(holding, key=lambda group: (len(group), sorted(group)), default=codes)


@cache
def _groups() -> tuple[frozenset[str], ...]:
    meant = (one for one in _terms().values() if one[0] == "speciality")
    return tuple({codes: None for _, codes in meant if len(codes) > 1})


@lru_cache(maxsize=1 << 14)
def _read(label: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The meanings of the longest known terms of a label, from left to right."""
    words = list(words_of(label))[:MAX_WORDS]
    found = []
    start = 0
    while start < len(words):
        size = _longest(words[start:])
        if size:
            found.append(_terms()[term_key(words[start : start + size])])
        start += size or 1
    return tuple(found)


def _longest(words: list[str]) -> int:
    sizes = range(min(len(words), _LONGEST), 0, -1)
    return next((size for size in sizes if term_key(words[:size]) in _terms()), 0)


@cache
def _terms() -> dict[Key, tuple[str, frozenset[str]]]:
    """The search's own lexicon, codes themselves, and the labels other sources use."""
    terms: dict[Key, tuple[str, frozenset[str]]] = {}
    for key, wanted in lexicon().filters.items():
        match wanted:
            case ProfessionIs(codes=codes):
                terms[key] = ("profession", frozenset(codes))
            case SpecialityIs(codes=codes):
                terms[key] = ("speciality", frozenset(codes))
            case _:
                continue
    terms.update({(code,): ("profession", frozenset((code,))) for code in professions()})
    terms.update({(code.lower(),): ("speciality", frozenset((code,))) for code in specialities()})
    for row in _shipped():
        if row["kind"] != "related":
            meant = (row["kind"], frozenset(row["codes"].split("|")))
            terms[term_key(list(words_of(row["label"])))] = meant
    return terms


@cache
def _related() -> frozenset[tuple[str, str]]:
    pairs = [row["codes"].split("|") for row in _shipped() if row["kind"] == "related"]
    return frozenset((a, b) for pair in pairs for a in pair for b in pair if a != b)


@cache
def _shipped() -> tuple[dict[str, str], ...]:
    return tuple(read_table("match_activities.csv"))
