"""Invented FINESS sites: pharmacies, laboratories, health centres, imaging, coordination."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from importers.demo.numbers import finess_number
from importers.demo.places import Place, Places
from importers.demo.plan import SiteGroup

_NAMED_AFTER_COMMUNE = ("124", "603", "604", "606")


@dataclass(frozen=True)
class Site:
    """An invented site; `point` says how its coordinates are written: A, B, C, none or commune."""

    finess: str
    legal_entity: str
    group: str
    category: str
    tariff: str
    name: str
    place: Place
    phone: str
    point: str
    visit_place: Place | None = None
    closed: bool = False


class Sites:
    """Draws sites one by one; the same seed draws the same."""

    # FORMATS.md a.4, traps 1 to 3: three layouts, a quarter without point, some commune centroids.
    _POINTS = ("A", "B", "A", "C", "none", "A", "B", "C", "commune", "A", "none", "B")

    def __init__(self, places: Places) -> None:
        self._places = places
        self._serials = iter(range(1, 100_000))
        self._drawn = 0

    def draw(self, group: SiteGroup, communes: Iterable[str]) -> Iterator[Site]:
        """The sites of a group, one per commune given."""
        for rank, insee in enumerate(communes):
            yield self._site(group, insee, group.names[rank % len(group.names)])

    def closed(self, group: SiteGroup, insee: str) -> Site:
        """A site closed years ago: the national file keeps those, importers leave them out."""
        return self._site(group, insee, f"{group.names[0]} (FERMEE)", closed=True)

    def _site(self, group: SiteGroup, insee: str, name: str, closed: bool = False) -> Site:
        self._drawn += 1
        place = self._places.draw(insee)
        point = self._POINTS[self._drawn % len(self._POINTS)] if place.lat is not None else "none"
        by_commune = group.category in _NAMED_AFTER_COMMUNE
        return Site(
            finess=self._number(place),
            legal_entity=self._number(place),
            group=group.id,
            category=group.category,
            tariff=group.tariff,
            name=f"{name} {place.commune.name.upper()}" if by_commune else name,
            place=place,
            phone=self._places.phone(insee),
            point=point,
            visit_place=self._places.draw(insee) if self._drawn % 14 == 9 else None,
            closed=closed,
        )

    def _number(self, place: Place) -> str:
        return finess_number(place.commune.departement, next(self._serials))
