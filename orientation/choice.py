"""The slots to propose among lanes: the best, then what differs from it and is as good.

The answer is that of sorting every slot; here a slot is only looked at when it may be chosen.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from directory.territory import Criterion, Policy
from orientation.costs import (
    DAY_MS,
    MINUTE_MS,
    delay_class,
    lane_cost,
    last_of_class,
    minutes_to_wait,
)
from orientation.lanes import Lane, Slots
from orientation.model import Candidate, Mode, Need

ESSENTIAL: tuple[Criterion, ...] = ("own_doctor", "delay", "mode", "scarcity")
"""What is never given up for the sake of a varied choice."""

MOST_DAYS = 64
"""Beyond that, a window is no smaller than an agenda."""

Costs = tuple[int, ...]


def choose(
    need: Need,
    slots: Slots,
    possible: Collection[tuple[UUID, Mode]],
    policy: Policy,
    now: int,
) -> list[Candidate]:
    """At most `policy.proposals` free slots of these doctors and modes, best first.

    `now` is in milliseconds since 1970.
    """
    return _Choice(need, policy, now, slots, _enough(need, slots, possible, policy, now)).run()


def windows(need: Need, policy: Policy, now: int) -> Iterator[int]:
    """How far to look for enough slots, in steps that cannot change the answer.

    Where the delay is compared first, a slot of a later delay class never goes before nor spreads
    an earlier one, so that the first window with enough slots has the right ones.
    """
    days = 1
    while policy.order[:1] == ("delay",) and days <= MOST_DAYS:
        yield last_of_class(need, days - 1, now)
        days *= 2


def _enough(
    need: Need,
    slots: Slots,
    possible: Collection[tuple[UUID, Mode]],
    policy: Policy,
    now: int,
) -> Sequence[Lane]:
    for until in windows(need, policy, now):
        lanes = slots.lanes(possible, until)
        if sum(len(lane.starts) for lane in lanes) >= policy.proposals:
            return lanes
    return slots.lanes(possible)


@dataclass(slots=True)
class _Row:
    """A lane with what is left of it, and its costs: 0 for the criteria of the hour."""

    lane: Lane
    starts: Sequence[int]
    costs: Costs
    essential: Costs


Option = tuple[_Row, int]
"""A row and one of its hours."""


class _Choice:
    """One choice under way."""

    def __init__(
        self, need: Need, policy: Policy, now: int, slots: Slots, lanes: Sequence[Lane]
    ) -> None:
        self._need, self._policy, self._now, self._slots = need, policy, now, slots
        self._delayed = "delay" in policy.order
        self._essential = [n for n, one in enumerate(policy.order) if one in ESSENTIAL]
        self._rows = list(self._make_rows(lanes))
        self._chosen: list[tuple[Costs, int, bytes, Candidate]] = []

    def run(self) -> list[Candidate]:
        """Best first, whatever the order in which they were chosen."""
        while len(self._chosen) < self._policy.proposals:
            heads = [(row, row.starts[0]) for row in self._rows if row.starts]
            if not heads:
                break
            self._take(self._next(heads))
        return [slot for *_, slot in sorted(self._chosen, key=lambda one: one[:3])]

    def _next(self, heads: list[Option]) -> list[Option]:
        following = self._best(heads)
        if not self._chosen:
            return following
        row, start = following[0]
        delay = delay_class(self._need, start, self._now) if self._delayed else None
        equals = [other for other in self._rows if other.costs == row.costs]
        as_good = [other for other in self._rows if other.essential == row.essential]
        return self._different(equals, delay) or self._different(as_good, delay) or following

    def _different(self, rows: Sequence[_Row], delay: int | None) -> list[Option]:
        doctors = {slot.doctor.id for *_, slot in self._chosen}
        spans = [(row, *self._span(row, delay)) for row in rows]
        by_another = [
            (row, row.starts[low])
            for row, low, high in spans
            if low < high and row.lane.doctor.id not in doctors
        ]
        return self._best(by_another) or self._best(
            [
                (row, row.starts[apart])
                for row, low, high in spans
                if (apart := self._apart(row.starts, low, high)) < high
            ]
        )

    def _best(self, options: list[Option]) -> list[Option]:
        """The best of some lanes' hours; several when only their slots' keys tell them apart.

        Each criterion is only asked about what those before it left.
        """
        for n, criterion in enumerate(self._policy.order):
            if len(options) < 2:
                return options
            options = _least(options, self._cost(n, criterion, options))
        return _least(options, [start for _, start in options])

    def _cost(self, n: int, criterion: Criterion, options: Sequence[Option]) -> list[int]:
        need, now = self._need, self._now
        if criterion == "delay":
            return [delay_class(need, start, now) for _, start in options]
        if criterion == "earliest":
            return [minutes_to_wait(start, now) for _, start in options]
        return [row.costs[n] for row, _ in options]

    def _take(self, equals: Sequence[Option]) -> None:
        start = equals[0][1]
        rows = {_track(row.lane): row for row, _ in equals}
        taken = {slot.slot_id for *_, slot in self._chosen}
        tied = (
            (_neutral(slot), slot)
            for slot in self._slots.starting_at(start, {row.lane.doctor.id for row, _ in equals})
            if _track(slot) in rows and slot.slot_id not in taken
        )
        neutral, slot = min(tied, key=lambda one: one[0])
        row = rows[_track(slot)]
        self._chosen.append((self._whole_cost(row, start), start, neutral, slot))
        where = bisect_left(row.starts, start)
        row.starts = [*row.starts[:where], *row.starts[where + 1 :]]

    def _span(self, row: _Row, delay: int | None) -> tuple[int, int]:
        """Where the hours of a delay class are in a row."""
        if delay is None:
            return 0, len(row.starts)
        last = last_of_class(self._need, delay, self._now)
        low = bisect_right(row.starts, last - DAY_MS) if delay else 0
        return low, bisect_right(row.starts, last)

    def _apart(self, starts: Sequence[int], low: int, high: int) -> int:
        """The first of some hours that is far enough from every chosen one, `high` if none is."""
        apart = self._policy.apart_minutes * MINUTE_MS
        while low < high:
            near = [begun for _, begun, *_ in self._chosen if abs(begun - starts[low]) < apart]
            if not near:
                return low
            low = bisect_left(starts, max(near) + apart, low, high)
        return high

    def _make_rows(self, lanes: Sequence[Lane]) -> Iterator[_Row]:
        """A row for each lane; those of one track, side by side, only differ by their load."""
        order, before, costs = self._policy.order, None, list[int]()
        loaded = order.index("fairness") if "fairness" in order else None
        for lane in lanes:
            if before is None or _parts(before, lane):
                costs = [lane_cost(one, self._need, lane, self._policy) for one in order]
            elif loaded is not None:
                costs[loaded] = lane_cost("fairness", self._need, lane, self._policy)
            before = lane
            if lane.starts:
                essential = tuple([costs[n] for n in self._essential])
                yield _Row(lane, lane.starts, tuple(costs), essential)

    def _whole_cost(self, row: _Row, start: int) -> Costs:
        order = self._policy.order
        return tuple(self._cost(n, one, [(row, start)])[0] for n, one in enumerate(order))


def _least(options: list[Option], costs: Sequence[int]) -> list[Option]:
    lowest = min(costs, default=0)
    return [one for one, cost in zip(options, costs, strict=True) if cost == lowest]


def _parts(one: Lane, other: Lane) -> bool:
    """Whether two lanes differ by more than their load."""
    return (
        one.doctor is not other.doctor or one.mode is not other.mode or one.place is not other.place
    )


def _track(slot: Lane | Candidate) -> tuple[UUID, Mode, UUID | None, int]:
    """What a slot shares with its lane and with no other lane of the same hour."""
    return slot.doctor.id, slot.mode, slot.place.id if slot.place else None, slot.given


def _neutral(slot: Candidate) -> bytes:
    """A tie-break that favours neither the alphabet nor who joined first."""
    return hashlib.blake2b(slot.slot_id.bytes, digest_size=8).digest()
