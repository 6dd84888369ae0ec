"""Suggestions while typing: a list for the search field, a document for programs."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from web.api_description import refusals
from web.deps import ServicesDep
from web.render import render, wants_fragment
from web.schemas import SuggestionsDocument
from web.search_form import SearchForm
from web.suggestions import suggestions, suggestions_document, suggestions_page

router = APIRouter()

Typed = Annotated[str, Query(description="Ce qui est tapé, dont la fin est à compléter.")]


@router.get(
    "/api/v1/suggestions",
    tags=["Annuaire"],
    summary="Compléter une question : qui, quoi, où",
    response_model=SuggestionsDocument,
    responses=refusals(503),
)
def read_suggestions(services: ServicesDep, q: Typed = "") -> Response:
    """At most eight, grouped by kind; none for an empty or senseless text."""
    document = suggestions_document(suggestions(services, q))
    return Response(msgspec.json.encode(document), media_type="application/json")


@router.get("/suggestions", include_in_schema=False)
def show_suggestions(request: Request, services: ServicesDep, q: Typed = "") -> Response:
    """The list for htmx; a person who comes here by its address is led to the search."""
    if not wants_fragment(request):
        return RedirectResponse(SearchForm(q=q).url(), 303)
    return render(request, "suggestions", suggestions_page(suggestions(services, q)), fragment=True)
