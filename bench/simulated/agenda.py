"""An agenda in memory that answers as the store does (`orientation.lanes.Slots`).

Slots have one place and a doctor's slots never overlap: a booked slot is simply gone.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

import msgspec

from bench.simulated.hypotheses import HORIZON_DAYS
from bench.simulated.world import World, slots_of
from orientation.calendar import local_day, week_start
from orientation.costs import HOUR_MS
from orientation.lanes import Lane, Stock, milliseconds
from orientation.model import Candidate, Doctor, Mode, Place


@dataclass(slots=True)
class _Track:
    """The hours of a doctor and mode: all of them, and those still free."""

    doctor: Doctor
    mode: Mode
    place: Place | None
    starts: list[int] = field(default_factory=list)
    free: list[int] = field(default_factory=list)


class Agenda:
    """The slots of a world, being booked."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tracks: dict[tuple[UUID, Mode], _Track] = {}
        self.slots: dict[tuple[UUID, int], Candidate] = {}
        self.loads: Counter[tuple[UUID, int]] = Counter()
        self.mondays = _mondays(world)
        for slot in slots_of(world):
            start = milliseconds(slot.start)
            self.slots[slot.doctor.id, start] = slot
            key = slot.doctor.id, slot.mode
            track = self.tracks.setdefault(key, _Track(slot.doctor, slot.mode, slot.place))
            insort(track.starts, start)
        for track in self.tracks.values():
            track.free = track.starts.copy()

    def at(self, now: datetime) -> "AgendaView":
        """What the agenda shows at an instant."""
        return AgendaView(self, now)

    def book(self, slot: Candidate) -> None:
        """Take a slot; ValueError when it is already taken."""
        start = milliseconds(slot.start)
        free = self.tracks[slot.doctor.id, slot.mode].free
        where = bisect_left(free, start)
        if free[where : where + 1] != [start]:
            raise ValueError(f"créneau déjà pris : {slot.doctor.name}, {slot.start.isoformat()}")
        del free[where]
        self.loads[slot.doctor.id, self.week(start)] += 1

    def week(self, start: int) -> int:
        """Which week of the world a start is in."""
        return bisect_right(self.mondays, start)


class AgendaView:
    """The coming slots of an agenda up to its horizon (`lanes.Slots`)."""

    def __init__(self, agenda: Agenda, now: datetime, days: int = HORIZON_DAYS) -> None:
        self._agenda, self._now, self.world = agenda, now, agenda.world
        self._low = milliseconds(now)
        territory = agenda.world.territory
        end = local_day(territory, now) + timedelta(days=days + 1)
        midnight = datetime.combine(end, time.min, tzinfo=territory.zone)
        self._last = milliseconds(midnight) - 1

    def shown(self, days: int) -> "AgendaView":
        """The same agenda seen today and that many days after, no further."""
        return AgendaView(self._agenda, self._now, days)

    def within(self, hours: int) -> "AgendaView":
        """The same agenda seen that many hours ahead, no further."""
        view = AgendaView(self._agenda, self._now)
        view._last = min(view._last, self._low + hours * HOUR_MS)
        return view

    @property
    def stocks(self) -> Sequence[Stock]:
        """How many slots are free and taken, by doctor and mode."""
        return [
            Stock(track.doctor, track.mode, free, coming - free)
            for track in self._agenda.tracks.values()
            if (coming := len(self._seen(track.starts, self._last)))
            for free in [len(self._seen(track.free, self._last))]
        ]

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors and modes with what starts up to `until` included."""
        last = self._last if until is None else min(until, self._last)
        return [
            lane
            for key, track in self._agenda.tracks.items()
            if key in wanted
            for lane in self._by_load(track, self._seen(track.free, last))
        ]

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        return [
            self._candidate(track, start)
            for track in self._agenda.tracks.values()
            if track.doctor.id in doctors and start in self._seen(track.free, self._last)
        ]

    def _seen(self, starts: list[int], last: int) -> list[int]:
        return starts[bisect_right(starts, self._low) : bisect_right(starts, last)]

    def _by_load(self, track: _Track, starts: Sequence[int]) -> Iterator[Lane]:
        by_load: dict[int, list[int]] = {}
        for start in starts:
            load = self._agenda.loads[track.doctor.id, self._agenda.week(start)]
            by_load.setdefault(load, []).append(start)
        slots = self._agenda.slots
        for load, hours in by_load.items():
            ends = [milliseconds(slots[track.doctor.id, start].end) for start in hours]
            yield Lane(track.doctor, track.mode, track.place, load, hours, ends)

    def _candidate(self, track: _Track, start: int) -> Candidate:
        week = self._agenda.week(start)
        return msgspec.structs.replace(
            self._agenda.slots[track.doctor.id, start],
            given=self._agenda.loads[track.doctor.id, week],
            this_week=week == self._agenda.week(self._low),
        )


def _mondays(world: World) -> list[int]:
    zone = world.territory.zone
    first = datetime.combine(world.scenario.first, time.min, tzinfo=zone)
    monday = local_day(world.territory, week_start(world.territory, first))
    weeks = range((world.days + HORIZON_DAYS) // 7 + 2)
    return [
        milliseconds(datetime.combine(monday + timedelta(weeks=n), time.min, tzinfo=zone))
        for n in weeks
    ]
