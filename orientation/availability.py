"""What the agenda has to offer now: its coming slots in lanes, without what is taken.

What has not changed since the last proposal is not read again (`memory`). The store gives what
has as one text per doctor, mode and place: 20,000 slots are read so in a few milliseconds, where
as many rows would take a hundred.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import cached_property, lru_cache
from operator import sub
from sys import maxsize
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from directory.base.database import is_writing, store_now
from directory.base.prepared import Prepared
from orientation import tables
from orientation.calendar import local_day, week_start
from orientation.lanes import Lane, Stock, instant_of, milliseconds
from orientation.memory import Booked, Free, FreeTrack, Known, SlotMemory, Track, week_of
from orientation.model import LIVE_STATES, BookingState, Candidate, Doctor, Mode, Place, Visibility
from orientation.presence import read_blocked
from orientation.store import Agenda
from orientation.team import read_doctors

MOST_WEEKS = 60
"""Further than any agenda is opened (`horizon_days` is at most 180)."""


class AgendaSlots:
    """The coming slots of a territory (`lanes.Slots`), as they were at `now`.

    Only those of the visibilities `shown`, every one by default.
    """

    def __init__(
        self,
        agenda: Agenda,
        connection: sa.Connection,
        now: datetime,
        shown: Collection[str] = frozenset(Visibility),
    ) -> None:
        self._shown = shown
        self._now = round(now.timestamp() * 1000)
        self._weeks = _weeks(agenda, now)
        # What a transaction wrote and may take back is not to be kept in mind.
        memory = SlotMemory() if is_writing(connection) else agenda.memory
        known = _read_known(agenda, connection, memory, self._now)
        booked = _read_booked(agenda, connection, now, self._weeks[0])
        self._free: dict[UUID, Free] = {
            one.doctor.id: memory.free(one, booked.get(one.doctor.id, []), self._weeks)
            for one in known
            if one.doctor.active
        }

    @cached_property
    def stocks(self) -> Sequence[Stock]:
        """The whole agenda, counted once per doctor and mode."""
        free: Counter[tuple[UUID, Mode]] = Counter()
        coming: Counter[tuple[UUID, Mode]] = Counter()
        for doctor, left in self._free.items():
            for one in self._tracks_of(left):
                track = one.track
                free[doctor, track.mode] += self._coming(one.starts)
                coming[doctor, track.mode] += self._coming(track.starts)
        return [
            Stock(
                self._free[doctor].known.doctor,
                mode,
                free[doctor, mode],
                count - free[doctor, mode],
            )
            for (doctor, mode), count in coming.items()
            if count
        ]

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors (by key) and modes with what starts up to `until` included."""
        return [
            lane
            for doctor, left in self._free.items()
            for one in self._tracks_of(left)
            if (doctor, one.track.mode) in wanted
            for lane in self._lanes_of(left.known.doctor, one, until)
        ]

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        found = (
            self._candidate(left, one.track, n)
            for doctor in doctors
            if start > self._now and (left := self._free.get(doctor)) is not None
            for one in self._tracks_of(left)
            for n in _equal(one.track.starts, start)
        )
        return [slot for slot in found if slot.places_left]

    def _tracks_of(self, left: Free) -> Iterator[FreeTrack]:
        return (one for one in left.tracks if one.track.visibility in self._shown)

    def _coming(self, starts: Sequence[int]) -> int:
        return len(starts) - bisect_right(starts, self._now)

    def _lanes_of(self, doctor: Doctor, one: FreeTrack, until: int | None) -> list[Lane]:
        found = []
        for span in one.spans:
            low = bisect_right(span.starts, self._now)
            high = len(span.starts) if until is None else bisect_right(span.starts, until, low)
            if low < high:
                hours = span.starts[low:high], span.ends[low:high]
                found.append(Lane(doctor, one.track.mode, one.track.place, span.given, *hours))
        return found

    def _candidate(self, left: Free, track: Track, n: int) -> Candidate:
        start, end, key = track.starts[n], track.ends[n], track.keys[n]
        near = [one for one in left.booked if one.start < end and one.end > start]
        elsewhere = any(one.slot != key for one in near)
        places = track.seats[n] - sum(one.taken for one in near)
        week = week_of(self._weeks, start)
        return Candidate(
            slot_id=UUID(key),
            start=instant_of(start),
            end=instant_of(end),
            mode=track.mode,
            places_left=0 if elsewhere else max(0, places),
            doctor=left.known.doctor,
            place=track.place,
            given=left.loads.get(week, 0),
            this_week=week == 0,
        )


def is_live() -> sa.ColumnElement[bool]:
    """A booking that occupies its seat now: a hold counts until the store's clock ends it."""
    booking = tables.booking
    # Written out in the statement, so that the store can use its index of live bookings.
    live: list[sa.ColumnElement[str]] = [
        sa.literal_column(f"'{state.value}'") for state in LIVE_STATES
    ]
    return sa.and_(
        booking.c.state.in_(live),
        sa.or_(booking.c.state != BookingState.HELD.value, booking.c.expires_at > store_now()),
    )


def place_of(doctor: Doctor, place: UUID | None) -> Place | None:
    """The place of a slot among its doctor's."""
    if place is None:
        return None
    return next((known for known in doctor.places if known.id == place), None)


