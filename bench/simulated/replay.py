"""The calls of a world replayed under a policy: each one ends one way, and only one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bench.simulated.agenda import Agenda
from bench.simulated.calls import Call
from bench.simulated.policies import Chooser
from bench.simulated.world import World
from orientation.model import Candidate, Mode


class Ending(StrEnum):
    """How a call ends."""

    SEEN = "seen"
    NO_SHOW = "no_show"
    DECLINED = "declined"
    TOO_LATE = "too_late"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Outcome:
    """A call, how it ended, the slot it took, if any, and whether a visit was offered in time."""

    call: Call
    ending: Ending
    slot: Candidate | None = None
    visit_offered: bool = False

    @property
    def wait(self) -> timedelta | None:
        """From the call to the start of the appointment."""
        return self.slot.start - self.call.at if self.slot else None


def replay(world: World, calls: Sequence[Call], choose: Chooser) -> list[Outcome]:
    """Every call of a world in turn, in an agenda of its own."""
    return list(_replayed(Agenda(world), calls, choose))


def _replayed(agenda: Agenda, calls: Sequence[Call], choose: Chooser) -> Iterator[Outcome]:
    for call in calls:
        outcome = answer(call, choose(call, agenda.at(call.at)))
        if outcome.slot:
            agenda.book(outcome.slot)
        yield outcome


def answer(call: Call, offered: Sequence[Candidate]) -> Outcome:
    """What a caller makes of the slots offered, read to them one after the other."""
    if not offered:
        return Outcome(call, Ending.NOTHING)
    soon = [slot.start - call.at <= call.patience for slot in offered]
    visit = any(suits and slot.mode is Mode.HOME for slot, suits in zip(offered, soon, strict=True))
    for slot, suits, declined in zip(offered, soon, call.declines, strict=False):
        if suits and not declined:
            ending = Ending.NO_SHOW if call.absent else Ending.SEEN
            return Outcome(call, ending, slot, visit)
    return Outcome(call, Ending.DECLINED if any(soon) else Ending.TOO_LATE, None, visit)
