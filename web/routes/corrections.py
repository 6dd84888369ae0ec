"""Correcting an entry: what can be corrected, one fact's form, refusing publication, every act."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from directory.local.acts import refuse, value_of
from directory.local.adding import withdraw
from directory.local.history import latest_acts
from directory.local.parts import PARTS, fields_of
from directory.local.reports import OPEN, Report, answer_report, find_report
from directory.local.signing import Signed
from directory.model import EntityKind, ResourceKind
from directory.policy import rule_for
from directory.projection import resource_detail
from directory.resource import Fact, Resource, ResourceDetail
from web.access import actor_of, can
from web.authors import read_author, remember_author
from web.corrections import (
    SIGNATURE,
    Typed,
    act_lines,
    author_of,
    confirm_fact,
    correct_fact,
    problem_of,
    signed,
    today,
    typed_form,
)
from web.deps import RowNumber, ServicesDep
from web.fact_forms import cells_of, filled, label_of
from web.local_contexts import (
    ActsPage,
    CorrectionPage,
    CorrectionsPage,
    FactChoice,
    RefusalPage,
)
from web.pins import help_to_pin
from web.render import render
from web.services import Services
from web.sight import shown_facts

router = APIRouter(include_in_schema=False)

TypedDep = Annotated[Typed, Depends(typed_form)]
Word = Annotated[str, Query(max_length=2000)]
KINDS = {
    ResourceKind.PRACTITIONER: EntityKind.ROLE,
    ResourceKind.SERVICE: EntityKind.SERVICE,
    ResourceKind.PROGRAMME: EntityKind.SERVICE,
}
"""What an entry of each kind is an entity of; the others are organizations."""


@router.get("/fiche/{ref}/corriger")
def show_facts(
    request: Request,
    ref: str,
    services: ServicesDep,
    champ: Word = "",
    valeur: Word = "",
    signalement: Word = "",
    adresse: Word = "",
    lat: Word = "",
    lon: Word = "",
) -> Response:
    """Everything that can be corrected, or with `champ` the form of one fact."""
    detail = resource_detail(services.register, services.communes, ref)
    if champ:
        report = _report(request, services, signalement)
        chosen = {f"{champ}.lat": lat, f"{champ}.lon": lon} if lat and lon else {}
        return _form(
            request, services, detail, champ, valeur, chosen, report=report, address=adresse
        )
    facts = shown_facts(detail.facts)
    told = {fact.path for fact in facts}
    missing = [
        FactChoice(path, label_of(path))
        for path in _fields(detail)
        if path not in told or rule_for(path.partition(".")[2]).union
    ]
    listed = [fact for fact in facts if fact.path in _fields(detail)]
    page = CorrectionsPage(resource=detail.resource, facts=listed, missing=missing)
    return render(request, "correct", page)


@router.post("/fiche/{ref}/corriger")
def correct_one(request: Request, ref: str, services: ServicesDep, told: TypedDep) -> Response:
    """Correct, take off or confirm one fact; back to the entry, or to the form with the reason."""
    path, key = told.get("champ", ""), told.get("valeur", "")
    detail = resource_detail(services.register, services.communes, ref)
    token = told.get("signalement", "")
    report = _report(request, services, token)
    _fact(detail, path, key)
    try:
        by = signed(told)
        _do(services, detail.resource, path, key, told, by)
    except (InputRefusedError, ConflictError) as refused:
        return _form(request, services, detail, path, key, told, refused, report=report)
    if report is not None and find_report(services.register.database, token).state == OPEN:
        accepted = told.get("acte") != "confirmer"
        answer_report(
            services.register.database,
            token,
            accepted=accepted,
            author=by.author,
            answer=by.reason,
        )
    return _back(services, f"/fiche/{detail.resource.id}", by.author)


def _do(services: Services, entry: Resource, path: str, key: str, told: Typed, by: Signed) -> None:
    match told.get("acte"):
        case "confirmer":
            confirm_fact(services, entry.id, path, key, by)
        case "retirer":
            correct_fact(services, entry.id, path, key, None, by)
        case _:
            names = {cell.name for cell in cells_of(path)}
            cells = {name: told.get(f"{path}.{name}", "") for name in names}
            correct_fact(services, entry.id, path, key, cells, by)


@router.get("/fiche/{ref}/refuser")
def show_refusal(request: Request, ref: str, services: ServicesDep) -> HTMLResponse:
    """What refusing publication does, before it is done."""
    return _refusal(request, services, ref, {}, {})


@router.post("/fiche/{ref}/refuser")
def refuse_one(request: Request, ref: str, services: ServicesDep, told: TypedDep) -> Response:
    """Take an entry, or a person's entries, off the directory."""
    try:
        by = signed(told)
        whole = told.get("portee") == "personne"
        refuse(services.register.database, ref, by, whole_person=whole)
    except InputRefusedError as refused:
        return _refusal(request, services, ref, told, problem_of(refused), status=422)
    return _back(services, "/corrections", by.author)


