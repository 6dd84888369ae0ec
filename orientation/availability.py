"""What the agenda has to offer now: its coming slots in lanes, without what is taken.

The store gives the hours of a doctor, mode and place as one text: an agenda of 20,000 slots is
read in a few milliseconds, where as many rows would take a hundred.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from operator import sub
from sys import maxsize
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.base.database import store_now
from orientation import tables
from orientation.calendar import local_day, week_start
from orientation.lanes import Lane, Stock, instant_of, milliseconds
from orientation.model import LIVE_STATES, BookingState, Candidate, Doctor, Mode, Place
from orientation.presence import read_blocked
from orientation.store import Agenda
from orientation.team import read_doctors

MOST_WEEKS = 60
"""Further than any agenda is opened (`horizon_days` is at most 180)."""


class _Booked(NamedTuple):
    """A slot with live bookings, or a time without the doctor, which leaves nothing.

    `slot` is its key as the store writes it, empty for such a time; so is `mode`.
    """

    slot: str
    mode: str
    place: UUID | None
    start: int
    end: int
    taken: int
    seats: int

    def leaves(self, mode: str, place: UUID | None, start: int, end: int) -> bool:
        """Whether those are its own hours, with a seat left."""
        own = (self.mode, self.place, self.start, self.end) == (mode, place, start, end)
        return own and self.taken < self.seats


@dataclass(slots=True)
class _Occupation:
    """What takes a doctor's time: `slots` by doctor, load by doctor and week (0 is this one)."""

    slots: dict[UUID, list[_Booked]]
    loads: Counter[tuple[UUID, int]]


@dataclass(frozen=True, slots=True)
class _Track:
    """Coming slots of a doctor, mode and place: how many, and the hours of the free ones."""

    doctor: Doctor
    mode: Mode
    place: Place | None
    coming: int
    starts: Sequence[int]
    ends: Sequence[int]


class AgendaSlots:
    """The coming slots of a territory (`lanes.Slots`), as they were at `now`.

    Reads what is asked through the connection it was given, and only while that is open.
    """

    def __init__(self, agenda: Agenda, connection: sa.Connection, now: datetime) -> None:
        self._connection = connection
        self._weeks = _weeks(agenda, now)
        self._doctors = read_doctors(agenda, connection)
        self._occupation = _read_occupation(agenda, connection, self._weeks)
        _add_blocked(agenda, connection, now, self._occupation)
        self._tracks = [
            track
            for row in _read_hours(agenda, connection, now)
            if (doctor := self._doctors[row.doctor]).active
            for track in [_track(row, doctor, self._occupation.slots.get(doctor.id, ()))]
        ]

    @cached_property
    def stocks(self) -> Sequence[Stock]:
        """The whole agenda, counted once per doctor and mode."""
        free: Counter[tuple[UUID, Mode]] = Counter()
        coming: Counter[tuple[UUID, Mode]] = Counter()
        for track in self._tracks:
            free[track.doctor.id, track.mode] += len(track.starts)
            coming[track.doctor.id, track.mode] += track.coming
        return [
            Stock(self._doctors[doctor], mode, free[doctor, mode], count - free[doctor, mode])
            for (doctor, mode), count in coming.items()
        ]

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors (by key) and modes with what starts up to `until` included."""
        return [
            lane
            for track in self._tracks
            if (track.doctor.id, track.mode) in wanted
            for lane in self._by_load(track, until)
        ]

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        slot = tables.slot
        rows = self._connection.execute(
            sa.select(slot, sa.cast(slot.c.id, sa.Text).label("key")).where(
                slot.c.doctor.in_(doctors),
                slot.c.starts == instant_of(start),
                slot.c.closed_at.is_(None),
            )
        )
        found = (self._candidate(row, start) for row in rows)
        return [slot for slot in found if slot.places_left]

    def _candidate(self, row: Any, start: int) -> Candidate:
        doctor = self._doctors[row.doctor]
        end = milliseconds(row.ends)
        near = [
            booked
            for booked in self._occupation.slots.get(doctor.id, ())
            if booked.start < end and booked.end > start
        ]
        elsewhere = any(booked.slot != row.key for booked in near)
        left = row.seats - sum(booked.taken for booked in near)
        week = _week(self._weeks, start)
        return Candidate(
            slot_id=row.id,
            start=row.starts,
            end=row.ends,
            mode=Mode(row.mode),
            places_left=0 if elsewhere else max(0, left),
            doctor=doctor,
            place=place_of(doctor, row.place),
            given=self._occupation.loads[doctor.id, week],
            this_week=week == 0,
        )

    def _by_load(self, track: _Track, until: int | None) -> Iterator[Lane]:
        starts = track.starts
        high = len(starts) if until is None else bisect_right(starts, until)
        loads: dict[int, tuple[list[int], list[int]]] = {}
        low = 0
        while low < high:
            week = _week(self._weeks, starts[low])
            following = bisect_left(starts, self._weeks[week + 1], low, high)
            load = self._occupation.loads[track.doctor.id, week]
            begun, ended = loads.setdefault(load, ([], []))
            begun.extend(starts[low:following])
            ended.extend(track.ends[low:following])
            low = following
        for load, hours in loads.items():
            yield Lane(track.doctor, track.mode, track.place, load, *hours)


def is_live() -> sa.ColumnElement[bool]:
    """A booking that occupies its seat now: a hold counts until the store's clock ends it."""
    booking = tables.booking
    # Written out in the statement, so that the store can use its index of live bookings.
    live: sa.BindParameter[list[str]] = sa.bindparam(
        "live", [state.value for state in LIVE_STATES], expanding=True, literal_execute=True
    )
    return sa.and_(
        booking.c.state.in_(live),
        sa.or_(booking.c.state != BookingState.HELD.value, booking.c.expires_at > store_now()),
    )


