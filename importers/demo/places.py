"""Invented addresses: existing streets of a commune, invented house numbers, points near its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from directory.base.errors import InputRefusedError
from directory.communes import Commune, Communes
from importers.demo.numbers import fiction_phones
from importers.demo.plan import Plan

ROADS = {
    "R": "Rue",
    "AV": "Avenue",
    "BD": "Boulevard",
    "PL": "Place",
    "ALL": "Allée",
    "CHE": "Chemin",
    "SQ": "Square",
}
"""Road types as both national files abbreviate them, with the label RPPS adds."""

_SPREAD_DEGREES = 0.003
_REPETITIONS = ("",) * 12 + ("B", "T")
_REPETITION_LABELS = {"": "", "B": " BIS", "T": " TER"}


@dataclass(frozen=True)
class Place:
    """An invented address; latitude and longitude are WGS84 degrees, absent when unknown."""

    number: str
    repetition: str
    road_type: str
    road: str
    commune: Commune
    postcode: str
    lat: float | None
    lon: float | None

    @property
    def road_label(self) -> str:
        """The road type in full: « Avenue »."""
        return ROADS[self.road_type]

    @property
    def line(self) -> str:
        """The fourth line of the postal address, upper case."""
        number = self.number + _REPETITION_LABELS[self.repetition]
        return f"{number} {self.road_label.upper()} {self.road}"


class Places:
    """Draws addresses and phone numbers; the same seed draws the same."""

    def __init__(self, plan: Plan, communes: Communes, rng: Random) -> None:
        self._plan = plan
        self._communes = communes
        self._rng = rng
        self._phones: dict[str, Iterator[str]] = {}

    def draw(self, insee: str) -> Place:
        """An address in a commune; raises InputRefusedError when the commune table lacks it."""
        commune = self.commune(insee)
        road_type, road = self._rng.choice(self._plan.streets_of(insee)).split(" ", 1)
        return Place(
            number=str(self._rng.randint(1, 148)),
            repetition=self._rng.choice(_REPETITIONS),
            road_type=road_type,
            road=road,
            commune=commune,
            postcode=commune.postcodes[0] if commune.postcodes else "",
            lat=self._near(commune.lat),
            lon=self._near(commune.lon),
        )

    def commune(self, insee: str) -> Commune:
        """The commune with this INSEE code."""
        commune = self._communes.get(insee)
        if commune is None:
            raise InputRefusedError(
                f"Commune {insee} absente de la table des communes : corrigez le territoire."
            )
        return commune

    def phone(self, insee: str) -> str:
        """A number for fiction, never given twice."""
        region = self.commune(insee).region
        if region not in self._phones:
            self._phones[region] = fiction_phones(region, self._rng)
        return next(self._phones[region])

    def _near(self, degrees: float | None) -> float | None:
        if degrees is None:
            return None
        shift = max(-2.0, min(2.0, self._rng.gauss(0, 1))) * _SPREAD_DEGREES
        return round(degrees + shift, 6)
