"""« Ma sélection »: add and remove entries, print them, take them away."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.projection import resource_detail
from directory.resource import Resource
from web.deps import ServicesDep
from web.directory_contexts import ChoicePage, SelectionPage
from web.exports import entries_csv, entries_vcard, mail_url
from web.outgoing import note_export
from web.render import render, wants_fragment
from web.selection import (
    MOST,
    clean_codes,
    code_of,
    read_selection,
    remember_selection,
    selected_entries,
    selection_url,
    with_codes,
    without_codes,
)
from web.services import Services

router = APIRouter(include_in_schema=False)

Codes = Annotated[list[str], Query(alias="f")]
Gesture = Literal["ajouter", "retirer", "vider"]

HOME = "/selection"
NAME = "sélection"
"""What the audit trail calls what is taken out of here."""


@router.get(HOME)
def show_selection(request: Request, services: ServicesDep, f: Codes = []) -> HTMLResponse:  # noqa: B006 - FastAPI copies it
    """The entries kept in this browser, or those of a shared address."""
    own = read_selection(request)
    codes = clean_codes(f) or own
    entries = selected_entries(services, codes)
    told = [code_of(one) for one in entries]
    if entries:  # printed and mailed from there, by the browser alone
        note_export(request, services, "page", NAME, len(entries))
    page = SelectionPage(
        entries=entries,
        codes=told,
        own=set(told) <= set(own),
        missing=len(codes) - len(entries),
        full=len(own) >= MOST,
        most=MOST,
        share_url=selection_url(told),
        csv_url=selection_url(told, ".csv"),
        vcard_url=selection_url(told, ".vcf"),
        mail_url=mail_url(entries) if entries else "",
        back=f"{HOME}?{request.url.query}" if f else HOME,
    )
    return render(request, "selection", page)


@router.post(HOME)
def change_selection(
    request: Request,
    services: ServicesDep,
    geste: Annotated[Gesture, Form()],
    code: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
    retour: Annotated[str, Form()] = HOME,
) -> Response:
    """Add or remove entries, then go back; htmx gets the button in its new state."""
    now = read_selection(request)
    changes = {"ajouter": with_codes, "retirer": without_codes}
    codes = changes[geste](now, code) if geste in changes else ()
    answer: Response
    if wants_fragment(request) and len(code) == 1:
        answer = _choice(request, services, code[0], codes, back=retour)
    else:
        answer = RedirectResponse(local_path(retour), 303)
    remember_selection(answer, codes)
    return answer


@router.get(f"{HOME}.csv")
def export_csv(request: Request, services: ServicesDep, f: Codes = []) -> Response:  # noqa: B006 - FastAPI copies it
    """The selection for a spreadsheet."""
    entries = _entries(request, services, f)
    note_export(request, services, "csv", NAME, len(entries))
    content = entries_csv(entries)
    return _file(content, "text/csv; charset=utf-8", "selection.csv")


@router.get(f"{HOME}.vcf")
def export_vcards(request: Request, services: ServicesDep, f: Codes = []) -> Response:  # noqa: B006 - FastAPI copies it
    """The selection for an address book."""
    entries = _entries(request, services, f)
    note_export(request, services, "vcard", NAME, len(entries))
    content = entries_vcard(entries)
    return _file(content, "text/vcard; charset=utf-8", "selection.vcf")


@router.get("/fiche/{ref}/carte.vcf")
def export_vcard(request: Request, ref: str, services: ServicesDep) -> Response:
    """One entry for an address book."""
    entry = resource_detail(services.register, services.communes, ref).resource
    note_export(request, services, "vcard", entry.alias, 1)
    return _file(entries_vcard([entry]), "text/vcard; charset=utf-8", f"{entry.alias}.vcf")


def local_path(told: str) -> str:
    """Where to go back to: an address of this site, never another's."""
    plain = told.isprintable() and "\\" not in told
    return told if plain and told.startswith("/") and not told.startswith("//") else HOME


def _entries(request: Request, services: Services, told: Sequence[str]) -> list[Resource]:
    return selected_entries(services, clean_codes(told) or read_selection(request))


def _choice(
    request: Request, services: Services, code: str, codes: Sequence[str], back: str
) -> HTMLResponse:
    found = selected_entries(services, clean_codes([code]))
    page = ChoicePage(
        name=found[0].name if found else "",
        code=code,
        chosen=code in codes,
        count=len(codes),
        back=local_path(back),
        refused=len(codes) >= MOST and code not in codes,
        most=MOST,
    )
    return render(request, "choice", page, fragment=True)


def _file(content: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
