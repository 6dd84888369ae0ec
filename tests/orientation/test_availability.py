"""What is read of the agenda in one go is what reading every slot and booking would say.

Home visits included: the rounds they do not fit in are found by trying every order of the visits.
"""

from collections.abc import Callable
from datetime import time, timedelta
from itertools import product
from random import Random
from uuid import UUID

import pytest

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError
from directory.territory import Policy
from orientation import tables
from orientation.availability import AgendaSlots
from orientation.model import AgeBand, Mobility, Mode
from orientation.proposing import need_of
from orientation.requests import request_row
from orientation.round_slots import RoundSlots
from orientation.routing import propose
from orientation.service import Orientation
from tests.orientation import reference
from tests.orientation.team import (
    CACHAN,
    CHEVILLY,
    PATIENT,
    RUNGIS,
    make_doctor,
    make_place,
    make_schedule,
    open_request,
)

POLICIES = (
    Policy(),
    Policy(order=("delay", "travel", "fairness", "earliest"), apart_minutes=30),
    Policy(order=("travel", "scarcity", "fairness"), proposals=5, fairness_steps=10),
    Policy(order=(), proposals=8),
)


def fill(orientation: Orientation, chance: Random) -> None:
    """A team whose schedules overlap, with some of its slots held, confirmed and given back."""
    for number in range(5):
        doctor = make_doctor(
            places=(make_place(), make_place(RUNGIS, 48.7495, 2.3528)),
            weekly_capacity=chance.choice([0, 5, 20]),
            min_age_months=chance.choice([None, None, 72]),
            active=number != 4,
        )
        orientation.add_doctor(doctor)
        for mode in (Mode.HOME, *chance.choices(tuple(Mode), k=4)):
            opens = chance.randint(8, 15)
            place = chance.choice(doctor.places).id if mode is Mode.CABINET else None
            lengths = [15, 20, 30] if mode is Mode.HOME else [15, 20, 60]
            minutes, seats = chance.choice(lengths), chance.choice([1, 1, 3])
            orientation.add_schedule(
                make_schedule(
                    doctor,
                    mode,
                    place=place,
                    slot_minutes=minutes,
                    seats=seats,
                    opens=time(opens),
                    closes=time(opens + 2),
                )
            )
    orientation.extend_horizon()
    with orientation.database.read() as connection:
        known = connection.execute(tables.slot.select().order_by(tables.slot.c.starts)).all()
    visits = [slot for slot in known if slot.mode == Mode.HOME]
    wanted = chance.sample(list(known), 60) + chance.sample(visits, 30)
    for turn, slot in enumerate(wanted):
        try:
            commune = chance.choice((CACHAN, RUNGIS))
            hold = orientation.hold(slot.id, open_request(orientation, commune=commune))
        except ConflictError:
            continue
        if turn % 3 == 0:
            orientation.confirm(hold.hold_id, PATIENT)
        if turn % 3 == 1:
            orientation.release(hold.hold_id)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_proposals_are_those_of_reading_every_slot(
    both: Orientation,
    clock: FixedClock,
    end_holds: Callable[[Orientation], None],
    seed: int,
) -> None:
    fill(both, Random(seed))
    agenda = both.context
    clock.set(clock() + timedelta(days=seed, hours=2))
    if seed == 1:
        end_holds(both)
    requests = [
        open_request(both, mobility=mobility, age_band=age, commune=commune, delay_hours=delay)
        for mobility, age, commune, delay in product(
            Mobility, (AgeBand.INFANT, AgeBand.ADULT), (CACHAN, CHEVILLY), (3, 60)
        )
    ]
    proposed, set_apart = 0, set[UUID]()
    with both.database.read() as connection:
        slots = reference.read_all(agenda, connection, clock())
        for request in requests:
            need = need_of(agenda, request_row(agenda, connection, request))
            apart = reference.read_apart(agenda, connection, request, need, slots)
            set_apart |= apart
            for policy in POLICIES:
                coming = AgendaSlots(agenda, connection, clock())
                fitting = RoundSlots(coming, coming, agenda, request, need)
                found = propose(need, fitting, policy, clock())
                assert found == reference.propose(need, slots, policy, clock(), apart)
                proposed += len(found.proposals)
    assert proposed > len(requests)
    assert set_apart
    assert both.counts().free_slots == sum(slot.places_left > 0 for slot in slots)
