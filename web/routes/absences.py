"""An absence in two taps: when, then who would have to be called back."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from directory.base.errors import InputRefusedError
from orientation.calendar import instant
from web.agenda_contexts import AbsencePage
from web.agenda_pages import today_of
from web.deps import ServicesDep
from web.lookups import find_doctor
from web.planning_forms import YES
from web.planning_pages import who_acts
from web.render import render
from web.routes.agenda import DayDep
from web.services import Services
from web.wording import say_clock_time, say_short_day

router = APIRouter(prefix="/agenda/{doctor_id}/absence", include_in_schema=False)

When = Literal["reste", "jour", "demain", "semaine"]
WEEK = timedelta(days=7)


@router.get("")
def ask_absence(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    quand: Annotated[When, Query()],
    jour: DayDep = None,
) -> HTMLResponse:
    """Who has an appointment during a chosen absence; nothing is changed yet.

    `reste` is the rest of today, `jour` the day told, `semaine` seven days from today.
    """
    doctor = find_doctor(services, doctor_id)
    day = jour or today_of(services)
    start, end = _span(services, quand, day)
    begins, ends = (_instant(services, wall) for wall in (start, end))
    concerned = services.orientation.planning.concerned_between(
        doctor_id, begins, ends, who_acts(request)
    )
    page = AbsencePage(
        doctor=doctor,
        span=_say_span(start, end),
        concerned=concerned,
        fields=[
            ("start", start.isoformat(timespec="minutes")),
            ("end", end.isoformat(timespec="minutes")),
            ("jour", day.isoformat()),
            ("confirmed", YES),
        ],
        back=f"/agenda/{doctor.id}?jour={day}",
    )
    return render(request, "absence", page)


def _span(services: Services, when: When, day: date) -> tuple[datetime, datetime]:
    """Beginning and end on the territory's clocks; a whole day goes from midnight to midnight."""
    now = services.clock().astimezone(services.territory.zone).replace(tzinfo=None)
    today = now.date()
    begins = {
        "reste": now.replace(second=0, microsecond=0),
        "jour": datetime.combine(day, time.min),
        "demain": datetime.combine(today + timedelta(days=1), time.min),
        "semaine": now.replace(second=0, microsecond=0),
    }[when]
    days = WEEK if when == "semaine" else timedelta(days=1)
    return begins, datetime.combine(begins.date() + days, time.min)


def _say_span(start: datetime, end: datetime) -> str:
    """« mardi 24/11, toute la journée », « du lundi 23/11 à 10 h au dimanche 29/11 »."""
    last = (end - timedelta(minutes=1)).date()
    if last > start.date():
        hour = say_clock_time(start.time())
        return f"du {say_short_day(start.date())} à {hour} au {say_short_day(last)} au soir"
    whole = start.time() == time.min
    since = "toute la journée" if whole else f"à partir de {say_clock_time(start.time())}"
    return f"{say_short_day(start.date())}, {since}"


def _instant(services: Services, wall: datetime) -> datetime:
    at = instant(services.territory.zone, wall.date(), wall.time())
    if at is None:
        raise InputRefusedError("Cette heure n'existe pas : on passe à l'heure d'été.")
    return at
