"""Where practitioners are, by profession: the table of « Qui est là », drawn.

An entry known to its commune only keeps the point of its commune and is said so: it is never at an
address. An entry without any point is counted apart.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from directory.communes import Commune
from directory.model import Point, Precision
from directory.panorama import NO_PROFESSION
from directory.resource import Resource
from web.newcomer.supply import communes_here, people_here, search_form
from web.services import Services

EXACT = (Precision.ADDRESS, Precision.STREET, Precision.PIN)
"""What may be drawn where it is; anything else is drawn as a commune."""

Spot = tuple[int, int, float, float, bool]
"""Profession and commune (their places in the lists), degrees, whether they are those of an address."""


def people_map(services: Services) -> dict[str, Any]:
    """Professions, communes, the search behind each pair of them, and spots with their counts.

    Raises UnavailableError while there is no index.
    """
    communes = communes_here(services)
    return draw(people_here(services, communes), communes)


def draw(people: Iterable[Resource], communes: Sequence[Commune]) -> dict[str, Any]:
    """The document of the map, the most numerous professions first, spots in a fixed order."""
    listed = list(people)
    labels = {_code(one): _label(one) for one in listed}
    numbers = Counter(_code(one) for one in listed)
    codes = sorted(labels, key=lambda code: (-numbers[code], labels[code]))
    columns = {one.insee: place for place, one in enumerate(communes)}
    spots: Counter[Spot] = Counter(
        (codes.index(_code(one)), columns[one.insee], *_drawn(one.point))
        for one in listed
        if one.point and one.insee in columns
    )
    return {
        "professions": [{"label": labels[code], "count": numbers[code]} for code in codes],
        "communes": [one.name for one in communes],
        "searches": [
            [
                search_form((one.insee,), profession=(code,) if code else ()).url()
                for one in communes
            ]
            for code in codes
        ],
        "spots": [[*spot, count] for spot, count in sorted(spots.items())],
        "nowhere": len(listed) - spots.total(),
    }


def _drawn(point: Point) -> tuple[float, float, bool]:
    return round(point.lat, 6), round(point.lon, 6), point.precision in EXACT


def _code(one: Resource) -> str:
    return one.profession.code if one.profession else ""


def _label(one: Resource) -> str:
    return one.profession.label if one.profession else NO_PROFESSION
