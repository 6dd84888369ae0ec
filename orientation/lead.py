"""No slot is given that nobody could be at in time: the lead between now and its start.

Counted in real minutes, not on the clock of the wall: the night the hour changes too.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

import msgspec

from directory.territory import Policy
from orientation.costs import MINUTE_MS
from orientation.lanes import Lane, Slots, Stock
from orientation.model import Candidate, Mode


def lead_minutes(policy: Policy, mode: Mode, home_lead_minutes: int | None) -> int:
    """The policy's lead for a mode; for a visit, the doctor's own when they said one."""
    if mode is Mode.HOME and home_lead_minutes is not None:
        return home_lead_minutes
    leads = {
        Mode.CABINET: policy.lead_minutes.cabinet,
        Mode.HOME: policy.lead_minutes.home,
        Mode.VIDEO: policy.lead_minutes.video,
    }
    return leads[mode]


def is_too_soon(
    policy: Policy, mode: Mode, home_lead_minutes: int | None, start: datetime, now: datetime
) -> bool:
    """Whether a slot starts before anybody could be there."""
    return start - now < timedelta(minutes=lead_minutes(policy, mode, home_lead_minutes))


class LeadSlots:
    """Slots (`lanes.Slots`) that start late enough; `stocks` counts those too `soon`.

    `now` is in milliseconds since 1970.
    """

    def __init__(self, slots: Slots, now: int, policy: Policy) -> None:
        self._slots, self._now = slots, now
        self._firsts = {mode: now + lead_minutes(policy, mode, None) * MINUTE_MS for mode in Mode}

    @cached_property
    def stocks(self) -> Sequence[Stock]:
        """The whole agenda, counted once per doctor and mode; what starts too soon is not free."""
        stocks = self._slots.stocks
        if not stocks:
            return stocks
        wanted = {(stock.doctor.id, stock.mode) for stock in stocks}
        last = max(self._first(stock) for stock in stocks)
        soon: Counter[tuple[UUID, Mode]] = Counter()
        for lane in self._slots.lanes(wanted, last):
            soon[lane.doctor.id, lane.mode] += bisect_left(lane.starts, self._first(lane))
        return [
            msgspec.structs.replace(stock, free=stock.free - early, soon=early) if early else stock
            for stock in stocks
            for early in [soon[stock.doctor.id, stock.mode]]
        ]

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors (by key) and modes without what starts too soon."""
        return [self._cut(lane) for lane in self._slots.lanes(wanted, until)]

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        return self._slots.starting_at(start, doctors)

    def _cut(self, lane: Lane) -> Lane:
        low = bisect_left(lane.starts, self._first(lane))
        return (
            msgspec.structs.replace(lane, starts=lane.starts[low:], ends=lane.ends[low:])
            if low
            else lane
        )

    def _first(self, told: Lane | Stock) -> int:
        own = told.doctor.home_lead_minutes if told.mode is Mode.HOME else None
        return self._firsts[told.mode] if own is None else self._now + own * MINUTE_MS
