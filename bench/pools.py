"""What large files are drawn from: names, communes by population, streets. Prepared once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, product
from random import Random
from typing import TypeVar

from faker.providers.person.fr_FR import Provider

from directory.communes import Commune, read_communes
from importers.demo.places import ROADS, Place
from importers.demo.plan import read_groups

T = TypeVar("T")

_DRAWN = 1 << 15
_SPREAD_DEGREES = 0.02
_BEGINNINGS = ["Bar", "Bel", "Cal", "Cham", "Del", "Fau", "Gar", "Lam", "Mar", "Per", "Ros", "Val"]
_MIDDLES = ["", "be", "de", "gue", "li", "me", "ne", "pi", "ri", "vi"]
_ENDINGS = ["ac", "ard", "cher", "cour", "eau", "el", "et", "mont", "nay", "reux", "tier", "val"]


@dataclass(frozen=True)
class Pools:
    """Tuples to draw from; communes come as often as they have inhabitants."""

    families: tuple[str, ...]
    given_men: tuple[str, ...]
    given_women: tuple[str, ...]
    communes: tuple[Commune, ...]
    streets: tuple[tuple[str, str], ...]

    def place(self, rng: Random) -> Place:
        """An invented address somewhere in France."""
        commune = pick(self.communes, rng)
        road_type, road = pick(self.streets, rng)
        return Place(
            number=str(1 + int(rng.random() * 180)),
            repetition="B" if rng.random() < 0.03 else "",
            road_type=road_type,
            road=road,
            commune=commune,
            postcode=commune.postcodes[0],
            lat=_near(commune.lat, rng),
            lon=_near(commune.lon, rng),
        )


def make_pools(rng: Random) -> Pools:
    """The pools of a seed."""
    communes = _served_communes()
    weights = list(accumulate(commune.population + 1 for commune in communes))
    roads = [street.split(" ", 1)[1] for street in read_groups().streets]
    return Pools(
        families=tuple(_family(rng) for _ in range(_DRAWN)),
        given_men=tuple(Provider.first_names_male),
        given_women=tuple(Provider.first_names_female),
        communes=tuple(rng.choices(communes, cum_weights=weights, k=_DRAWN)),
        streets=tuple(product(ROADS, roads)),
    )


def pick(pool: Sequence[T], rng: Random) -> T:
    """One of a pool, each as likely; three times faster than `Random.choice`."""
    return pool[int(rng.random() * len(pool))]


def weighted(choices: Sequence[tuple[T, float]], rng: Random, size: int = 4096) -> tuple[T, ...]:
    """A pool in which each choice comes about as often as its weight."""
    values, weights = zip(*choices, strict=True)
    return tuple(rng.choices(values, weights=weights, k=size))


@cache
def _served_communes() -> tuple[Commune, ...]:
    return tuple(commune for commune in read_communes() if commune.postcodes)


def _family(rng: Random) -> str:
    """A frequent name, an invented one or a double one: a register has many names and homonyms."""
    kind = rng.random()
    if kind < 0.55:
        return pick(Provider.last_names, rng)
    invented = pick(_BEGINNINGS, rng) + pick(_MIDDLES, rng) + pick(_ENDINGS, rng)
    return invented if kind < 0.94 else f"{pick(Provider.last_names, rng)}-{invented}"


def _near(degrees: float | None, rng: Random) -> float | None:
    return None if degrees is None else round(degrees + (rng.random() - 0.5) * _SPREAD_DEGREES, 6)
