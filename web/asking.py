"""From the address of a search to its answer: one question for the page, the API and the terminal."""

from directory.results import Page
from directory.understanding import ask
from web.search_form import SearchForm
from web.services import Services


def answer(services: Services, form: SearchForm) -> Page:
    """Ask the directory; raises UnavailableError when there is no index yet."""
    return ask(
        services.engine,
        form.q,
        filters=form.filters(services.communes),
        near=form.place(),
        size=form.size,
        cursor=form.cursor,
        communes=services.communes,
        territory_communes=services.territory.everywhere,
        plain=form.text,
    )
