"""What a replay is worth, in figures that two policies can be compared on."""

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import msgspec

from bench.simulated.calls import Call
from bench.simulated.replay import Ending, Outcome
from bench.simulated.world import World
from orientation.costs import MODES, distance_km
from orientation.model import Candidate, MedecinTraitant, Mobility, Mode

DAY, TWO_DAYS = timedelta(hours=24), timedelta(hours=48)
HOUR = timedelta(hours=1)

Figures = Mapping[str, float]
"""The keys are told by `bench.simulation`."""


def figures(world: World, outcomes: Sequence[Outcome]) -> dict[str, float]:
    """All the figures of a replay."""
    home = [one for one in outcomes if one.call.need.mobility is Mobility.HOME]
    alone = [one for one in outcomes if one.call.need.medecin_traitant is MedecinTraitant.NONE]
    known = [one for one in outcomes if one.call.need.own_doctor]
    taken = [(one.call, one.slot) for one in outcomes if one.slot]
    endings = Counter(one.ending for one in outcomes)
    return {
        "calls": len(outcomes),
        **{ending.value: endings[ending] for ending in Ending},
        "seen_at_last": share(outcomes, lambda one: one.ending is Ending.SEEN),
        "seen_24h": share(outcomes, seen_24h),
        "seen_48h": share(outcomes, seen_48h),
        "as_asked_48h": share(outcomes, as_asked_48h),
        "delay_met": share(outcomes, _in_the_delay_asked),
        "mode_asked": share([one for one in outcomes if one.slot], _in_the_mode_asked),
        "wait_hours": _median([(slot.start - call.at) / HOUR for call, slot in taken]),
        "home_calls": len(home),
        "visits_48h": share(home, visited_48h),
        "visits_refused": share(home, lambda one: not one.visit_offered),
        "own_calls": len(known),
        "own_48h": share(known, _by_own_doctor_48h),
        "travel_km": _mean([true_distance_km(call, slot) for call, slot in taken]),
        "gini": gini(loads(world, outcomes)),
        "without_mt_calls": len(alone),
        "without_mt_48h": share(alone, seen_48h),
        "without_mt_accepting": share(alone, _placed_with_accepting),
    }


def seen_24h(one: Outcome) -> bool:
    """The person came, at most 24 hours after the call."""
    return _seen_within(one, DAY)


def seen_48h(one: Outcome) -> bool:
    """The person came, at most 48 hours after the call."""
    return _seen_within(one, TWO_DAYS)


def as_asked_48h(one: Outcome) -> bool:
    """Seen at most 48 hours after the call, in the mode that suits the person first."""
    return seen_48h(one) and _in_the_mode_asked(one)


def visited_48h(one: Outcome) -> bool:
    """The person was visited at home, at most 48 hours after the call."""
    return seen_48h(one) and one.slot is not None and one.slot.mode is Mode.HOME


def share(outcomes: Sequence[Outcome], counts: Callable[[Outcome], bool]) -> float:
    """Which part of some calls counts; 0 of none."""
    return sum(map(counts, outcomes)) / len(outcomes) if outcomes else 0.0


def loads(world: World, outcomes: Sequence[Outcome]) -> list[float]:
    """Appointments of each doctor present, by place declared a week."""
    given = Counter(one.slot.doctor.id for one in outcomes if one.slot)
    return [given[doctor.id] / doctor.weekly_capacity for doctor in world.doctors]


def gini(values: Sequence[float]) -> float:
    """Gini's coefficient: 0 when all are equal, close to 1 when one has everything."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    ranked = sum(rank * value for rank, value in enumerate(ordered, start=1))
    return 2 * ranked / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


def true_distance_km(call: Call, slot: Candidate) -> float:
    """Straight line between where the person lives and the practice; 0 by video.

    A visit counts the doctor's journey from the practice.
    """
    need = msgspec.structs.replace(call.need, point=call.lives)
    return distance_km(need, slot) or 0.0


def _seen_within(one: Outcome, delay: timedelta) -> bool:
    return one.ending is Ending.SEEN and one.wait is not None and one.wait <= delay


def _in_the_delay_asked(one: Outcome) -> bool:
    return _seen_within(one, timedelta(hours=one.call.need.delay_hours))


def _in_the_mode_asked(one: Outcome) -> bool:
    return one.slot is not None and one.slot.mode is MODES[one.call.need.mobility][0]


def _placed_with_accepting(one: Outcome) -> bool:
    return one.slot is not None and one.slot.doctor.accepts_new


def _by_own_doctor_48h(one: Outcome) -> bool:
    return seen_48h(one) and one.slot is not None and one.slot.doctor.id == one.call.need.own_doctor


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else 0.0
