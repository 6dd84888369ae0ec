"""From the territory, the register and the index to the pages of a newcomer."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import groupby

from directory.arrivals import Arrivals, arrivals_since
from directory.base.errors import UnavailableError
from directory.communes import Commune
from directory.coverage import served
from directory.model import ResourceKind
from directory.panorama import DOCTOR
from directory.query import CategoryIs, KindIs
from directory.resource import Resource
from directory.welcome import ZONES
from web.asking import wall_clock
from web.cards import make_cards
from web.newcomer.contexts import BookletPage, Facts, NewcomerPage, Section, Supply
from web.newcomer.events import coming_events
from web.newcomer.supply import (
    PHARMACY,
    communes_here,
    densities,
    entries,
    people_here,
    plural,
    practice_of,
    supply_table,
)
from web.newcomer.teams import teams_here
from web.newcomer.visits import Visit
from web.services import Services
from web.wording import say_day

MOST_IN_BOOKLET = 1_000
"""Entries of the address book: some thirty sheets."""


def newcomer_page(
    services: Services, visit: Visit, asked: date | None, chosen: Sequence[str], problem: str = ""
) -> NewcomerPage:
    """The whole page; what needs the index says so when there is none."""
    facts = territory_facts(services)
    supply = read_supply(services, facts.communes)
    since = asked or visit.since
    arrivals = _arrivals(services, since) if since else Arrivals()
    return NewcomerPage(
        facts=facts,
        supply=supply,
        cards=make_cards(services, (one.entry for one in supply.teams), chosen),
        visit=visit,
        asked=asked.isoformat() if asked else "",
        arrivals=arrivals,
        back="/installation",
        problem=problem,
    )


def booklet_page(services: Services) -> BookletPage:
    """The booklet of the day."""
    facts = territory_facts(services)
    supply = read_supply(services, facts.communes)
    listed = sorted(supply.people, key=_order)
    kept = listed[:MOST_IN_BOOKLET]
    sections = [Section(what, tuple(told)) for what, told in groupby(kept, key=_title)]
    return BookletPage(
        facts=facts,
        supply=supply,
        sections=sections,
        left=len(listed) - len(kept),
        today=say_day(wall_clock(services).date()),
    )


def territory_facts(services: Services) -> Facts:
    """What needs neither the index nor the register."""
    territory = services.territory
    communes = communes_here(services)
    whole = all(one.population for one in communes)
    return Facts(
        communes=communes,
        inhabitants=sum(one.population for one in communes) if whole else 0,
        zoning=territory.zoning,
        zones=ZONES,
        ageing=territory.ageing,
        events=coming_events(services),
        numbers=territory.numbers,
    )


def read_supply(services: Services, communes: Sequence[Commune]) -> Supply:
    """Everything counted in the index."""
    codes = tuple(one.insee for one in communes)
    try:
        people = people_here(services, communes)
        teams, named = teams_here(services, communes)
        programmes = entries(services.engine, KindIs(kinds=(ResourceKind.PROGRAMME,)), codes)
        pharmacies = entries(services.engine, CategoryIs(codes=(PHARMACY,)), codes)
        return Supply(
            rows=supply_table(services, communes),
            densities=densities(services.supply.read().supply, pharmacies, communes),
            teams=teams,
            named_teams=named,
            programmes=sorted(programmes, key=lambda one: one.name.casefold()),
            people=people,
        )
    except UnavailableError as exc:
        return Supply(problem=exc.detail)


def _arrivals(services: Services, since: date) -> Arrivals:
    zone = services.territory.zone
    told = arrivals_since(
        services.register, services.communes, datetime.combine(since, time(), tzinfo=zone)
    )
    here = frozenset(services.territory.communes)
    near = [one for one in told.entries if one.insee in here or here & set(served(one))]
    return Arrivals(near, told.more)


def _title(one: Resource) -> str:
    """General practitioners, other doctors by their first speciality, then each profession."""
    practice = practice_of(one)
    if practice == DOCTOR and one.specialities:
        return one.specialities[0].label
    return plural(practice) if practice else "Autres"


def _order(one: Resource) -> tuple[str, str, str, str]:
    return _title(one), one.commune, one.family.casefold(), one.given.casefold()
