"""What the agenda has to offer now: its coming slots in lanes, without what is taken.

What has not changed since the last proposal is not read again (`memory`). The store gives what
has as one text per doctor, mode and place: 20,000 slots are read so in a few milliseconds, where
as many rows would take a hundred.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cached_property, lru_cache
from operator import sub
from sys import maxsize
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from directory.base.database import is_writing
from directory.base.prepared import Prepared
from orientation import tables
from orientation.calendar import local_day, week_start
from orientation.lanes import Lane, Stock, instant_of, milliseconds
from orientation.memory import Free, FreeTrack, Known, SlotMemory, Team, Track, week_of
from orientation.model import Candidate, Doctor, Mode, Place, Visibility
from orientation.store import Agenda
from orientation.taken import read_taken
from orientation.team import read_doctors

MOST_WEEKS = 60
"""Further than any agenda is opened (`horizon_days` is at most 180)."""


class AgendaSlots:
    """The coming slots of a territory (`lanes.Slots`), as they were at `now`.

    Only those of the visibilities `shown`, every one by default. `free` is what is left of each
    doctor's, all visibilities, and `visits` their booked home visits.
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
        self.memory = memory = SlotMemory() if is_writing(connection) else agenda.memory
        known = _read_known(agenda, connection, memory, self._now)
        taken = memory.taken = read_taken(agenda, connection, memory.taken, self._weeks[0])
        self.visits = taken.visits
        self.free: Mapping[UUID, Free] = {
            one.doctor.id: memory.free(one, taken.times.get(one.doctor.id, ()), self._weeks)
            for one in known
            if one.doctor.active
        }

    @cached_property
    def stocks(self) -> Sequence[Stock]:
        """The whole agenda, counted once per doctor and mode."""
        found, now = [], self._now
        for (_, mode), (doctor, tracks) in self._tracks.items():
            free = sum(_after(one.starts, now) for one in tracks)
            coming = sum(_after(one.track.starts, now) for one in tracks)
            if coming:
                found.append(Stock(doctor, mode, free, coming - free))
        return found

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors (by key) and modes with what starts up to `until` included."""
        last = maxsize if until is None else until
        return [
            lane
            for key, (doctor, tracks) in self._tracks.items()
            if key in wanted
            for one in tracks
            for lane in _lanes(doctor, one, self._now, last)
        ]

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        found = (
            self._candidate(left, one.track, n)
            for doctor in doctors
            if start > self._now and (left := self.free.get(doctor)) is not None
            for one in left.tracks
            if one.track.visibility in self._shown and _equal(one.starts, start)
            for n in _equal(one.track.starts, start)
        )
        return [slot for slot in found if slot.places_left]

    @cached_property
    def _tracks(self) -> Mapping[tuple[UUID, Mode], tuple[Doctor, Sequence[FreeTrack]]]:
        """What is shown, by doctor and mode."""
        found: dict[tuple[UUID, Mode], tuple[Doctor, list[FreeTrack]]] = {}
        for key, left in self.free.items():
            for one in left.tracks:
                if one.track.visibility in self._shown:
                    mine = found.setdefault((key, one.track.mode), (left.known.doctor, []))
                    mine[1].append(one)
        return found

    def _candidate(self, left: Free, track: Track, n: int) -> Candidate:
        start, end, key = track.starts[n], track.ends[n], track.keys[n]
        near = [one for one in left.booked if one.start < end and one.end > start]
        places = track.seats[n] - sum([one.taken for one in near])
        elsewhere = [one for one in near if one.slot != key]
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


def _after(starts: Sequence[int], now: int) -> int:
    """How many of some hours, in order, are later than now."""
    return len(starts) - (bisect_right(starts, now) if starts and starts[0] <= now else 0)


def _lanes(doctor: Doctor, one: FreeTrack, now: int, last: int) -> Iterator[Lane]:
    """What starts after now and up to `last`: all of a span as it is, if all of it does."""
    track = one.track
    for span in one.spans:
        starts, ends = span.starts, span.ends
        if starts[0] > last or starts[-1] <= now:
            continue
        if starts[0] <= now or starts[-1] > last:
            low = bisect_right(starts, now)
            high = bisect_right(starts, last, low)
            starts, ends = starts[low:high], ends[low:high]
        if starts:
            yield Lane(doctor, track.mode, track.place, span.given, starts, ends)


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
    told = _REVISIONS.tuples(connection, territory=agenda.territory.slug)
    team = memory.team
    if told == team.told and team.since <= now:
        return team.known
    revisions = {UUID(doctor): revision for doctor, revision in told}
    found = {
        doctor: memory.still_known(doctor, revision, now) for doctor, revision in revisions.items()
    }
    changed = {doctor: revisions[doctor] for doctor, known in found.items() if known is None}
    if changed:
        doctors = read_doctors(agenda, connection)
        tracks = _read_tracks(agenda, connection, changed, now)
        for doctor, revision in changed.items():
            mine = [_track(doctors[doctor], row) for row in tracks.get(doctor, [])]
            found[doctor] = Known(revision, now, doctors[doctor], mine)
    every = [known for known in found.values() if known is not None]
    memory.keep(Team(told, max((one.since for one in every), default=now), every))
    return every


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


def _revisions(_: str) -> sa.Select[Any]:
    table = tables.doctor_revision
    of_territory = table.c.territory == sa.bindparam("territory")
    doctor = sa.cast(table.c.doctor, sa.Text).label("doctor")
    return sa.select(doctor, table.c.revision).where(of_territory).order_by(table.c.doctor)


_REVISIONS = Prepared(_revisions)


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
