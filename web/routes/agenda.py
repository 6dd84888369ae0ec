"""The team's agenda: who works, which slots, who comes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator

from directory.base.clock import system_clock
from directory.base.errors import InputRefusedError
from orientation.model import BookingState, Team
from orientation.records import AgendaSlot
from web.contexts import AgendaDay, AgendaLine, AgendaPatient, TeamGroup, TeamPage
from web.deps import ServicesDep
from web.lookups import find_doctor
from web.render import render
from web.search_form import none_if_empty
from web.seeking_contexts import AgendaPage, OfferPanel
from web.seeking_forms import OfferForm, offer_panel, read_offer
from web.services import Services

router = APIRouter(prefix="/agenda", include_in_schema=False)

WEEK_DAYS = 7
SUNDAY = 6
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
DayDep = Annotated[date | None, BeforeValidator(none_if_empty), Query(ge=FIRST_DAY, le=LAST_DAY)]
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
    return render(request, "agenda", _page(services, doctor_id, jour))


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
    page = _page(services, doctor_id, None, offer_panel(services, doctor_id, form, problems))
    return render(request, "agenda", page, status=422)


def _page(
    services: Services, doctor_id: str, jour: date | None, intake: OfferPanel | None = None
) -> AgendaPage:
    today = services.clock().astimezone(services.territory.zone).date()
    chosen = jour or (today + timedelta(days=1) if today.weekday() == SUNDAY else today)
    monday = chosen - timedelta(days=chosen.weekday())
    slots = services.orientation.agenda(doctor_id, monday, WEEK_DAYS)
    return AgendaPage(
        doctor=find_doctor(services, doctor_id),
        chosen=chosen,
        today=today,
        days=_days(services, slots, monday),
        previous=chosen - timedelta(days=1),
        following=chosen + timedelta(days=1),
        previous_week=monday - timedelta(days=WEEK_DAYS),
        following_week=monday + timedelta(days=WEEK_DAYS),
        intake=intake or offer_panel(services, doctor_id),
    )


def _days(services: Services, slots: Sequence[AgendaSlot], monday: date) -> list[AgendaDay]:
    """Monday to Saturday, and Sunday if something is on it."""
    zone, now = services.territory.zone, services.clock()
    machine = system_clock()  # holds end by the store's clock, which no test sets
    by_day: dict[date, list[AgendaLine]] = {
        monday + timedelta(days=number): [] for number in range(WEEK_DAYS)
    }
    for slot in slots:
        by_day[slot.start.astimezone(zone).date()].append(_line(slot, now, machine))
    return [AgendaDay(day, lines) for day, lines in by_day.items() if lines or day.weekday() < 6]


def _line(slot: AgendaSlot, now: datetime, machine: datetime) -> AgendaLine:
    patients = [
        AgendaPatient(one.booking, one.request)
        for one in slot.bookings
        if not _is_over(one.booking.state, one.booking.expires_at, machine)
    ]
    held = sum(one.booking.state is BookingState.HELD for one in patients)
    state = "confirmed" if len(patients) > held else "held" if held else "free"
    return AgendaLine(
        slot=slot,
        patients=patients,
        state=state,
        places_left=slot.seats - len(patients),
        past=slot.end <= now,
    )


def _is_over(state: BookingState, expires_at: datetime | None, now: datetime) -> bool:
    """A hold whose time has passed keeps its row until somebody takes the seat."""
    return state is BookingState.HELD and expires_at is not None and expires_at <= now