@router.get("/corrections")
def show_acts(request: Request, services: ServicesDep) -> HTMLResponse:
    """The latest acts, each with the way to take it back."""
    return _acts(request, services)


@router.post("/corrections/{number}/retirer")
def take_back(
    request: Request, number: RowNumber, services: ServicesDep, told: TypedDep
) -> Response:
    """Withdraw an act: sources speak again, the act stays in the list."""
    try:
        author = author_of(told)
        withdraw(services.register, number, author, today(services))
    except (InputRefusedError, NotFoundError) as refused:
        return _acts(request, services, refused.detail, status=refused.status)
    return _back(services, "/corrections", author)


def _back(services: Services, url: str, author: str) -> Response:
    answer = RedirectResponse(url, 303, background=services.follow())
    remember_author(answer, author)
    return answer


def _report(request: Request, services: Services, token: str) -> Report | None:
    """The report of a number that a correction answers: only who answers reports may."""
    if token and can(actor_of(request), "directory.review"):
        return find_report(services.register.database, token)
    return None


def _fields(detail: ResourceDetail) -> list[str]:
    """What can be corrected: a « service » of FINESS is an organization, as its facts tell."""
    parts = {fact.path.partition(".")[0] for fact in detail.facts}
    told = next((kind for kind, own in PARTS.items() if parts & {own[-1]}), None)
    return fields_of(told or KINDS.get(detail.resource.kind, EntityKind.ORGANIZATION))


def _fact(detail: ResourceDetail, path: str, key: str) -> Fact | None:
    """The public fact of this path and key; None where one would be added; NotFoundError."""
    if path not in _fields(detail):
        raise NotFoundError("Cette information n'est pas de celles d'une telle fiche.")
    told = [fact for fact in shown_facts(detail.facts) if fact.path == path]
    if not rule_for(path.partition(".")[2]).union:
        return told[0] if told else None
    found = next((fact for fact in told if fact.key and fact.key == key), None)
    if key and found is None:
        raise NotFoundError("Cette information n'est plus sur la fiche : elle vient de changer.")
    return found


def _form(
    request: Request,
    services: Services,
    detail: ResourceDetail,
    path: str,
    key: str,
    told: Mapping[str, str] | None = None,
    refused: InputRefusedError | ConflictError | None = None,
    *,
    report: Report | None,
    address: str = "",
) -> HTMLResponse:
    fact = _fact(detail, path, key)
    value = value_of(services.register.database, detail.resource.id, path, key)
    first = filled(path, value, services.communes)
    kept = told or {}
    problems = problem_of(refused) if isinstance(refused, InputRefusedError) else {}
    page = CorrectionPage(
        resource=detail.resource,
        field=path,
        key=fact.key if fact else "",
        label=fact.label if fact else label_of(path),
        fact=fact,
        cells=cells_of(path),
        values={
            cell.name: kept.get(f"{path}.{cell.name}", first.get(cell.name, ""))
            for cell in cells_of(path)
        },
        problems=problems,
        message=refused.detail if refused and not problems else "",
        author=kept.get(SIGNATURE[0], read_author(request)),
        reason=kept.get(SIGNATURE[1], ""),
        report=report,
        pin=help_to_pin(services, detail.resource, path, address),
    )
    return render(request, "correct_fact", page, status=refused.status if refused else 200)


def _refusal(
    request: Request,
    services: Services,
    ref: str,
    told: Typed,
    problems: Mapping[str, str],
    *,
    status: int = 200,
) -> HTMLResponse:
    detail = resource_detail(services.register, services.communes, ref)
    page = RefusalPage(
        resource=detail.resource,
        scope=told.get("portee", "fiche"),
        problems=problems,
        author=told.get("author", read_author(request)),
        reason=told.get("reason", ""),
    )
    return render(request, "refuse", page, status=status)


def _acts(
    request: Request, services: Services, message: str = "", *, status: int = 200
) -> HTMLResponse:
    acts = act_lines(services, latest_acts(services.register.database))
    page = ActsPage(acts=acts, author=read_author(request), message=message)
    return render(request, "corrections", page, status=status)
