"""A question as typed, read: recognised parts become chips, the rest stays words."""

import datetime as dt
from collections.abc import Iterable

from directory.communes import Commune, Communes
from directory.distances import Place, find_place
from directory.model import Value
from directory.moments import find_moments
from directory.query import Near, say_filter, say_near
from directory.recognizers import Found, Places, find_numbers, find_places, find_terms
from directory.results import Chip
from directory.text import (
    CIVILITIES,
    MAX_CHARACTERS,
    MAX_WORDS,
    STOP_WORDS,
    Word,
    split_words,
    tidy,
)


class Understood(Value, frozen=True, kw_only=True):
    """A question once read: `rest` is what must be found as words, `near` a place it names."""

    text: str
    chips: tuple[Chip, ...] = ()
    rest: str = ""
    words: str = ""
    """The whole question as words, civilities apart."""
    near: Near | None = None
    cut: bool = False
    """Whether the question was too long to be read whole."""


def understand(
    text: str,
    communes_in_reach: Iterable[Commune],
    communes: Communes | None = None,
    *,
    near: Near | None = None,
    plain: Iterable[str] = (),
    tolerant: bool = False,
    now: dt.datetime | None = None,
) -> Understood:
    """Read a question; never fails, whatever was typed.

    `communes_in_reach` are recognised by name, `communes` by postcode. « 5 km » without a commune
    is measured from `near`. Parts listed in `plain` stay words. `tolerant` also recognises
    professions, categories and communes written with small mistakes. `now`, the territory's wall
    clock, is what « ouvert maintenant » is read from; without it such parts stay words.
    """
    told = tidy(text)
    words = split_words(told)
    read = words[:MAX_WORDS]
    places = find_places(tuple(communes_in_reach), communes)
    found = _recognise(told, read, places, tuple(plain), tolerant=tolerant, now=now)
    place, naming = find_place(told, found, read, near)
    if place is not None and told[place.start : place.end] in plain:
        place, naming = None, None
    spans: list[Found | Place] = [one for one in found if one is not naming]
    spans.extend([place] if place is not None else [])
    spans.sort(key=lambda one: one.start)
    return Understood(
        text=told,
        chips=tuple(_chip(told, one) for one in spans),
        rest=_as_text(told, [word for word in read if not _covered(word, spans)], spans),
        words=_as_text(told, read, []),
        near=place.near if place is not None else None,
        cut=len(words) > MAX_WORDS or len(text) > MAX_CHARACTERS,
    )


def _recognise(
    text: str,
    words: list[Word],
    places: Places,
    plain: tuple[str, ...],
    *,
    tolerant: bool,
    now: dt.datetime | None,
) -> list[Found]:
    certain = list(find_numbers(text[: words[-1].end] if words else ""))
    if now is not None:
        free = [word for word in words if not _covered(word, certain)]
        certain += [
            Found(when.start, when.end, say_filter(when.filter), when.filter)
            for when in find_moments(free, now)
        ]
    free = [word for word in words if not _covered(word, certain)]
    found = [*certain, *find_terms(free, places, tolerant=tolerant)]
    return [one for one in found if text[one.start : one.end] not in plain]


def _chip(text: str, one: Found | Place) -> Chip:
    typed = text[one.start : one.end]
    if isinstance(one, Place):
        return Chip(typed=typed, label=say_near(one.near), filter=one.near)
    return Chip(typed=typed, label=one.label, filter=one.filter)


def _covered(word: Word, spans: Iterable[Found | Place]) -> bool:
    return any(one.start < word.end and word.start < one.end for one in spans)


def _as_text(text: str, words: list[Word], recognised: list[Found | Place]) -> str:
    """Words as typed, civilities apart; beside a chip, empty words at either end are nothing."""
    named = [word for word in words if word.folded not in CIVILITIES]
    kept = named or words
    if recognised:
        full = [place for place, word in enumerate(named) if word.folded not in STOP_WORDS]
        kept = named[full[0] : full[-1] + 1] if full else []
    return " ".join(text[word.start : word.end] for word in kept)
