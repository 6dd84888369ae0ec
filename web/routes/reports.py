"""« Numéro faux ? »: reporting a number, following one's report, answering those that wait."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import ConflictError, GoneError, InputRefusedError, NotFoundError
from directory.local.reports import (
    OPEN,
    Report,
    answer_report,
    find_report,
    latest_reports,
    report_number,
)
from directory.projection import resource_detail
from directory.resource import ResourceDetail
from web.authors import read_author, remember_author
from web.corrections import Typed, problem_of, signed, typed_form
from web.deps import ServicesDep
from web.local_contexts import ReportedNumber, ReportFormPage, ReportPage, ReportsPage
from web.render import render
from web.services import Services
from web.sight import shown_facts

router = APIRouter(include_in_schema=False)

TypedDep = Annotated[Typed, Depends(typed_form)]


@router.get("/fiche/{ref}/signaler")
def show_form(
    request: Request,
    ref: str,
    services: ServicesDep,
    numero: Annotated[str, Query(max_length=60)] = "",
) -> HTMLResponse:
    """One number, and what is wrong with it."""
    return _form(request, services, ref, {"numero": numero})


@router.post("/fiche/{ref}/signaler")
def report(request: Request, ref: str, services: ServicesDep, told: TypedDep) -> Response:
    """Take the report down; it is followed at an address of its own."""
    number, comment = told.get("numero", ""), told.get("comment", "")
    database = services.register.database
    try:
        token = report_number(database, services.communes, ref, number, comment)
    except (InputRefusedError, ConflictError) as refused:
        return _form(request, services, ref, told, refused)
    return RedirectResponse(f"/signalements/{token}", 303, background=services.follow())


@router.get("/signalements")
def show_reports(request: Request, services: ServicesDep) -> HTMLResponse:
    """Every report, those that wait first."""
    return _list(request, services)


@router.get("/signalements/{token}")
def show_report(request: Request, token: str, services: ServicesDep) -> HTMLResponse:
    """One report, for whoever made it."""
    found = find_report(services.register.database, token)
    return render(request, "report", ReportPage(told=next(iter(_told(services, [found])))))


@router.post("/signalements/{token}/rejeter")
def reject(request: Request, token: str, services: ServicesDep, told: TypedDep) -> Response:
    """Say that the number is right after all."""
    try:
        by = signed(told)
        answer_report(
            services.register.database,
            token,
            accepted=False,
            author=by.author,
            answer=by.reason,
        )
    except (InputRefusedError, ConflictError) as refused:
        return _list(request, services, refused.detail, status=refused.status)
    answer = RedirectResponse("/signalements", 303, background=services.follow())
    remember_author(answer, by.author)
    return answer


def _form(
    request: Request,
    services: Services,
    ref: str,
    told: Mapping[str, str],
    refused: InputRefusedError | ConflictError | None = None,
) -> HTMLResponse:
    detail = resource_detail(services.register, services.communes, ref)
    number = told.get("numero", "")[:60]
    problems = problem_of(refused) if isinstance(refused, InputRefusedError) else {}
    page = ReportFormPage(
        resource=detail.resource,
        number=number,
        comment=told.get("comment", ""),
        problems=problems,
        message=refused.detail if refused and "comment" not in problems else "",
    )
    return render(request, "report_form", page, status=refused.status if refused else 200)


def _list(
    request: Request, services: Services, message: str = "", *, status: int = 200
) -> HTMLResponse:
    reports = list(_told(services, latest_reports(services.register.database)))
    page = ReportsPage(
        reports=reports,
        waiting=sum(one.report.state == OPEN for one in reports),
        author=read_author(request),
        message=message,
    )
    return render(request, "reports", page, status=status)


def _told(services: Services, reports: Iterable[Report]) -> Iterable[ReportedNumber]:
    for one in reports:
        try:
            detail = resource_detail(services.register, services.communes, str(one.entity))
        except (GoneError, NotFoundError):
            yield ReportedNumber(one, None, "")
        else:
            yield ReportedNumber(one, detail.resource, _correct_url(detail, one))


def _correct_url(detail: ResourceDetail, report: Report) -> str:
    """The form of the number, or of a new one where the entry shows its site's."""
    keys = [f"{system}|{report.number}" for system in ("phone", "direct_line")]
    told = (fact for fact in shown_facts(detail.facts) if fact.path.endswith(".contacts"))
    fact = next((one for one in told if one.key in keys), None)
    part = "role" if detail.resource.kind == "practitioner" else "organization"
    if detail.resource.kind in ("service", "programme"):
        part = "service"
    asked = {
        "champ": fact.path if fact else f"{part}.contacts",
        "valeur": fact.key if fact else "",
        "signalement": report.token,
    }
    return f"/fiche/{detail.resource.id}/corriger?{urlencode(asked)}"
