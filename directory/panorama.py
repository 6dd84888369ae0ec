"""The supply of a territory: who and what is there, by profession and commune, counted in one pass.

People are counted, not activities: somebody with two places in a commune counts once there, and
once in the total of the territory. Whoever only stands in for somebody is counted apart.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from directory.communes import Communes
from directory.indexing import register_state
from directory.model import ResourceKind
from directory.panorama_settings import Places, Setting
from directory.projection import resources
from directory.register import Register
from directory.resource import Resource
from directory.vocabulary import GENERAL_PRACTICE, KIND_LABELS, professions

DOCTOR = "10"
GENERAL, SPECIALIST, UNSAID = "10-general", "10-other", "10-unsaid"
"""Doctors are three lines: an ordinal speciality parts general practice from all others."""

DOCTOR_LINES: Mapping[str, str] = {
    GENERAL: "Médecins généralistes",
    SPECIALIST: "Médecins d'autres spécialités",
    UNSAID: "Médecins dont la spécialité n'est pas dite",
}
NO_PROFESSION = "Profession non dite"
_PLACES = (
    ResourceKind.ESTABLISHMENT,
    ResourceKind.SERVICE,
    ResourceKind.TEAM,
    ResourceKind.ASSOCIATION,
)


@dataclass(frozen=True)
class Line:
    """One line of a table of supply: a profession or a category, with people by commune.

    `people` is by INSEE code of the territory's communes; `total` counts each person once.
    """

    code: str
    label: str
    people: Mapping[str, int]
    total: int


@dataclass(frozen=True)
class Supply:
    """What was counted. `settings` are places of practice by line of profession.

    `replacing` people only stand in for somebody, `unplaced` entries have no known commune: neither
    is in the tables. `sources` are titles of the sources that tell of what was counted.
    """

    professions: Sequence[Line] = ()
    structures: Sequence[Line] = ()
    settings: Mapping[str, Mapping[Setting, int]] = field(default_factory=dict)
    replacing: int = 0
    unplaced: int = 0
    demo: int = 0
    sources: Sequence[str] = ()

    def line(self, code: str) -> Line | None:
        """The line of a profession, None when nobody here has it."""
        return next((one for one in self.professions if one.code == code), None)


def line_of(entry: Resource) -> str:
    """The line a practitioner is counted in: a code of profession, or one of `DOCTOR_LINES`."""
    code = entry.profession.code if entry.profession else ""
    if code != DOCTOR:
        return code
    if any(one.code in GENERAL_PRACTICE for one in entry.specialities):
        return GENERAL
    return SPECIALIST if entry.specialities else UNSAID


def line_label(code: str, told: str = "") -> str:
    """« Médecins généralistes », « Infirmiers »; `told` for a profession of no known list."""
    known = professions().get(code)
    return DOCTOR_LINES.get(code) or (known.plural if known else told) or NO_PROFESSION


def count_supply(
    entries: Iterable[Resource], territory: Iterable[str], communes: Communes
) -> Supply:
    """Count entries, each read once, in the communes of a territory.

    A commune with arrondissements counts what is in them.
    """
    tally = _Tally(territory, communes)
    for entry in entries:
        tally.add(entry)
    return tally.supply()


class _Tally:
    def __init__(self, territory: Iterable[str], communes: Communes) -> None:
        self._column = {
            inside: insee
            for insee in territory
            for inside in communes.with_arrondissements([insee])
        }
        self._people: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._structures: dict[str, Counter[str]] = defaultdict(Counter)
        self._labels: dict[str, str] = {}
        self._places = Places()
        self._replacing: set[str] = set()
        self._unplaced = 0
        self._demo = 0
        self._sources: Counter[str] = Counter()

    def add(self, entry: Resource) -> None:
        if entry.kind is ResourceKind.PROGRAMME:
            return
        insee = self._column.get(entry.insee)
        if insee is None:
            self._unplaced += not entry.insee
            return
        self._sources.update(entry.sources)
        self._demo += entry.demo
        if entry.kind is ResourceKind.PRACTITIONER:
            self._add_person(entry, insee)
        elif entry.kind in _PLACES:
            self._add_structure(entry, insee)

    def _add_person(self, entry: Resource, insee: str) -> None:
        person = entry.person_id or entry.id
        if entry.replacement:
            self._replacing.add(person)
            return
        line = line_of(entry)
        told = entry.profession.label if entry.profession else ""
        self._labels.setdefault(line, line_label(line, told))
        self._people[line][insee].add(person)
        self._places.add_practice(line, person, entry)

    def _add_structure(self, entry: Resource, insee: str) -> None:
        known = entry.category.label if entry.category else ""
        label = known or entry.rubric or KIND_LABELS[entry.kind]
        self._structures[label][insee] += 1
        self._places.add_structure(entry)

    def supply(self) -> Supply:
        people = [
            Line(
                code,
                self._labels[code],
                {insee: len(found) for insee, found in by_commune.items()},
                len(set().union(*by_commune.values())),
            )
            for code, by_commune in self._people.items()
        ]
        structures = [
            Line(label, label, dict(found), found.total())
            for label, found in self._structures.items()
        ]
        return Supply(
            professions=sorted(people, key=_doctors_first),
            structures=sorted(structures, key=lambda one: (-one.total, one.label)),
            settings=self._places.settings(),
            replacing=len(self._replacing),
            unplaced=self._unplaced,
            demo=self._demo,
            sources=tuple(title for title, _ in self._sources.most_common()),
        )


def _doctors_first(line: Line) -> tuple[int, int, str]:
    order = list(DOCTOR_LINES)
    rank = order.index(line.code) if line.code in DOCTOR_LINES else len(order)
    return rank, -line.total if rank == len(order) else 0, line.label


@dataclass(frozen=True)
class Counted:
    """A supply, when it was counted and of which state of the register."""

    supply: Supply
    counted_at: datetime
    state: int


class SupplyReader:
    """The supply of a territory, counted once for each published state of the register.

    While one reader counts anew, the others are given the former count; only the first count of a
    process makes them wait.
    """

    def __init__(
        self,
        register: Register,
        territory: Sequence[str],
        communes: Communes,
        clock: Callable[[], datetime],
    ) -> None:
        self._register = register
        self._territory = territory
        self._communes = communes
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Counted | None = None

    def read(self) -> Counted:
        """The supply of what is published now; during a count, of what was before."""
        state = register_state(self._register)
        known = self._known
        if known is not None and known.state == state:
            return known
        if not self._lock.acquire(blocking=known is None):
            assert known is not None  # noqa: S101 - without a former count, the lock was waited for
            return known
        try:
            if self._known is None or self._known.state != state:
                self._known = self._count(state)
            return self._known
        finally:
            self._lock.release()

    def _count(self, state: int) -> Counted:
        entries = resources(self._register, self._communes)
        supply = count_supply(entries, self._territory, self._communes)
        return Counted(supply, self._clock(), state)
