"""What makes a slot impossible for a need, and how far it is from the best by each criterion."""

import math

from directory.model import Point
from directory.territory import Criterion, Policy
from orientation.lanes import Lane
from orientation.model import (
    AGES_MONTHS,
    Candidate,
    Doctor,
    MedecinTraitant,
    Mobility,
    Mode,
    Need,
    Obstacle,
)

MODES: dict[Mobility, tuple[Mode, ...]] = {
    Mobility.TRAVEL: (Mode.CABINET, Mode.VIDEO),
    Mobility.HOME: (Mode.HOME, Mode.VIDEO),
    Mobility.VIDEO: (Mode.VIDEO,),
}
"""What each mobility can take, the mode asked first."""

FAR = 10_000
"""Travel class of an unknown distance: after every known one."""

EARTH_RADIUS_KM = 6371.0088

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MINUTE_MS = 60_000


def obstacle(need: Need, doctor: Doctor, mode: Mode) -> Obstacle | None:
    """What makes every slot of a doctor in a mode impossible for a need, None when nothing does."""
    if not need.in_perimeter:
        return Obstacle.PERIMETER
    if mode not in MODES[need.mobility]:
        return Obstacle.MODE
    if mode is Mode.HOME and not visits(need, doctor):
        return Obstacle.VISITS
    return None if _ages_meet(need, doctor) else Obstacle.AGE


def visits(need: Need, doctor: Doctor) -> bool:
    """Whether a doctor's home visits go there: a commune they named, or near enough a place.

    Kilometres are a straight line to the point of the need, its commune's at least.
    """
    if need.commune in doctor.visits:
        return True
    near = next((place.point for place in doctor.places if place.id == doctor.visit_from), None)
    if doctor.visit_km is None or near is None or need.point is None:
        return False
    return _haversine_km(need.point, near) <= doctor.visit_km


def distance_km(need: Need, slot: Lane | Candidate) -> float | None:
    """Straight line between the person's commune or address and the doctor's place.

    For a home visit, from the doctor's nearest place; None by video or where a point is missing.
    """
    if slot.mode is Mode.VIDEO or need.point is None:
        return None
    places = (slot.place,) if slot.place is not None else slot.doctor.places
    known = [_haversine_km(need.point, place.point) for place in places if place.point]
    return min(known, default=None)


def lane_cost(criterion: Criterion, need: Need, lane: Lane, policy: Policy) -> int:
    """How far a lane is from the best by a criterion: 0 is best, whole classes only.

    0 for the two criteria that depend on the hour: `delay_class` and `minutes_to_wait` say them.
    """
    match criterion:
        case "own_doctor":
            return int(lane.doctor.id != need.own_doctor)
        case "mode":
            return MODES[need.mobility].index(lane.mode)
        case "travel":
            return _travel_class(need, lane, policy)
        case "fairness":
            return policy.fairness_steps * lane.given // max(1, lane.doctor.weekly_capacity)
        case "scarcity":
            return int(need.mobility is Mobility.TRAVEL and lane.mode is not Mode.CABINET)
        case "new_patients":
            without = need.medecin_traitant is MedecinTraitant.NONE
            return int(without and not lane.doctor.accepts_new)
        case _:
            return 0


def delay_class(need: Need, start: int, now: int) -> int:
    """0 when the delay is met, then the number of days begun beyond it; milliseconds since 1970."""
    late = start - now - need.delay_hours * HOUR_MS
    return max(0, -(-late // DAY_MS))


def last_of_class(need: Need, delay: int, now: int) -> int:
    """The latest start that `delay_class` puts in a class."""
    return now + need.delay_hours * HOUR_MS + delay * DAY_MS


def minutes_to_wait(start: int, now: int) -> int:
    """Whole minutes between now and a start."""
    return (start - now) // MINUTE_MS


def _ages_meet(need: Need, doctor: Doctor) -> bool:
    youngest, oldest = AGES_MONTHS[need.age_band]
    too_young = doctor.min_age_months is not None and oldest < doctor.min_age_months
    too_old = doctor.max_age_months is not None and youngest > doctor.max_age_months
    return not (too_young or too_old)


def _travel_class(need: Need, lane: Lane, policy: Policy) -> int:
    if lane.mode is Mode.VIDEO or (lane.place and lane.place.insee == need.commune):
        return 0
    distance = distance_km(need, lane)
    return FAR if distance is None else int(distance // policy.travel_class_km)


def _haversine_km(a: Point, b: Point) -> float:
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2) ** 2
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    chord = half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lon
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
