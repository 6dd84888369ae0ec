"""Home visits that are booked, as rounds: what a doctor's day looks like, and whether a hold fits.

A round is one doctor's visits of one day. Points are those of communes: addresses are sealed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.model import Point, Value
from orientation import tables
from orientation.calendar import local_day
from orientation.model import BookingState, Doctor, Mode, Place
from orientation.rounds import Stop, Visit, at_their_hours, is_feasible, plan_round
from orientation.store import Agenda, missing
from orientation.taken import is_live
from orientation.team import read_doctors


class DayVisit(Value, frozen=True, kw_only=True):
    """A visit of a day: the appointment as it was given, and when the doctor should be there.

    `appointment` to `appointment_end` is the slot; `travel_minutes` lead to the visit. Nothing in
    it identifies the person.
    """

    booking_id: UUID
    state: BookingState
    commune_name: str
    appointment: datetime
    appointment_end: datetime
    start: datetime
    end: datetime
    travel_minutes: int
    point: Point | None = None


class DayRound(Value, frozen=True, kw_only=True):
    """A doctor's visits of a day, in order; `origin` says in French where travel times come from.

    When `feasible` is False, no order respects every appointment: visits are at their hours. `base`
    is the practice it starts from.
    """

    doctor: Doctor
    day: date
    visits: tuple[DayVisit, ...]
    feasible: bool
    origin: str
    leaves: datetime | None = None
    base: Place | None = None


def fits_round(agenda: Agenda, connection: sa.Connection, slot: Any, request: Any) -> bool:
    """Whether a stored request's visit fits in the round of the stored slot's doctor.

    Slots of other modes are in no round.
    Called under the doctor's lock: what is booked meanwhile waits. Travel times are those already
    known, since a transaction waits for nobody.
    """
    if slot.mode != Mode.HOME:
        return True
    day = local_day(agenda.territory, slot.starts)
    booked = _booked(agenda, connection, *_on(agenda, slot.doctor, day), but=request.id)
    if not booked:
        return True
    doctor = read_doctors(agenda, connection)[slot.doctor]
    visits = [_visit_of(agenda, row, row.commune) for row in booked]
    visits.append(_visit_of(agenda, slot, request.commune))
    travel = agenda.routes.known(points_of(agenda, doctor, visits)).travel
    return is_feasible(point_of(base_of(doctor)), visits, travel)


def read_round(agenda: Agenda, doctor_id: UUID, day: date) -> DayRound:
    """A doctor's visits of a day in order, without anybody's identity; or NotFoundError."""
    with agenda.database.read() as connection:
        doctor = read_doctors(agenda, connection).get(doctor_id)
        if doctor is None:
            raise missing("Médecin")
        rows = _booked(agenda, connection, *_on(agenda, doctor_id, day))
    visits = [_visit_of(agenda, row, row.commune) for row in rows]
    base = base_of(doctor)
    routes = agenda.routes.between(points_of(agenda, doctor, visits))
    planned = plan_round(point_of(base), visits, routes.travel)
    shown = planned or at_their_hours(point_of(base), visits, routes.travel)
    by_id = {row.id: row for row in rows}
    return DayRound(
        doctor=doctor,
        day=day,
        visits=tuple(_day_visit(agenda, stop, by_id[stop.visit.id]) for stop in shown.stops),
        feasible=planned is not None,
        origin=routes.origin,
        leaves=shown.leaves,
        base=base,
    )


def _booked(
    agenda: Agenda,
    connection: sa.Connection,
    *which: sa.ColumnElement[bool],
    but: UUID | None = None,
) -> Sequence[Any]:
    """Live bookings of home visits in no order; `but` is the request that asks."""
    booking, slot, request = tables.booking, tables.slot, tables.request
    told = (booking.c.id, booking.c.state, slot.c.doctor, slot.c.starts, slot.c.ends)
    query = (
        sa.select(*told, request.c.commune)
        .join(slot, slot.c.id == booking.c.slot)
        .join(request, request.c.id == booking.c.request)
        .where(
            slot.c.territory == agenda.territory.slug,
            slot.c.mode == Mode.HOME.value,
            is_live(),
            *which,
        )
    )
    return connection.execute(query if but is None else query.where(request.c.id != but)).all()


def _on(agenda: Agenda, doctor: UUID, day: date) -> tuple[sa.ColumnElement[bool], ...]:
    slot, next_day = tables.slot, day + timedelta(days=1)
    return (
        slot.c.doctor == doctor,
        slot.c.starts >= midnight(agenda, day),
        slot.c.starts < midnight(agenda, next_day),
    )


def midnight(agenda: Agenda, day: date) -> datetime:
    """When a day of the territory begins."""
    return datetime.combine(day, time.min, tzinfo=agenda.territory.zone)


def _visit_of(agenda: Agenda, row: Any, commune: str) -> Visit:
    """The visit of a stored booking or slot."""
    return visit_at(agenda, row.id, row.starts, row.ends, commune)


def visit_at(agenda: Agenda, key: UUID, starts: datetime, ends: datetime, commune: str) -> Visit:
    """The visit of an appointment in a commune."""
    minutes = int((ends - starts).total_seconds() // 60)
    return Visit(
        id=key,
        minutes=agenda.territory.rounds.minutes_of(minutes),
        earliest=starts,
        latest=ends,
        point=_commune_point(agenda, commune),
    )


def points_of(agenda: Agenda, doctor: Doctor, visits: Iterable[Visit]) -> list[Point]:
    """Where a doctor may go: the same points at each call, so that they are asked once."""
    served = (_commune_point(agenda, insee) for insee in doctor.visits)
    told = (point_of(base_of(doctor)), *served, *(visit.point for visit in visits))
    return [point for point in told if point is not None]


def _commune_point(agenda: Agenda, insee: str) -> Point | None:
    commune = agenda.communes.get(insee)
    return commune.point if commune else None


def base_of(doctor: Doctor) -> Place | None:
    """Where a round starts: the doctor's first practice that can be placed on a map."""
    return next((place for place in doctor.places if place.point), None)


def point_of(place: Place | None) -> Point | None:
    """Where a place is on the map."""
    return place.point if place else None


def _day_visit(agenda: Agenda, stop: Stop, row: Any) -> DayVisit:
    commune = agenda.communes.get(row.commune)
    return DayVisit(
        booking_id=row.id,
        state=BookingState(row.state),
        commune_name=commune.name if commune else row.commune,
        appointment=row.starts,
        appointment_end=row.ends,
        start=stop.start,
        end=stop.end,
        travel_minutes=stop.travel_minutes,
        point=stop.visit.point,
    )
