"""A doctor's home visits of one day: a list and a map, and the same for their calendar."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from orientation.model import BookingState
from orientation.records import AgendaBooking, Patient
from orientation.visits import DayRound
from web.deps import ServicesDep
from web.lookups import find_doctor
from web.mapping import map_options
from web.outgoing import note_export
from web.render import render
from web.round_calendar import write_calendar
from web.round_contexts import RoundLine, RoundPage
from web.round_map import draw_map
from web.routes.agenda import DayDep
from web.services import Services

router = APIRouter(prefix="/agenda", include_in_schema=False)

ONE_DAY = timedelta(days=1)
CALENDAR = "text/calendar; charset=utf-8"


@router.get("/{doctor_id}/tournee")
def show_round(
    request: Request, doctor_id: str, services: ServicesDep, jour: DayDep = None
) -> HTMLResponse:
    """The round of a day, today's if none is said; who is visited is shown by initials."""
    found = _read(services, doctor_id, jour)
    booked = _booked(services, found) if found.visits else {}
    page = RoundPage(
        round=found,
        lines=list(_lines(found, booked)),
        travel_minutes=sum(visit.travel_minutes for visit in found.visits),
        map=draw_map(found),
        outlines=map_options(services.settings).outlines,
        previous=found.day - ONE_DAY,
        following=found.day + ONE_DAY,
    )
    return render(request, "round", page)


@router.get("/{doctor_id}/tournee.ics")
def send_calendar(
    request: Request, doctor_id: str, services: ServicesDep, jour: DayDep = None
) -> Response:
    """The confirmed visits of a day as an iCalendar file."""
    found = _read(services, doctor_id, jour)
    name = f"tournee-{found.day}.ics"
    note_export(request, services, "calendar", str(found.doctor.id), len(found.visits))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = write_calendar(found, services.clock())
    return Response(content, media_type=CALENDAR, headers=headers)


def _read(services: Services, doctor_id: str, day: date | None) -> DayRound:
    doctor = find_doctor(services, doctor_id)
    today = services.clock().astimezone(services.territory.zone).date()
    return services.orientation.round(doctor.id, day or today)


def _booked(services: Services, found: DayRound) -> dict[UUID, AgendaBooking]:
    """Who is visited, in clear: the reading is audited."""
    slots = services.orientation.agenda(found.doctor.id, found.day)
    return {one.booking.id: one for slot in slots for one in slot.bookings}


def _lines(found: DayRound, booked: dict[UUID, AgendaBooking]) -> Iterator[RoundLine]:
    leaving = found.base.label if found.base else ""
    for number, visit in enumerate(found.visits, start=1):
        held = visit.state is BookingState.HELD
        known = None if held else booked.get(visit.booking_id)
        yield RoundLine(
            number=number,
            visit=visit,
            leaving=leaving,
            held=held,
            initials=_initials(known.booking.patient) if known else "",
            address=known.request.address if known else "",
            callback_number=known.request.callback_number if known else "",
        )
        leaving = visit.commune_name


def _initials(patient: Patient | None) -> str:
    """« E. V. »: enough to find who it is in the agenda, too little on a sheet left behind."""
    names: Iterable[str] = (patient.given, patient.family) if patient else ()
    return " ".join(f"{name.strip()[:1].upper()}." for name in names)
