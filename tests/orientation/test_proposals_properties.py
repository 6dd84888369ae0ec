"""Proposals as properties: what is never true of any agenda, whatever the need and the policy."""

import random
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from directory.territory import Criterion, Leads, Policy
from orientation.costs import MODES
from orientation.model import (
    AgeBand,
    Candidate,
    Doctor,
    MedecinTraitant,
    Mobility,
    Mode,
    Need,
    Proposals,
)
from orientation.routing import propose
from orientation.service import Orientation
from tests.orientation import reference
from tests.orientation.reference import Listed, cost
from tests.orientation.team import (
    CACHAN,
    CHEVILLY,
    FRESNES,
    RUNGIS,
    add_slots,
    make_doctor,
    open_request,
)
from tests.orientation.test_routing import CACHAN_POINT, FAR, NOW, make_need, make_slot

DOCTORS = [
    make_doctor(),
    FAR,
    make_doctor(min_age_months=72, weekly_capacity=0),
    make_doctor(places=(), visits=(CACHAN, RUNGIS), accepts_new=True, home_lead_minutes=15),
]

needs = st.builds(
    make_need,
    commune=st.sampled_from([CACHAN, CHEVILLY, FRESNES, RUNGIS]),
    age_band=st.sampled_from(AgeBand),
    mobility=st.sampled_from(Mobility),
    delay_hours=st.integers(1, 200),
    medecin_traitant=st.sampled_from(MedecinTraitant),
    point=st.sampled_from([None, CACHAN_POINT]),
    in_perimeter=st.sampled_from([True, True, True, False]),
    own_doctor=st.sampled_from([None, *(doctor.id for doctor in DOCTORS)]),
)
orders = st.permutations(get_args(Criterion)).flatmap(
    lambda all_of_them: st.integers(0, len(all_of_them)).map(lambda n: tuple(all_of_them[:n]))
)
delay_first = orders.map(lambda some: ("delay", *(one for one in some if one != "delay")))
policies = st.builds(
    Policy,
    order=st.one_of(orders, delay_first),
    proposals=st.integers(1, 6),
    travel_class_km=st.sampled_from([0.5, 3.0]),
    fairness_steps=st.integers(1, 8),
    apart_minutes=st.sampled_from([0, 45, 120, 600]),
    lead_minutes=st.builds(
        Leads,
        cabinet=st.sampled_from([0, 20, 30]),
        home=st.sampled_from([0, 60]),
        video=st.sampled_from([0, 5, 16]),
    ),
)


@st.composite
def slot_lists(draw: st.DrawFn) -> list[Candidate]:
    """Slots of a small team: hours repeat, so that ties and doubles are common."""
    furthest = draw(st.sampled_from([12, 60, 400]))
    return [
        make_slot(
            number,
            hours=draw(st.integers(1, furthest)) / 4,
            mode=draw(st.sampled_from([Mode.HOME, Mode.VIDEO])) if not doctor.places else mode,
            doctor=doctor,
            places_left=draw(st.integers(0, 3)),
            given=draw(st.sampled_from([0, 1, 3, 12, 30])),
            this_week=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 25)))
        for doctor, mode in [(draw(st.sampled_from(DOCTORS)), draw(st.sampled_from(Mode)))]
    ]


def run(need: Need, slots: Sequence[Candidate], policy: Policy) -> Proposals:
    return propose(need, Listed(slots), policy, NOW)


def proposed(need: Need, slots: Sequence[Candidate], policy: Policy) -> list[Candidate]:
    return [proposal.slot for proposal in run(need, slots, policy).proposals]


def ranking(need: Need, slots: Sequence[Candidate], policy: Policy) -> list[int]:
    """Every possible slot among the first twenty, best first, by number."""
    everything = policy.model_copy(update={"proposals": 20})
    return [slot.slot_id.int for slot in proposed(need, slots[:20], everything)]


