"""How many of what the demonstration invents, and where: written down, or by ratio to population."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import cycle, islice

from pydantic import BaseModel, ConfigDict, Field

from directory.communes import Communes
from directory.territory import Territory

NEIGHBOURS = "limitrophes"
"""The key of a count placed in neighbouring communes, as table 14 calls them."""

_TOWN = 5_000


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(_Section):
    """What practitioners and sites of one kind share; `table_14` names the row they reproduce."""

    id: str
    table_14: str = ""
    per_10000: float = 0.0
    per_territory: int = 0


class PractitionerGroup(Group):
    """Practitioners of one profession, taking the specialities in turn."""

    profession: str
    specialities: tuple[str, ...] = ()

    @property
    def documented(self) -> bool:
        """Whether the projet de santé counts them: table 14, and its total of specialists."""
        return bool(self.table_14 or self.specialities)


class SiteGroup(Group):
    """FINESS sites of one category, taking the names in turn."""

    category: str
    tariff: str
    names: tuple[str, ...] = Field(min_length=1)


class Groups(_Section):
    """The content of groups.toml."""

    streets: tuple[str, ...] = Field(min_length=1)
    practitioners: tuple[PractitionerGroup, ...]
    sites: tuple[SiteGroup, ...]


class PlanFile(_Section):
    """The content of plans/<territory>.toml: counts by group, then by INSEE code."""

    tables: tuple[str, ...] = ()
    practitioners: dict[str, dict[str, int]] = {}
    sites: dict[str, dict[str, int]] = {}
    streets: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Plan:
    """For each group, the commune (INSEE) of each entry to invent, in order."""

    practitioners: tuple[tuple[PractitionerGroup, tuple[str, ...]], ...]
    sites: tuple[tuple[SiteGroup, tuple[str, ...]], ...]
    streets: Mapping[str, tuple[str, ...]]
    default_streets: tuple[str, ...]
    tables: tuple[str, ...]

    def streets_of(self, insee: str) -> tuple[str, ...]:
        """Street names to use in a commune."""
        return self.streets.get(insee, self.default_streets)


def make_plan(territory: Territory, communes: Communes) -> Plan:
    """The plan of a territory: its own file where there is one, else ratios to its population."""
    groups, written = read_groups(), read_plan_file(territory.slug)

    def communes_of(group: Group, counts: dict[str, int] | None) -> tuple[str, ...]:
        if written is None:
            return expand(by_ratio(group, territory, communes), territory)
        return expand(counts or {}, territory)

    own = written or PlanFile(tables=("etp_ser_diabete",))
    return Plan(
        practitioners=tuple(
            (group, communes_of(group, own.practitioners.get(group.id)))
            for group in groups.practitioners
        ),
        sites=tuple((group, communes_of(group, own.sites.get(group.id))) for group in groups.sites),
        streets=own.streets,
        default_streets=groups.streets,
        tables=own.tables,
    )


@cache
def read_groups() -> Groups:
    """The groups the demonstration knows."""
    text = (resources.files("importers.demo") / "groups.toml").read_text(encoding="utf-8")
    return Groups.model_validate(tomllib.loads(text))


@cache
def read_plan_file(slug: str) -> PlanFile | None:
    """The counts written down for a territory, or None when there is no such file."""
    path = resources.files("importers.demo") / "plans" / f"{slug}.toml"
    if not path.is_file():
        return None
    return PlanFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def elsewhere(territory: Territory, communes: Communes) -> list[str]:
    """Towns of the département that are neither in the territory nor beside it."""
    return [
        commune.insee
        for commune in communes
        if commune.departement == territory.departement
        and commune.population >= _TOWN
        and commune.insee not in territory.everywhere
    ] or list(territory.communes)


def by_ratio(group: Group, territory: Territory, communes: Communes) -> dict[str, int]:
    """Counts by commune for a group, in proportion to population."""
    population = [_population(insee, communes) for insee in territory.communes]
    total = group.per_territory or round(group.per_10000 * sum(population) / 10_000)
    return dict(zip(territory.communes, apportion(total, population), strict=True))


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Share out a total in whole numbers, the largest remainders served first."""
    weights = weights if any(weights) else [1] * len(weights)
    exact = [total * weight / sum(weights) for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: shares[i] - exact[i])
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def expand(counts: Mapping[str, int], territory: Territory) -> tuple[str, ...]:
    """One INSEE code per entry to invent; neighbours are taken in turn."""
    own = [insee for insee, n in counts.items() if insee != NEIGHBOURS for _ in range(n)]
    around = islice(cycle(territory.neighbours), counts.get(NEIGHBOURS, 0))
    return (*own, *around)


def _population(insee: str, communes: Communes) -> int:
    commune = communes.get(insee)
    return commune.population if commune is not None else 0
