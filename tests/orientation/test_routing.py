"""Routing, fact by fact, then as properties: total, deterministic, blind to the order of slots."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.model import Point, Precision
from directory.territory import Criterion, Policy
from orientation.model import (
    AgeBand,
    Candidate,
    Doctor,
    MedecinTraitant,
    Mobility,
    Mode,
    Need,
    Obstacle,
    Proposals,
)
from orientation.proposing import windows
from orientation.routing import MODES, cost, obstacle, propose
from tests.orientation.team import CACHAN, CHEVILLY, FRESNES, RUNGIS, make_doctor, make_place

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CACHAN_POINT = Point(lat=48.79161, lon=2.33153, precision=Precision.COMMUNE)
NEAR = make_doctor(family="PROCHE")
FAR = make_doctor(family="LOIN", places=(make_place(RUNGIS, 48.7495, 2.3528),))


def make_need(**changes: Any) -> Need:
    values: dict[str, Any] = {
        "commune": CACHAN,
        "commune_name": "Cachan",
        "age_band": AgeBand.ADULT,
        "mobility": Mobility.TRAVEL,
        "delay_hours": 48,
        "point": CACHAN_POINT,
    }
    return Need(**{**values, **changes})


def make_slot(
    number: int, hours: float = 5, mode: Mode = Mode.CABINET, doctor: Doctor = NEAR, **changes: Any
) -> Candidate:
    start = NOW + timedelta(hours=hours)
    values: dict[str, Any] = {
        "slot_id": UUID(int=number),
        "start": start,
        "end": start + timedelta(minutes=20),
        "mode": mode,
        "places_left": 1,
        "doctor": doctor,
        "place": doctor.places[0] if mode is Mode.CABINET else None,
    }
    return Candidate(**{**values, **changes})


def run(need: Need, *slots: Candidate, policy: Policy | None = None) -> Proposals:
    return propose(need, slots, policy or Policy(), NOW)


def order(found: Proposals) -> list[int]:
    return [proposal.slot.slot_id.int for proposal in found.proposals]


@pytest.mark.parametrize(
    ("mobility", "modes"),
    [
        (Mobility.TRAVEL, {Mode.CABINET, Mode.VIDEO}),
        (Mobility.HOME, {Mode.HOME, Mode.VIDEO}),
        (Mobility.VIDEO, {Mode.VIDEO}),
    ],
)
def test_a_mode_fits_a_mobility(mobility: Mobility, modes: set[Mode]) -> None:
    slots = [make_slot(number, mode=mode) for number, mode in enumerate(Mode)]
    found = run(make_need(mobility=mobility), *slots)
    assert {proposal.slot.mode for proposal in found.proposals} == modes


@pytest.mark.parametrize(
    ("need", "slot", "why"),
    [
        (make_need(in_perimeter=False), make_slot(1), Obstacle.PERIMETER),
        (make_need(), make_slot(1, hours=0), Obstacle.PAST),
        (make_need(), make_slot(1, mode=Mode.HOME), Obstacle.MODE),
        (
            make_need(mobility=Mobility.HOME, commune=CHEVILLY),
            make_slot(1, mode=Mode.HOME),
            Obstacle.VISITS,
        ),
        (make_need(), make_slot(1, places_left=0), Obstacle.FULL),
        (make_need(), make_slot(1, doctor=make_doctor(max_age_months=191)), Obstacle.AGE),
        (
            make_need(age_band=AgeBand.INFANT),
            make_slot(1, doctor=make_doctor(min_age_months=3)),
            Obstacle.AGE,
        ),
        (
            make_need(age_band=AgeBand.CHILD),
            make_slot(1, doctor=make_doctor(min_age_months=72)),
            None,
        ),
        (
            make_need(mobility=Mobility.HOME, commune=FRESNES),
            make_slot(1, mode=Mode.HOME),
            None,
        ),
    ],
)
def test_what_makes_a_slot_impossible(need: Need, slot: Candidate, why: Obstacle | None) -> None:
    assert obstacle(need, slot, NOW) == why


def test_an_age_to_check_is_said() -> None:
    doctor = make_doctor(min_age_months=72)
    (proposal,) = run(make_need(age_band=AgeBand.CHILD), make_slot(1, doctor=doctor)).proposals
    assert "reçoit à partir de 6 ans : vérifiez l'âge avec la personne" in proposal.reasons


def test_a_slot_beyond_the_delay_ranks_lower_and_is_not_hidden() -> None:
    found = run(make_need(delay_hours=24), make_slot(1, 30), make_slot(2, 20, doctor=FAR))
    assert order(found) == [2, 1]
    assert [proposal.delay_met for proposal in found.proposals] == [True, False]
    assert "au-delà du délai demandé : 30 h au lieu de 24 h" in found.proposals[1].reasons


def test_when_no_slot_meets_the_delay_it_is_said() -> None:
    found = run(make_need(delay_hours=2), make_slot(1, 30))
    assert "Aucun créneau dans les 2 h demandées" in found.explanation
    assert "accept_longer_delay" in {action.code for action in found.next_actions}


def test_the_nearest_first_by_classes_then_the_least_loaded() -> None:
    busy = make_doctor(weekly_capacity=10)
    found = run(
        make_need(),
        make_slot(1, 3, doctor=FAR),
        make_slot(2, 4, doctor=busy, given=8),
        make_slot(3, 5, given=2),
    )
    assert order(found) == [3, 2, 1]
    assert "2 rendez-vous cette semaine sur 10" in found.proposals[0].reasons
    assert "dans la même commune, Cachan" in found.proposals[0].reasons
    assert "à environ 4,9 km" in found.proposals[2].reasons


def test_a_patient_more_or_less_is_not_unfair() -> None:
    other = make_doctor(weekly_capacity=20)
    found = run(make_need(), make_slot(1, 5, doctor=other, given=1), make_slot(2, 3, given=2))
    assert order(found) == [2, 1]


def test_video_is_kept_for_those_who_cannot_move() -> None:
    policy = Policy(order=("scarcity", "earliest"))
    slots = (make_slot(1, 2, Mode.VIDEO), make_slot(2, 6))
    assert order(run(make_need(), *slots, policy=policy)) == [2, 1]
    assert order(run(make_need(mobility=Mobility.VIDEO), *slots, policy=policy)) == [1]


def test_ones_own_doctor_then_who_takes_new_patients() -> None:
    policy = Policy(order=("own_doctor", "new_patients", "earliest"))
    open_door = make_doctor(accepts_new=True)
    slots = (make_slot(1, 2), make_slot(2, 4, doctor=open_door), make_slot(3, 6, doctor=FAR))
    need = make_need(medecin_traitant=MedecinTraitant.NONE, own_doctor=FAR.id)
    found = run(need, *slots, policy=policy)
    assert order(found) == [3, 2, 1]
    assert found.proposals[0].reasons[0] == "c'est son médecin traitant"
    assert "accepte de nouveaux patients" in found.proposals[1].reasons


def test_equals_come_from_several_doctors_then_at_several_hours() -> None:
    twin = make_doctor(family="JUMEAU")
    mine = [make_slot(n, 2 + n / 3) for n in range(1, 10)]
    found = run(make_need(), *mine, make_slot(20, 8, doctor=twin))
    doctors = [proposal.slot.doctor.family for proposal in found.proposals]
    assert sorted(doctors) == ["JUMEAU", "PROCHE", "PROCHE"]
    starts = [proposal.slot.start for proposal in found.proposals]
    assert min(abs(a - b) for a in starts for b in starts if a is not b) >= timedelta(hours=2)


def test_variety_never_costs_the_delay() -> None:
    twin = make_doctor(family="JUMEAU")
    mine = [make_slot(n, 20 + n / 3) for n in range(1, 4)]
    found = run(make_need(delay_hours=24), *mine, make_slot(20, 30, doctor=twin))
    assert {proposal.slot.doctor.family for proposal in found.proposals} == {"PROCHE"}


def test_nothing_feasible_is_explained_and_other_ways_are_counted() -> None:
    found = run(
        make_need(mobility=Mobility.HOME, commune=CHEVILLY, commune_name="Chevilly-Larue"),
        make_slot(1, mode=Mode.HOME),
        make_slot(2),
        make_slot(3, 7),
    )
    assert found.proposals == ()
    assert "visite d'un médecin qui ne se déplace pas à Chevilly-Larue" in found.explanation
    labels = {action.code: action.label for action in found.next_actions}
    assert labels["try_travel"] == "2 autres créneaux si la personne peut se déplacer"
    assert "call_back" in labels


def test_an_empty_agenda_is_explained() -> None:
    found = run(make_need())
    assert found.explanation.startswith("Aucun créneau n'est ouvert")
    assert found.next_actions[0].number == "15"


DOCTORS = [
    make_doctor(),
    FAR,
    make_doctor(min_age_months=72, weekly_capacity=0),
    make_doctor(places=(), visits=(CACHAN, RUNGIS), accepts_new=True),
]

needs = st.builds(
    make_need,
    commune=st.sampled_from([CACHAN, CHEVILLY, FRESNES, RUNGIS]),
    age_band=st.sampled_from(AgeBand),
    mobility=st.sampled_from(Mobility),
    delay_hours=st.integers(1, 200),
    medecin_traitant=st.sampled_from(MedecinTraitant),
    point=st.sampled_from([None, CACHAN_POINT]),
    in_perimeter=st.booleans(),
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
)


@st.composite
def slot_lists(draw: st.DrawFn) -> list[Candidate]:
    count = draw(st.integers(0, 25))
    return [
        make_slot(
            number,
            hours=draw(st.integers(-10, 400)) / 4,
            mode=draw(st.sampled_from([Mode.HOME, Mode.VIDEO])) if not doctor.places else mode,
            doctor=doctor,
            places_left=draw(st.integers(0, 3)),
            given=draw(st.integers(0, 30)),
            this_week=draw(st.booleans()),
        )
        for number in range(count)
        for doctor, mode in [(draw(st.sampled_from(DOCTORS)), draw(st.sampled_from(Mode)))]
    ]


@settings(max_examples=150, deadline=None)
@given(needs, slot_lists(), policies, st.randoms())
def test_any_input_has_one_answer_whatever_the_order_of_slots(
    need: Need, slots: list[Candidate], policy: Policy, chance: random.Random
) -> None:
    found = propose(need, slots, policy, NOW)
    shuffled = list(slots)
    chance.shuffle(shuffled)
    assert propose(need, shuffled, policy, NOW) == found
    assert found.explanation
    assert found.next_actions


@settings(max_examples=150, deadline=None)
@given(needs, slot_lists(), policies)
def test_only_the_possible_is_proposed_and_as_much_as_asked(
    need: Need, slots: list[Candidate], policy: Policy
) -> None:
    found = propose(need, slots, policy, NOW)
    possible = [slot for slot in slots if obstacle(need, slot, NOW) is None]
    proposed = [proposal.slot for proposal in found.proposals]
    assert len(proposed) == min(policy.proposals, len(possible))
    assert all(slot in possible for slot in proposed)
    assert len({slot.slot_id for slot in proposed}) == len(proposed)
    assert all(slot.mode in MODES[need.mobility] for slot in proposed)


@settings(max_examples=150, deadline=None)
@given(needs, slot_lists(), policies)
def test_the_first_is_never_beaten_and_the_order_is_the_policys(
    need: Need, slots: list[Candidate], policy: Policy
) -> None:
    def costs(slot: Candidate) -> tuple[int, ...]:
        return tuple(cost(criterion, need, slot, policy, NOW) for criterion in policy.order)

    ranked = [costs(proposal.slot) for proposal in propose(need, slots, policy, NOW).proposals]
    possible = [costs(slot) for slot in slots if obstacle(need, slot, NOW) is None]
    assert ranked == sorted(ranked)
    assert not ranked or ranked[0] == min(possible)


@settings(max_examples=100, deadline=None)
@given(needs, slot_lists())
def test_a_slot_that_cannot_be_proposed_changes_no_proposal(
    need: Need, slots: list[Candidate]
) -> None:
    before = propose(need, slots, Policy(), NOW).proposals
    full = msgspec.structs.replace(make_slot(99, 1), places_left=0)
    assert propose(need, [*slots, full], Policy(), NOW).proposals == before


@settings(max_examples=150, deadline=None)
@given(needs, slot_lists(), policies)
def test_looking_only_as_far_as_needed_never_changes_the_proposals(
    need: Need, slots: list[Candidate], policy: Policy
) -> None:
    whole = propose(need, slots, policy, NOW).proposals
    for until in windows(need, policy, NOW, NOW + timedelta(days=5)):
        seen = [slot for slot in slots if until is None or slot.start <= until]
        found = propose(need, seen, policy, NOW).proposals
        if len(found) == policy.proposals:
            break
    assert found == whole
