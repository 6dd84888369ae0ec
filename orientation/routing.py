"""Which free slots to offer for a need, in which order and why: pure, total, explained.

No clock, no store, no medical priority: the same need, slots, policy and instant always give the
same proposals, whatever the order of the slots. A slot beyond the delay ranks lower, it is never
hidden.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

import msgspec

from directory.model import Point
from directory.territory import Criterion, Policy
from orientation import wording
from orientation.model import (
    AGES_MONTHS,
    Candidate,
    Doctor,
    MedecinTraitant,
    Mobility,
    Mode,
    Need,
    Obstacle,
    Proposal,
    Proposals,
)

MODES: dict[Mobility, tuple[Mode, ...]] = {
    Mobility.TRAVEL: (Mode.CABINET, Mode.VIDEO),
    Mobility.HOME: (Mode.HOME, Mode.VIDEO),
    Mobility.VIDEO: (Mode.VIDEO,),
}
"""What each mobility can take, the mode asked first."""

FAIRNESS_STEPS = 4
"""Load is compared by quarters of the declared capacity: one patient more is not a difference."""

APART = timedelta(hours=2)
"""Two proposals of one doctor are at least this far apart when others are as good."""

FAR = 10_000
"""Travel class of an unknown distance: after every known one."""

EARTH_RADIUS_KM = 6371.0088

ESSENTIAL: tuple[Criterion, ...] = ("own_doctor", "delay", "mode", "scarcity")
"""What is never given up for the sake of a varied choice."""

_Costs = tuple[int, ...]
_Ranked = tuple[_Costs, _Costs, Candidate]


def propose(need: Need, slots: Sequence[Candidate], policy: Policy, now: datetime) -> Proposals:
    """At most `policy.proposals` slots with their reasons, or an explained nothing."""
    feasible = [slot for slot in slots if obstacle(need, slot, now) is None]
    chosen = _spread(_ranked(need, feasible, policy, now), policy)
    proposals = tuple(_proposal(need, slot, policy, now) for slot in chosen)
    if proposals:
        explanation = wording.explain_choice(need, proposals, len(feasible))
    else:
        obstacles = Counter(obstacle(need, slot, now) for slot in slots)
        explanation = wording.explain_nothing(need, obstacles)
    actions = wording.next_actions(need, proposals, _other_ways(need, slots, now))
    return Proposals(proposals=proposals, next_actions=actions, explanation=explanation)


def obstacle(need: Need, slot: Candidate, now: datetime) -> Obstacle | None:
    """The first reason that makes a slot impossible for a need, None when it is possible."""
    if not need.in_perimeter:
        return Obstacle.PERIMETER
    if slot.start <= now:
        return Obstacle.PAST
    if slot.mode not in MODES[need.mobility]:
        return Obstacle.MODE
    if slot.mode is Mode.HOME and need.commune not in slot.doctor.visits:
        return Obstacle.VISITS
    if not _ages_meet(need, slot.doctor):
        return Obstacle.AGE
    return Obstacle.FULL if slot.places_left <= 0 else None


def distance_km(need: Need, slot: Candidate) -> float | None:
    """Straight line between the person's commune or address and the doctor's place.

    For a home visit, from the doctor's nearest place; None by video or where a point is missing.
    """
    if slot.mode is Mode.VIDEO or need.point is None:
        return None
    places = (slot.place,) if slot.place is not None else slot.doctor.places
    known = [_haversine_km(need.point, place.point) for place in places if place.point]
    return min(known, default=None)


def cost(criterion: Criterion, need: Need, slot: Candidate, policy: Policy, now: datetime) -> int:
    """How far a slot is from the best by one criterion: 0 is best, whole classes only."""
    doctor = slot.doctor
    match criterion:
        case "own_doctor":
            return int(doctor.id != need.own_doctor)
        case "delay":
            late = slot.start - now - timedelta(hours=need.delay_hours)
            return max(0, math.ceil(late / timedelta(days=1)))
        case "mode":
            return MODES[need.mobility].index(slot.mode)
        case "travel":
            return _travel_class(need, slot, policy)
        case "fairness":
            return FAIRNESS_STEPS * slot.given // max(1, doctor.weekly_capacity)
        case "scarcity":
            return int(need.mobility is Mobility.TRAVEL and slot.mode is not Mode.CABINET)
        case "new_patients":
            return int(need.medecin_traitant is MedecinTraitant.NONE and not doctor.accepts_new)
        case "earliest":
            return int((slot.start - now).total_seconds() // 60)
        case _:
            assert_never(criterion)


def _ranked(need: Need, slots: Sequence[Candidate], policy: Policy, now: datetime) -> list[_Ranked]:
    """Slots from best to worst, each with its costs but the hour, and its essential costs."""
    order = policy.order
    essential = [place for place, criterion in enumerate(order) if criterion in ESSENTIAL]
    classed = [place for place, criterion in enumerate(order) if criterion != "earliest"]
    keyed = []
    for slot in slots:
        costs = tuple(cost(criterion, need, slot, policy, now) for criterion in order)
        ranked = tuple(costs[n] for n in classed), tuple(costs[n] for n in essential), slot
        keyed.append(((costs, slot.start, _neutral(slot)), ranked))
    return [ranked for _, ranked in sorted(keyed, key=lambda item: item[0])]


def _spread(ranked: list[_Ranked], policy: Policy) -> list[Candidate]:
    """The best, then what differs from it: equals first, then what is as good on the essential."""
    if not ranked:
        return []
    chosen = [ranked[0][2]]
    while len(chosen) < min(policy.proposals, len(ranked)):
        rest = [item for item in ranked if item[2] not in chosen]
        classes, essential, following = rest[0]
        equals = [slot for other, _, slot in rest if other == classes]
        as_good = [slot for _, other, slot in rest if other == essential]
        chosen.append(_different(equals, chosen) or _different(as_good, chosen) or following)
    return [slot for *_, slot in ranked if slot in chosen]


def _different(slots: Sequence[Candidate], chosen: Sequence[Candidate]) -> Candidate | None:
    doctors = {slot.doctor.id for slot in chosen}
    by_another = (slot for slot in slots if slot.doctor.id not in doctors)
    at_another_time = (
        slot for slot in slots if all(abs(slot.start - other.start) >= APART for other in chosen)
    )
    return next(by_another, None) or next(at_another_time, None)


def _proposal(need: Need, slot: Candidate, policy: Policy, now: datetime) -> Proposal:
    distance = distance_km(need, slot)
    return Proposal(
        slot=slot,
        reasons=wording.reasons(need, slot, policy, now, distance),
        delay_met=cost("delay", need, slot, policy, now) == 0,
        distance_km=distance,
    )


def _other_ways(need: Need, slots: Sequence[Candidate], now: datetime) -> dict[Mobility, int]:
    """How many slots the person would have if they could be seen otherwise."""
    others = {
        mobility: msgspec.structs.replace(need, mobility=mobility)
        for mobility in Mobility
        if mobility is not need.mobility
    }
    return {
        mobility: sum(
            obstacle(other, slot, now) is None
            for slot in slots
            if slot.mode not in MODES[need.mobility]
        )
        for mobility, other in others.items()
    }


def _ages_meet(need: Need, doctor: Doctor) -> bool:
    youngest, oldest = AGES_MONTHS[need.age_band]
    too_young = doctor.min_age_months is not None and oldest < doctor.min_age_months
    too_old = doctor.max_age_months is not None and youngest > doctor.max_age_months
    return not (too_young or too_old)


def _travel_class(need: Need, slot: Candidate, policy: Policy) -> int:
    if slot.mode is Mode.VIDEO or (slot.place and slot.place.insee == need.commune):
        return 0
    distance = distance_km(need, slot)
    return FAR if distance is None else int(distance // policy.travel_class_km)


def _neutral(slot: Candidate) -> bytes:
    """A tie-break that favours neither the alphabet nor who joined first."""
    return hashlib.blake2b(slot.slot_id.bytes, digest_size=8).digest()


def _haversine_km(a: Point, b: Point) -> float:
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2) ** 2
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    chord = half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lon
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
