"""The team's agenda: who works, which slots, who comes, who came, and absences."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator, Field

from directory.base.errors import ConflictError, InputRefusedError, RecoursError
from orientation.calendar import instant
from orientation.model import BookingState, Doctor, Team
from orientation.records import Absence
from web.access import Thing, actor_of, can
from web.agenda_contexts import DaySheetPage, TeamGroup, TeamPage
from web.agenda_pages import LIST, SETTLED, WEEK, read_days, read_page, today_of
from web.deps import ServicesDep
from web.lookups import find_doctor
from web.planning_contexts import ConcernedPage
from web.planning_forms import YES
from web.planning_pages import callbacks_or, who_acts
from web.render import render
from web.search_form import none_if_empty
from web.seeking_forms import OfferForm, offer_panel, read_offer
from web.services import Services
from web.wording import say_count

router = APIRouter(prefix="/agenda", include_in_schema=False)

VIEW_COOKIE, YEAR = "recours_vue", 365 * 24 * 3600
UNDO = "undo"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
OneDay = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
DayDep = Annotated[OneDay | None, BeforeValidator(none_if_empty), Query()]
CountDep = Annotated[int, Query(ge=0, le=9999)]
Text = Annotated[str, Form(max_length=600)]
TEAM_TITLES = {Team.TITULAIRE: "Titulaires", Team.ADJOINT: "Adjoints"}


@router.get("")
def show_team(request: Request, services: ServicesDep) -> HTMLResponse:
    """The first-recourse team, the agendas one keeps first."""
    doctors = services.orientation.doctors()
    kept = [one for one in doctors if _keeps(request, services, one)]
    groups = [
        TeamGroup(title, [doctor for doctor in doctors if doctor.team is team])
        for team, title in TEAM_TITLES.items()
    ]
    names = {found.insee: found.name for found in services.communes}
    page = TeamPage(
        groups=[group for group in groups if group.doctors],
        communes=names,
        mine=kept if len(kept) < len(doctors) else (),
        kept={one.id for one in kept},
    )
    return render(request, "team", page)


@router.get("/{doctor_id}")
def show_agenda(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    jour: DayDep = None,
    vue: Literal["", "semaine", "liste"] = "",
    donnes: CountDep = 0,
    annules: CountDep = 0,
) -> HTMLResponse:
    """A doctor's week around a day (on a phone, that day), or the seven days from it as a list."""
    answer = _show(request, doctor_id, services, jour, done=_done(donnes, annules))
    if vue:
        answer.set_cookie(VIEW_COOKIE, vue, max_age=YEAR, httponly=True, samesite="strict")
    return answer


@router.get("/{doctor_id}/journee")
def show_day_sheet(
    request: Request, doctor_id: str, services: ServicesDep, jour: DayDep = None
) -> HTMLResponse:
    """The day on one sheet, today's if none is said, for a practice without a screen."""
    doctor = find_doctor(services, doctor_id)
    day = jour or today_of(services)
    found = read_days(services, doctor_id, day, 1, who_acts(request))
    return render(request, "day_sheet", DaySheetPage(doctor, found[0]))


@router.post("/{doctor_id}/presence")
def settle(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    appointment: Text = "",
    state: Text = "",
    jour: Text = "",
) -> Response:
    """« Venu » or « Pas venu »; the other one, to correct it; `undo` takes back what was said."""
    wanted = next((one for one in SETTLED if one.value == state), BookingState.CONFIRMED)
    of, actor = find_doctor(services, doctor_id).id, who_acts(request)
    try:
        if state == UNDO:
            services.orientation.undo_settlement(appointment, actor, of)
        else:
            services.orientation.settle(appointment, wanted, actor=actor, of=of)
    except (ConflictError, InputRefusedError) as refused:
        return _show(request, doctor_id, services, _day(jour), refused)
    return _back(doctor_id, jour, anchor=f"#rdv-{appointment}")


@router.post("/{doctor_id}/creneau")
def withdraw(
    request: Request, doctor_id: str, services: ServicesDep, slot: Text = "", jour: Text = ""
) -> RedirectResponse:
    """Cancel one slot; if somebody was booked, on to the people to call back."""
    doctor = find_doctor(services, doctor_id)
    found = services.orientation.withdraw_slot(slot, who_acts(request), doctor.id)
    return _after(request, found, doctor_id, jour)


