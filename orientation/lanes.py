"""Free slots as routing compares them: in lanes that only the hour tells apart.

Hours are milliseconds since 1970 UTC, as the store keeps them: thousands are read for one answer,
and only the few that are proposed become slots.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from directory.model import Value
from orientation.model import Candidate, Doctor, Mode, Place

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")
MILLISECOND = timedelta(milliseconds=1)

Hours = tuple[int, int]
"""When a slot starts and ends, in milliseconds since 1970 UTC."""


def milliseconds(at: datetime) -> int:
    """An instant as whole milliseconds since 1970 UTC, rounded down."""
    return (at - EPOCH) // MILLISECOND


def instant_of(start: int) -> datetime:
    """The instant of a number of milliseconds since 1970 UTC."""
    return EPOCH + start * MILLISECOND


class Lane(Value, frozen=True):
    """Free slots of one doctor, mode and place in weeks of one load (`given`), earliest first.

    `starts` says twice the hour of two slots that start together; `ends` goes along with it.
    """

    doctor: Doctor
    mode: Mode
    place: Place | None
    given: int
    starts: Sequence[int]
    ends: Sequence[int]


class Stock(Value, frozen=True):
    """How many coming slots of a doctor and mode are free, and how many are taken.

    `apart` are neither: nobody has them, but they do not fit their doctor's round (`visits`); nor
    are those that start `later` than proposals look (`window`) or too `soon` (`lead`).
    """

    doctor: Doctor
    mode: Mode
    free: int
    full: int
    apart: int = 0
    later: int = 0
    soon: int = 0


class Slots(Protocol):
    """The coming slots of an agenda; all of them start later than the instant they were read for.

    A slot is taken when its places are, or when its doctor is busy elsewhere at that time.
    """

    @property
    def stocks(self) -> Sequence[Stock]:
        """The whole agenda, counted once per doctor and mode."""
        ...

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        """Lanes of these doctors (by key) and modes with what starts up to `until` included."""
        ...

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        """The free slots of these doctors that start at that very time."""
        ...
