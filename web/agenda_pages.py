"""A doctor's days as the pages and the printed sheet show them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from directory.base.clock import system_clock
from orientation.model import BookingState
from orientation.records import AgendaBooking, AgendaSlot, BookingView
from web.agenda_contexts import AgendaDay, AgendaLine, AgendaPage, AgendaPatient, FreeHours
from web.agenda_words import say_balance, say_needs
from web.lookups import find_doctor
from web.seeking_contexts import OfferPanel
from web.seeking_forms import offer_panel
from web.services import Services

WEEK_DAYS = 7
SUNDAY = 6
LIST, WEEK = "liste", "semaine"
SETTLED = (BookingState.HONOURED, BookingState.NO_SHOW)


def today_of(services: Services) -> date:
    """The date on the territory's calendar."""
    return services.clock().astimezone(services.territory.zone).date()


def read_page(
    services: Services,
    doctor_id: str,
    jour: date | None,
    view: str,
    actor: str,
    *,
    intake: OfferPanel | None = None,
    problem: str = "",
    values: Mapping[str, str] | None = None,
    done: str = "",
) -> AgendaPage:
    """A doctor's week around a day, or the seven days from it as a list; the reading is audited.

    Without a day it is today; on a Sunday, the week to come.
    """
    today = today_of(services)
    chosen = jour or (today + timedelta(days=1) if today.weekday() == SUNDAY else today)
    first = chosen if view == LIST else chosen - timedelta(days=chosen.weekday())
    days = read_days(services, doctor_id, first, WEEK_DAYS, actor)
    doctor = find_doctor(services, doctor_id)
    orientation = services.orientation
    followed = orientation.calendars.followed(doctor_id)
    return AgendaPage(
        doctor=doctor,
        problem=problem,
        values=values or {},
        chosen=chosen,
        today=today,
        days=[one for one in days if one.lines or one.day.weekday() != SUNDAY],
        previous=chosen - timedelta(days=1),
        following=chosen + timedelta(days=1),
        previous_week=first - timedelta(days=WEEK_DAYS),
        following_week=first + timedelta(days=WEEK_DAYS),
        intake=intake or offer_panel(services, doctor_id),
        calendar_problem=followed.problem if followed else "",
        conflicts=len(orientation.calendars.conflicts(doctor_id)) if followed else 0,
        view=view,
        done=done,
        first_visit=orientation.giving.usual(doctor) is None,
        balance=say_balance(orientation.balance(doctor_id)),
    )


def read_days(
    services: Services, doctor_id: str, first: date, count: int, actor: str
) -> list[AgendaDay]:
    """So many days from the first, each with its slots; the reading is audited."""
    zone, now = services.territory.zone, services.clock()
    machine = system_clock()  # holds end by the store's clock, which no test sets
    absent = services.orientation.absent_slots(doctor_id)
    by_day: dict[date, list[AgendaLine]] = {
        first + timedelta(days=number): [] for number in range(count)
    }
    for slot in services.orientation.agenda(doctor_id, first, count, actor):
        line = _line(services, slot, now, machine, withdrawn=slot.slot_id in absent)
        by_day[slot.start.astimezone(zone).date()].append(line)
    return [_day(day, lines) for day, lines in by_day.items()]


def _day(day: date, lines: Sequence[AgendaLine]) -> AgendaDay:
    told = [who.booking.state for line in lines for who in line.patients]
    coming = sum(state is not BookingState.HELD for state in told)
    return AgendaDay(day, lines, coming, list(_free(lines)))


def _free(lines: Sequence[AgendaLine]) -> Iterator[FreeHours]:
    """Free slots, those that follow each other joined."""
    joined: FreeHours | None = None
    for line in lines:
        if line.slot.too_soon or line.places_left <= 0:
            continue
        slot = line.slot
        if joined and (joined.end, joined.mode) == (slot.start, slot.mode):
            places = joined.places + line.places_left
            joined = FreeHours(joined.start, slot.end, slot.mode, places)
            continue
        if joined:
            yield joined
        joined = FreeHours(slot.start, slot.end, slot.mode, line.places_left)
    if joined:
        yield joined


def _line(
    services: Services, slot: AgendaSlot, now: datetime, machine: datetime, *, withdrawn: bool
) -> AgendaLine:
    patients = [
        _patient(services, slot, one, now)
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


def _patient(
    services: Services, slot: AgendaSlot, one: AgendaBooking, now: datetime
) -> AgendaPatient:
    booking = one.booking
    settled = booking.state in SETTLED
    return AgendaPatient(
        booking=booking,
        request=one.request,
        can_settle=_can_settle(services, booking, now),
        can_undo=settled and services.orientation.may_undo(booking.settled_at),
        needs=say_needs(services, slot, one),
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