def changed(slots: Sequence[Candidate], doctor: Doctor, **facts: Any) -> list[Candidate]:
    """The same slots, one doctor's facts changed."""
    other = msgspec.structs.replace(doctor, **facts)
    return [
        msgspec.structs.replace(slot, doctor=other if slot.doctor.id == doctor.id else slot.doctor)
        for slot in slots
    ]


def costs(
    need: Need, slot: Candidate, policy: Policy, order: Sequence[Criterion]
) -> tuple[int, ...]:
    return tuple(cost(criterion, need, slot, policy, NOW) for criterion in order)


def possible(need: Need, slots: Sequence[Candidate], policy: Policy) -> list[Candidate]:
    return [slot for slot in slots if reference.obstacle(need, slot, (), policy, NOW) is None]


@settings(max_examples=400, deadline=None)
@given(needs, slot_lists(), policies, st.sets(st.integers(0, 24)))
def test_the_answer_is_that_of_comparing_every_slot(
    need: Need, slots: list[Candidate], policy: Policy, numbers: set[int]
) -> None:
    apart = {slot.slot_id for slot in slots if slot.slot_id.int in numbers}
    found = propose(need, Listed(slots, apart), policy, NOW)
    assert found == reference.propose(need, slots, policy, NOW, apart)


@settings(max_examples=100, deadline=None)
@given(needs, slot_lists(), policies, st.randoms())
def test_any_input_has_one_answer_whatever_the_order_of_slots(
    need: Need, slots: list[Candidate], policy: Policy, chance: random.Random
) -> None:
    found = run(need, slots, policy)
    shuffled = list(slots)
    chance.shuffle(shuffled)
    assert run(need, shuffled, policy) == found
    assert found.explanation
    assert found.next_actions[0].number == "15"


@settings(max_examples=100, deadline=None)
@given(needs, slot_lists(), policies)
def test_only_the_possible_is_proposed_and_as_much_as_asked(
    need: Need, slots: list[Candidate], policy: Policy
) -> None:
    found = proposed(need, slots, policy)
    feasible = possible(need, slots, policy)
    assert len(found) == min(policy.proposals, len(feasible))
    assert all(slot in feasible for slot in found)
    assert len({slot.slot_id for slot in found}) == len(found)
    assert all(slot.mode in MODES[need.mobility] for slot in found)


@settings(max_examples=100, deadline=None)
@given(needs, slot_lists(), policies)
def test_the_first_is_never_beaten_and_the_order_is_the_policys(
    need: Need, slots: list[Candidate], policy: Policy
) -> None:
    ranked = [costs(need, slot, policy, policy.order) for slot in proposed(need, slots, policy)]
    best = [costs(need, slot, policy, policy.order) for slot in possible(need, slots, policy)]
    assert ranked == sorted(ranked)
    assert ranked[:1] == sorted(best)[:1]


@settings(max_examples=100, deadline=None)
@given(needs, slot_lists(), policies)
def test_the_delay_ranks_and_never_hides(
    need: Need, slots: list[Candidate], policy: Policy
) -> None:
    hurried = msgspec.structs.replace(need, delay_hours=1)
    assert set(ranking(hurried, slots, policy)) == set(ranking(need, slots, policy))
    for proposal in run(need, slots, policy).proposals:
        in_time = proposal.slot.start - NOW <= timedelta(hours=need.delay_hours)
        assert proposal.delay_met is in_time


@settings(max_examples=100, deadline=None)
@given(needs, slot_lists(), policies)
def test_a_slot_that_cannot_be_proposed_changes_no_proposal(
    need: Need, slots: list[Candidate], policy: Policy
) -> None:
    before = proposed(need, slots, policy)
    full = msgspec.structs.replace(make_slot(99, 1), places_left=0)
    too_young = make_slot(98, 1, doctor=make_doctor(min_age_months=200 * 12))
    assert proposed(need, [*slots, full, too_young], policy) == before


