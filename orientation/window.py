"""How far proposals look: slots beyond the policy's window are counted, and shown when asked for.

Without a window a queue forms just under the wait that people bear, and most are seen too late for
what they asked (docs/decisions/0022-window.md). A longer delay asked widens it.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property
from uuid import UUID

import msgspec

from directory.territory import Policy
from orientation.costs import HOUR_MS
from orientation.lanes import Lane, Slots, Stock
from orientation.model import Candidate, Mode, Need


def shown_hours(need: Need, policy: Policy) -> int:
    """Hours that proposals look ahead, 0 for as far as the agenda is open."""
    return max(policy.window_hours, need.delay_hours) if policy.window_hours else 0


class WindowSlots:
    """Slots (`lanes.Slots`) that start within a number of hours; `stocks` counts `later` ones."""

    def __init__(self, slots: Slots, now: int, hours: int) -> None:
        self._slots = slots
        self._last = now + hours * HOUR_MS

    @cached_property
    def stocks(self) -> Sequence[Stock]:
        """The whole agenda, counted once per doctor and mode; what starts later is not free."""
        stocks = self._slots.stocks
        near: Counter[tuple[UUID, Mode]] = Counter()
        for lane in self.lanes({(stock.doctor.id, stock.mode) for stock in stocks}):
            near[lane.doctor.id, lane.mode] += len(lane.starts)
        return [
            msgspec.structs.replace(stock, free=free, later=stock.free - free)
            for stock in stocks
            for free in [near[stock.doctor.id, stock.mode]]
        ]

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors (by key) and modes with what starts up to `until` included."""
        last = self._last if until is None else min(until, self._last)
        return self._slots.lanes(wanted, last)

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        return self._slots.starting_at(start, doctors)
