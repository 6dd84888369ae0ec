"""Invented people: names drawn by Faker, numbers of the demonstration, activities that repeat the
traps of the real register (two sites, two skills, two professions, homonyms, mixed case)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from faker import Faker

from directory.vocabulary import GENERAL_PRACTICE
from importers.demo.numbers import first_serial, rpps_number
from importers.demo.plan import PractitionerGroup
from importers.demo.structures import Structure, Structures

OSTEOPATH = "71"
_SECOND_SKILL = dict(
    zip(GENERAL_PRACTICE, GENERAL_PRACTICE[1:] + GENERAL_PRACTICE[:1], strict=True)
)
_TITLED = ("10", "40")


@dataclass(frozen=True)
class Name:
    """A name as the register writes it; `civility` is M or MME."""

    civility: str
    family: str
    given: str


@dataclass(frozen=True)
class Activity:
    """One activity of a person: a profession somewhere, with its skills (savoir-faire)."""

    structure: Structure
    profession: str
    skills: tuple[str, ...]
    mode: str


@dataclass(frozen=True)
class Practitioner:
    """An invented practitioner; `insee` is the commune the plan counts them in."""

    rpps: str
    name: Name
    group: str
    insee: str
    activities: tuple[Activity, ...]
    student: bool = False

    @property
    def title(self) -> str:
        """The exercise title, for doctors and dentists."""
        return "DR" if self.activities[0].profession in _TITLED and not self.student else ""


class People:
    """Draws practitioners one by one; the same seed draws the same."""

    def __init__(
        self, structures: Structures, departement: str, elsewhere: Sequence[str], rng: Random
    ) -> None:
        self._structures = structures
        self._elsewhere = elsewhere
        self._rng = rng
        self._serials = iter(range(first_serial(departement), 10_000_000))
        self._names = draw_names(rng.getrandbits(32))

    def draw(self, group: PractitionerGroup, communes: Iterable[str]) -> Iterator[Practitioner]:
        """The practitioners of a group, one per commune given."""
        for rank, insee in enumerate(communes):
            name = next(self._names)
            skills = _skills(group, rank)
            structure, mode = self._structures.workplace(group, insee, name.family)
            main = Activity(structure, group.profession, skills, mode)
            yield Practitioner(
                rpps=rpps_number(next(self._serials)),
                name=name,
                group=group.id,
                insee=insee,
                activities=(main, *self._other_activities(main, group, rank, name)),
            )

    def student(self, like: Practitioner) -> Practitioner:
        """A student of the same profession at the same place: importers leave students out."""
        activity = Activity(like.activities[0].structure, like.activities[0].profession, (), "S")
        rpps = rpps_number(next(self._serials))
        return Practitioner(rpps, next(self._names), "", like.insee, (activity,), student=True)

    def _other_activities(
        self, main: Activity, group: PractitionerGroup, rank: int, name: Name
    ) -> Iterator[Activity]:
        """A second site for one in nine; osteopathy for some physiotherapists.

        Where the project's document says how many there are, the second site is elsewhere in the
        département: one entry per person in the territory, one row more that imports leave out.
        """
        insee = self._rng.choice(self._elsewhere) if group.documented else main_commune(main)
        if rank % 9 == 4:
            second = self._structures.second_site(group, insee, name.family)
            yield Activity(second, main.profession, main.skills, "L")
        if group.profession == "70" and rank % 22 == 7:
            yield Activity(main.structure, OSTEOPATH, (), "L")


def main_commune(activity: Activity) -> str:
    """The commune (INSEE) an activity takes place in."""
    return activity.structure.place.commune.insee


def draw_names(seed: int) -> Iterator[Name]:
    """Names without end, each once but for a homonym now and then; case mixed as in the register."""
    fake = Faker("fr_FR")
    fake.seed_instance(seed)
    kept: list[Name] = []
    taken: set[tuple[str, str]] = set()
    while True:
        name = kept[-50] if len(kept) % 61 == 60 else _fresh_name(fake, taken, rank=len(kept))
        kept.append(name)
        yield name


def _fresh_name(fake: Faker, taken: set[tuple[str, str]], rank: int) -> Name:
    name = _draw_name(fake, rank)
    while (name.family.casefold(), name.given.casefold()) in taken:
        name = _draw_name(fake, rank)
    taken.add((name.family.casefold(), name.given.casefold()))
    return name


def _draw_name(fake: Faker, rank: int) -> Name:
    woman = fake.boolean(chance_of_getting_true=58)
    given = fake.first_name_female() if woman else fake.first_name_male()
    family = fake.last_name()
    written = (family.upper(), given) if rank % 3 else (family, given.upper())
    return Name("MME" if woman else "M", *written)


def _skills(group: PractitionerGroup, rank: int) -> tuple[str, ...]:
    if not group.specialities:
        return ()
    skill = group.specialities[rank % len(group.specialities)]
    second = _SECOND_SKILL.get(skill)
    return (skill, second) if second and rank % 12 == 3 else (skill,)
