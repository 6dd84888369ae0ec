"""Who is here, counted: entries by profession and commune as a search finds them, people by inhabitants.

Two ways to count, each said where it is shown. A *fiche* is an activity at a place, and its count
leads to the very search that finds it. A *person* is counted once in a commune, replacements left
out, and set against the inhabitants.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from directory.communes import Commune
from directory.engines.base import MAX_SIZE, Engine
from directory.model import ResourceKind
from directory.panorama import DOCTOR, GENERAL, Supply, line_label, line_of
from directory.query import CommuneIs, DirectoryQuery, Filter, KindIs
from directory.resource import Resource
from web.asking import answer
from web.search_form import SearchForm
from web.services import Services

GENERALISTS = "médecin généraliste"
"""What is typed to find them: they share the profession code of all doctors."""

PER = 10_000
"""Inhabitants a density is told for."""


@dataclass(frozen=True)
class Cell:
    """A count and the search that finds these very entries."""

    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """One profession: a cell per commune, then the whole territory."""

    label: str
    cells: Sequence[Cell]
    total: Cell
    inside: bool = False
    """Whether these are among those of the row above."""


@dataclass(frozen=True)
class Density:
    """People of a profession in a commune: `per` 10,000 inhabitants, None without a population."""

    people: int
    per: float | None


@dataclass(frozen=True)
class DensityRow:
    """One profession: a density per commune, then the territory's."""

    label: str
    communes: Sequence[Density]
    total: Density


def communes_here(services: Services) -> list[Commune]:
    """The communes of the territory that the table knows, in the territory's order."""
    codes = services.territory.communes
    return [found for code in codes if (found := services.communes.get(code))]


def supply_table(services: Services, communes: Sequence[Commune]) -> list[Row]:
    """Entries by profession and commune, the most numerous first; general practitioners apart.

    Raises UnavailableError while there is no index.
    """
    columns = [(one.insee,) for one in communes]
    everywhere = tuple(one.insee for one in communes)
    counted = [_by_profession(services, column) for column in (*columns, everywhere)]
    labels = {code: label for page in counted for code, (label, _) in page.items()}
    rows = []
    for code in sorted(labels, key=lambda one: (-counted[-1].get(one, ("", 0))[1], labels[one])):
        cells = [
            Cell(page.get(code, ("", 0))[1], search_form(column, profession=(code,)).url())
            for page, column in zip(counted, (*columns, everywhere), strict=True)
        ]
        rows.append(Row(labels[code], cells[:-1], cells[-1]))
        if code == DOCTOR:
            rows.append(_generalists(services, columns, everywhere))
    return rows


def search_form(communes: tuple[str, ...], **asked: object) -> SearchForm:
    """A search of practitioners who sit in these communes or come there."""
    return SearchForm.model_validate(
        {"kind": (ResourceKind.PRACTITIONER,), "commune": communes, **asked}
    )


def _by_profession(services: Services, communes: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    told = answer(services, search_form(communes, size=1)).facets.get("profession", ())
    return {one.code: (one.label, one.count) for one in told}


def _generalists(
    services: Services, columns: Sequence[tuple[str, ...]], everywhere: tuple[str, ...]
) -> Row:
    cells = []
    for column in (*columns, everywhere):
        form = search_form(column, q=GENERALISTS, size=1)
        found = answer(services, form)
        cells.append(Cell(0 if found.widened else found.total, form.url(size=20)))
    return Row("dont médecins généralistes", cells[:-1], cells[-1], inside=True)


def people_here(services: Services, communes: Sequence[Commune]) -> Sequence[Resource]:
    """Every practitioner's entry that sits in the communes; read once per index."""
    codes = tuple(one.insee for one in communes)
    generation = services.engine.generation()
    return _read(cast("Hashable", services.engine), generation, codes) if generation else ()


@lru_cache(maxsize=2)
def _read(engine: Any, _generation: str, codes: tuple[str, ...]) -> tuple[Resource, ...]:
    wanted = KindIs(kinds=(ResourceKind.PRACTITIONER,))
    return tuple(one for one in entries(engine, wanted, codes) if one.insee in codes)


def entries(
    engine: Engine,
    wanted: Filter,
    codes: tuple[str, ...],
    *,
    text: str = "",
    size: int = MAX_SIZE,
) -> Iterator[Resource]:
    """All the entries wanted that sit in these communes or serve them, `size` at a time.

    With `text`, those that say all its words.
    """
    filters = (wanted, CommuneIs(insee=codes))
    cursor = ""
    while True:
        page = engine.search(DirectoryQuery(text=text, filters=filters, size=size, cursor=cursor))
        yield from (hit.resource for hit in page.hits)
        cursor = page.next_cursor
        if not cursor:
            return


def practice_of(one: Resource) -> str:
    """Code of a profession, or `GENERAL` for general practitioners; empty when none is said."""
    return GENERAL if line_of(one) == GENERAL else one.profession.code if one.profession else ""


PHARMACY = "620"
"""FINESS category: pharmacies are counted as places, listings rarely name their pharmacists."""

FIRST_RECOURSE = (GENERAL, "60", "70", "40", "50", "91", "80", PHARMACY)
"""What is set against the population: first recourse as a projet de santé counts it, and dentists
(lines of the panorama, and one FINESS category)."""


def densities(
    supply: Supply,
    pharmacies: Iterable[Resource],
    communes: Sequence[Commune],
    kept: Sequence[str] = FIRST_RECOURSE,
) -> list[DensityRow]:
    """The professions of first recourse against the inhabitants, absent ones included.

    People are those the panorama counts; pharmacies are counted by the commune where they sit.
    """
    inhabitants = sum(one.population for one in communes)
    whole = all(one.population for one in communes)
    places = Counter(one.insee for one in pharmacies)
    rows = []
    for practice in kept:
        line = supply.line(practice)
        there, everywhere = (line.people, line.total) if line else ({}, 0)
        if practice == PHARMACY:
            there, everywhere = places, sum(places[one.insee] for one in communes)
        rows.append(
            DensityRow(
                plural(practice),
                [_density(there.get(one.insee, 0), one.population) for one in communes],
                _density(everywhere, inhabitants if whole else 0),
            )
        )
    return rows


def _density(people: int, population: int) -> Density:
    return Density(people, people * PER / population if population else None)


def plural(practice: str) -> str:
    """What those who exercise it are called together."""
    return "Pharmacies" if practice == PHARMACY else line_label(practice, practice)
