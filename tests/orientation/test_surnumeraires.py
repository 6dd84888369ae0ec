"""Doctors who accept on top are named when nothing is proposed, and only then."""

from datetime import timedelta
from uuid import UUID

import pytest

from directory.base.clock import FixedClock
from directory.base.errors import InputRefusedError, NotFoundError
from orientation.model import AgeBand, Doctor, Mobility, Mode
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import add_slots, make_doctor, open_request

NUMBER = "01 46 65 30 30"


def on_top(orientation: Orientation, request: UUID) -> list[str]:
    actions = orientation.proposals(request).next_actions
    return [one.number for one in actions if one.code == "call_surnumeraire"]


def add(orientation: Orientation, doctor: Doctor, number: str = NUMBER) -> None:
    orientation.add_doctor(doctor)
    orientation.accept_on_top(doctor.id, number)


def test_they_are_listed_only_when_nothing_is_proposed(both: Orientation) -> None:
    doctor = add_slots(both, Mode.CABINET)
    both.accept_on_top(doctor.id, NUMBER)
    assert on_top(both, open_request(both)) == []
    nothing = open_request(both, mobility=Mobility.VIDEO)
    assert on_top(both, nothing) == ["+33146653030"]
    both.accept_on_top(doctor.id, "01 46 65 40 40")
    assert on_top(both, nothing) == ["+33146654040"]
    both.refuse_on_top(doctor.id)
    assert on_top(both, nothing) == []


def test_only_those_who_see_that_age(orientation: Orientation) -> None:
    add(orientation, make_doctor(min_age_months=72))
    add(orientation, make_doctor(max_age_months=12), "01 46 65 50 50")
    assert on_top(orientation, open_request(orientation)) == ["+33146653030"]
    infant = open_request(orientation, age_band=AgeBand.INFANT)
    assert on_top(orientation, infant) == ["+33146655050"]


def test_nobody_is_always_named_first(orientation: Orientation, clock: FixedClock) -> None:
    for _ in range(3):
        add(orientation, make_doctor())
    first = set()
    for _ in range(30):
        first.add(orientation.surnumeraires()[0].doctor.id)
        clock.set(clock() + timedelta(days=1))
    assert len(first) == 3


def test_outside_the_perimeter_nobody_is_named(orientation: Orientation) -> None:
    add(orientation, make_doctor())
    assert on_top(orientation, open_request(orientation, commune="94076")) == []


def test_a_wrong_number_and_an_unknown_doctor_are_refused(orientation: Orientation) -> None:
    doctor = make_doctor()
    orientation.add_doctor(doctor)
    with pytest.raises(InputRefusedError, match="dix chiffres"):
        orientation.accept_on_top(doctor.id, "12")
    with pytest.raises(NotFoundError):
        orientation.accept_on_top(new_id(), NUMBER)
    assert orientation.surnumeraires() == ()
