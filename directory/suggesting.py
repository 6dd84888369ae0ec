"""What a question may be about while it is typed: who, what, where, from its last words."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain, islice, zip_longest

from directory.base.errors import UnavailableError
from directory.communes import Commune, Communes
from directory.completions import (
    Completion,
    Completions,
    commune_completions,
    term_completions,
)
from directory.engines.base import Engine
from directory.model import Value
from directory.query import DirectoryQuery
from directory.question import understand
from directory.resource import Resource
from directory.text import (
    CIVILITIES,
    STOP_WORDS,
    Word,
    fold,
    folded_words,
    singular,
    split_words,
    tidy,
)
from directory.vocabulary import KIND_LABELS
from directory.widening import merged_filters

MOST = 8
"""Suggestions offered at once: a list read at a glance."""

MOST_CHARACTERS = 200
"""Nothing is suggested for a longer text: it was pasted, nobody is typing it."""

LONGEST_RUN = 5
"""Words at the end of the text that may be one thing: « service de soins infirmiers à »."""

SHORTEST = 2
"""One letter begins too many things to suggest any."""

LOOKED_AT = 20
"""Entries asked of the engine, among which those named so are kept."""


class SuggestionKind(StrEnum):
    """What is suggested, in the order of the groups."""

    WHO = "who"
    WHAT = "what"
    WHERE = "where"


class Suggestion(Value, frozen=True, kw_only=True):
    """A choice: the whole question it makes (`text`), or the entry it leads to (`alias`)."""

    kind: SuggestionKind
    label: str
    detail: str = ""
    text: str = ""
    alias: str = ""


def suggest(
    engine: Engine, text: str, reach: Iterable[Commune], communes: Communes | None = None
) -> tuple[Suggestion, ...]:
    """At most MOST suggestions, grouped by kind; none for an empty or senseless text.

    `reach` are the communes offered, in that order. Without an index nobody is suggested; never
    fails, whatever was typed.
    """
    told = tidy(text) if len(text) <= MOST_CHARACTERS else ""
    words = split_words(told)
    if not words:
        return ()
    near = tuple(reach)
    who = list(_who(engine, told, words, near, communes))
    begun = _begun(told, words, near)
    if begun is None and not who:
        begun = _begun(told, words, near, nearly=True)
    what, where = begun or ([], [])
    return _grouped(who, what, where)


def _begun(
    told: str, words: list[Word], near: tuple[Commune, ...], *, nearly: bool = False
) -> tuple[list[Suggestion], list[Suggestion]] | None:
    """Terms and communes that the longest run of last words begins; None if none begins any."""
    known = (term_completions(), commune_completions(near))
    for length in range(min(LONGEST_RUN, len(words)), 0, -1):
        run = words[-length:]
        if run[-1].end - run[0].start < SHORTEST:
            continue
        terms, places = (_found(one, _spellings(told, run), nearly=nearly) for one in known)
        if terms or places:
            before = told[: run[0].start].lstrip()
            return (
                list(_accepted(SuggestionKind.WHAT, told, before, terms)),
                list(_accepted(SuggestionKind.WHERE, told, before, places)),
            )
    return None


def _found(known: Completions, spellings: Iterable[str], *, nearly: bool) -> list[Completion]:
    look = known.resembling if nearly else known.starting
    return list(dict.fromkeys(chain.from_iterable(map(look, spellings))))


def _spellings(told: str, run: list[Word]) -> dict[str, None]:
    """The run as typed and with its first words singular; a space typed after it counts."""
    *first, last = [word.folded for word in run]
    after = " " if run[-1].end < len(told) else ""
    ways = (first, [singular(word) for word in first])
    return dict.fromkeys(" ".join((*way, last)) + after for way in ways)


def _accepted(
    kind: SuggestionKind, told: str, before: str, found: Iterable[Completion]
) -> Iterator[Suggestion]:
    """Suggestions that change the question: what is already written whole is left out."""
    for one in found:
        text = before + one.label
        if folded_words(text) != folded_words(told):
            yield Suggestion(kind=kind, label=one.label, detail=one.detail, text=text)


def _who(
    engine: Engine,
    told: str,
    words: list[Word],
    near: tuple[Commune, ...],
    communes: Communes | None,
) -> Iterator[Suggestion]:
    """Entries named so, among those the words before ask for: « kiné cachan merc »."""
    last = words[-1]
    if len(last.folded) < SHORTEST or last.folded in STOP_WORDS:
        return
    before = understand(told[: last.start], near, communes)
    names = [one for one in before.rest.split() if fold(one) not in CIVILITIES]
    text = " ".join((*names, told[last.start : last.end]))
    query = DirectoryQuery(
        text=text,
        named=True,
        filters=merged_filters(chip.filter for chip in before.chips),
        near=before.near,
        size=LOOKED_AT,
        counted=False,
    )
    try:
        hits = engine.search(query).hits
    except UnavailableError:
        return
    wanted = [word for word in folded_words(text) if word not in STOP_WORDS]
    for hit in hits:
        if _is_named(hit.resource, wanted):
            yield Suggestion(
                kind=SuggestionKind.WHO,
                label=hit.resource.name,
                detail=_say_entry(hit.resource),
                alias=hit.resource.alias,
            )


def _is_named(entry: Resource, wanted: list[str]) -> bool:
    names = folded_words(" ".join((entry.name, entry.given, entry.family, *entry.other_names)))
    return all(any(name.startswith(word) for name in names) for word in wanted)


def _say_entry(entry: Resource) -> str:
    """« Masseur-kinésithérapeute, Cachan »."""
    codings = (*entry.specialities[:1], entry.profession, entry.category)
    what = next((one.label for one in codings if one is not None and one.label), "")
    return ", ".join(part for part in (what or KIND_LABELS[entry.kind], entry.commune) if part)


def _grouped(*kinds: list[Suggestion]) -> tuple[Suggestion, ...]:
    """The best of each kind in turn until there are enough, then each kind together."""
    in_turn = (one for row in zip_longest(*kinds) for one in row if one is not None)
    kept = set(islice(in_turn, MOST))
    return tuple(one for kind in kinds for one in kind if one in kept)
