"""Demonstration listings: invented content in the real national layouts, for the real importers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random

from directory.communes import Communes
from directory.territory import Territory
from importers.demo.ameli import write_ameli
from importers.demo.finess import write_finess
from importers.demo.home import home_sites, write_activities
from importers.demo.knowledge import write_diplomas, write_skills
from importers.demo.members import MAPPING as MEMBERS
from importers.demo.members import write_members
from importers.demo.people import People, Practitioner
from importers.demo.places import Places
from importers.demo.plan import Plan, elsewhere, make_plan
from importers.demo.rpps import write_rpps
from importers.demo.sites import Site, Sites
from importers.demo.structures import Structures

GENERAL_PRACTITIONERS = "generalistes"
_CLOSED_SITES = "pharmacies"


@dataclass(frozen=True)
class DemoImport:
    """One run to make, as the arguments of `run_import`; no files: those the source ships.

    `demo` marks what the file says as invented; `partial` says it is an extract, so that the
    national row bounds only warn.
    """

    source: str
    files: tuple[Path, ...]
    mapping: str | None
    demo: bool
    partial: bool


@dataclass(frozen=True)
class DemoGeneralPractitioner:
    """A GP of the demonstration, for the first-recourse team; `insee` is where they exercise."""

    rpps: str
    family: str
    given: str
    civility: str
    insee: str
    structure: str
    phone: str


@dataclass(frozen=True)
class DemoListings:
    """What was written, and the imports to make, in order."""

    rpps: Path
    finess: Path
    imports: tuple[DemoImport, ...]
    general_practitioners: tuple[DemoGeneralPractitioner, ...]


def write_listings(
    folder: Path, territory: Territory, communes: Communes, day: date, seed: int = 2026
) -> DemoListings:
    """Write the listings of a territory's demonstration, dated `day`: RPPS, FINESS, and what Ameli
    and the CPTS say of the same people.

    Counts come from plans/<territory>.toml, else from ratios to the population. The same
    territory, day and seed give the same bytes.
    """
    plan = make_plan(territory, communes)
    sites, practitioners = invent(plan, territory, communes, seed)
    folder.mkdir(parents=True, exist_ok=True)
    rpps = folder / f"PS_LibreAcces_Personne_activite_{day:%Y%m%d}0300.txt"
    skills = folder / f"PS_LibreAcces_SavoirFaire_{day:%Y%m%d}0300.txt"
    diplomas = folder / f"PS_LibreAcces_Dipl_AutExerc_{day:%Y%m%d}0300.txt"
    finess = folder / f"finess-structures-journalier-{day:%Y%m%d}.json.gz"
    activities = folder / f"finess-activites-journalier-{day:%Y%m%d}.json.gz"
    listed = f"{day:%Y%m%d}-021500.csv"
    ameli = (folder / f"liste-ps-{listed}", folder / f"liste-cds-{listed}")
    members = folder / f"membres-{day:%Y%m%d}.csv"
    write_rpps(rpps, practitioners)
    write_skills(skills, practitioners)
    write_diplomas(diplomas, practitioners)
    write_finess(finess, sites, day)
    write_activities(activities, sites, territory.communes, day)
    write_ameli(ameli, practitioners, sites)
    write_members(
        members,
        (one for one in practitioners if one.group == GENERAL_PRACTITIONERS),
        territory.name,
    )
    return DemoListings(
        rpps=rpps,
        finess=finess,
        imports=(
            DemoImport("finess", (finess, activities), None, demo=True, partial=True),
            DemoImport("rpps", (rpps, skills, diplomas), None, demo=True, partial=True),
            DemoImport("ameli", ameli, None, demo=True, partial=True),
            DemoImport("table", (members,), MEMBERS, demo=True, partial=False),
            *(
                DemoImport("table", (), mapping, demo=False, partial=False)
                for mapping in plan.tables
            ),
        ),
        general_practitioners=tuple(general_practitioners(practitioners)),
    )


def invent(
    plan: Plan, territory: Territory, communes: Communes, seed: int
) -> tuple[list[Site], list[Practitioner]]:
    """The sites and the practitioners of a plan, with a closed site and two students as traps."""
    rng = Random(f"{seed} {territory.slug}")  # noqa: S311 - invented data, nothing to guess
    places = Places(plan, communes, rng)
    draw = Sites(places)
    sites = [site for group, where in plan.sites for site in draw.draw(group, where)]
    closed = next(group for group, _ in plan.sites if group.id == _CLOSED_SITES)
    sites.append(draw.closed(closed, territory.communes[0]))
    people = People(
        Structures(places, sites, rng),
        territory.departement,
        elsewhere(territory, communes),
        rng,
    )
    practitioners = list(
        chain.from_iterable(people.draw(group, where) for group, where in plan.practitioners)
    )
    outside = elsewhere(territory, communes)
    sites += home_sites(draw, outside, territory.neighbours)  # last: the other draws stay
    return sites, practitioners + [people.student(like) for like in practitioners[:2]]


def general_practitioners(
    practitioners: Iterable[Practitioner],
) -> Iterable[DemoGeneralPractitioner]:
    """The GPs among the practitioners, in the order of the file."""
    for practitioner in practitioners:
        if practitioner.group != GENERAL_PRACTITIONERS:
            continue
        structure = practitioner.activities[0].structure
        yield DemoGeneralPractitioner(
            rpps=practitioner.rpps,
            family=practitioner.name.family,
            given=practitioner.name.given,
            civility=practitioner.name.civility,
            insee=practitioner.insee,
            structure=structure.key,
            phone=structure.phone,
        )
