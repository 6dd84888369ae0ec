"""What is kept in mind of rounds never changes an answer: neither who is visited, nor from where.

Tuesday's visits and travel times are those of `test_visits`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from itertools import product
from random import Random

import httpx
import pytest

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError
from directory.territory import Policy, Rounds
from orientation.crisis import CrisisPlan
from orientation.memory import SlotMemory
from orientation.model import AgeBand, CancelReason, Mobility, Mode
from orientation.routes import OsrmTable, StraightLine
from orientation.service import Orientation
from tests.orientation.team import (
    CACHAN,
    PATIENT,
    RUNGIS,
    add_slots,
    make_doctor,
    make_place,
    make_schedule,
    open_request,
)
from tests.orientation.test_visits import ask, book, offered, offered_to, slot_at, visits_on_tuesday

TRAVEL_FIRST = Policy(order=("travel", "delay", "mode", "fairness", "earliest"))


def test_a_place_given_again_to_somebody_from_elsewhere_is_another_round(
    both: Orientation,
) -> None:
    doctor = visits_on_tuesday(both)
    first = book(both, doctor, CACHAN, 40)
    assert offered(both, RUNGIS) == {0, 80, 100}
    both.cancel(first, CancelReason.PATIENT)
    book(both, doctor, RUNGIS, 40)
    assert offered(both, RUNGIS) == {0, 20, 60, 80, 100}
    assert offered(both, CACHAN) == {0, 80, 100}


def test_a_visit_is_not_in_its_own_way(orientation: Orientation) -> None:
    """Who already holds a visit is proposed others as if they held none, kept in mind or not."""
    doctor = visits_on_tuesday(orientation)
    request = ask(orientation, RUNGIS)
    hold = orientation.hold(slot_at(orientation, doctor, 40), request)
    assert offered(orientation, CACHAN) == {0, 80, 100}
    other = book(orientation, doctor, CACHAN, 100)
    assert offered_to(orientation, request) == {0, 20, 60}
    orientation.cancel(other, CancelReason.PATIENT)
    assert offered_to(orientation, request) == {0, 20, 60, 80, 100}
    orientation.release(hold.hold_id)
    assert offered(orientation, CACHAN) == {0, 20, 40, 60, 80, 100}


def test_slower_travel_is_seen_at_the_next_question(orientation: Orientation) -> None:
    doctor = visits_on_tuesday(orientation)
    book(orientation, doctor, CACHAN, 40)
    assert offered(orientation, RUNGIS) == {0, 80, 100}
    on_foot = replace(orientation.context, routes=StraightLine(Rounds(speed_kmh=4)))
    assert on_foot.memory is orientation.context.memory
    assert offered(Orientation(on_foot), RUNGIS) == set()
    assert offered(orientation, RUNGIS) == {0, 80, 100}


def test_a_routing_service_is_asked_about_communes_reached_by_kilometres(
    orientation: Orientation, clock: FixedClock
) -> None:
    place = make_place()
    near = {"places": (place,), "visits": (), "visit_from": place.id, "visit_km": 20.0}
    doctor = visits_on_tuesday(orientation, **near)
    book(orientation, doctor, CACHAN, 40)

    def answer(request: httpx.Request) -> httpx.Response:
        size = request.url.path.count(",")
        seconds = [[0 if a == b else 600 for a in range(size)] for b in range(size)]
        return httpx.Response(200, json={"code": "Ok", "durations": seconds})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        routes = OsrmTable("http://routes.example", Rounds(), clock, client)
        driving = Orientation(replace(orientation.context, routes=routes))
        assert offered(driving, RUNGIS) == {0, 20, 60, 80, 100}


def with_policy(orientation: Orientation, policy: Policy) -> Orientation:
    territory = orientation.context.territory.model_copy(update={"policy": policy})
    return Orientation(replace(orientation.context, territory=territory))


def forgetful(orientation: Orientation) -> Orientation:
    return Orientation(replace(orientation.context, memory=SlotMemory()))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_who_remembers_answers_as_who_does_not(
    both: Orientation,
    clock: FixedClock,
    end_holds: Callable[[Orientation], None],
    seed: int,
) -> None:
    chance, reader = Random(seed), forgetful(both)
    for _ in range(2):
        busy = make_doctor(places=(make_place(),), visits=(CACHAN, RUNGIS), weekly_capacity=9)
        add_slots(both, Mode.HOME, busy, slot_minutes=20)
        both.add_schedule(make_schedule(busy, opens=time(14), closes=time(16), seats=2))
        both.add_schedule(make_schedule(busy, Mode.VIDEO, opens=time(16), closes=time(17)))
        both.extend_horizon()
    asked = [
        open_request(both, mobility=mobility, commune=commune, age_band=AgeBand.ADULT)
        for mobility, commune in product(Mobility, (CACHAN, RUNGIS))
    ]
    told, crises = set[str](), 0
    for _ in range(20):
        crises += something(both, chance, clock, end_holds)
        for policy, request in product((None, TRAVEL_FIRST), asked):
            one, other = (
                (with_policy(who, policy) if policy else who).proposals(request)
                for who in (reader, forgetful(both))
            )
            assert one == other
            told.add(one.explanation)
    assert crises
    assert len(told) > 10
    assert any("tournée" in one for one in told)


def something(
    both: Orientation,
    chance: Random,
    clock: FixedClock,
    end_holds: Callable[[Orientation], None],
) -> bool:
    """Something happens to the agenda; whether a crisis mode is now in force."""
    match chance.randrange(8):
        case 0:
            clock.set(clock() + timedelta(minutes=chance.choice([7, 40, 600])))
        case 1:
            end_holds(both)
        case 2:
            if both.crisis() is None:
                until = clock() + timedelta(days=2)
                both.start_crisis(
                    CrisisPlan(title="Grippe", banner="Épidémie.", until=until, kept_share=40),
                    "Coordination",
                )
            else:
                both.stop_crisis("Coordination")
        case _:
            book_something(both, chance)
    return both.crisis() is not None


def book_something(both: Orientation, chance: Random) -> None:
    commune = chance.choice((CACHAN, RUNGIS))
    request = open_request(both, commune=commune, mobility=chance.choice(list(Mobility)))
    found = both.proposals(request).proposals
    if not found:
        return
    try:
        held = both.hold(chance.choice(found).slot.slot_id, request)
    except ConflictError:
        return
    if chance.random() < 0.7:
        appointment = both.confirm(held.hold_id, PATIENT)
        if chance.random() < 0.3:
            both.cancel(appointment.appointment_id, CancelReason.PATIENT)
