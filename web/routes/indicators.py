"""Indicators on screen and as files, and the outside figures people enter."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator

from directory.base.errors import ConflictError, InputRefusedError
from orientation.calendar import local_day
from orientation.indicators.export import report_csv, say_value
from orientation.indicators.model import Period
from orientation.indicators.outside import OUTSIDE, NewFigure
from web.authors import read_author, remember_author
from web.deps import ServicesDep
from web.indicator_contexts import HOME, OutsidePage, indicators_page, show_outside
from web.outgoing import note_export
from web.render import render
from web.search_form import none_if_empty
from web.services import Services

router = APIRouter(prefix=HOME, include_in_schema=False)

Day = Annotated[date | None, BeforeValidator(none_if_empty), Query()]
Text = Annotated[str, Form(max_length=300)]
OUTSIDE_URL = f"{HOME}/exterieurs"


@router.get("")
def show(
    request: Request, services: ServicesDep, du: Day = None, au: Day = None, public: bool = False
) -> HTMLResponse:
    """Every indicator over a period, figures beside their bars."""
    indicators = services.orientation.indicators
    report = indicators.read(indicators.period(du, au), public=public)
    today = local_day(services.territory, services.clock())
    return render(request, "indicators", indicators_page(report, today, asked_public=public))


@router.get(".csv")
def export_all(
    request: Request, services: ServicesDep, du: Day = None, au: Day = None, public: bool = False
) -> Response:
    """Every indicator as one CSV."""
    return _csv(request, services, "", du, au, public=public)


@router.get("/exterieurs")
def show_outside_figures(
    request: Request, services: ServicesDep, code: str = "", du: str = "", au: str = ""
) -> HTMLResponse:
    """Outside figures with who entered them, and the form; `code` and days open it on one."""
    values = {"code": code, "du": du, "au": au, "author": read_author(request)}
    for one in services.orientation.indicators.outside():
        if (one.code, one.period.first.isoformat(), one.period.last.isoformat()) == (code, du, au):
            values |= {"value": say_value(one.value), "source": one.source}
            values["source_date"] = one.source_date.isoformat()
    return _outside_page(request, services, values)


@router.post("/exterieurs")
def enter(
    request: Request,
    services: ServicesDep,
    code: Text = "",
    du: Text = "",
    au: Text = "",
    value: Text = "",
    source: Text = "",
    source_date: Text = "",
    author: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Keep a figure, or correct the one of the same period; what is wrong is said in the form."""
    told = {"code": code, "du": du, "au": au, "value": value, "source": source}
    told |= {"source_date": source_date, "author": author}
    try:
        figure = NewFigure(
            code=code,
            period=Period(_day(du, "du"), _day(au, "au")),
            value=_value(value),
            source=source.strip(),
            source_date=_day(source_date, "source_date"),
        )
        services.orientation.indicators.enter(figure, author)
    except (InputRefusedError, ConflictError) as refused:
        return _outside_page(request, services, told, refused)
    return _back(author)


@router.post("/exterieurs/{figure_id}/retirer")
def withdraw(
    request: Request,
    figure_id: str,
    services: ServicesDep,
    author: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Take back a figure entered by mistake."""
    try:
        services.orientation.indicators.withdraw(figure_id, author)
    except InputRefusedError as refused:
        return _outside_page(request, services, {"author": author}, refused)
    return _back(author)


@router.get("/{code}.csv")
def export_one(
    request: Request,
    code: str,
    services: ServicesDep,
    du: Day = None,
    au: Day = None,
    public: bool = False,
) -> Response:
    """One indicator as CSV."""
    return _csv(request, services, code, du, au, public=public)


def _csv(
    request: Request,
    services: Services,
    code: str,
    first: date | None,
    last: date | None,
    *,
    public: bool,
) -> Response:
    indicators = services.orientation.indicators
    period = indicators.period(first, last)
    report = indicators.read(period, code, public=public)
    parts = ("indicateurs", code, period.first.isoformat(), period.last.isoformat())
    name = "-".join(part for part in (*parts, "public" if public else "") if part)
    note_export(request, services, "csv", name, len(report.readings))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(report_csv(report), media_type="text/csv; charset=utf-8", headers=headers)


def _outside_page(
    request: Request,
    services: Services,
    told: dict[str, str],
    refused: InputRefusedError | ConflictError | None = None,
) -> HTMLResponse:
    field = str(refused.extra.get("field", "")) if refused else ""
    field = {"to": "au"}.get(field, field)
    known = services.orientation.indicators.outside()
    page = OutsidePage(
        outside=[show_outside(one) for one in known],
        choices=OUTSIDE,
        values=told,
        problems={field: refused.detail} if refused and field else {},
        message=refused.detail if refused and not field else "",
    )
    return render(request, "outside_figures", page, status=refused.status if refused else 200)


def _back(author: str) -> RedirectResponse:
    answer = RedirectResponse(OUTSIDE_URL, 303)
    remember_author(answer, author)
    return answer


def _day(told: str, field: str) -> date:
    try:
        return date.fromisoformat(told.strip())
    except ValueError as exc:
        raise InputRefusedError("Date attendue sous la forme 2026-12-31.", field=field) from exc


def _value(told: str) -> float:
    """A number as French people type it: « 1 131 », « 12,2 »."""
    plain = "".join(told.split()).replace(",", ".")
    try:
        return float(plain)
    except ValueError as exc:
        raise InputRefusedError("Nombre attendu, par exemple 12,2.", field="value") from exc
