"""What a process keeps in mind of each doctor's coming slots, from one proposal to the next.

Slots are read again when the store says that something of that doctor changed (`revisions`), and
compared with what is booked again when that is not the same. What is kept is never changed, only
replaced: threads may share it.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from directory.model import Point
from orientation.lanes import Hours
from orientation.model import Doctor, Mode, Place
from orientation.rounds import Travel


class Booked(NamedTuple):
    """A slot with live bookings, or a time without the doctor, which leaves nothing.

    `slot` is its key as the store writes it, empty for such a time; hours are in milliseconds.
    """

    slot: str
    start: int
    end: int
    taken: int


class LiveBooking(NamedTuple):
    """A booking that counts, with its slot's hours; `commune` is where the person lives."""

    id: UUID
    doctor: UUID
    slot: str
    start: int
    end: int
    mode: Mode
    request: UUID
    commune: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What takes doctors' time; the part of a doctor is only replaced when it changes.

    `told` and `blocked` are as the store said them; `without` are the times without each doctor,
    `times` all of what takes theirs, `visits` their home visits.
    """

    told: str | None = None
    blocked: Sequence[Any] = ()
    bookings: Mapping[str, LiveBooking] = field(default_factory=dict)
    without: Mapping[UUID, Sequence[Booked]] = field(default_factory=dict)
    times: Mapping[UUID, Sequence[Booked]] = field(default_factory=dict)
    visits: Mapping[UUID, Sequence[LiveBooking]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Track:
    """Slots of a doctor, mode, place and visibility, earliest first; `keys` as the store writes."""

    mode: Mode
    place: Place | None
    visibility: str
    starts: Sequence[int]
    ends: Sequence[int]
    keys: Sequence[str]
    seats: Sequence[int]
    longest: int


@dataclass(frozen=True, slots=True)
class Known:
    """A doctor at a revision, with their slots that start after `since`."""

    revision: int
    since: int
    doctor: Doctor
    tracks: Sequence[Track]


@dataclass(frozen=True, slots=True)
class Team:
    """Every doctor, when the store told these revisions; with every slot after `since`."""

    told: Sequence[Any]
    since: int
    known: Sequence[Known]


@dataclass(frozen=True, slots=True)
class Span:
    """Free slots of a track in weeks of one load, earliest first."""

    given: int
    starts: Sequence[int]
    ends: Sequence[int]


@dataclass(frozen=True, slots=True)
class FreeTrack:
    """A track with what is left of it."""

    track: Track
    starts: Sequence[int]
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Free:
    """What is left of a doctor's slots once `booked` is taken out; `loads` by week, 0 is this one."""

    known: Known
    booked: Sequence[Booked]
    weeks: Sequence[int]
    loads: Mapping[int, int]
    tracks: Sequence[FreeTrack]


@dataclass(frozen=True, slots=True)
class VisitDay:
    """A day on which visits are booked: the points its doctor may go to, and travel between them."""

    points: Sequence[Point]
    travel: Travel


@dataclass(frozen=True, slots=True)
class Misfits:
    """Hours at which a doctor's free visits do not fit, in order, for a commune and these facts."""

    free: Free
    visits: Sequence[LiveBooking]
    days: Sequence[VisitDay]
    hours: Sequence[Hours]


class SlotMemory:
    """Each doctor as they were last read."""

    def __init__(self) -> None:
        self.team = Team((), 0, ())
        self.taken = Taken()
        self.misfits: dict[tuple[UUID, str], Misfits] = {}
        self._known: dict[UUID, Known] = {}
        self._free: dict[UUID, Free] = {}

    def still_known(self, doctor: UUID, revision: int, now: int) -> Known | None:
        """A doctor at that very revision, with every slot after `now`; None if it must be read."""
        known = self._known.get(doctor)
        if known is None or known.revision != revision or known.since > now:
            return None
        return known

    def keep(self, team: Team) -> None:
        """Remember the doctors as they were just read."""
        self.team = team
        self._known = {one.doctor.id: one for one in team.known}

    def free(self, known: Known, booked: Sequence[Booked], weeks: Sequence[int]) -> Free:
        """What is left of a doctor's slots; `weeks` are when weeks begin, this one first."""
        kept = self._free.get(known.doctor.id)
        if (
            kept is None
            or kept.known is not known
            or kept.booked != booked
            or kept.weeks[0] != weeks[0]
        ):
            kept = self._free[known.doctor.id] = _left(known, booked, weeks)
        return kept


