"""Home visits that are booked, as rounds: does one more fit, and what a doctor's day looks like.

A round is one doctor's visits of one day. Points are those of communes: addresses are sealed.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.model import Point, Value
from orientation import tables
from orientation.availability import is_live
from orientation.calendar import local_day
from orientation.costs import obstacle
from orientation.lanes import Lane, Slots, Stock, instant_of, milliseconds
from orientation.model import BookingState, Candidate, Doctor, Mobility, Mode, Need, Place
from orientation.rounds import Stop, Visit, at_their_hours, is_feasible, plan_round
from orientation.store import Agenda, missing
from orientation.team import read_doctors

Hours = tuple[int, int]
"""When a slot starts and ends, as in lanes."""

NOT_BOOKED = UUID(int=0)
"""The key of the visit that is asked for, among those that have a booking."""


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


class RoundSlots:
    """Slots (`lanes.Slots`) without the visits whose doctor could not be on time for a need.

    `stocks` counts them apart, also for who did not ask for a visit but may be told of one. Only
    the days on which another visit is booked are looked at. Like what it is made of, it reads
    while the connection is open.
    """

    def __init__(
        self, slots: Slots, agenda: Agenda, connection: sa.Connection, request_id: UUID, need: Need
    ) -> None:
        self._slots, self._agenda, self._connection = slots, agenda, connection
        self._request_id, self._need = request_id, need

    @cached_property
    def stocks(self) -> Sequence[Stock]:
        """The whole agenda, counted once per doctor and mode."""
        return [self._counted(stock) for stock in self._slots.stocks]

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors (by key) and modes with what starts up to `until` included."""
        return [self._fitting(lane) for lane in self._slots.lanes(wanted, until)]

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        return [
            slot
            for slot in self._slots.starting_at(start, doctors)
            if slot.mode is not Mode.HOME
            or (start, milliseconds(slot.end)) not in self._broken.get(slot.doctor.id, ())
        ]

    @cached_property
    def _broken(self) -> Mapping[UUID, Counter[Hours]]:
        """Hours of the free visits that do not fit, with how many slots have them, by doctor."""
        at_home = msgspec.structs.replace(self._need, mobility=Mobility.HOME)
        suited = {
            stock.doctor.id
            for stock in self._slots.stocks
            if stock.mode is Mode.HOME
            and stock.free
            and obstacle(at_home, stock.doctor, stock.mode) is None
        }
        booked = self._booked_days(suited) if suited else {}
        found: dict[UUID, Counter[Hours]] = {}
        for lane in self._slots.lanes({(doctor, Mode.HOME) for doctor in booked}):
            for day, others in booked[lane.doctor.id].items():
                broken = found.setdefault(lane.doctor.id, Counter())
                broken.update(self._broken_on(lane, day, others))
        return found

    def _booked_days(self, doctors: Collection[UUID]) -> Mapping[UUID, Mapping[date, list[Visit]]]:
        agenda = self._agenda
        today = _midnight(agenda, local_day(agenda.territory, agenda.clock()))
        # Not by their starts: the store would then read every slot of the territory.
        which = tables.slot.c.ends > today, tables.slot.c.doctor.in_(doctors)
        found: dict[UUID, dict[date, list[Visit]]] = {}
        for row in _booked(agenda, self._connection, *which, but=self._request_id):
            days = found.setdefault(row.doctor, {})
            day = local_day(agenda.territory, row.starts)
            days.setdefault(day, []).append(_visit_of(agenda, row, row.commune))
        return found

    def _broken_on(self, lane: Lane, day: date, others: Sequence[Visit]) -> Iterator[Hours]:
        agenda, base = self._agenda, _point_of(_base(lane.doctor))
        travel = agenda.routes.between(_points(agenda, lane.doctor, others)).travel
        low = bisect_left(lane.starts, milliseconds(_midnight(agenda, day)))
        next_day = milliseconds(_midnight(agenda, day + timedelta(days=1)))
        high = bisect_left(lane.starts, next_day, low)
        for start, end in zip(lane.starts[low:high], lane.ends[low:high], strict=True):
            hours = instant_of(start), instant_of(end)
            wanted = _visit(agenda, NOT_BOOKED, *hours, self._need.commune)
            if not is_feasible(base, [*others, wanted], travel):
                yield start, end

    def _counted(self, stock: Stock) -> Stock:
        broken = self._broken.get(stock.doctor.id)
        if stock.mode is not Mode.HOME or not broken:
            return stock
        apart = broken.total()
        return replace(stock, free=stock.free - apart, apart=apart)

    def _fitting(self, lane: Lane) -> Lane:
        broken = self._broken.get(lane.doctor.id)
        if lane.mode is not Mode.HOME or not broken:
            return lane
        each = zip(lane.starts, lane.ends, strict=True)
        kept = [hours for hours in each if hours not in broken]
        return replace(lane, starts=[start for start, _ in kept], ends=[end for _, end in kept])


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
    travel = agenda.routes.known(_points(agenda, doctor, visits)).travel
    return is_feasible(_point_of(_base(doctor)), visits, travel)


def read_round(agenda: Agenda, doctor_id: UUID, day: date) -> DayRound:
    """A doctor's visits of a day in order, without anybody's identity; or NotFoundError."""
    with agenda.database.read() as connection:
        doctor = read_doctors(agenda, connection).get(doctor_id)
        if doctor is None:
            raise missing("Médecin")
        rows = _booked(agenda, connection, *_on(agenda, doctor_id, day))
    visits = [_visit_of(agenda, row, row.commune) for row in rows]
    base = _base(doctor)
    routes = agenda.routes.between(_points(agenda, doctor, visits))
    planned = plan_round(_point_of(base), visits, routes.travel)
    shown = planned or at_their_hours(_point_of(base), visits, routes.travel)
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
        slot.c.starts >= _midnight(agenda, day),
        slot.c.starts < _midnight(agenda, next_day),
    )


def _midnight(agenda: Agenda, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=agenda.territory.zone)


def _visit_of(agenda: Agenda, row: Any, commune: str) -> Visit:
    """The visit of a stored booking or slot."""
    return _visit(agenda, row.id, row.starts, row.ends, commune)


def _visit(agenda: Agenda, key: UUID, starts: datetime, ends: datetime, commune: str) -> Visit:
    minutes = int((ends - starts).total_seconds() // 60)
    return Visit(
        id=key,
        minutes=agenda.territory.rounds.minutes_of(minutes),
        earliest=starts,
        latest=ends,
        point=_commune_point(agenda, commune),
    )


def _points(agenda: Agenda, doctor: Doctor, visits: Iterable[Visit]) -> list[Point]:
    """Where a doctor may go: the same points at each call, so that they are asked once."""
    served = (_commune_point(agenda, insee) for insee in doctor.visits)
    told = (_point_of(_base(doctor)), *served, *(visit.point for visit in visits))
    return [point for point in told if point is not None]


def _commune_point(agenda: Agenda, insee: str) -> Point | None:
    commune = agenda.communes.get(insee)
    return commune.point if commune else None


def _base(doctor: Doctor) -> Place | None:
    """Where a round starts: the doctor's first practice that can be placed on a map."""
    return next((place for place in doctor.places if place.point), None)


def _point_of(place: Place | None) -> Point | None:
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
