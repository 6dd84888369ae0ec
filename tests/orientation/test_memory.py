"""What a process keeps in mind of the agenda never changes an answer.

`reader` has a memory of its own: what is written through the other is to it another process's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError
from orientation import memory as kept
from orientation import tables
from orientation.availability import AgendaSlots
from orientation.memory import Booked, Free, Known, LiveBooking, SlotMemory, Taken, Track
from orientation.model import CancelReason, Doctor, Mode
from orientation.service import Orientation
from orientation.store import Agenda
from tests.orientation import reference
from tests.orientation.team import (
    PATIENT,
    add_slots,
    first_slot,
    make_doctor,
    make_schedule,
    open_request,
)

HOUR = 3_600_000
DOCTOR = make_doctor()


def view(agenda: Agenda, orientation: Orientation) -> dict[str, Any]:
    """Everything `lanes.Slots` can be asked."""
    with orientation.database.read() as connection:
        slots = AgendaSlots(agenda, connection, agenda.clock())
        doctors = {(one.doctor.id, one.mode) for one in slots.stocks}
        lanes = slots.lanes(doctors)
        starts = {start for lane in lanes for start in lane.starts}
        some = sorted(starts)[::7]
        return {
            "stocks": sorted(slots.stocks, key=repr),
            "lanes": sorted(lanes, key=repr),
            "near": sorted(slots.lanes(doctors, min(starts, default=0) + 24 * HOUR), key=repr),
            "slots": [slots.starting_at(one, [key for key, _ in sorted(doctors)]) for one in some],
        }


def free_by_reading_all(agenda: Agenda, orientation: Orientation) -> Counter[Any]:
    with orientation.database.read() as connection:
        every = reference.read_all(agenda, connection, agenda.clock())
    return Counter((one.doctor.id, one.mode) for one in every if one.places_left)


def assert_seen(reader: Agenda, orientation: Orientation) -> dict[str, Any]:
    """The reader sees what is there, as one who remembers nothing does; what it saw is returned."""
    seen = view(reader, orientation)
    assert seen == view(replace(reader, memory=SlotMemory()), orientation)
    free = Counter({(one.doctor.id, one.mode): one.free for one in seen["stocks"]})
    assert +free == free_by_reading_all(reader, orientation)
    return seen


def reading(orientation: Orientation) -> Agenda:
    return replace(orientation.context, memory=SlotMemory())


def test_what_another_process_writes_is_seen_at_once(both: Orientation) -> None:
    add_slots(both)
    reader, request = reading(both), open_request(both)
    seen = [assert_seen(reader, both)]
    held = both.hold(first_slot(both, request), request)
    seen.append(assert_seen(reader, both))
    both.release(held.hold_id)
    assert assert_seen(reader, both) == seen[0]
    newcomer = make_doctor()
    both.add_doctor(newcomer)
    both.add_schedule(make_schedule(newcomer, Mode.HOME))
    both.extend_horizon()
    seen.append(assert_seen(reader, both))
    closed = tables.slot.update().where(tables.slot.c.doctor == newcomer.id)
    with both.database.write() as connection:
        connection.execute(closed.values(closed_at=reader.clock()))
    assert assert_seen(reader, both) == seen[0]
    with both.database.write() as connection:
        connection.execute(tables.doctor.update().values(weekly_capacity=3))
    seen.append(assert_seen(reader, both))
    assert all(one != other for n, one in enumerate(seen) for other in seen[:n])


def test_what_a_transaction_takes_back_is_not_kept_in_mind(both: Orientation) -> None:
    add_slots(both)
    reader = reading(both)
    before = assert_seen(reader, both)

    def close_and_look() -> None:
        with both.database.write() as connection:
            connection.execute(tables.slot.update().values(closed_at=reader.clock()))
            assert AgendaSlots(reader, connection, reader.clock()).stocks == []
            raise LookupError

    with pytest.raises(LookupError):
        close_and_look()
    # The next to write makes the same revision, of something else.
    with both.database.write() as connection:
        connection.execute(tables.doctor.update().values(weekly_capacity=3))
    after = assert_seen(reader, both)
    assert [one.free for one in after["stocks"]] == [one.free for one in before["stocks"]]


def test_nothing_is_read_again_while_nothing_changes(orientation: Orientation) -> None:
    add_slots(orientation)
    agenda, said = orientation.context, list[str]()
    view(agenda, orientation)
    heard = sa.event.listens_for(orientation.database.engine, "before_cursor_execute")
    heard(lambda _c, _cursor, statement, *_: said.append(statement))
    view(agenda, orientation)
    assert not [one for one in said if "aggregate" in one or "group_concat" in one]


def test_a_clock_set_back_finds_what_had_passed(
    orientation: Orientation, clock: FixedClock
) -> None:
    add_slots(orientation)
    reader, morning = reading(orientation), clock()
    before = assert_seen(reader, orientation)
    clock.set(morning + timedelta(days=2))
    assert assert_seen(reader, orientation) != before
    forgetful = reading(orientation)
    assert_seen(forgetful, orientation)
    clock.set(morning)
    assert assert_seen(reader, orientation) == assert_seen(forgetful, orientation) == before


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_memory_says_what_the_store_says(
    both: Orientation, clock: FixedClock, seed: int
) -> None:
    chance, reader = Random(seed), reading(both)
    doctors = [make_doctor(weekly_capacity=9), make_doctor()]
    for doctor in doctors:
        both.add_doctor(doctor)
        both.add_schedule(make_schedule(doctor, seats=2, slot_minutes=60))
    both.extend_horizon()
    for _ in range(25):
        _something(both, chance, clock, doctors)
        assert_seen(reader, both)


def _something(both: Orientation, chance: Random, clock: FixedClock, team: list[Doctor]) -> None:
    match chance.randrange(5):
        case 0 | 1 | 2:
            request = open_request(both)
            found = both.proposals(request).proposals
            if not found:
                return
            try:
                held = both.hold(chance.choice(found).slot.slot_id, request)
            except ConflictError:
                return
            if chance.random() < 0.3:
                both.release(held.hold_id)
            elif chance.random() < 0.6:
                told = both.confirm(held.hold_id, PATIENT)
                if chance.random() < 0.3:
                    both.cancel(told.appointment_id, CancelReason.PATIENT)
        case 3:
            clock.set(clock() + timedelta(hours=chance.choice([-3, 1, 5, 30])))
        case 4:
            doctor, mode = chance.choice(team), chance.choice([Mode.HOME, Mode.VIDEO])
            opens = chance.randint(8, 18)
            changes = {"opens": time(opens), "closes": time(opens + 1), "place": None}
            both.add_schedule(make_schedule(doctor, mode, valid_from=date(2026, 11, 23), **changes))
            both.extend_horizon()


WEEKS = [-1, 20, 40, 10**9]
spans = st.tuples(st.integers(0, 50), st.integers(1, 9)).map(lambda one: (one[0], sum(one)))
seated = st.lists(st.tuples(spans, st.integers(1, 3)), min_size=1, max_size=8)


@st.composite
def agendas(draw: st.DrawFn) -> tuple[Track, list[Booked]]:
    """A track, and what is booked of it and beside it."""
    told = sorted(draw(seated))
    starts, ends = [one[0][0] for one in told], [one[0][1] for one in told]
    keys, seats = [str(n) for n in range(len(told))], [one[1] for one in told]
    longest = max(end - start for start, end in zip(starts, ends, strict=True))
    track = Track(Mode.VIDEO, None, "cpts", starts, ends, keys, seats, longest)
    own = [
        Booked(keys[n], starts[n], ends[n], draw(st.integers(1, seats[n])))
        for n in draw(st.lists(st.integers(0, len(told) - 1), unique=True, max_size=3))
    ]
    beside = [Booked("", *span, 0) for span in draw(st.lists(spans, max_size=2))]
    return track, own + beside


def left_one_by_one(track: Track, booked: Sequence[Booked]) -> list[int]:
    """The starts of the slots that have a place, each looked at on its own."""
    found = []
    for start, end, key, seats in zip(
        track.starts, track.ends, track.keys, track.seats, strict=True
    ):
        over = [one for one in booked if one.start < end and one.end > start]
        if all(one.slot == key for one in over) and sum(one.taken for one in over) < seats:
            found.append(start)
    return found


def told(found: Free) -> list[Any]:
    return [
        found.loads,
        [
            (list(one.starts), [(s.given, list(s.starts), list(s.ends)) for s in one.spans])
            for one in found.tracks
        ],
    ]


@given(st.lists(agendas(), min_size=1, max_size=4))
def test_what_is_left_is_what_each_slot_says(drawn: list[tuple[Track, list[Booked]]]) -> None:
    memory = SlotMemory()
    for revision, (track, booked) in enumerate(drawn):
        known = Known(revision, 0, DOCTOR, [track])
        for busy in ([], booked, booked, []):
            found = memory.free(known, busy, WEEKS)
            assert told(found) == told(SlotMemory().free(known, busy, WEEKS))
            (one,) = found.tracks
            assert list(one.starts) == left_one_by_one(track, busy)
            by_load = sorted(start for span in one.spans for start in span.starts)
            assert by_load == sorted(one.starts)


TEAM = [make_doctor().id for _ in range(3)]
bookings = st.builds(
    LiveBooking,
    id=st.uuids(),
    doctor=st.sampled_from(TEAM),
    slot=st.sampled_from("abc"),
    start=st.just(0),
    end=st.just(20),
    mode=st.sampled_from(Mode),
    request=st.uuids(),
    commune=st.sampled_from(["94016", "94065"]),
)
blocks = st.lists(
    st.tuples(st.sampled_from(TEAM).map(str), st.integers(0, 9), st.integers(10, 19)), max_size=3
)


@given(st.lists(bookings, min_size=1, max_size=9), st.data())
def test_what_takes_time_is_as_if_read_at_once_and_others_parts_are_kept(
    pool: list[LiveBooking], data: st.DataObject
) -> None:
    """Read from change to change, or all at once: the same, and only what changed is replaced."""
    known, before = Taken(), dict[str, LiveBooking]()
    for _ in range(4):
        some = data.draw(st.sets(st.sampled_from(range(len(pool)))))
        live = {str(n): pool[n] for n in sorted(some)}
        blocked = known.blocked if data.draw(st.booleans()) else data.draw(blocks)
        found = kept.retake(known, "", live, blocked)
        whole = kept.retake(Taken(), "", live, blocked)
        for doctor in TEAM:
            assert sorted(found.times.get(doctor, ())) == sorted(whole.times.get(doctor, ()))
            assert sorted(found.visits.get(doctor, ())) == sorted(whole.visits.get(doctor, ()))
            mine = [n for n, one in live.items() if one.doctor == doctor]
            same = mine == [n for n, one in before.items() if one.doctor == doctor]
            if same and blocked is known.blocked and doctor in known.times:
                assert found.times[doctor] is known.times[doctor]
                assert found.visits[doctor] is known.visits[doctor]
        known, before = found, live


def test_a_booking_says_when_its_slot_ends(both: Orientation) -> None:
    """What is still to come is read by that: none of it may be left out."""
    add_slots(both)
    request = open_request(both)
    done = both.confirm(both.hold(first_slot(both, request), request).hold_id, PATIENT)
    both.move(done.appointment_id, first_slot(both, open_request(both)))
    ends = sa.select(tables.booking.c.slot_ends, tables.slot.c.ends).join_from(
        tables.booking, tables.slot, tables.slot.c.id == tables.booking.c.slot
    )
    with both.database.read() as connection:
        rows = connection.execute(ends).all()
    assert len(rows) == 2
    assert all(said == end for said, end in rows)
