"""From the address of a search to its answer: one question for the page, the API and the terminal."""

from datetime import datetime

from directory.holidays import public_holiday
from directory.openings import tells_holiday
from directory.resource import Resource
from directory.results import Page
from directory.understanding import ask
from web.known_codes import refuse_unknown_codes
from web.search_form import SearchForm
from web.services import Services


def wall_clock(services: Services) -> datetime:
    """The time on the territory's walls, naive as hours are told."""
    return services.clock().astimezone(services.territory.zone).replace(tzinfo=None)


def untold_holiday(services: Services, resource: Resource) -> str:
    """The public holiday of today, if the entry's hours tell nothing of it; empty otherwise."""
    if not resource.hours:
        return ""
    today = wall_clock(services).date()
    if tells_holiday(resource.hours, today):
        return ""
    return public_holiday(today, services.territory.holidays_subdivision)


def answer(services: Services, form: SearchForm) -> Page:
    """Ask the directory; raises InputRefusedError for a code that stands for nothing and for a
    forged cursor, UnavailableError when there is no index yet.
    """
    refuse_unknown_codes(services, form)
    return ask(
        services.engine,
        form.q,
        filters=form.filters(services.communes, services.territory.holidays_subdivision),
        near=form.place(),
        size=form.size,
        cursor=form.cursor,
        communes=services.communes,
        territory_communes=services.territory.everywhere,
        plain=form.text,
        sort=form.sort,
        now=wall_clock(services),
        calendar=services.territory.holidays_subdivision,
    )
