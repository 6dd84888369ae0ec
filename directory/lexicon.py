"""The reviewed table of everyday words: what people say, and the codes it stands for."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from directory.model import ResourceKind, Value
from directory.query import (
    CategoryIs,
    Filter,
    HasMode,
    KindIs,
    NeedIs,
    ProfessionIs,
    SectorIs,
    SpecialityIs,
    TakesNewPatients,
)
from directory.text import STOP_WORDS, folded_words, singular
from directory.vocabulary import professions, read_table, specialities

ACTIVITY = "activity:"
"""Before a FINESS activity among the codes of a category: what a service does, whatever it is."""

Key = tuple[str, ...]
"""A term reduced to what all spellings share: folded, singular words."""


class Entry(Value, frozen=True, kw_only=True):
    """One line of `data/lexicon.csv`; `codes` are those of `kind`'s nomenclature.

    `names` are words that mean the same in the name of a structure, but something wider when
    typed: a « CHU » may be a shelter or a hospital.
    """

    term: str
    kind: str
    codes: tuple[str, ...]
    label: str
    source: str
    names: tuple[str, ...]


class Need(Value, frozen=True, kw_only=True):
    """One line of `data/needs.csv`: an act, an illness or a situation, and who answers it.

    `synonyms` are other ways of typing it, sentences included; `leads` are terms of the lexicon;
    `said` are words by which an entry speaks of it, beside `term` itself.
    """

    term: str
    synonyms: tuple[str, ...]
    leads: tuple[str, ...]
    said: tuple[str, ...]
    source: str


class Lexicon(Value, frozen=True, kw_only=True):
    """Terms by key, needs by key without empty words (« sortie de l'hôpital », « sortie
    d'hôpital »), single-word synonyms by folded word, and the longest key's length.
    """

    filters: Mapping[Key, Filter]
    needs: Mapping[Key, Filter]
    synonyms: Mapping[str, tuple[str, ...]]
    longest: int


def term_key(words: list[str]) -> Key:
    """The key of a run of folded words: « Sages-femmes » and « sage femme » share theirs."""
    return tuple(singular(word) for word in words)


def bare_key(words: list[str]) -> Key:
    """The key of a run of folded words without the empty ones."""
    return term_key([word for word in words if word not in STOP_WORDS])


def plain_speciality(label: str) -> str:
    """A speciality without the mark of its nomenclature: « Pédiatrie (SM) » → « Pédiatrie »."""
    return label.partition(" (S")[0]


@cache
def lexicon() -> Lexicon:
    """The shipped table, completed with the official labels of professions and specialities."""
    entries = read_entries()
    known = {**_official_terms(), **_reviewed_terms(entries)}
    typed = [
        (folded_words(told), wanted)
        for need in read_needs()
        for wanted in [need_filter(need, known)]
        for told in (need.term, *need.synonyms)
    ]
    bare = {bare_key(words): wanted for words, wanted in typed}
    filters = {**{term_key(words): wanted for words, wanted in typed}, **known}
    return Lexicon(
        filters=MappingProxyType(filters),
        needs=MappingProxyType({key: bare[key] for key in bare if key and key not in known}),
        synonyms=MappingProxyType(_synonyms(entries)),
        longest=max(len(key) for key in filters),
    )


@cache
def read_entries() -> tuple[Entry, ...]:
    """Lines of `data/lexicon.csv`."""
    return tuple(
        Entry(
            term=row["term"],
            kind=row["kind"],
            codes=tuple(row["codes"].split("|")),
            label=row["label"],
            source=row["source"],
            names=_listed(row["names"]),
        )
        for row in read_table("lexicon.csv")
    )


@cache
def read_needs() -> tuple[Need, ...]:
    """Lines of `data/needs.csv`."""
    return tuple(
        Need(
            term=row["term"],
            synonyms=_listed(row["synonyms"]),
            leads=_listed(row["leads"]),
            said=_listed(row["said"]),
            source=row["source"],
        )
        for row in read_table("needs.csv")
    )


def need_filter(need: Need, known: Mapping[Key, Filter]) -> NeedIs:
    """The filter of a need, its leads read among the `known` terms.

    Raises ValueError for a lead that is no profession, speciality or category of the lexicon.
    """
    codes: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for lead in need.leads:
        match known.get(term_key(folded_words(lead))):
            case ProfessionIs() as wanted:
                codes["professions"] += wanted.codes
            case SpecialityIs() as wanted:
                codes["specialities"] += wanted.codes
            case CategoryIs() as wanted:
                codes["categories"] += wanted.codes
                codes["words"] += wanted.words
                codes["activities"] += wanted.activities
            case _:
                raise ValueError(
                    f"needs.csv, « {need.term} » : « {lead} » n'est ni une profession, ni une "
                    "spécialité, ni une catégorie de lexicon.csv"
                )
    once = {name: tuple(dict.fromkeys(told)) for name, told in codes.items()}
    return NeedIs(label=need.term, said=(need.term, *need.said), **once)


def _listed(told: str) -> tuple[str, ...]:
    return tuple(told.split("|")) if told else ()


def _reviewed_terms(entries: tuple[Entry, ...]) -> dict[Key, Filter]:
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for entry in entries:
        groups[entry.kind, entry.codes].append(entry.term)
    return {
        term_key(folded_words(entry.term)): _entry_filter(entry, groups[entry.kind, entry.codes])
        for entry in entries
        if entry.kind != "word"
    }


def _entry_filter(entry: Entry, same_meaning: list[str]) -> Filter:
    match entry.kind:
        case "profession":
            return ProfessionIs(codes=entry.codes, label=entry.label)
        case "speciality":
            return SpecialityIs(codes=entry.codes, label=entry.label)
        case "category":
            return CategoryIs(
                codes=tuple(one for one in entry.codes if not one.startswith(ACTIVITY)),
                label=entry.label,
                words=(*same_meaning, *entry.names),
                activities=tuple(
                    one.removeprefix(ACTIVITY) for one in entry.codes if one.startswith(ACTIVITY)
                ),
            )
        case "kind":
            return KindIs(kinds=tuple(ResourceKind(code) for code in entry.codes))
        case "mode":
            return HasMode(modes=entry.codes, label=entry.label)
        case "sector":
            return SectorIs(codes=entry.codes, label=entry.label)
        case "new_patients":
            return TakesNewPatients(answers=entry.codes)
        case _:
            raise ValueError(f"lexicon.csv, « {entry.term} » : genre inconnu « {entry.kind} »")


def _official_terms() -> dict[Key, Filter]:
    terms: dict[Key, Filter] = {}
    named: dict[Key, dict[str, str]] = defaultdict(dict)
    for code, label in specialities().items():
        plain = plain_speciality(label)
        named[term_key(folded_words(plain))][code] = plain
    for key, same in named.items():
        terms[key] = SpecialityIs(codes=tuple(same), label=next(iter(same.values())))
    for profession in professions().values():
        wanted = ProfessionIs(codes=(profession.code,), label=profession.label)
        terms[term_key(folded_words(profession.label))] = wanted
        terms[term_key(folded_words(profession.plural))] = wanted
    return terms


def _synonyms(entries: tuple[Entry, ...]) -> dict[str, tuple[str, ...]]:
    return {
        folded_words(entry.term)[0]: tuple(folded_words(" ".join(entry.codes)))
        for entry in entries
        if entry.kind == "word"
    }