def _left(known: Known, booked: Sequence[Booked], weeks: Sequence[int]) -> Free:
    loads: Counter[int] = Counter()
    for one in booked:
        loads[week_of(weeks, one.start)] += one.taken
    tracks = [_free_track(track, booked, loads, weeks) for track in known.tracks]
    return Free(known, booked, weeks, loads, tracks)


def week_of(weeks: Sequence[int], start: int) -> int:
    """Which week a start is in, 0 for this one."""
    return bisect_right(weeks, start) - 1


def _free_track(
    track: Track, booked: Sequence[Booked], loads: Mapping[int, int], weeks: Sequence[int]
) -> FreeTrack:
    gone = {n for one in booked for n in _taken_by(track, one)}
    starts, ends = track.starts, track.ends
    if gone:
        starts, ends = (
            [one for n, one in enumerate(each) if n not in gone] for each in (starts, ends)
        )
    return FreeTrack(track, starts, _by_load(starts, ends, loads, weeks))


def retake(
    known: Taken,
    told: str | None,
    bookings: Mapping[str, LiveBooking],
    blocked: Sequence[Any],
) -> Taken:
    """`known` once the store says something else, the parts of unchanged doctors kept.

    Each of `blocked` has a doctor's key, a start and an end.
    """
    changed = known.bookings.keys() ^ bookings.keys()
    touched = {(known.bookings.get(key) or bookings[key]).doctor for key in changed}
    without = known.without
    if blocked != known.blocked:
        without = _without(blocked)
        touched |= known.without.keys() | without.keys()
    mine: dict[UUID, list[LiveBooking]] = {doctor: [] for doctor in touched}
    for one in bookings.values():
        if one.doctor in mine:
            mine[one.doctor].append(one)
    times, visits = dict(known.times), dict(known.visits)
    for doctor, some in mine.items():
        times[doctor] = [*_by_slot(some), *without.get(doctor, ())]
        visits[doctor] = [one for one in some if one.mode is Mode.HOME]
    return Taken(told, blocked, bookings, without, times, visits)


def _without(blocked: Sequence[Any]) -> dict[UUID, list[Booked]]:
    found: dict[UUID, list[Booked]] = {}
    for doctor, start, end in blocked:
        found.setdefault(UUID(doctor), []).append(Booked("", start, end, taken=0))
    return found


def _by_slot(bookings: Sequence[LiveBooking]) -> list[Booked]:
    seats = Counter((one.slot, one.start, one.end) for one in bookings)
    return sorted(Booked(*slot, taken) for slot, taken in seats.items())


def _taken_by(track: Track, one: Booked) -> Collection[int]:
    """Which slots of a track a booked slot or an absence takes: its own only once it is full."""
    high = bisect_left(track.starts, one.end)
    low = bisect_right(track.starts, one.start - track.longest, 0, high)
    return [
        n
        for n in range(low, high)
        if track.ends[n] > one.start
        and not (track.keys[n] == one.slot and one.taken < track.seats[n])
    ]


def _by_load(
    starts: Sequence[int], ends: Sequence[int], loads: Mapping[int, int], weeks: Sequence[int]
) -> list[Span]:
    found: dict[int, tuple[list[int], list[int]]] = {}
    low = 0
    while low < len(starts):
        week = week_of(weeks, starts[low])
        following = bisect_left(starts, weeks[week + 1], low)
        begun, ended = found.setdefault(loads.get(week, 0), ([], []))
        begun.extend(starts[low:following])
        ended.extend(ends[low:following])
        low = following
    return [Span(load, *hours) for load, hours in found.items()]
