"""A doctor's profile, places and departure, and the calendars they exchange with us."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from directory.base.errors import ConflictError, InputRefusedError, RecoursError
from orientation.model import Doctor, Place
from orientation.store import known_id, new_id
from web.authors import read_author
from web.deps import ServicesDep
from web.lookups import commune_name, find_doctor
from web.planning_contexts import CalendarsPage, ProfilePage, Values
from web.planning_forms import (
    YES,
    ActForm,
    LeaveForm,
    PlaceForm,
    ProfileForm,
    profile_as_typed,
    read_day,
    read_profile,
    typed,
)
from web.planning_pages import answer_act, is_confirmed, remembering, who_acts
from web.render import render
from web.services import Services

router = APIRouter(prefix="/agenda", include_in_schema=False)

CALENDAR = "text/calendar; charset=utf-8"


@router.get("/ics/{secret}.ics")
def give_calendar(secret: str, services: ServicesDep) -> Response:
    """A doctor's appointments for the calendar they use, without anybody's identity."""
    return Response(services.orientation.calendars.feed(secret), media_type=CALENDAR)


@router.get("/{doctor_id}/profil")
def show_profile(request: Request, doctor_id: str, services: ServicesDep) -> HTMLResponse:
    """Who the doctor takes, where, how far, and until when."""
    return _profile(request, services, doctor_id)


@router.post("/{doctor_id}/profil")
def change_profile(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    form: Annotated[ProfileForm, Form()],
) -> Response:
    """Say anew who the doctor takes."""

    def act(doctor: Doctor) -> None:
        profile = read_profile(form)
        services.orientation.profiles.change(doctor.id, profile, who_acts(request, form))

    return _do(request, services, doctor_id, form, act, typed(form))


@router.post("/{doctor_id}/lieu")
def change_place(
    request: Request, doctor_id: str, services: ServicesDep, form: Annotated[PlaceForm, Form()]
) -> Response:
    """Add, correct or remove a place."""

    def act(doctor: Doctor) -> None:
        profiles, actor = services.orientation.profiles, who_acts(request, form)
        if form.remove == YES:
            profiles.remove_place(doctor.id, form.place, actor)
            return
        key = known_id(form.place, "Lieu") if form.place else new_id()
        if form.place and key not in {place.id for place in doctor.places}:
            raise InputRefusedError("Ce lieu n'est pas un de ceux du médecin.", field="place")
        place = Place(
            id=key, label=form.label.strip(), address=form.address.strip(), insee=form.insee
        )
        profiles.save_place(doctor.id, place, actor)

    return _do(request, services, doctor_id, form, act)


@router.post("/{doctor_id}/depart")
def leave(
    request: Request, doctor_id: str, services: ServicesDep, form: Annotated[LeaveForm, Form()]
) -> Response:
    """The doctor leaves that day, or stays after all."""
    doctor = find_doctor(services, doctor_id)
    try:
        day = read_day(form.leaves_on, "leaves_on") if form.leaves_on else None
        planned = services.orientation.profiles.leave(
            doctor.id, day, who_acts(request, form), confirmed=is_confirmed(form)
        )
    except InputRefusedError as refused:
        return _profile(request, services, doctor_id, refused)
    return answer_act(request, planned, doctor, form, f"/agenda/{doctor_id}/profil")


@router.get("/{doctor_id}/calendriers")
def show_calendars(request: Request, doctor_id: str, services: ServicesDep) -> HTMLResponse:
    """The address to subscribe to, and the external calendar that is read."""
    return _calendars(request, services, doctor_id)


@router.post("/{doctor_id}/calendriers/adresse")
def change_address(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    form: Annotated[ActForm, Form()],
    act: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """A fresh private address, shown this once; or none any more."""
    doctor, calendars = find_doctor(services, doctor_id), services.orientation.calendars
    actor = who_acts(request, form)
    if act == "revoke":
        calendars.revoke_address(doctor.id, actor)
        return remembering(RedirectResponse(_calendars_url(doctor_id), 303), form)
    secret = calendars.renew_address(doctor.id, actor)
    address = f"{request.base_url}agenda/ics/{secret}.ics"
    return remembering(_calendars(request, services, doctor_id, address=address), form)


@router.post("/{doctor_id}/calendriers/externe")
def change_followed(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    form: Annotated[ActForm, Form()],
    url: Annotated[str, Form(max_length=1000)] = "",
    act: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Read an external calendar from now on, or no more."""
    doctor, calendars = find_doctor(services, doctor_id), services.orientation.calendars
    actor = who_acts(request, form)
    try:
        if act == "stop":
            calendars.unfollow(doctor.id, actor)
        else:
            calendars.follow(doctor.id, url, actor)
    except InputRefusedError as refused:
        return _calendars(request, services, doctor_id, refused=refused, url=url)
    return remembering(RedirectResponse(_calendars_url(doctor_id), 303), form)


def _do(
    request: Request,
    services: Services,
    doctor_id: str,
    form: ActForm,
    act: Callable[[Doctor], None],
    values: Values | None = None,
) -> Response:
    try:
        act(find_doctor(services, doctor_id))
    except (InputRefusedError, ConflictError) as refused:
        return _profile(request, services, doctor_id, refused, values)
    return remembering(RedirectResponse(f"/agenda/{doctor_id}/profil", 303), form)


def _profile(
    request: Request,
    services: Services,
    doctor_id: str,
    refused: RecoursError | None = None,
    values: Values | None = None,
) -> HTMLResponse:
    doctor = find_doctor(services, doctor_id)
    field = str(refused.extra.get("field", "")) if refused else ""
    everywhere = sorted(services.territory.everywhere | set(doctor.visits))
    page = ProfilePage(
        doctor=doctor,
        communes=[(code, commune_name(services, code)) for code in everywhere],
        values=values or profile_as_typed(doctor),
        problems={field: refused.detail} if refused and values and field else {},
        message=refused.detail if refused and not (values and field) else "",
        author=read_author(request),
    )
    return render(request, "profile", page, status=refused.status if refused else 200)


def _calendars(
    request: Request,
    services: Services,
    doctor_id: str,
    *,
    address: str = "",
    refused: InputRefusedError | None = None,
    url: str = "",
) -> HTMLResponse:
    doctor, calendars = find_doctor(services, doctor_id), services.orientation.calendars
    page = CalendarsPage(
        doctor=doctor,
        since=calendars.address_since(doctor.id),
        address=address,
        followed=calendars.followed(doctor.id),
        conflicts=calendars.conflicts(doctor.id, who_acts(request)),
        minutes=services.settings.calendar_minutes,
        problem=refused.detail if refused else "",
        url=url,
        author=read_author(request),
    )
    return render(request, "calendars", page, status=refused.status if refused else 200)


def _calendars_url(doctor_id: str) -> str:
    return f"/agenda/{doctor_id}/calendriers"
