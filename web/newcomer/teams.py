"""Structures and teams one may work in or with, and what they say of new members."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.communes import Commune
from directory.details import details_of
from directory.engines.entry import words_code
from directory.model import ResourceKind
from directory.query import CategoryIs, KindIs
from directory.resource import Fact, Resource, ResourceDetail, Stated
from directory.text import folded_words
from directory.vocabulary import categories
from web.asking import answer
from web.newcomer.supply import Cell, entries, search_form
from web.services import Services

HEALTH_CENTRES = "2206"
"""Aggregate of FINESS categories: centres de santé, whatever their kind."""

JOINING = "rejoindre"
"""A remark that begins with this word says whether a team takes new members (docs/installation.md)."""


@dataclass(frozen=True)
class Team:
    """A structure, what it says of new members (nothing, often), and the members who name it."""

    entry: Resource
    joining: Sequence[Stated]
    members: Cell | None


@dataclass(frozen=True)
class NamedTeam:
    """A team that members name and that has no entry of its own."""

    name: str
    members: Cell


def teams_here(
    services: Services, communes: Sequence[Commune]
) -> tuple[list[Team], list[NamedTeam]]:
    """Teams, coordinations and health centres, by commune and name; then those only members name.

    Raises UnavailableError while there is no index.
    """
    codes = tuple(one.insee for one in communes)
    found = {one.id: one for one in _structures(services, codes)}
    told = details_of(services.register, services.communes, list(found))
    members = _members(services, codes)
    teams = []
    for entry in sorted(found.values(), key=lambda one: (one.commune, one.name.casefold())):
        names = {words_code(name) for name in (entry.name, *entry.other_names)}
        of = next((members.pop(name)[1] for name in names if name in members), None)
        teams.append(Team(entry, list(_joining(told.get(entry.id))), of))
    return teams, [NamedTeam(name, cell) for name, cell in members.values()]


def _structures(services: Services, codes: tuple[str, ...]) -> Iterator[Resource]:
    centres = [one.code for one in categories().values() if one.aggregate == HEALTH_CENTRES]
    yield from entries(services.engine, KindIs(kinds=(ResourceKind.TEAM,)), codes)
    yield from entries(services.engine, CategoryIs(codes=tuple(centres)), codes)


def _joining(told: ResourceDetail | None) -> Iterator[Stated]:
    for fact in told.facts if told else ():
        if _is_joining(fact):
            yield fact.chosen


def _is_joining(fact: Fact) -> bool:
    words = folded_words(fact.chosen.text)
    return fact.path.endswith(".notes") and next(iter(words), "") == JOINING


def _members(services: Services, codes: tuple[str, ...]) -> dict[str, tuple[str, Cell]]:
    told = answer(services, search_form(codes, size=1)).facets.get("member", ())
    return {
        one.code: (one.label, Cell(one.count, search_form(codes, member=(one.code,)).url()))
        for one in told
    }
