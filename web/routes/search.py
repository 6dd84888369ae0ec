"""The home page: one field, what was understood, the entries found."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from directory.base.errors import UnavailableError
from directory.query import (
    CategoryIs,
    CommuneIs,
    ConfirmedSince,
    Covers,
    Filter,
    ForAge,
    HasMode,
    KindIs,
    MemberOf,
    Near,
    OpenAt,
    ProfessionIs,
    PublicIs,
    SectorIs,
    Sort,
    TakesNewPatients,
    say_filter,
)
from directory.results import Page
from web.asking import answer, untold_holiday, wall_clock
from web.cards import make_cards
from web.contexts import ActiveChip, FacetGroup, Link, SearchPage
from web.deps import SearchDep, ServicesDep
from web.documents import parse_near
from web.render import render
from web.search_form import LISTED, SearchForm
from web.selection import read_selection
from web.services import Services

router = APIRouter(include_in_schema=False)

FACETS = (
    ("kind", "Nature"),
    ("profession", "Profession"),
    ("category", "Catégorie"),
    ("commune", "Commune"),
    ("covers", "Dessert la commune"),
    ("new_patients", "Nouveaux patients"),
    ("mode", "Modalité"),
    ("public", "Public"),
    ("sector", "Secteur conventionnel"),
    ("member", "Appartenance"),
)
SORTS = {
    Sort.RELEVANCE: "Pertinence",
    Sort.DISTANCE: "Distance",
    Sort.AVAILABILITY: "Disponibilité",
    Sort.FRESHNESS: "Fraîcheur",
}
MOST_ON_PAGE = 100
"""Entries on one page at most, also what the map then shows at once."""

MOST_LINKS = 24
"""Values of a facet offered as links, the fullest first."""
EXAMPLES = ("kiné {0}", "ehpad {1}", "pédiatre 5 km {2}", "soins infirmiers à domicile", "diabète")
"""Questions that show what can be typed; the numbers are communes of the territory."""

FORM = "search-form"
"""Id of the form: its empty fields are left out of the address it gives the browser."""

HIDDEN = (*LISTED, "text")
SCALARS = ("age", "open_at", "since")
"""Choices made by links, carried by the form when other words are typed."""

OPEN_STEP_MINUTES = 5
"""« Ouvert maintenant » is asked to five minutes, as hours are indexed: pages follow each other."""


@router.get("/")
def show_search(request: Request, asked: SearchDep, services: ServicesDep) -> HTMLResponse:
    """The page, or its results alone for htmx; 503 while there is no index."""
    try:
        found, problem = answer(services, asked), ""
    except UnavailableError as exc:
        found, problem = Page(total=0), exc.detail
    page = _search_page(services, asked, found, problem, read_selection(request))
    shown = render(request, "search", page, fragment=True, status=503 if problem else 200)
    if request.headers.get("HX-Trigger") == FORM:
        shown.headers["HX-Replace-Url"] = asked.url(cursor=asked.cursor)
    return shown


def _search_page(
    services: Services, asked: SearchForm, found: Page, problem: str, chosen: Sequence[str]
) -> SearchPage:
    to_check = _to_check(services, found)
    entries = [hit.resource for hit in found.hits]
    return SearchPage(
        q=asked.q,
        near=asked.near or "",
        radius_km="" if asked.radius_km is None else f"{asked.radius_km:g}",
        hidden=_hidden(asked),
        places=_places(services, asked.place()),
        examples=[] if asked.asked else _examples(services),
        chips=_chips(services, asked, found),
        facets=[*_facets(services, asked, found), *_opening(services, asked, found)],
        hits=found.hits,
        total=found.total,
        asked=asked.asked,
        widened=found.widened,
        partial=found.partial,
        hours=found.hours,
        sorts=_sorts(asked, found),
        to_check=to_check,
        cards=make_cards(services, entries, chosen, to_check),
        chosen=len(chosen),
        back=asked.url(cursor=asked.cursor),
        more_url=asked.url(size=MOST_ON_PAGE) if _has_more(asked, found) else "",
        next_url=asked.url(cursor=found.next_cursor) if found.next_cursor else "",
        first_url=asked.url() if asked.cursor else "",
        problem=problem,
    )


def _has_more(asked: SearchForm, found: Page) -> bool:
    return asked.size < MOST_ON_PAGE and found.total > len(found.hits)


def _hidden(asked: SearchForm) -> list[tuple[str, str]]:
    listed = [(name, str(value)) for name in HIDDEN for value in getattr(asked, name)]
    scalars = [(name, told) for name in SCALARS if (told := getattr(asked, name)) is not None]
    order = [] if asked.sort is Sort.RELEVANCE else [("sort", asked.sort.value)]
    return [*listed, *((name, _written(told)) for name, told in scalars), *order]


def _written(told: object) -> str:
    return told.isoformat() if isinstance(told, date) else str(told)


def _opening(services: Services, asked: SearchForm, found: Page) -> list[FacetGroup]:
    """« Ouvert maintenant », only a promise for those whose hours are known: the link says so."""
    if not found.total and asked.open_at is None:
        return []
    now = wall_clock(services)
    minute = now.minute - now.minute % OPEN_STEP_MINUTES
    at = now.replace(minute=minute, second=0, microsecond=0)
    chosen = asked.open_at is not None
    url = asked.url(open_at=None if chosen else at.isoformat(timespec="minutes"))
    return [FacetGroup("Horaires", [Link("Ouvert maintenant (si connu)", url, None, chosen)])]


def _sorts(asked: SearchForm, found: Page) -> list[Link]:
    """The orders on offer; by distance only where a place is known, chosen or typed."""
    if found.total < 2:
        return []
    placed = bool(asked.near) or any(isinstance(one.filter, Near) for one in found.understood)
    offered = [one for one in SORTS if one is not Sort.DISTANCE or placed]
    current = asked.sort if asked.sort in offered else Sort.RELEVANCE
    return [
        Link(SORTS[one], asked.url(sort="" if one is Sort.RELEVANCE else one), None, one is current)
        for one in offered
    ]


def _to_check(services: Services, found: Page) -> frozenset[str]:
    """Entries whose hours do not hold today; told who is open, people know already."""
    if found.hours is not None:
        return frozenset()
    told = (hit.resource for hit in found.hits)
    return frozenset(one.id for one in told if untold_holiday(services, one))


def _places(services: Services, now: Near | None) -> list[Link]:
    """Communes one may search around; a point given by address alone is kept as it is."""
    links = []
    for code in services.territory.communes:
        commune = services.communes.get(code)
        if commune is not None and commune.lat is not None and commune.lon is not None:
            near = parse_near(f"{commune.lat},{commune.lon}")
            same = (
                now is not None and near is not None and (near.lat, near.lon) == (now.lat, now.lon)
            )
            links.append(Link(commune.name, f"{commune.lat},{commune.lon}", current=same))
    if now is not None and not any(link.current for link in links):
        links.append(Link(f"{now.lat:.4f}, {now.lon:.4f}", f"{now.lat},{now.lon}", current=True))
    return links


def _examples(services: Services) -> list[Link]:
    codes = services.territory.communes
    names = [found.name for code in codes if (found := services.communes.get(code))]
    said = [text.format(*(names[(i * 2) % len(names)] for i in range(3))) for text in EXAMPLES]
    return [Link(text, SearchForm(q=text).url()) for text in said]


def _chips(services: Services, asked: SearchForm, found: Page) -> list[ActiveChip]:
    chosen = [
        ActiveChip(
            label=_as_counted(field, say, asked, found), typed="", url=asked.url(**{field: ()})
        )
        for field, say in _say_filters(asked.filters(services.communes))
    ]
    understood = [
        ActiveChip(chip.label, chip.typed, asked.url(text=(*asked.text, chip.typed)))
        for chip in found.understood
    ]
    as_words = [
        ActiveChip(
            f"« {text} » tel quel",
            "",
            asked.url(text=tuple(one for one in asked.text if one != text)),
        )
        for text in asked.text
    ]
    return [*understood, *as_words, *chosen]


def _as_counted(field: str, say: str, asked: SearchForm, found: Page) -> str:
    """A choice in the words of its facet: « personnes âgées », where the address has no accents."""
    told = {value.code: value.label for value in found.facets.get(field, ())}
    chosen = getattr(asked, field)
    if isinstance(chosen, tuple) and chosen and all(str(one) in told for one in chosen):
        return " ou ".join(told[str(one)] for one in chosen)
    return say


def _say_filters(filters: Sequence[Filter]) -> list[tuple[str, str]]:
    names = {
        KindIs: "kind",
        ProfessionIs: "profession",
        CategoryIs: "category",
        CommuneIs: "commune",
        Covers: "covers",
        HasMode: "mode",
        PublicIs: "public",
        SectorIs: "sector",
        TakesNewPatients: "new_patients",
        MemberOf: "member",
        ForAge: "age",
        OpenAt: "open_at",
        ConfirmedSince: "since",
    }
    return [(names[type(one)], say_filter(one)) for one in filters]


def _facets(services: Services, asked: SearchForm, found: Page) -> list[FacetGroup]:
    groups = []
    for field, title in FACETS:
        chosen = set(map(str, getattr(asked, field)))
        values = [
            value
            for value in found.facets.get(field, ())
            if field != "covers" or value.code in services.territory.everywhere
        ]
        links = [
            Link(value.label, asked.toggled(field, value.code), value.count, value.code in chosen)
            for place, value in enumerate(values)
            if place < MOST_LINKS or value.code in chosen
        ]
        if links:
            groups.append(FacetGroup(title, links, len(values) - len(links)))
    return groups
