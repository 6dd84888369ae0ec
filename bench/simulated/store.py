"""The same calls through the whole product: requests, holds and appointments in a real store."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from uuid import UUID

from bench.simulated.calls import Call
from bench.simulated.hypotheses import HORIZON_DAYS
from bench.simulated.replay import Ending, Outcome, answer
from bench.simulated.world import World
from directory.base.clock import FixedClock
from directory.base.keys import open_keys
from directory.base.settings import Settings
from orientation import tables
from orientation.calendar import local_day
from orientation.model import BookingState
from orientation.records import NewRequest, Patient
from orientation.service import Orientation, open_orientation

PATIENT = Patient(family="Essai", given="Simulation")
FICTION_PHONE = "06 39 98 12 34"


def replay_in_store(world: World, calls: Sequence[Call], folder: Path) -> list[Outcome]:
    """Every call of a world in turn, in an agenda of SQLite that is new in this folder.

    Slots are opened day after day, as the product does.
    """
    midnight = datetime.combine(world.scenario.first, time.min, tzinfo=world.territory.zone)
    clock = FixedClock(midnight)
    settings = Settings(data_dir=folder, database_url="", demo=True, horizon_days=HORIZON_DAYS)
    opened = open_orientation(settings, world.territory, world.communes, open_keys(folder), clock)
    with contextlib.closing(opened):
        for doctor in world.doctors:
            opened.add_doctor(doctor)
        for schedule in world.schedules:
            opened.add_schedule(schedule)
        return _Replay(world, opened, clock).run(calls)


def choices(outcomes: Sequence[Outcome]) -> list[tuple[int, str, UUID | None, datetime | None]]:
    """What was chosen for each call, without the keys that a store draws."""
    return [
        (
            one.call.number,
            one.ending.value,
            one.slot.doctor.id if one.slot else None,
            one.slot.start if one.slot else None,
        )
        for one in outcomes
    ]


class _Replay:
    """One replay under way; `expected` are the people who will not come, by appointment."""

    def __init__(self, world: World, opened: Orientation, clock: FixedClock) -> None:
        self._world, self._opened, self._clock = world, opened, clock
        self._expected: dict[UUID, datetime] = {}

    def run(self, calls: Sequence[Call]) -> list[Outcome]:
        days = [local_day(self._world.territory, call.at) for call in calls]
        outcomes = []
        for call, day, before in zip(calls, days, [None, *days], strict=False):
            self._clock.set(call.at)
            if day != before:
                self._opened.extend_horizon()
            self._note_absences(call.at)
            outcomes.append(self._take(call))
        return outcomes

    def _take(self, call: Call) -> Outcome:
        request = self._opened.create_request(_request(call)).id
        found = self._opened.proposals(request).proposals
        outcome = answer(call, [proposal.slot for proposal in found])
        if outcome.slot:
            held = self._opened.hold(outcome.slot.slot_id, request)
            booked = self._opened.confirm(held.hold_id, PATIENT)
            if outcome.ending is Ending.NO_SHOW:
                self._expected[booked.appointment_id] = booked.end
        return outcome

    def _note_absences(self, now: datetime) -> None:
        """The service records no presence yet: the state is written where it is kept."""
        over = [booked for booked, end in self._expected.items() if end <= now]
        if not over:
            return
        booking = tables.booking
        with self._opened.database.write() as connection:
            connection.execute(
                booking.update()
                .where(booking.c.id.in_(over))
                .values(state=BookingState.NO_SHOW.value)
            )
        for booked in over:
            del self._expected[booked]


def _request(call: Call) -> NewRequest:
    need = call.need
    return NewRequest(
        red_flags="none",
        callback_number=FICTION_PHONE,
        commune=need.commune,
        age_band=need.age_band,
        mobility=need.mobility,
        delay_hours=need.delay_hours,
        medecin_traitant=need.medecin_traitant,
        own_doctor=need.own_doctor,
    )
