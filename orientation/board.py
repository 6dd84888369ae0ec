"""The desk of the secretariat: what others hold, who comes where today, what is free.

Nobody is named here: it is read again at every change, on every screen. Who a visit is for is
read by opening its request, which is audited.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import last_seq
from directory.model import Value
from orientation import tables
from orientation.availability import AgendaSlots, place_of
from orientation.call_tables import phone_call
from orientation.lanes import instant_of, milliseconds
from orientation.lead import is_too_soon
from orientation.model import PENDING, AgeBand, BookingState, Doctor, Mode
from orientation.store import Agenda
from orientation.taken import is_live
from orientation.team import read_doctors


class HeldSeat(Value, frozen=True, kw_only=True):
    """A place somebody keeps for a caller; `holder` is empty for a hold made by the API."""

    slot: UUID
    request: UUID
    start: datetime
    mode: Mode
    doctor: str
    holder: str
    until: datetime


class Visit(Value, frozen=True, kw_only=True):
    """Somebody who comes today, unnamed: when, how, and where they are from."""

    request: UUID
    start: datetime
    mode: Mode
    place: str
    commune: str
    age_band: AgeBand | None
    state: BookingState


class DoctorDay(Value, frozen=True, kw_only=True):
    """Who comes to one doctor today, in the order of the day."""

    doctor: str
    visits: tuple[Visit, ...]


class FreeHour(Value, frozen=True, kw_only=True):
    """Places that can still be given in one hour of today, by mode: none that starts too soon."""

    starts: datetime
    places: dict[Mode, int]


class ToCallBack(Value, frozen=True, kw_only=True):
    """A request that waits for a call back, without its number."""

    request: UUID
    commune: str
    since: datetime
    tries: int


class Board(Value, frozen=True, kw_only=True):
    """All of it, as one state of the store; `seq` is the last change it knows."""

    seq: int
    holds: tuple[HeldSeat, ...]
    days: tuple[DoctorDay, ...]
    free: tuple[FreeHour, ...]
    call_backs: tuple[ToCallBack, ...]


def read_board(agenda: Agenda) -> Board:
    """What the secretariat shares, at the agenda's time; holds end by the store's clock."""
    now = agenda.clock()
    with agenda.database.read() as connection:
        # Read first: a change that comes meanwhile is then announced, at worst twice.
        seq = last_seq(connection, tables.base.change_log)
        doctors = read_doctors(agenda, connection)
        return Board(
            seq=seq,
            holds=_holds(agenda, connection, doctors),
            days=_days(agenda, connection, doctors, now),
            free=_free(agenda, connection, doctors, now),
            call_backs=_call_backs(agenda, connection),
        )


def _holds(
    agenda: Agenda, connection: sa.Connection, doctors: dict[UUID, Doctor]
) -> tuple[HeldSeat, ...]:
    booking, slot = tables.booking, tables.slot
    rows = connection.execute(
        sa.select(
            booking.c.slot,
            booking.c.request,
            booking.c.expires_at,
            slot.c.starts,
            slot.c.mode,
            slot.c.doctor,
            phone_call.c.holder,
        )
        .join(slot, slot.c.id == booking.c.slot)
        .outerjoin(phone_call, phone_call.c.request == booking.c.request)
        .where(
            booking.c.territory == agenda.territory.slug,
            booking.c.state == BookingState.HELD.value,
            is_live(),
        )
        .order_by(booking.c.expires_at, booking.c.id)
    )
    return tuple(
        HeldSeat(
            slot=row.slot,
            request=row.request,
            start=row.starts,
            mode=Mode(row.mode),
            doctor=doctors[row.doctor].name,
            holder=row.holder or "",
            until=row.expires_at,
        )
        for row in rows
    )


def _days(
    agenda: Agenda, connection: sa.Connection, doctors: dict[UUID, Doctor], now: datetime
) -> tuple[DoctorDay, ...]:
    booking, slot, request = tables.booking, tables.slot, tables.request
    begin, end = today(agenda, now)
    rows = connection.execute(
        sa.select(
            booking.c.request,
            booking.c.state,
            slot.c.starts,
            slot.c.mode,
            slot.c.doctor,
            slot.c.place,
            request.c.commune,
            request.c.age_band,
        )
        .join(slot, slot.c.id == booking.c.slot)
        .join(request, request.c.id == booking.c.request)
        .where(
            booking.c.territory == agenda.territory.slug,
            slot.c.starts >= begin,
            slot.c.starts < end,
            booking.c.state != BookingState.HELD.value,
            is_live(),
        )
        .order_by(slot.c.starts, booking.c.seat)
    )
    found: dict[UUID, list[Visit]] = {}
    for row in rows:
        found.setdefault(row.doctor, []).append(_visit(row, doctors[row.doctor]))
    days = [
        DoctorDay(doctor=doctors[doctor].name, visits=tuple(visits))
        for doctor, visits in found.items()
    ]
    return tuple(sorted(days, key=lambda day: day.doctor))


def _visit(row: Any, doctor: Doctor) -> Visit:
    place = place_of(doctor, row.place)
    return Visit(
        request=row.request,
        start=row.starts,
        mode=Mode(row.mode),
        place=place.label if place else "",
        commune=row.commune or "",
        age_band=AgeBand(row.age_band) if row.age_band else None,
        state=BookingState(row.state),
    )


def _free(
    agenda: Agenda, connection: sa.Connection, doctors: Collection[UUID], now: datetime
) -> tuple[FreeHour, ...]:
    slots = AgendaSlots(agenda, connection, now)
    last = milliseconds(today(agenda, now)[1]) - 1
    lanes = slots.lanes([(doctor, mode) for doctor in doctors for mode in Mode], last)
    zone, policy = agenda.territory.zone, agenda.territory.policy
    found: dict[datetime, Counter[Mode]] = {}
    for start in sorted({start for lane in lanes for start in lane.starts}):
        hour = instant_of(start).astimezone(zone).replace(minute=0, second=0, microsecond=0)
        for one in slots.starting_at(start, doctors):
            if not is_too_soon(policy, one.mode, one.doctor.home_lead_minutes, one.start, now):
                found.setdefault(hour, Counter())[one.mode] += one.places_left
    return tuple(FreeHour(starts=hour, places=dict(places)) for hour, places in found.items())


def _call_backs(agenda: Agenda, connection: sa.Connection) -> tuple[ToCallBack, ...]:
    request, booking = tables.request, tables.booking
    booked = sa.exists().where(
        booking.c.request == request.c.id, booking.c.state != BookingState.HELD.value, is_live()
    )
    rows = connection.execute(
        sa.select(
            request.c.id, request.c.commune, request.c.call_back_since, request.c.call_back_tries
        )
        .where(
            request.c.territory == agenda.territory.slug,
            request.c.call_back_since.is_not(None),
            request.c.outcome.in_([state.value for state in PENDING]),
            request.c.erased_at.is_(None),
            ~booked,
        )
        .order_by(request.c.call_back_since, request.c.id)
    )
    return tuple(
        ToCallBack(
            request=row.id,
            commune=row.commune or "",
            since=row.call_back_since,
            tries=row.call_back_tries or 0,
        )
        for row in rows
    )


def today(agenda: Agenda, now: datetime) -> tuple[datetime, datetime]:
    """When today begins and ends on the territory's calendar, 23 to 25 hours apart."""
    zone = agenda.territory.zone
    day = now.astimezone(zone).date()
    return (
        datetime.combine(day, time.min, tzinfo=zone),
        datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone),
    )
