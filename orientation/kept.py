"""The slots a crisis mode keeps back: for requests that the SAS regulated, and for no other."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from orientation.crisis import Crisis
from orientation.lanes import Lane, Slots, Stock, milliseconds
from orientation.model import Candidate, Mode
from orientation.provenance import Line


class KeptSlots:
    """Slots (`lanes.Slots`) without those that `crisis` keeps back; all of them when it is None."""

    def __init__(self, slots: Slots, crisis: Crisis | None) -> None:
        self._slots = slots
        self._crisis = crisis if crisis and (crisis.kept_share or crisis.kept_modes) else None

    @cached_property
    def stocks(self) -> Sequence[Stock]:
        """The whole agenda, counted once per doctor and mode, what is kept back left out."""
        stocks = self._slots.stocks
        if self._crisis is None:
            return stocks
        every = {(stock.doctor.id, stock.mode) for stock in stocks}
        left = dict.fromkeys(every, 0)
        for lane in self.lanes(every):
            left[lane.doctor.id, lane.mode] += len(lane.starts)
        return [
            msgspec.structs.replace(stock, free=left[stock.doctor.id, stock.mode])
            for stock in stocks
        ]

    @property
    def kept(self) -> int:
        """How many free slots are kept back."""
        if self._crisis is None:
            return 0
        return sum(one.free for one in self._slots.stocks) - sum(one.free for one in self.stocks)

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors (by key) and modes with what starts up to `until` included."""
        lanes = self._slots.lanes(wanted, until)
        return lanes if self._crisis is None else [self._offered(lane) for lane in lanes]

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        found = self._slots.starting_at(start, doctors)
        crisis = self._crisis
        if crisis is None:
            return found
        return [one for one in found if not crisis.keeps(one.doctor.id, one.mode, start)]

    def _offered(self, lane: Lane) -> Lane:
        crisis = self._crisis
        if crisis is None:
            return lane
        left = [
            (start, end)
            for start, end in zip(lane.starts, lane.ends, strict=True)
            if not crisis.keeps(lane.doctor.id, lane.mode, start)
        ]
        return msgspec.structs.replace(
            lane, starts=[one for one, _ in left], ends=[end for _, end in left]
        )


def is_kept_from(crisis: Crisis | None, request: Any) -> bool:
    """Whether a stored request is one that slots are kept back from: never when the SAS regulated it."""
    return crisis is not None and request.line != Line.SAS.value


def is_kept(crisis: Crisis | None, request: Any, slot: Any) -> bool:
    """Whether a stored slot is kept back from a stored request."""
    if crisis is None or not is_kept_from(crisis, request):
        return False
    return crisis.keeps(slot.doctor, Mode(slot.mode), milliseconds(slot.starts))
