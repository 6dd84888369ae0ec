"""What the pages of a newcomer receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.arrivals import Arrivals
from directory.communes import Commune
from directory.resource import Resource
from directory.territory import UsefulNumber
from directory.welcome import Ageing, Zoning
from web.cards import Card
from web.newcomer.events import ShownEvent
from web.newcomer.supply import DensityRow, Row
from web.newcomer.teams import NamedTeam, Team
from web.newcomer.visits import Visit


@dataclass(frozen=True)
class Supply:
    """Everything the index counts; `problem` says why it counts nothing."""

    rows: Sequence[Row] = ()
    densities: Sequence[DensityRow] = ()
    teams: Sequence[Team] = ()
    named_teams: Sequence[NamedTeam] = ()
    programmes: Sequence[Resource] = ()
    people: Sequence[Resource] = ()
    problem: str = ""


@dataclass(frozen=True)
class Facts:
    """What the territory's file and the table of communes say."""

    communes: Sequence[Commune]
    inhabitants: int
    zoning: Sequence[Zoning]
    zones: Mapping[str, str]
    ageing: Sequence[Ageing]
    events: Sequence[ShownEvent]
    numbers: Sequence[UsefulNumber]


@dataclass(frozen=True)
class NewcomerPage:
    """« Je m'installe »."""

    facts: Facts
    supply: Supply
    cards: Mapping[str, Card]
    visit: Visit
    asked: str
    """The day asked for by hand, ISO; empty when the last visit's is used."""
    arrivals: Arrivals
    back: str
    problem: str = ""


@dataclass(frozen=True)
class Section:
    """The people of one profession, by commune, as an address book lists them."""

    title: str
    entries: Sequence[Resource]


@dataclass(frozen=True)
class BookletPage:
    """The welcome booklet, to be printed."""

    facts: Facts
    supply: Supply
    sections: Sequence[Section]
    left: int
    """Entries the booklet has no room for."""
    today: str