@router.post("/{doctor_id}/absence")
def be_absent(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    start: Text = "",
    end: Text = "",
    jour: Text = "",
    confirmed: Text = "",
) -> Response:
    """Declare an absence; if somebody is booked, their initials first, then on to call them."""
    try:
        begins, ends = (_read_moment(services, text) for text in (start, end))
        concerned = services.orientation.planning.concerned_between(
            doctor_id, begins, ends, who_acts(request)
        )
        if concerned and confirmed != YES:
            fields = [("start", start), ("end", end), ("jour", jour)]
            asked = ConcernedPage(
                find_doctor(services, doctor_id), concerned, request.url.path, fields
            )
            return render(request, "planning_concerned", asked, status=409)
        found = services.orientation.declare_absence(doctor_id, begins, ends, who_acts(request))
    except InputRefusedError as refused:
        told = {"start": start, "end": end}
        return _show(request, doctor_id, services, _day(jour), refused, told)
    return _after(request, found, doctor_id, jour)


@router.post("/{doctor_id}/visio")
def change_room(
    request: Request, doctor_id: str, services: ServicesDep, video_url: Text = "", jour: Text = ""
) -> Response:
    """Change the doctor's own room for teleconsultations."""
    try:
        services.orientation.set_video_url(doctor_id, video_url)
    except InputRefusedError as refused:
        told = {"video_url": video_url}
        return _show(request, doctor_id, services, _day(jour), refused, told)
    return _back(doctor_id, jour)


@router.post("/{doctor_id}/nouveaux-patients")
def declare_offer(
    request: Request, doctor_id: str, services: ServicesDep, form: Annotated[OfferForm, Form()]
) -> Response:
    """« Nouveaux patients »: how many more, from when, within which limits."""
    seeking = services.orientation.seeking
    terms, problems = read_offer(form, seeking.today)
    if terms is not None:
        try:
            seeking.set_offer(doctor_id, terms)
            return RedirectResponse(f"/agenda/{doctor_id}#nouveaux-patients", 303)
        except InputRefusedError as refused:
            problems = {str(refused.extra["field"]): refused.detail}
    panel = offer_panel(services, doctor_id, form, problems)
    view, actor = shown_view(request), who_acts(request)
    page = read_page(services, doctor_id, None, view, actor, intake=panel)
    return render(request, "agenda", page, status=422)


def _show(
    request: Request,
    doctor_id: str,
    services: Services,
    jour: date | None,
    refused: RecoursError | None = None,
    values: Mapping[str, str] | None = None,
    done: str = "",
) -> HTMLResponse:
    page = read_page(
        services,
        doctor_id,
        jour,
        shown_view(request),
        who_acts(request),
        problem=refused.detail if refused else "",
        values=values,
        done=done,
    )
    return render(request, "agenda", page, status=refused.status if refused else 200)


def _keeps(request: Request, services: Services, doctor: Doctor) -> bool:
    thing = Thing(services.territory.slug, doctor.id, doctor.rpps, of_a_doctor=True)
    return can(actor_of(request), "agenda.keep", thing)


def shown_view(request: Request) -> str:
    """The view asked for, else the one this browser asked for last."""
    told = request.query_params.get("vue") or request.cookies.get(VIEW_COOKIE, "")
    return LIST if told == LIST else WEEK


def _done(given: int, cancelled: int) -> str:
    if given:
        return f"{say_count(given, 'créneau donné', 'créneaux donnés')}."
    if cancelled:
        whom = say_count(cancelled, "personne est passée", "personnes sont passées")
        return f"C'est noté. {whom} dans la liste à rappeler du secrétariat."
    return ""


def _back(doctor_id: str, jour: str, more: str = "", anchor: str = "") -> RedirectResponse:
    day = _day(jour)
    query = "&".join(part for part in (f"jour={day}" if day else "", more) if part)
    address = f"/agenda/{doctor_id}" + (f"?{query}" if query else "")
    return RedirectResponse(address + anchor, 303)


def _after(request: Request, found: Absence, doctor_id: str, jour: str) -> RedirectResponse:
    if not found.cancelled:
        return _back(doctor_id, jour)
    told = _back(doctor_id, jour, f"annules={found.cancelled}").headers["location"]
    return RedirectResponse(callbacks_or(request, told), 303)


def _day(told: str) -> date | None:
    """The day the page was showing; what cannot be read is today."""
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _read_moment(services: Services, told: str) -> datetime:
    """« 2026-11-23T14:00 » on the territory's clocks; raises InputRefusedError."""
    try:
        wall = datetime.fromisoformat(told).replace(tzinfo=None)
    except ValueError as exc:
        raise InputRefusedError("Donnez le début et la fin, avec la date et l'heure.") from exc
    at = instant(services.territory.zone, wall.date(), wall.time())
    if at is None:
        raise InputRefusedError(
            "Cette heure n'existe pas : on passe à l'heure d'été cette nuit-là."
        )
    return at
