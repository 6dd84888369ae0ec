"""A doctor takes a slot back while somebody holds it: one of the two is told, never neither."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.base.errors import ConflictError
from orientation import tables
from orientation.model import LIVE_STATES, Doctor, Span
from orientation.presence import is_unavailable, is_withdrawn
from orientation.service import Orientation
from tests.orientation.team import open_request
from tests.orientation.test_planning import TUESDAY, given, join

ROUNDS = 12

Take = Callable[[Orientation, Doctor, UUID, UUID], object]


def close(orientation: Orientation, doctor: Doctor, series: UUID, slot: UUID) -> object:
    return orientation.planning.close_day(series, TUESDAY, confirmed=True)


def end(orientation: Orientation, doctor: Doctor, series: UUID, slot: UUID) -> object:
    return orientation.planning.end(series, TUESDAY.replace(day=23), confirmed=True)


def be_away(orientation: Orientation, doctor: Doctor, series: UUID, slot: UUID) -> object:
    return orientation.withdraw_slot(slot)


def leave(orientation: Orientation, doctor: Doctor, series: UUID, slot: UUID) -> object:
    return orientation.profiles.leave(doctor.id, TUESDAY, confirmed=True)


def race(
    orientation: Orientation, take: Callable[[UUID, UUID], object]
) -> tuple[set[str], list[UUID]]:
    """Each round a slot is held then taken back, the reverse, or both at once.

    Answers what holders were told, and the slots.
    """
    doctor = join(orientation)
    rounds = []
    for number in range(ROUNDS):
        hours = {"opens": time(8 + number), "closes": time(8 + number, 20)}
        series = orientation.planning.add(doctor.id, given(doctor, **hours)).schedule
        assert series is not None
        rounds.append((series, orientation.agenda(doctor.id, TUESDAY, 1)[-1].slot_id))
    requests = [open_request(orientation) for _ in rounds]
    told: set[str] = set()

    def hold(slot: UUID, request: UUID) -> None:
        try:
            orientation.hold(slot, request)
            told.add("held")
        except ConflictError as refused:
            told.add(str(refused.extra["reason"]))

    for number, ((series, slot), request) in enumerate(zip(rounds, requests, strict=True)):
        acts: list[Callable[[], object]] = [
            partial(hold, slot, request),
            partial(take, series, slot),
        ]
        if number % 3 == 2:
            at_once(acts)
        else:
            for act in acts if number % 3 == 0 else reversed(acts):
                act()
    return told, [slot for _, slot in rounds]


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


@pytest.mark.parametrize("take", [close, end, be_away, leave])
def test_no_hold_outlives_a_slot_taken_back(both: Orientation, take: Take) -> None:
    doctors: list[Doctor] = []

    def act(series: UUID, slot: UUID) -> object:
        doctors[:] = both.doctors()
        return take(both, doctors[0], series, slot)

    told, slots = race(both, act)
    assert told == {"held", "slot_withdrawn"}
    booking, slot = tables.booking, tables.slot
    live = booking.c.state.in_([state.value for state in LIVE_STATES])
    with both.database.read() as connection:
        gone = sa.select(sa.func.count()).select_from(slot).where(slot.c.id.in_(slots))
        assert connection.execute(gone.where(is_withdrawn())).scalar_one() == ROUNDS
        held = gone.join_from(slot, booking, booking.c.slot == slot.c.id).where(live)
        assert connection.execute(held).scalar_one() == 0


def test_a_slot_held_as_a_busy_time_comes_in_is_held_once_or_refused(both: Orientation) -> None:
    def act(series: UUID, slot: UUID) -> object:
        with both.database.read() as connection:
            row = connection.execute(sa.select(tables.slot).where(tables.slot.c.id == slot)).one()
        with both.database.write() as connection:
            span = Span(start=row.starts, end=row.ends)
            both.calendars.replace_busy(connection, row.doctor, [span])
        return None

    told, slots = race(both, act)
    assert told == {"held", "slot_withdrawn"}
    with both.database.read() as connection:
        query = sa.select(tables.slot.c.id).where(tables.slot.c.id.in_(slots), is_unavailable())
        assert connection.execute(query).scalars().all() == slots[-1:]
