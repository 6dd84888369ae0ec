"""The team's agenda: who works, which slots, who comes, who came, and absences."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator

from directory.base.clock import system_clock
from directory.base.errors import ConflictError, InputRefusedError, RecoursError
from orientation.calendar import instant
from orientation.model import BookingState, Team
from orientation.records import Absence, AgendaSlot, BookingView
from web.agenda_contexts import (
    AgendaDay,
    AgendaLine,
    AgendaPage,
    AgendaPatient,
    TeamGroup,
    TeamPage,
)
from web.deps import ServicesDep
from web.lookups import find_doctor
from web.planning_contexts import ConcernedPage
from web.planning_forms import YES
from web.planning_pages import callbacks_or, who_acts
from web.render import render
from web.search_form import none_if_empty
from web.seeking_contexts import OfferPanel
from web.seeking_forms import OfferForm, offer_panel, read_offer
from web.services import Services

router = APIRouter(prefix="/agenda", include_in_schema=False)

WEEK_DAYS = 7
SUNDAY = 6
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
DayDep = Annotated[date | None, BeforeValidator(none_if_empty), Query(ge=FIRST_DAY, le=LAST_DAY)]
SETTLED = (BookingState.HONOURED, BookingState.NO_SHOW)
Text = Annotated[str, Form(max_length=600)]
TEAM_TITLES = {Team.TITULAIRE: "Titulaires", Team.ADJOINT: "Adjoints"}


@router.get("")
def show_team(request: Request, services: ServicesDep) -> HTMLResponse:
    """The first-recourse team."""
    doctors = services.orientation.doctors()
    groups = [
        TeamGroup(title, [doctor for doctor in doctors if doctor.team is team])
        for team, title in TEAM_TITLES.items()
    ]
    names = {found.insee: found.name for found in services.communes}
    page = TeamPage(groups=[group for group in groups if group.doctors], communes=names)
    return render(request, "team", page)


@router.get("/{doctor_id}")
def show_agenda(
    request: Request, doctor_id: str, services: ServicesDep, jour: DayDep = None
) -> HTMLResponse:
    """A doctor's week around a day; on a phone, that day. On a Sunday, the week to come."""
    return _show(request, doctor_id, services, jour)


@router.post("/{doctor_id}/presence")
def settle(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    appointment: Text = "",
    state: Text = "",
    jour: Text = "",
) -> Response:
    """« Venu » or « Pas venu »; the other one, to correct it."""
    wanted = next((one for one in SETTLED if one.value == state), BookingState.CONFIRMED)
    try:
        services.orientation.settle(
            appointment, wanted, actor=who_acts(request), of=find_doctor(services, doctor_id).id
        )
    except (ConflictError, InputRefusedError) as refused:
        return _show(request, doctor_id, services, _day(jour), refused)
    return _back(doctor_id, jour)


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
    return render(request, "agenda", _page(services, doctor_id, None, panel), status=422)


def _show(
    request: Request,
    doctor_id: str,
    services: Services,
    jour: date | None,
    refused: RecoursError | None = None,
    values: Mapping[str, str] | None = None,
) -> HTMLResponse:
    page = _page(services, doctor_id, jour)
    if refused is None:
        return render(request, "agenda", page)
    told = replace(page, problem=refused.detail, values=values or {})
    return render(request, "agenda", told, status=refused.status)


def _page(
    services: Services, doctor_id: str, jour: date | None, intake: OfferPanel | None = None
) -> AgendaPage:
    today = services.clock().astimezone(services.territory.zone).date()
    chosen = jour or (today + timedelta(days=1) if today.weekday() == SUNDAY else today)
    monday = chosen - timedelta(days=chosen.weekday())
    slots = services.orientation.agenda(doctor_id, monday, WEEK_DAYS)
    calendars = services.orientation.calendars
    followed = calendars.followed(doctor_id)
    return AgendaPage(
        doctor=find_doctor(services, doctor_id),
        problem="",
        values={},
        chosen=chosen,
        today=today,
        days=_days(services, slots, monday, services.orientation.absent_slots(doctor_id)),
        previous=chosen - timedelta(days=1),
        following=chosen + timedelta(days=1),
        previous_week=monday - timedelta(days=WEEK_DAYS),
        following_week=monday + timedelta(days=WEEK_DAYS),
        intake=intake or offer_panel(services, doctor_id),
        calendar_problem=followed.problem if followed else "",
        conflicts=len(calendars.conflicts(doctor_id)) if followed else 0,
    )


def _back(doctor_id: str, jour: str) -> RedirectResponse:
    day = _day(jour)
    return RedirectResponse(f"/agenda/{doctor_id}" + (f"?jour={day}" if day else ""), 303)


def _after(request: Request, found: Absence, doctor_id: str, jour: str) -> RedirectResponse:
    if found.cancelled:
        return RedirectResponse(callbacks_or(request, f"/agenda/{doctor_id}"), 303)
    return _back(doctor_id, jour)


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


def _days(
    services: Services, slots: Sequence[AgendaSlot], monday: date, absent: frozenset[UUID]
) -> list[AgendaDay]:
    """Monday to Saturday, and Sunday if something is on it."""
    zone, now = services.territory.zone, services.clock()
    machine = system_clock()  # holds end by the store's clock, which no test sets
    by_day: dict[date, list[AgendaLine]] = {
        monday + timedelta(days=number): [] for number in range(WEEK_DAYS)
    }
    for slot in slots:
        line = _line(services, slot, now, machine, withdrawn=slot.slot_id in absent)
        by_day[slot.start.astimezone(zone).date()].append(line)
    return [AgendaDay(day, lines) for day, lines in by_day.items() if lines or day.weekday() < 6]


def _line(
    services: Services, slot: AgendaSlot, now: datetime, machine: datetime, *, withdrawn: bool
) -> AgendaLine:
    patients = [
        AgendaPatient(one.booking, one.request, _can_settle(services, one.booking, now))
        for one in slot.bookings
        if not _is_over(one.booking.state, one.booking.expires_at, machine)
    ]
    held = sum(one.booking.state is BookingState.HELD for one in patients)
    free = "withdrawn" if withdrawn else "free"
    state = "confirmed" if len(patients) > held else "held" if held else free
    return AgendaLine(
        slot=slot,
        patients=patients,
        state=state,
        places_left=0 if withdrawn else slot.seats - len(patients),
        past=slot.end <= now,
    )


def _can_settle(services: Services, booking: BookingView, now: datetime) -> bool:
    if booking.start > now:
        return False
    return booking.state is BookingState.CONFIRMED or (
        booking.state in SETTLED and services.orientation.may_correct(booking.start)
    )


def _is_over(state: BookingState, expires_at: datetime | None, now: datetime) -> bool:
    """A hold whose time has passed keeps its row until somebody takes the seat."""
    return state is BookingState.HELD and expires_at is not None and expires_at <= now
