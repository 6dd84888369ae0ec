"""Small readers, each recognising one kind of thing in a question: numbers, terms, places."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.communes import Commune, Communes
from directory.lexicon import Key, bare_key, lexicon, term_key
from directory.phones import parse_phone, show_phone
from directory.query import CommuneIs, Filter, HasIdentifier, HasPhone, say_filter
from directory.text import CIVILITIES, STOP_WORDS, Word, folded_words, typing_errors_allowed

SHORT_TERM = 4
"""After « Dr » or « Mme », a term this short (MAS, CH…) or a commune is somebody's name."""

SHORTEST_GUESS = 5
LONGEST_GUESS = 4
"""Letters and words of what may be guessed behind typing errors: « fam » is not « fan »."""

EMPTY_BETWEEN = 3
"""Empty words read between those of a need: « renoncement à des soins »."""

_PHONE = re.compile(r"(?<![\w+])(?:(?:\+|00)\d{2,3}|0)[ .\-/]?(?:\(0\))?(?:[ .\-/]*\d){8,9}(?!\d)")
_IDENTIFIER = re.compile(
    r"(?<!\w)(?:2[ABab][ .]?\d(?:[ .]?\d){6}|\d(?:[ .\-]?\d){13}"
    r"|\d(?:[ .\-]?\d){10}|\d(?:[ .\-]?\d){8})(?!\w)"
)
_IDENTIFIER_NAMES = {14: "SIRET", 11: "RPPS", 9: "FINESS"}
_ARTICLES = frozenset({"l", "la", "le", "les"})
_LINKS = frozenset({"sur", "sous", "en", "les", "lez", "la", "le", "de", "du", "des", "aux"})
_COMMON_HEADS = frozenset({"bourg", "villeneuve", "chateau", "pont", "port", "mont", "bois", "val"})
"""First words of many communes, never said alone for one of them."""


class Found(NamedTuple):
    """A part of the question that was recognised: where it stands and the filter it means."""

    start: int
    end: int
    label: str
    filter: Filter
    commune: Commune | None = None


def find_numbers(text: str) -> Iterator[Found]:
    """Phone numbers, then RPPS, FINESS, SIRET and SIREN, however they are spaced."""
    taken: list[tuple[int, int]] = []
    for match in _PHONE.finditer(text):
        if e164 := parse_phone(match.group().replace("(0)", "")):
            taken.append(match.span())
            yield Found(*match.span(), show_phone(e164), HasPhone(e164=e164))
    for match in _IDENTIFIER.finditer(text):
        if all(match.end() <= start or end <= match.start() for start, end in taken):
            value = re.sub(r"[ .\-]", "", match.group()).upper()
            label = f"{_IDENTIFIER_NAMES[len(value)]} {value}"
            yield Found(*match.span(), label, HasIdentifier(value=value))


Spelled = Mapping[str, Mapping[str, Key]]


class Places(NamedTuple):
    """The communes a question may name: those within reach by any spelling, all by postcode."""

    names: dict[Key, Commune]
    spelled: Spelled
    table: Communes | None

    def served(self, postcode: str) -> list[Commune]:
        """Communes of a postcode: those within reach first, else those of the whole table."""
        if not (len(postcode) == 5 and postcode.isdigit()):
            return []
        near = {c.insee: c for c in self.names.values() if postcode in c.postcodes}
        return list(near.values()) or (self.table.by_postcode(postcode) if self.table else [])

    def codes(self, found: list[Commune]) -> tuple[str, ...]:
        """INSEE codes to look for, a city's arrondissements included."""
        told = [commune.insee for commune in found]
        if self.table is None:
            return tuple(told)
        return tuple(sorted(self.table.with_arrondissements(told)))