def place_of(doctor: Doctor, place: UUID | None) -> Place | None:
    """The place of a slot among its doctor's."""
    if place is None:
        return None
    return next((known for known in doctor.places if known.id == place), None)


def _read_hours(agenda: Agenda, connection: sa.Connection, now: datetime) -> Sequence[Any]:
    slot = tables.slot
    track = slot.c.doctor, slot.c.mode, slot.c.place
    return connection.execute(
        sa.select(*track, _joined(slot.c.starts, "starts"), _joined(slot.c.ends, "ends"))
        .where(
            slot.c.territory == agenda.territory.slug,
            slot.c.starts > now,
            slot.c.closed_at.is_(None),
        )
        .group_by(*track)
    ).all()


def _track(row: Any, doctor: Doctor, booked: Sequence[_Booked]) -> _Track:
    starts, ends = _numbers(row.starts), _numbers(row.ends)
    if starts != sorted(starts):
        starts, ends = map(list, zip(*sorted(zip(starts, ends, strict=True)), strict=True))
    longest = max(map(sub, ends, starts))
    gone: set[int] = set()
    for one in booked:
        high = bisect_left(starts, one.end)
        low = bisect_right(starts, one.start - longest, 0, high)
        if low < high:
            over = [n for n in range(low, high) if ends[n] > one.start]
            own = (n for n in over if one.leaves(row.mode, row.place, starts[n], ends[n]))
            gone |= set(over) - {next(own, -1)}
    coming = len(starts)
    for n in sorted(gone, reverse=True):
        del starts[n], ends[n]
    return _Track(doctor, Mode(row.mode), place_of(doctor, row.place), coming, starts, ends)


def _read_occupation(
    agenda: Agenda, connection: sa.Connection, weeks: Sequence[int]
) -> _Occupation:
    booking, slot = tables.booking, tables.slot
    track = slot.c.doctor, slot.c.mode, slot.c.place
    rows = connection.execute(
        sa.select(
            *track,
            _joined(slot.c.id, "keys"),
            _joined(slot.c.starts, "starts"),
            _joined(slot.c.ends, "ends"),
            _joined(slot.c.seats, "seats"),
        )
        .join(booking, booking.c.slot == slot.c.id)
        .where(
            booking.c.territory == agenda.territory.slug,
            slot.c.ends > instant_of(weeks[0]),
            is_live(),
        )
        .group_by(*track)
    )
    found = _Occupation(slots={}, loads=Counter())
    for row in rows:
        starts = _numbers(row.starts)
        for week, load in Counter(_week(weeks, start) for start in starts).items():
            found.loads[row.doctor, week] += load
        each = zip(
            row.keys.split(","), starts, _numbers(row.ends), _numbers(row.seats), strict=True
        )
        found.slots.setdefault(row.doctor, []).extend(
            _Booked(key, row.mode, row.place, start, end, taken, seats)
            for (key, start, end, seats), taken in Counter(each).items()
        )
    return found


def _add_blocked(
    agenda: Agenda, connection: sa.Connection, now: datetime, occupation: _Occupation
) -> None:
    for row in read_blocked(agenda, connection, now):
        start, end = milliseconds(row.starts), milliseconds(row.ends)
        blocked = _Booked("", "", None, start, end, taken=0, seats=0)
        occupation.slots.setdefault(row.doctor, []).append(blocked)


def _joined(column: sa.Column[Any], name: str) -> sa.Label[str]:
    """A column of a group as one text, in the order in which the group is read."""
    return sa.func.aggregate_strings(sa.cast(column, sa.Text), ",").label(name)


def _numbers(joined: str) -> list[int]:
    return msgspec.json.decode(f"[{joined}]", type=list[int])


def _weeks(agenda: Agenda, now: datetime) -> Sequence[int]:
    """When this week and the following ones begin on the territory's calendar, in milliseconds."""
    monday = local_day(agenda.territory, week_start(agenda.territory, now))
    mondays = (monday + timedelta(weeks=n) for n in range(MOST_WEEKS))
    zone = agenda.territory.zone
    begins = [milliseconds(datetime.combine(day, time.min, tzinfo=zone)) for day in mondays]
    return [*begins, maxsize]


def _week(weeks: Sequence[int], start: int) -> int:
    """Which week a start is in, 0 for this one."""
    return bisect_right(weeks, start) - 1