@settings(max_examples=150, deadline=None)
@given(needs, slot_lists(), policies, st.data())
def test_a_worse_slot_that_is_not_proposed_can_go(
    need: Need, slots: list[Candidate], policy: Policy, data: st.DataObject
) -> None:
    before = proposed(need, slots, policy)
    others = [slot for slot in slots if slot not in before]
    assume(others)
    gone = data.draw(st.sampled_from(others))
    assert proposed(need, [slot for slot in slots if slot is not gone], policy) == before


@settings(max_examples=150, deadline=None)
@given(needs, slot_lists(), policies, st.sampled_from(DOCTORS))
def test_taking_new_patients_moves_only_ones_own_slots_and_only_up(
    need: Need, slots: list[Candidate], policy: Policy, doctor: Doctor
) -> None:
    closed = changed(slots, doctor, accepts_new=False)
    opened = changed(slots, doctor, accepts_new=True)
    before, after = ranking(need, closed, policy), ranking(need, opened, policy)
    mine = {slot.slot_id.int for slot in slots if slot.doctor.id == doctor.id}
    assert [one for one in after if one not in mine] == [one for one in before if one not in mine]
    assert [one for one in after if one in mine] == [one for one in before if one in mine]
    assert all(after.index(one) <= before.index(one) for one in mine & set(before))
    for up in mine & set(before):
        for passed in set(before[: before.index(up)]) & set(after[after.index(up) :]):
            ahead = policy.order[: policy.order.index("new_patients")]
            assert costs(need, closed[up], policy, ahead) == costs(
                need, closed[passed], policy, ahead
            )


@settings(max_examples=150, deadline=None)
@given(needs, slot_lists(), policies, st.sampled_from(DOCTORS), st.integers(1, 20))
def test_more_load_never_puts_a_doctor_before_another(
    need: Need, slots: list[Candidate], policy: Policy, doctor: Doctor, more: int
) -> None:
    busier = [
        msgspec.structs.replace(slot, given=slot.given + more * (slot.doctor.id == doctor.id))
        for slot in slots
    ]
    before, after = ranking(need, slots, policy), ranking(need, busier, policy)
    mine = {slot.slot_id.int for slot in slots if slot.doctor.id == doctor.id}
    for own in mine & set(before):
        ahead = set(before[: before.index(own)]) - mine
        assert ahead <= set(after[: after.index(own)])


@settings(max_examples=100, deadline=None)
@given(needs, slot_lists(), orders)
def test_what_is_scarce_is_kept_for_those_who_cannot_move(
    need: Need, slots: list[Candidate], rest: tuple[Criterion, ...]
) -> None:
    order = ("scarcity", *(one for one in rest if one != "scarcity"))
    mover = msgspec.structs.replace(need, mobility=Mobility.TRAVEL)
    modes = [slots[number].mode for number in ranking(mover, slots, Policy(order=order))]
    assert Mode.HOME not in modes
    assert modes == sorted(modes, key=[Mode.CABINET, Mode.VIDEO].index)
    if need.mobility is not Mobility.TRAVEL:
        kept, free = Policy(order=order), Policy(order=order[1:])
        assert proposed(need, slots, kept) == proposed(need, slots, free)


@pytest.mark.parametrize("mobility", Mobility)
def test_a_flagged_request_is_never_offered_anything(
    orientation: Orientation, mobility: Mobility
) -> None:
    doctor = make_doctor()
    for mode, opens in zip(Mode, (9, 12, 15), strict=True):
        add_slots(orientation, mode, doctor, opens=time(opens), closes=time(opens + 3))
    for flag in orientation.red_flags().flags:
        request = open_request(orientation, mobility=mobility)
        assert orientation.proposals(request).proposals
        orientation.escalate(request, [flag.code])
        found = orientation.proposals(request)
        assert found.proposals == ()
        assert [action.number for action in found.next_actions] == ["15"]
