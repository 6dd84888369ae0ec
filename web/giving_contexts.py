"""What the page that gives time in three taps receives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from orientation.giving import Offered
from orientation.model import Doctor
from web.contexts import Link


@dataclass(frozen=True)
class GivenDay:
    """What one day would give, in words: hours, where, how many slots, or why not."""

    words: str
    where: str
    offered: Offered


@dataclass(frozen=True)
class GivePage:
    """Presets and, once one is chosen, exactly what it gives (`days`) before it is given.

    `slots` is how many slots in all; `fields` is the choice as the form sends it again. `places`
    and `modes` are what was given last, with the way to say otherwise.
    """

    doctor: Doctor
    dates: Sequence[Link]
    presets: Sequence[Link]
    modes: Sequence[Link]
    places: Sequence[Link]
    days: Sequence[GivenDay]
    slots: int
    chosen: str
    day: date
    fields: Sequence[tuple[str, str]]
    problem: str
    author: str
