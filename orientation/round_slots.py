"""Slots without the home visits whose doctor could not be on time for a need.

Which ones is worked out once per doctor and commune, and kept in mind (`memory`) while the doctor's
free slots, booked visits and travel times stay the same.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

import msgspec

from orientation.availability import AgendaSlots
from orientation.calendar import local_day
from orientation.costs import obstacle
from orientation.lanes import Hours, Lane, Slots, Stock, instant_of, milliseconds
from orientation.memory import Free, LiveBooking, Misfits, VisitDay
from orientation.model import Candidate, Doctor, Mobility, Mode, Need
from orientation.rounds import Travel, Visit, is_feasible
from orientation.store import Agenda
from orientation.visits import base_of, midnight, point_of, points_of, visit_at

NOT_BOOKED = UUID(int=0)
"""The key of the visit that is asked for, among those that have a booking."""


class RoundSlots:
    """Slots (`lanes.Slots`) without the visits whose doctor could not be on time for a need.

    `stocks` counts them apart, also for who did not ask for a visit but may be told of one. Only
    the days on which another visit is booked are looked at. `coming` is what `slots` are made from.
    """

    def __init__(
        self, slots: Slots, coming: AgendaSlots, agenda: Agenda, request_id: UUID, need: Need
    ) -> None:
        self._slots, self._coming, self._agenda = slots, coming, agenda
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
    def _broken(self) -> Mapping[UUID, Sequence[Hours]]:
        """Hours of the free visits that do not fit, by doctor who has some."""
        at_home = msgspec.structs.replace(self._need, mobility=Mobility.HOME)
        found = {
            stock.doctor.id: self._misfits(stock.doctor.id)
            for stock in self._slots.stocks
            if stock.mode is Mode.HOME
            and stock.free
            and obstacle(at_home, stock.doctor, stock.mode) is None
        }
        return {doctor: hours for doctor, hours in found.items() if hours}

    @cached_property
    def _apart(self) -> Counter[UUID]:
        """How many of these slots do not fit, by doctor."""
        found: Counter[UUID] = Counter()
        for lane in self._slots.lanes({(doctor, Mode.HOME) for doctor in self._broken}):
            found[lane.doctor.id] += len(_among(lane, self._broken[lane.doctor.id]))
        return found

    def _counted(self, stock: Stock) -> Stock:
        apart = self._apart[stock.doctor.id] if stock.mode is Mode.HOME else 0
        return (
            msgspec.structs.replace(stock, free=stock.free - apart, apart=apart) if apart else stock
        )

    def _fitting(self, lane: Lane) -> Lane:
        broken = self._broken.get(lane.doctor.id, ()) if lane.mode is Mode.HOME else ()
        left_out = _among(lane, broken)
        if not left_out:
            return lane
        starts, ends = (
            [one for n, one in enumerate(each) if n not in left_out]
            for each in (lane.starts, lane.ends)
        )
        return msgspec.structs.replace(lane, starts=starts, ends=ends)

    def _misfits(self, doctor: UUID) -> Sequence[Hours]:
        free, visits = self._coming.free[doctor], self._coming.visits.get(doctor, ())
        others = [one for one in visits if one.request != self._request_id]
        if not others:
            return ()
        kept = self._coming.memory.misfits
        known = kept.get((doctor, self._need.commune))
        if known is not None and self._still_holds(known, free, visits, others):
            return known.hours
        found = self._find_misfits(free, visits, others)
        if len(others) == len(visits):
            kept[doctor, self._need.commune] = found
        return found.hours

    def _still_holds(
        self,
        known: Misfits,
        free: Free,
        visits: Sequence[LiveBooking],
        others: Sequence[LiveBooking],
    ) -> bool:
        if known.free is not free or known.visits is not visits or len(others) != len(visits):
            return False
        return all(self._travel(day) is day.travel for day in known.days)

    def _travel(self, day: VisitDay) -> Travel:
        return self._agenda.routes.between(day.points).travel

    def _find_misfits(
        self, free: Free, visits: Sequence[LiveBooking], others: Sequence[LiveBooking]
    ) -> Misfits:
        agenda, by_day = self._agenda, dict[date, list[LiveBooking]]()
        for one in others:
            day = local_day(agenda.territory, instant_of(one.start))
            by_day.setdefault(day, []).append(one)
        days, hours = list[VisitDay](), set[Hours]()
        for day, booked in by_day.items():
            if free_hours := list(_free_visits(agenda, free, day)):
                looked_at, broken = self._look_at(free.known.doctor, booked, free_hours)
                days.append(looked_at)
                hours.update(broken)
        return Misfits(free, visits, days, sorted(hours))

    def _look_at(
        self, doctor: Doctor, booked: Sequence[LiveBooking], free_hours: Sequence[Hours]
    ) -> tuple[VisitDay, Sequence[Hours]]:
        """A day on which others are visited, and at which hours this need would break its round."""
        agenda = self._agenda
        visits = [self._visit(one.id, (one.start, one.end), one.commune) for one in booked]
        wanted = [self._visit(NOT_BOOKED, hours, self._need.commune) for hours in free_hours]
        points = points_of(agenda, doctor, [*visits, wanted[0]])
        base, travel = point_of(base_of(doctor)), agenda.routes.between(points).travel
        broken = [
            hours
            for hours, one in zip(free_hours, wanted, strict=True)
            if not is_feasible(base, [*visits, one], travel)
        ]
        return VisitDay(points, travel), broken

    def _visit(self, key: UUID, hours: Hours, commune: str) -> Visit:
        start, end = hours
        return visit_at(self._agenda, key, instant_of(start), instant_of(end), commune)


def _free_visits(agenda: Agenda, free: Free, day: date) -> Iterator[Hours]:
    begins = milliseconds(midnight(agenda, day))
    next_day = milliseconds(midnight(agenda, day + timedelta(days=1)))
    for one in free.tracks:
        for span in one.spans if one.track.mode is Mode.HOME else ():
            low = bisect_left(span.starts, begins)
            high = bisect_left(span.starts, next_day, low)
            yield from zip(span.starts[low:high], span.ends[low:high], strict=True)


def _among(lane: Lane, hours: Sequence[Hours]) -> Collection[int]:
    """Where some hours are in a lane."""
    found = set()
    for start, end in hours:
        n = bisect_left(lane.starts, start)
        while n < len(lane.starts) and lane.starts[n] == start:
            if lane.ends[n] == end:
                found.add(n)
            n += 1
    return found
