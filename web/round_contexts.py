"""What the page of a doctor's round receives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from orientation.visits import DayRound, DayVisit
from web.round_map import RoundMap


@dataclass(frozen=True)
class RoundLine:
    """A visit with its number, where one comes from, and whom one goes to see.

    `initials`, `address` and `callback_number` are empty while the seat is only held, and once the
    identity was erased.
    """

    number: int
    visit: DayVisit
    leaving: str
    held: bool
    initials: str
    address: str
    callback_number: str


@dataclass(frozen=True)
class RoundPage:
    """A doctor's home visits of one day, as a list and as a map.

    `outlines` is the address of the communes' outlines, empty when there are none.
    """

    round: DayRound
    lines: Sequence[RoundLine]
    travel_minutes: int
    map: RoundMap | None
    outlines: str
    previous: date
    following: date
