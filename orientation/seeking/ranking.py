"""Whom to propose to whom, and why: pure, total, explained.

No store, no clock: the same values always give the same order, whatever the order they come in.
What a doctor said they take and what a person will not give up are never passed over; the rest
ranks, criterion by criterion, in the order of the territory's policy.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import assert_never

from dateutil.relativedelta import relativedelta

from directory.geo import distance_m
from directory.territory import Group, SeekingCriterion, SeekingPolicy, Wish
from orientation.seeking import wording
from orientation.seeking.model import (
    Bar,
    Matches,
    Offer,
    RankedOffer,
    RankedWait,
    Wait,
)

OVER_70 = 70
"""Age, in whole years, from which somebody is in the group of people over 70."""

FAR = 10_000
"""Travel class of an unknown distance: after every known one."""


def match(wait: Wait, offers: Sequence[Offer], policy: SeekingPolicy, today: date) -> Matches:
    """Doctors to propose to a person, best first, each with its reasons."""
    possible = [offer for offer in offers if bar(wait, offer, policy, today) is None]
    ranked = sorted(possible, key=lambda offer: _offer_key(wait, offer, policy, today))
    bars = Counter(found for offer in offers if (found := bar(wait, offer, policy, today)))
    return Matches(
        offers=tuple(
            RankedOffer(
                offer=offer,
                reasons=wording.offer_reasons(wait, offer, distance_km(wait, offer), today),
                distance_km=distance_km(wait, offer),
            )
            for offer in ranked
        ),
        explanation=wording.explain(len(ranked), bars),
    )


def next_waits(
    offer: Offer, waits: Sequence[Wait], policy: SeekingPolicy, today: date
) -> tuple[RankedWait, ...]:
    """People to propose to a doctor: by priority group, then by date; empty when none can be."""
    possible = [wait for wait in waits if bar(wait, offer, policy, today) is None]
    return tuple(
        RankedWait(
            wait=wait,
            group=group_of(wait, policy, today),
            reasons=wording.wait_reasons(wait, groups_of(wait, today), distance_km(wait, offer)),
            distance_km=distance_km(wait, offer),
        )
        for wait in sorted(possible, key=lambda wait: wait_key(wait, policy, today))
    )


def wait_key(wait: Wait, policy: SeekingPolicy, today: date) -> tuple[int, float, str]:
    """The order of the list: priority group, then date, then the key."""
    rank = policy.groups.index(group_of(wait, policy, today))
    return rank, wait.since.timestamp(), str(wait.id)


def age_on(birth: date, today: date) -> int:
    """Age in whole years."""
    return relativedelta(today, birth).years


def groups_of(wait: Wait, today: date) -> tuple[Group, ...]:
    """Every priority group somebody belongs to; `other` alone when to none."""
    found: list[Group] = []
    if wait.situation.ald:
        found.append("ald")
    if age_on(wait.birth_date, today) >= OVER_70:
        found.append("over_70")
    if wait.situation.c2s_ame:
        found.append("c2s_ame")
    return tuple(found) or ("other",)


def group_of(wait: Wait, policy: SeekingPolicy, today: date) -> Group:
    """The group somebody waits in: the first of theirs in the policy's order."""
    return min(groups_of(wait, today), key=policy.groups.index)


def distance_km(wait: Wait, offer: Offer) -> float | None:
    """Straight line between the person's commune and the doctor's nearest place, if both known."""
    here = wait.point
    if here is None:
        return None
    places = [place.point for place in offer.doctor.places if place.point]
    known = [distance_m(here.lat, here.lon, there.lat, there.lon) / 1000 for there in places]
    return min(known, default=None)


def bar(wait: Wait, offer: Offer, policy: SeekingPolicy, today: date) -> Bar | None:
    """The first reason why this doctor cannot be proposed to this person, None when they can."""
    if offer.places_left <= 0:
        return Bar.FULL
    if offer.available_from > today + relativedelta(months=policy.horizon_months):
        return Bar.LATER
    if offer.doctor.id in wait.declined:
        return Bar.DECLINED
    return _limit(wait, offer, today) or _unmet_requirement(wait, offer, policy)


def _limit(wait: Wait, offer: Offer, today: date) -> Bar | None:
    limits, age = offer.limits, age_on(wait.birth_date, today)
    too_young = limits.min_age is not None and age < limits.min_age
    too_old = limits.max_age is not None and age > limits.max_age
    if too_young or too_old:
        return Bar.AGE
    if limits.communes and wait.commune not in limits.communes:
        return Bar.COMMUNE
    if limits.groups and not set(limits.groups) & set(groups_of(wait, today)):
        return Bar.GROUP
    return None


def _unmet_requirement(wait: Wait, offer: Offer, policy: SeekingPolicy) -> Bar | None:
    for wish in policy.required:
        if not _is_met(wish, wait, offer, policy):
            return Bar(wish)
    return None


def _is_met(wish: Wish, wait: Wait, offer: Offer, policy: SeekingPolicy) -> bool:
    """Whether a wish was not made or is granted; what is unknown is not granted."""
    wishes = wait.wishes
    match wish:
        case "sex":
            return wishes.sex is None or offer.sex is wishes.sex
        case "language":
            return not wishes.language or wishes.language in offer.languages
        case "team":
            return not wishes.team or offer.in_team
        case "near":
            return not wishes.near or _is_near(wait, offer, policy)
        case _:
            assert_never(wish)


def _is_near(wait: Wait, offer: Offer, policy: SeekingPolicy) -> bool:
    distance = distance_km(wait, offer)
    return _is_same_commune(wait, offer) or (distance is not None and distance <= policy.near_km)


def _is_same_commune(wait: Wait, offer: Offer) -> bool:
    return any(place.insee == wait.commune for place in offer.doctor.places)


def _offer_key(
    wait: Wait, offer: Offer, policy: SeekingPolicy, today: date
) -> tuple[tuple[int, ...], bytes]:
    """Costs in the policy's order; « near » comes first when the person asked for it."""
    order = policy.order
    if wait.wishes.near:
        order = ("near", *(criterion for criterion in order if criterion != "near"))
    costs = tuple(_cost(criterion, wait, offer, policy, today) for criterion in order)
    return costs, _neutral(wait, offer)


def _cost(
    criterion: SeekingCriterion, wait: Wait, offer: Offer, policy: SeekingPolicy, today: date
) -> int:
    """How far an offer is from the best by one criterion: 0 is best, whole classes only."""
    if criterion == "availability":
        later = relativedelta(max(offer.available_from, today), today)
        return later.years * 12 + later.months + (later.days > 0)
    if criterion == "near":
        return _travel_class(wait, offer, policy)
    return int(not _is_met(criterion, wait, offer, policy))


def _travel_class(wait: Wait, offer: Offer, policy: SeekingPolicy) -> int:
    if _is_same_commune(wait, offer):
        return 0
    distance = distance_km(wait, offer)
    return FAR if distance is None else 1 + int(distance // policy.travel_class_km)


def _neutral(wait: Wait, offer: Offer) -> bytes:
    """A tie-break of this person's own: no doctor is always first."""
    return hashlib.blake2b(wait.id.bytes + offer.doctor.id.bytes, digest_size=8).digest()
