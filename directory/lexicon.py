"""The reviewed table of everyday words: what people say, and the codes it stands for."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from directory.model import ResourceKind, Value
from directory.query import CategoryIs, Filter, HasMode, KindIs, ProfessionIs, SpecialityIs
from directory.text import folded_words, singular
from directory.vocabulary import professions, read_table, specialities

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


class Lexicon(Value, frozen=True, kw_only=True):
    """Terms by key, single-word synonyms by folded word, and the longest key's length."""

    filters: Mapping[Key, Filter]
    synonyms: Mapping[str, tuple[str, ...]]
    longest: int


def term_key(words: list[str]) -> Key:
    """The key of a run of folded words: « Sages-femmes » and « sage femme » share theirs."""
    return tuple(singular(word) for word in words)


def plain_speciality(label: str) -> str:
    """A speciality without the mark of its nomenclature: « Pédiatrie (SM) » → « Pédiatrie »."""
    return label.partition(" (S")[0]


@cache
def lexicon() -> Lexicon:
    """The shipped table, completed with the official labels of professions and specialities."""
    entries = read_entries()
    filters = {**_official_terms(), **_reviewed_terms(entries)}
    return Lexicon(
        filters=MappingProxyType(filters),
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
            names=tuple(row["names"].split("|")) if row["names"] else (),
        )
        for row in read_table("lexicon.csv")
    )


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
                codes=entry.codes, label=entry.label, words=(*same_meaning, *entry.names)
            )
        case "kind":
            return KindIs(kinds=tuple(ResourceKind(code) for code in entry.codes))
        case "mode":
            return HasMode(modes=entry.codes, label=entry.label)
        case _:
            raise ValueError(f"lexicon.csv, « {entry.term} » : genre inconnu « {entry.kind} »")


def _official_terms() -> dict[Key, Filter]:
    terms: dict[Key, Filter] = {}
    for code, label in specialities().items():
        plain = plain_speciality(label)
        terms[term_key(folded_words(plain))] = SpecialityIs(codes=(code,), label=plain)
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
