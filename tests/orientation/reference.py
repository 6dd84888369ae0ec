"""Proposals the slow way: every slot read one by one, every slot compared, one sort.

What the product answers is compared with it. It is kept plain: no lane, no window, no shortcut.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.territory import Criterion, Policy
from orientation import costs, tables, wording
from orientation.calendar import local_day, week_of, week_start
from orientation.costs import MODES
from orientation.lanes import Lane, Stock, milliseconds
from orientation.model import (
    Candidate,
    MedecinTraitant,
    Mobility,
    Mode,
    Need,
    Obstacle,
    Proposal,
    Proposals,
)
from orientation.rounds import Visit, follow, straight_line
from orientation.store import Agenda
from orientation.taken import is_live
from orientation.team import read_doctors

ESSENTIAL = ("own_doctor", "delay", "mode", "scarcity")


class Listed:
    """Some slots as the product reads them, their lanes in the order of the list.

    Those of `apart` (keys) do not fit their doctor's round.
    """

    def __init__(self, slots: Sequence[Candidate], apart: Collection[UUID] = ()) -> None:
        self._slots, self._apart = slots, apart

    @property
    def stocks(self) -> Sequence[Stock]:
        doctors = {slot.doctor.id: slot.doctor for slot in self._slots}
        coming = Counter((slot.doctor.id, slot.mode) for slot in self._slots)
        full = Counter((slot.doctor.id, slot.mode) for slot in self._slots if not slot.places_left)
        free = Counter((slot.doctor.id, slot.mode) for slot in self._free())
        return [
            Stock(doctors[key[0]], key[1], free[key], full[key], count - free[key] - full[key])
            for key, count in coming.items()
        ]

    def lanes(
        self, wanted: Collection[tuple[UUID, Mode]], until: int | None = None
    ) -> Sequence[Lane]:
        found: dict[tuple[object, ...], list[Candidate]] = {}
        for slot in self._free():
            seen = until is None or milliseconds(slot.start) <= until
            if seen and (slot.doctor.id, slot.mode) in wanted:
                place = slot.place.id if slot.place else None
                found.setdefault((slot.doctor.id, slot.mode, place, slot.given), []).append(slot)
        return [
            Lane(
                some[0].doctor,
                some[0].mode,
                some[0].place,
                some[0].given,
                *zip(*sorted(_hours(slot) for slot in some), strict=True),
            )
            for some in found.values()
        ]

    def starting_at(self, start: int, doctors: Collection[UUID]) -> Sequence[Candidate]:
        return [
            slot
            for slot in self._free()
            if milliseconds(slot.start) == start and slot.doctor.id in doctors
        ]

    def _free(self) -> list[Candidate]:
        return [
            slot for slot in self._slots if slot.places_left and slot.slot_id not in self._apart
        ]


def propose(
    need: Need,
    slots: Sequence[Candidate],
    policy: Policy,
    now: datetime,
    apart: Collection[UUID] = (),
) -> Proposals:
    met = Counter(obstacle(need, slot, apart, policy, now) for slot in slots)
    feasible = [slot for slot in slots if obstacle(need, slot, apart, policy, now) is None]
    chosen = _spread(
        sorted(feasible, key=lambda slot: _key(need, slot, policy, now)), need, policy, now
    )
    proposals = tuple(_proposal(need, slot, policy, now) for slot in chosen)
    if proposals:
        explanation = wording.explain_choice(need, proposals, len(feasible))
        explanation += wording.explain_rounds(met[Obstacle.ROUND])
        explanation += wording.explain_lead(met[Obstacle.SOON])
    else:
        explanation = wording.explain_nothing(need, {why: met[why] for why in met if why})
    actions = wording.next_actions(need, proposals, _other_ways(need, slots, apart, policy, now))
    return Proposals(proposals=proposals, next_actions=actions, explanation=explanation)


def obstacle(
    need: Need,
    slot: Candidate,
    apart: Collection[UUID] = (),
    policy: Policy | None = None,
    now: datetime | None = None,
) -> Obstacle | None:
    """Without a policy and an instant, whether the slot starts too soon is not looked at."""
    why = costs.obstacle(need, slot.doctor, slot.mode)
    if why or not slot.places_left:
        return why or Obstacle.FULL
    if slot.slot_id in apart:
        return Obstacle.ROUND
    soon = policy and now and slot.start < now + lead(slot, policy)
    return Obstacle.SOON if soon else None


def lead(slot: Candidate, policy: Policy) -> timedelta:
    own = slot.doctor.home_lead_minutes if slot.mode is Mode.HOME else None
    minutes = getattr(policy.lead_minutes, slot.mode.value) if own is None else own
    return timedelta(minutes=minutes)


def cost(criterion: Criterion, need: Need, slot: Candidate, policy: Policy, now: datetime) -> int:
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
            if slot.mode is Mode.VIDEO or (slot.place and slot.place.insee == need.commune):
                return 0
            distance = costs.distance_km(need, slot)
            return costs.FAR if distance is None else int(distance // policy.travel_class_km)
        case "fairness":
            return policy.fairness_steps * slot.given // max(1, doctor.weekly_capacity)
        case "scarcity":
            return int(need.mobility is Mobility.TRAVEL and slot.mode is not Mode.CABINET)
        case "new_patients":
            return int(need.medecin_traitant is MedecinTraitant.NONE and not doctor.accepts_new)
        case "earliest":
            return int((slot.start - now).total_seconds() // 60)


def _key(
    need: Need, slot: Candidate, policy: Policy, now: datetime
) -> tuple[tuple[int, ...], datetime, bytes]:
    compared = tuple(cost(criterion, need, slot, policy, now) for criterion in policy.order)
    return compared, slot.start, hashlib.blake2b(slot.slot_id.bytes, digest_size=8).digest()


def _spread(
    ranked: Sequence[Candidate], need: Need, policy: Policy, now: datetime
) -> list[Candidate]:
    def classes(slot: Candidate, *without: str, among: Sequence[str] = policy.order) -> list[int]:
        return [
            cost(one, need, slot, policy, now)
            for one in policy.order
            if one in among and one not in without
        ]

    chosen = list(ranked[:1])
    while ranked and len(chosen) < min(policy.proposals, len(ranked)):
        rest = [slot for slot in ranked if slot not in chosen]
        wanted = classes(rest[0], "earliest")
        essential = classes(rest[0], among=ESSENTIAL)
        equals = [slot for slot in rest if classes(slot, "earliest") == wanted]
        as_good = [slot for slot in rest if classes(slot, among=ESSENTIAL) == essential]
        chosen.append(
            _different(equals, chosen, policy) or _different(as_good, chosen, policy) or rest[0]
        )
    return [slot for slot in ranked if slot in chosen]


def _different(
    slots: Sequence[Candidate], chosen: Sequence[Candidate], policy: Policy
) -> Candidate | None:
    apart = timedelta(minutes=policy.apart_minutes)
    doctors = {slot.doctor.id for slot in chosen}
    by_another = [slot for slot in slots if slot.doctor.id not in doctors]
    later = [
        slot for slot in slots if all(abs(slot.start - other.start) >= apart for other in chosen)
    ]
    return next(iter(by_another or later), None)


def _proposal(need: Need, slot: Candidate, policy: Policy, now: datetime) -> Proposal:
    distance = costs.distance_km(need, slot)
    return Proposal(
        slot=slot,
        reasons=wording.reasons(need, slot, policy, now, distance),
        delay_met=slot.start - now <= timedelta(hours=need.delay_hours),
        distance_km=distance,
    )


def _other_ways(
    need: Need,
    slots: Sequence[Candidate],
    apart: Collection[UUID],
    policy: Policy,
    now: datetime,
) -> dict[Mobility, int]:
    others = {one: msgspec.structs.replace(need, mobility=one) for one in Mobility}
    return {
        mobility: sum(
            obstacle(others[mobility], slot, apart, policy, now) is None
            for slot in slots
            if slot.mode not in MODES[need.mobility]
        )
        for mobility in Mobility
        if mobility is not need.mobility
    }


def read_all(agenda: Agenda, connection: sa.Connection, now: datetime) -> list[Candidate]:
    """Every coming slot of the active team, row by row; what is taken has no place left."""
    doctors = read_doctors(agenda, connection)
    booking, slot = tables.booking, tables.slot
    booked = connection.execute(
        sa.select(slot).join(booking, booking.c.slot == slot.c.id).where(is_live())
    ).all()
    monday = week_start(agenda.territory, now)
    found = []
    for row in connection.execute(
        sa.select(slot).where(slot.c.starts > now, slot.c.closed_at.is_(None))
    ).all():
        doctor, week = doctors[row.doctor], week_of(agenda.territory, row.starts)
        mine = [other for other in booked if other.doctor == row.doctor]
        near = [other for other in mine if other.starts < row.ends and other.ends > row.starts]
        elsewhere = any(other.id != row.id for other in near)
        candidate = Candidate(
            slot_id=row.id,
            start=row.starts,
            end=row.ends,
            mode=Mode(row.mode),
            places_left=0 if elsewhere else max(0, row.seats - len(near)),
            doctor=doctor,
            place=next((place for place in doctor.places if place.id == row.place), None),
            given=sum(
                week_of(agenda.territory, other.starts) == week
                for other in mine
                if other.ends > monday
            ),
            this_week=week == week_of(agenda.territory, now),
        )
        found += [candidate] if doctor.active else []
    return found


def read_apart(
    agenda: Agenda,
    connection: sa.Connection,
    request_id: UUID,
    need: Need,
    slots: Sequence[Candidate],
) -> set[UUID]:
    """The free visits for a need that their doctor can make in no order of that day's visits."""
    booking, request, slot = tables.booking, tables.request, tables.slot
    booked = connection.execute(
        sa.select(slot, request.c.commune)
        .join(booking, booking.c.slot == slot.c.id)
        .join(request, request.c.id == booking.c.request)
        .where(is_live(), slot.c.mode == Mode.HOME.value, request.c.id != request_id)
    ).all()
    apart = set()
    at_home = msgspec.structs.replace(need, mobility=Mobility.HOME)
    for wanted in slots:
        if wanted.mode is not Mode.HOME or obstacle(at_home, wanted) is not None:
            continue
        that_day = local_day(agenda.territory, wanted.start)
        others = [
            _visit(agenda, row.starts, row.ends, row.commune)
            for row in booked
            if row.doctor == wanted.doctor.id
            and local_day(agenda.territory, row.starts) == that_day
        ]
        visits = [*others, _visit(agenda, wanted.start, wanted.end, need.commune)]
        travel, base = straight_line(agenda.territory.rounds), wanted.doctor.places[0].point
        if others and not any(follow(base, order, travel) for order in permutations(visits)):
            apart.add(wanted.slot_id)
    return apart


def _visit(agenda: Agenda, starts: datetime, ends: datetime, insee: str) -> Visit:
    commune = agenda.communes.get(insee)
    return Visit(
        id=UUID(int=0),
        minutes=agenda.territory.rounds.minutes_of((ends - starts) // timedelta(minutes=1)),
        earliest=starts,
        latest=ends,
        point=commune.point if commune else None,
    )


def _hours(slot: Candidate) -> tuple[int, int]:
    return milliseconds(slot.start), milliseconds(slot.end)
