"""« 5 km Rungis », « autour de Cachan »: a distance said in a question, and the place beside it."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from directory.query import Near
from directory.recognizers import Found
from directory.text import STOP_WORDS, Word, fold

_DISTANCE = re.compile(
    r"(?:(?<!\w)a\s+)?(?:moins\s+de\s+|environ\s+)?"
    r"(?<!\w)(?P<number>\d{1,4}(?:[.,]\d{1,2})?)\s*(?P<unit>kms?|kilometres?|m|metres?)(?!\w)"
    r"(?:\s+autour)?"
)
_AROUND = re.compile(
    r"(?<!\w)(?:autour|aux alentours|alentours|aux environs|tout pres|pres|proche|a cote)(?=\s)"
)
SHORTEST_RADIUS_M, LONGEST_RADIUS_M = 100, 200_000


class Place(NamedTuple):
    """A part of the question that names a place to measure from."""

    start: int
    end: int
    near: Near


class _Said(NamedTuple):
    start: int
    end: int
    radius_m: int | None


def find_place(
    text: str, found: Sequence[Found], words: Sequence[Word], near: Near | None
) -> tuple[Place | None, Found | None]:
    """The place asked for, and the commune that names it: it is then no longer a filter.

    A distance that stands beside no commune is measured from `near`, when it is known.
    """
    for said in _distances(text):
        for one in found:
            point = one.commune.point if one.commune is not None else None
            if one.commune is not None and point is not None and _beside(said, one, words):
                around = Near(
                    lat=point.lat, lon=point.lon, radius_m=said.radius_m, label=one.commune.name
                )
                span = min(said.start, one.start), max(said.end, one.end)
                return Place(*span, around), one
        if near is not None and said.radius_m is not None:
            around = Near(lat=near.lat, lon=near.lon, radius_m=said.radius_m, label=near.label)
            return Place(said.start, said.end, around), None
    return None, None


def _distances(text: str) -> Iterator[_Said]:
    folded = "".join(map(_folded_letter, text))
    for match in _DISTANCE.finditer(folded):
        number = float(match["number"].replace(",", "."))
        metres = round(number * (1000 if match["unit"].startswith("k") else 1))
        radius = min(max(metres, SHORTEST_RADIUS_M), LONGEST_RADIUS_M)
        yield _Said(match.start(), match.end(), radius)
    for match in _AROUND.finditer(folded):
        yield _Said(match.start(), match.end(), None)


@lru_cache(maxsize=1024)
def _folded_letter(letter: str) -> str:
    """One letter for one, so that places stay what they are."""
    return fold(letter)[:1] or " "


def _beside(said: _Said, one: Found, words: Sequence[Word]) -> bool:
    """Whether nothing but empty words stands between a distance and a commune."""
    first, last = (said.end, one.start) if said.start < one.start else (one.end, said.start)
    between = [word for word in words if first <= word.start and word.end <= last]
    return all(word.folded in STOP_WORDS for word in between)