def find_terms(words: list[Word], places: Places, *, tolerant: bool) -> Iterator[Found]:
    """Lexicon terms, communes and postcodes, the longest first; none overlaps another."""
    free = [True] * len(words)
    longest = max(
        lexicon().longest + EMPTY_BETWEEN, max((len(key) for key in places.names), default=1)
    )
    for length in range(min(longest, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            if not all(free[start : start + length]) or run[-1].folded in STOP_WORDS:
                continue
            found = _read_run(run, places, tolerant=tolerant)
            if found is None or _is_a_name(found, words, start):
                continue
            free[start : start + length] = [False] * length
            yield found


def _is_a_name(found: Found, words: list[Word], start: int) -> bool:
    if start == 0 or words[start - 1].folded not in CIVILITIES:
        return False
    return found.commune is not None or found.end - found.start <= SHORT_TERM


def _read_run(run: list[Word], places: Places, *, tolerant: bool) -> Found | None:
    key = term_key([word.folded for word in run])
    start, end = run[0].start, run[-1].end
    if commune := places.names.get(key):
        return _found_commune(start, end, [commune], places)
    if wanted := lexicon().filters.get(key):
        return Found(start, end, say_filter(wanted), wanted)
    if (wanted := _need(run)) is not None:
        return Found(start, end, say_filter(wanted), wanted)
    if len(key) == 1 and (served := places.served(key[0])):
        return _found_commune(start, end, served, places)
    return _nearly(start, end, key, places) if tolerant else None


def _need(run: list[Word]) -> Filter | None:
    """A need, whatever empty words stand between its own."""
    if run[0].folded in STOP_WORDS:
        return None
    return lexicon().needs.get(bare_key([word.folded for word in run]))


def _found_commune(start: int, end: int, found: list[Commune], places: Places) -> Found:
    label = " ou ".join(one.name for one in found)
    wanted = CommuneIs(insee=places.codes(found), label=label)
    return Found(start, end, label, wanted, found[0])


def _nearly(start: int, end: int, key: Key, places: Places) -> Found | None:
    """A term or a commune with typing errors: same first letter, few edits, one candidate."""
    typed = " ".join(key)
    edits = typing_errors_allowed(typed.replace(" ", ""))
    if edits == 0 or len(typed) < SHORTEST_GUESS or len(key) > LONGEST_GUESS:
        return None
    if (close := _closest(typed, edits, places.spelled)) is not None:
        return _found_commune(start, end, [places.names[close]], places)
    if (close := _closest(typed, edits, _spelled_terms())) is not None:
        wanted = lexicon().filters[close]
        return Found(start, end, say_filter(wanted), wanted)
    return None


@cache
def _spelled_terms() -> Spelled:
    return _spelled(lexicon().filters)


def _spelled(keys: Iterable[Key]) -> Spelled:
    """What may be guessed, by its first letter: how it is written and its key, in order."""
    grouped: dict[str, dict[str, Key]] = {}
    for key in keys:
        written = " ".join(key)
        if len(written) >= SHORTEST_GUESS:
            grouped.setdefault(written[0], {}).setdefault(written, key)
    return grouped


def _closest(typed: str, edits: int, spelled: Spelled) -> Key | None:
    """The key written most nearly so, the first of equals; None if all are farther than `edits`."""
    known = spelled.get(typed[0], {})
    found = process.extractOne(typed, known.keys(), scorer=OSA.distance, score_cutoff=edits)
    return known[found[0]] if found else None


def find_places(communes: tuple[Commune, ...], table: Communes | None) -> Places:
    """The communes a question may name, ready to be recognised."""
    return Places(*_read_names(communes), table)


@lru_cache(maxsize=8)
def _read_names(communes: tuple[Commune, ...]) -> tuple[dict[Key, Commune], Spelled]:
    """Every way of writing each commune that means no other: « lhay », « chevilly », « L'Haÿ »."""
    names: dict[Key, Commune | None] = {}
    for commune in communes:
        for key in _spellings(commune.name):
            names[key] = commune if names.get(key, commune) is commune else None
    kept = {key: commune for key, commune in names.items() if commune is not None}
    return kept, _spelled(kept)


def _spellings(name: str) -> set[Key]:
    words = folded_words(name)
    bare = words[1:] if words[0] in _ARTICLES and len(words) > 2 else words
    runs = [words, bare, [*_head(words)], ["".join(words)], ["".join(_head(words))]]
    return {term_key(run) for run in runs if len("".join(run)) > 3}


def _head(words: list[str]) -> list[str]:
    """What a long name is shortened to: « L'Haÿ », « Vitry », « Saint-Maur », « Chevilly »."""
    start = 1 if words[0] in (*_ARTICLES, "saint", "sainte") else 0
    short = words[: start + 1]
    if len(words) <= len(short) or short[-1] in _COMMON_HEADS:
        return words
    follows = words[len(short)]
    return short if follows in _LINKS or (start == 0 and len(short[0]) > 5) else words
