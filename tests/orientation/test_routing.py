"""Routing, fact by fact; its properties are in test_proposals_properties."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from directory.model import Point, Precision
from directory.territory import Policy
from orientation.costs import obstacle
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
from orientation.routing import propose
from tests.orientation.reference import Listed
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
    return propose(need, Listed(slots), policy or Policy(), NOW)


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
        (make_need(), make_slot(1, mode=Mode.HOME), Obstacle.MODE),
        (
            make_need(mobility=Mobility.HOME, commune=CHEVILLY),
            make_slot(1, mode=Mode.HOME),
            Obstacle.VISITS,
        ),
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
    assert obstacle(need, slot.doctor, slot.mode) == why
    assert bool(run(need, slot).proposals) is (why is None)


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


def test_what_is_taken_is_counted_and_said() -> None:
    found = run(make_need(), make_slot(1, places_left=0))
    assert found.proposals == ()
    assert "1 créneau : déjà pris" in found.explanation


def test_a_visit_from_the_same_commune_says_so_and_no_distance() -> None:
    at_the_centre = make_place(CACHAN, CACHAN_POINT.lat, CACHAN_POINT.lon)
    doctor = make_doctor(places=(at_the_centre,), visits=(CACHAN,))
    slot = make_slot(1, mode=Mode.HOME, doctor=doctor)
    (proposal,) = run(make_need(mobility=Mobility.HOME), slot).proposals
    assert "médecin installé dans la même commune, Cachan" in proposal.reasons
    assert "km" not in " ".join(proposal.reasons)


@pytest.mark.parametrize(
    ("north", "told"), [(0.0, "à moins de 0,1 km"), (0.0009, "à environ 0,1 km")]
)
def test_no_distance_is_ever_written_as_nothing(north: float, told: str) -> None:
    place = make_place(FRESNES, CACHAN_POINT.lat + north, CACHAN_POINT.lon)
    doctor = make_doctor(places=(place,), visits=(CACHAN,))
    slot = make_slot(1, mode=Mode.HOME, doctor=doctor)
    (proposal,) = run(make_need(mobility=Mobility.HOME), slot).proposals
    assert told in proposal.reasons