def _equal(starts: Sequence[int], start: int) -> range:
    low = bisect_left(starts, start)
    return range(low, bisect_right(starts, start, low))


def _read_known(
    agenda: Agenda, connection: sa.Connection, memory: SlotMemory, now: int
) -> Sequence[Known]:
    """Every doctor, read again where the store is at another revision.

    The revisions are read first: what is kept is at least as recent as what it says.
    """
    revisions = _REVISIONS.all(connection, territory=agenda.territory.slug)
    found = {row.doctor: memory.still_known(row.doctor, row.revision, now) for row in revisions}
    changed = {row.doctor: row.revision for row in revisions if found[row.doctor] is None}
    if changed:
        doctors = read_doctors(agenda, connection)
        tracks = _read_tracks(agenda, connection, changed, now)
        for doctor, revision in changed.items():
            told = [_track(doctors[doctor], row) for row in tracks.get(doctor, [])]
            known = found[doctor] = Known(revision, now, doctors[doctor], told)
            memory.keep(known)
    return [known for known in found.values() if known is not None]


def _read_tracks(
    agenda: Agenda, connection: sa.Connection, doctors: Collection[UUID], now: int
) -> dict[UUID, list[Any]]:
    slot = tables.slot
    track = slot.c.doctor, slot.c.mode, slot.c.place, slot.c.visibility
    columns = [_joined(slot.c[name], name) for name in ("id", "starts", "ends", "seats")]
    rows = connection.execute(
        sa.select(*track, *columns)
        .where(
            slot.c.territory == agenda.territory.slug,
            slot.c.doctor.in_(doctors),
            sa.type_coerce(slot.c.starts, sa.BigInteger) > now,
            slot.c.closed_at.is_(None),
        )
        .group_by(*track)
        .order_by(*track)
    )
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.doctor, []).append(row)
    return found


def _track(doctor: Doctor, row: Any) -> Track:
    each = zip(
        *(_numbers(joined) for joined in (row.starts, row.ends)),
        row.id.split(","),
        _numbers(row.seats),
        strict=True,
    )
    starts, ends, keys, seats = zip(*sorted(each), strict=True)
    longest = max(map(sub, ends, starts))
    place = place_of(doctor, row.place)
    return Track(Mode(row.mode), place, row.visibility, starts, ends, keys, seats, longest)


def _read_booked(
    agenda: Agenda, connection: sa.Connection, now: datetime, since: int
) -> dict[UUID, list[Booked]]:
    """What takes each doctor's time from this week on: live bookings, absences, busy hours."""
    as_told: dict[str, list[Booked]] = {}
    for doctor, *told in _BOOKED.tuples(connection, territory=agenda.territory.slug, since=since):
        as_told.setdefault(doctor, []).append(Booked(*told))
    found = {UUID(doctor): sorted(slots) for doctor, slots in as_told.items()}
    for row in read_blocked(agenda, connection, now):
        hours = milliseconds(row.starts), milliseconds(row.ends)
        found.setdefault(row.doctor, []).append(Booked("", *hours, taken=0, seats=0))
    return found


def _revisions(_: str) -> sa.Select[Any]:
    table = tables.doctor_revision
    of_territory = table.c.territory == sa.bindparam("territory")
    return sa.select(table.c.doctor, table.c.revision).where(of_territory).order_by(table.c.doctor)


def _booked(_: str) -> sa.Select[Any]:
    booking, slot = tables.booking, tables.slot
    starts, ends = (sa.type_coerce(one, sa.BigInteger) for one in (slot.c.starts, slot.c.ends))
    doctor, key = (sa.cast(one, sa.Text) for one in (slot.c.doctor, slot.c.id))
    return (
        sa.select(
            doctor.label("doctor"),
            key.label("slot"),
            starts.label("starts"),
            ends.label("ends"),
            sa.func.count().label("taken"),
            slot.c.seats,
        )
        .join(booking, booking.c.slot == slot.c.id)
        .where(
            booking.c.territory == sa.bindparam("territory"),
            ends > sa.bindparam("since", type_=sa.BigInteger),
            is_live(),
        )
        .group_by(slot.c.id)
    )


_REVISIONS = Prepared(_revisions)
_BOOKED = Prepared(_booked)


def _joined(column: sa.Column[Any], name: str) -> sa.Label[str]:
    """A column of a group as one text, in the order in which the group is read."""
    return sa.func.aggregate_strings(sa.cast(column, sa.Text), ",").label(name)


def _numbers(joined: str) -> list[int]:
    return msgspec.json.decode(f"[{joined}]", type=list[int])


def _weeks(agenda: Agenda, now: datetime) -> Sequence[int]:
    """When this week and the following ones begin on the territory's calendar, in milliseconds."""
    monday = local_day(agenda.territory, week_start(agenda.territory, now))
    return _weeks_from(datetime.combine(monday, time.min), agenda.territory.zone)


@lru_cache(maxsize=8)
def _weeks_from(monday: datetime, zone: ZoneInfo) -> Sequence[int]:
    mondays = (monday + timedelta(weeks=n) for n in range(MOST_WEEKS))
    return [*(milliseconds(one.replace(tzinfo=zone)) for one in mondays), maxsize]
