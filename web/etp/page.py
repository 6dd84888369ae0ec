"""The page of patient education: what was asked, what was found, what to do when nothing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from directory.base.errors import InputRefusedError, UnavailableError
from directory.resource import Fact, Resource
from web.asking import wall_clock
from web.etp.programmes import (
    Coming,
    Programme,
    coming_sessions,
    pathologies_of,
    programmes_here,
    trained_here,
    trainings_of,
    treats,
    with_details,
)
from web.services import Services

SHOWN = 40
"""Programmes on one page: the filters narrow better than a long list."""

READ = 200
"""Programmes whose sessions are looked at."""

SHOWN_SESSIONS = 20
SHOWN_TRAINED = 100


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    code: str
    label: str
    current: bool


@dataclass(frozen=True)
class EtpPage:
    """Patient education on the territory."""

    pathologies: Sequence[Choice]
    communes: Sequence[Choice]
    filtered: str
    """What was chosen, in words; empty when nothing was."""
    programmes: Sequence[Programme]
    total: int
    coming: Sequence[Coming]
    trained: Sequence[Resource]
    trained_total: int
    trainings: Mapping[str, Sequence[Fact]]
    search_url: str
    problem: str = ""


def etp_page(services: Services, pathology: str, commune: str) -> EtpPage:
    """The page for one pathology (folded words) and one commune (INSEE), or all of them.

    Raises InputRefusedError for a commune that is not of the territory. A pathology nobody treats
    finds nothing, and the page says so.
    """
    names = {
        code: place.name
        for code in services.territory.communes
        if (place := services.communes.get(code))
    }
    if commune and commune not in names:
        raise InputRefusedError("Cette commune n'est pas du territoire.", field="commune")
    here = (commune,) if commune else services.territory.communes
    try:
        found = programmes_here(services, here)
        everywhere = (
            found if not commune else programmes_here(services, services.territory.communes)
        )
        trained, problem = trained_here(services, here), ""
    except UnavailableError as exc:
        found, everywhere, trained, problem = [], [], [], exc.detail
    known = pathologies_of(everywhere)
    kept = [one for one in found if not pathology or treats(one, pathology)]
    read = with_details(services, kept[:READ], wall_clock(services).date())
    return EtpPage(
        pathologies=[Choice(code, label, code == pathology) for code, label in known.items()],
        communes=[Choice(code, label, code == commune) for code, label in names.items()],
        filtered=", ".join(filter(None, (known.get(pathology, pathology), names.get(commune)))),
        programmes=read[:SHOWN],
        total=len(kept),
        coming=coming_sessions(read)[:SHOWN_SESSIONS],
        trained=trained[:SHOWN_TRAINED],
        trained_total=len(trained),
        trainings=trainings_of(services, trained[:SHOWN_TRAINED]),
        search_url=f"/?{urlencode({'q': pathology or 'éducation thérapeutique'})}",
        problem=problem,
    )
