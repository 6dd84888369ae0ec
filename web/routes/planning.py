"""A doctor's time: give availability in three taps, change a series or one of its days."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from directory.base.errors import ConflictError, InputRefusedError, RecoursError
from orientation.model import Doctor
from orientation.planning_model import Planned
from web.authors import read_author
from web.deps import ServicesDep
from web.lookups import find_doctor
from web.planning_contexts import PlanningPage, Values
from web.planning_forms import (
    DayForm,
    EndForm,
    SeriesForm,
    first_series,
    read_day,
    read_hour,
    read_series,
    series_as_typed,
    typed,
)
from web.planning_pages import answer_act, is_confirmed, series_lines, who_acts
from web.render import render
from web.services import Services

router = APIRouter(prefix="/agenda/{doctor_id}/disponibilites", include_in_schema=False)

SeriesDep = Annotated[SeriesForm, Form()]


@router.get("")
def show_planning(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    serie: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The doctor's series, and the form that gives one, or changes the one asked for."""
    values: Values | None = None
    if serie:
        planning = services.orientation.planning
        values = series_as_typed(planning.schedule(serie), planning.today)
    return _page(request, services, doctor_id, serie if values else "", values)


@router.post("")
def add(request: Request, doctor_id: str, services: ServicesDep, form: SeriesDep) -> Response:
    """Give a series or a single day."""
    doctor = find_doctor(services, doctor_id)
    try:
        planned = services.orientation.planning.add(
            doctor.id, read_series(form), who_acts(request, form)
        )
    except (InputRefusedError, ConflictError) as refused:
        return _page(request, services, doctor_id, "", typed(form), refused)
    return answer_act(request, planned, doctor, form, _week(doctor_id, form.first))


@router.post("/{series_id}")
def change(
    request: Request, doctor_id: str, series_id: str, services: ServicesDep, form: SeriesDep
) -> Response:
    """From a day on, the series says something else."""
    doctor = _owner(services, doctor_id, series_id)
    try:
        planned = services.orientation.planning.change(
            series_id,
            read_series(form),
            who_acts(request, form),
            confirmed=is_confirmed(form),
        )
    except (InputRefusedError, ConflictError) as refused:
        return _page(request, services, doctor_id, series_id, typed(form), refused)
    return answer_act(request, planned, doctor, form, _week(doctor_id, form.first))


@router.post("/{series_id}/fin")
def end(
    request: Request,
    doctor_id: str,
    series_id: str,
    services: ServicesDep,
    form: Annotated[EndForm, Form()],
) -> Response:
    """The series ends that day."""
    doctor = _owner(services, doctor_id, series_id)
    try:
        planned = services.orientation.planning.end(
            series_id,
            read_day(form.last, "last"),
            who_acts(request, form),
            confirmed=is_confirmed(form),
        )
    except (InputRefusedError, ConflictError) as refused:
        return _page(request, services, doctor_id, "", None, refused)
    return answer_act(request, planned, doctor, form, f"/agenda/{doctor_id}/disponibilites")


@router.post("/{series_id}/jour")
def change_day(
    request: Request,
    doctor_id: str,
    series_id: str,
    services: ServicesDep,
    form: Annotated[DayForm, Form()],
) -> Response:
    """One day of the series: closed, at other hours, or as it was."""
    doctor = _owner(services, doctor_id, series_id)
    try:
        planned = _act_on_day(services, series_id, form, who_acts(request, form))
    except (InputRefusedError, ConflictError) as refused:
        return _page(request, services, doctor_id, "", None, refused)
    return answer_act(request, planned, doctor, form, f"/agenda/{doctor_id}/disponibilites")


def _owner(services: Services, doctor_id: str, series_id: str) -> Doctor:
    """The doctor, whose series it must be: NotFoundError otherwise."""
    doctor = find_doctor(services, doctor_id)
    services.orientation.planning.schedule(series_id, doctor.id)
    return doctor


def _act_on_day(services: Services, series_id: str, form: DayForm, actor: str) -> Planned:
    planning, confirmed = services.orientation.planning, is_confirmed(form)
    day = read_day(form.day, "day")
    if form.act == "reopen":
        return planning.reopen_day(series_id, day, actor, confirmed=confirmed)
    if form.act == "hours":
        hours = read_hour(form.opens, "opens"), read_hour(form.closes, "closes")
        return planning.change_day(series_id, day, hours, actor, confirmed=confirmed)
    return planning.close_day(series_id, day, actor, confirmed=confirmed)


def _page(
    request: Request,
    services: Services,
    doctor_id: str,
    editing: str = "",
    values: Values | None = None,
    refused: RecoursError | None = None,
) -> HTMLResponse:
    doctor = find_doctor(services, doctor_id)
    planning = services.orientation.planning
    field = str(refused.extra.get("field", "")) if refused else ""
    shown = values or first_series(doctor, planning.today)
    problems: Mapping[str, str] = (
        {field: refused.detail} if refused and values and field in shown else {}
    )
    page = PlanningPage(
        doctor=doctor,
        series=series_lines(planning.series(doctor.id), doctor),
        editing=editing,
        values=shown,
        problems=problems,
        message=refused.detail if refused and not problems else "",
        author=read_author(request),
    )
    return render(request, "planning", page, status=refused.status if refused else 200)


def _week(doctor_id: str, day: str) -> str:
    return f"/agenda/{doctor_id}?jour={day}"
