"""What is loosened, and in which order, when a question finds nothing or too little."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from directory.model import Value
from directory.query import (
    CommuneIs,
    Filter,
    HasMode,
    Near,
    OpenAt,
    SectorIs,
    TakesNewPatients,
    say_near,
)
from directory.results import Chip

ENOUGH_NEARBY = 5
"""Fewer entries than that within a radius, and it widens by itself (DESIGN §7)."""


CONDITIONS = (HasMode, OpenAt, SectorIs, TakesNewPatients)
"""What may be typed of how and when people work; sources are mostly silent about it."""


class Reading(Value, frozen=True, kw_only=True):
    """One way of asking the engine a question, and what was loosened to get there (French)."""

    chips: tuple[Chip, ...] = ()
    text: str = ""
    words: str = ""
    """The whole question as words."""
    near: Near | None = None
    any_word: bool = False
    said: str = ""

    @property
    def enough(self) -> int:
        """How many entries make this reading a satisfying answer."""
        return ENOUGH_NEARBY if self.near is not None and self.near.radius_m is not None else 1


class Loosening(NamedTuple):
    """A step: how to loosen a reading, and whether it serves when there are a few entries."""

    loosen: Callable[[Reading, Mapping[str, Near]], Reading | None]
    when_few: bool = False


def _wider(times: int) -> Callable[[Reading, Mapping[str, Near]], Reading | None]:
    def widen(reading: Reading, _points: Mapping[str, Near]) -> Reading | None:
        if reading.near is None or reading.near.radius_m is None:
            return None
        wide = msgspec.structs.replace(reading.near, radius_m=reading.near.radius_m * times)
        said = (
            f"Moins de {ENOUGH_NEARBY} résultats {say_near(reading.near)} : "
            f"recherche élargie, {say_near(wide)}."
        )
        return msgspec.structs.replace(reading, near=wide, said=said)

    return widen


def _without_conditions(reading: Reading, _points: Mapping[str, Near]) -> Reading | None:
    """Few sources say how and when people work: their silence is not a « no »."""
    conditions = [chip for chip in reading.chips if isinstance(chip.filter, CONDITIONS)]
    kept = tuple(chip for chip in reading.chips if chip not in conditions)
    if not conditions or not (kept or reading.text):
        return None
    labels = " ni ".join(f"« {chip.label} »" for chip in conditions)
    said = f"Aucune fiche n'est connue pour {labels} : ce critère est laissé de côté."
    return msgspec.structs.replace(reading, chips=kept, said=said)


def _nearest_instead(reading: Reading, points: Mapping[str, Near]) -> Reading | None:
    """Nothing in the commune: the nearest entries, from its point."""
    started = _without_conditions(reading, points) or reading
    named = [chip for chip in started.chips if isinstance(chip.filter, CommuneIs)]
    kept = tuple(chip for chip in started.chips if chip not in named)
    if not named or reading.near is not None or not (kept or started.text):
        return None
    around = points.get(named[0].label)
    if around is None:
        return None
    place = Chip(typed=named[0].typed, label=say_near(around), filter=around)
    said = f"Rien à {named[0].label} : voici le plus proche."
    chips = (*kept, place)
    return msgspec.structs.replace(started, chips=chips, near=around, said=said)


def _as_words(reading: Reading, _points: Mapping[str, Near]) -> Reading | None:
    if not reading.chips:
        return None
    said = "Rien avec ces critères : tous les mots sont cherchés tels quels."
    return msgspec.structs.replace(reading, chips=(), text=reading.words, near=None, said=said)


def _any_word(reading: Reading, _points: Mapping[str, Near]) -> Reading | None:
    if len(reading.words.split()) < 2:
        return None
    said = "Aucune fiche ne contient tous ces mots : en voici qui en contiennent une partie."
    return msgspec.structs.replace(
        reading, chips=(), text=reading.words, near=None, any_word=True, said=said
    )


LOOSENINGS: Mapping[str, Loosening] = {
    "2": Loosening(_wider(2), when_few=True),
    "4": Loosening(_wider(4), when_few=True),
    "8": Loosening(_wider(8), when_few=True),
    "m": Loosening(_without_conditions),
    "n": Loosening(_nearest_instead),
    "w": Loosening(_as_words),
    "a": Loosening(_any_word),
}
"""Steps in order, each from the question as understood; the letter goes into the cursor."""


def merged_filters(filters: Iterable[Filter | Near]) -> tuple[Filter, ...]:
    """Choices of one sort widen each other, typed or chosen by hand: « cachan fresnes » is either.

    Two numbers, two ages or two hours are both required.
    """
    merged: list[Filter] = []
    for wanted in filters:
        if isinstance(wanted, Near):
            continue
        same = [one for one in merged if type(one) is type(wanted) and _has_choices(one)]
        if same:
            merged[merged.index(same[0])] = _either(same[0], wanted)
        else:
            merged.append(wanted)
    return tuple(merged)


def _has_choices(wanted: Filter) -> bool:
    return any(isinstance(getattr(wanted, name), tuple) for name in wanted.__struct_fields__)


def _either(first: Filter, second: Filter) -> Filter:
    """The choices of both, of one sort."""
    told: dict[str, Any] = {}
    for name in first.__struct_fields__:
        one, other = getattr(first, name), getattr(second, name)
        both = dict.fromkeys(
            (*one, *other) if isinstance(one, tuple) else filter(None, (one, other))
        )
        told[name] = tuple(both) if isinstance(one, tuple) else " ou ".join(both)
    return msgspec.structs.replace(first, **told)
