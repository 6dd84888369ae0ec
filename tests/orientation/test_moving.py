"""A hold extended once, an appointment moved in one go, on both stores."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.database import store_now
from directory.base.errors import ConflictError
from orientation import tables
from orientation.model import BookingState
from orientation.records import Appointment, Hold
from orientation.service import Orientation
from tests.orientation.team import PATIENT, add_slots, first_slot, open_request

EndHolds = Callable[[Orientation], None]


def hold(orientation: Orientation) -> Hold:
    request = open_request(orientation)
    return orientation.hold(first_slot(orientation, request), request)


def book(orientation: Orientation) -> Appointment:
    return orientation.confirm(hold(orientation).hold_id, PATIENT)


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(ConflictError) as error:
        call()
    return str(error.value.extra["reason"])


def expiry(orientation: Orientation) -> datetime:
    with orientation.database.read() as connection:
        found: datetime = connection.execute(sa.select(tables.booking.c.expires_at)).scalar_one()
    return found


def topics(orientation: Orientation) -> list[str]:
    with orientation.database.read() as connection:
        query = sa.select(tables.outbox.c.topic).order_by(tables.outbox.c.id)
        return list(connection.execute(query).scalars())


def states(orientation: Orientation) -> list[tuple[str, str]]:
    with orientation.database.read() as connection:
        rows = connection.execute(
            sa.select(tables.booking.c.state, tables.slot.c.doctor)
            .join(tables.slot, tables.slot.c.id == tables.booking.c.slot)
            .order_by(tables.booking.c.id)
        )
        return [(row.state, str(row.doctor)) for row in rows]


def test_a_hold_is_extended_once(both: Orientation, end_holds: EndHolds) -> None:
    add_slots(both)
    held = hold(both)
    with both.database.write() as connection:  # most of its time has passed
        connection.execute(tables.booking.update().values(expires_at=store_now(30)))
    longer = both.extend(held.hold_id)
    assert longer.expires_at == expiry(both) >= held.expires_at
    assert reason(lambda: both.extend(held.hold_id)) == "hold_extended"
    assert expiry(both) == longer.expires_at
    view = both.request(held.request_id).booking
    assert view is not None
    assert view.extended
    end_holds(both)
    assert reason(lambda: both.confirm(held.hold_id, PATIENT)) == "hold_expired"


def test_the_schema_refuses_a_second_extension(both: Orientation) -> None:
    add_slots(both)
    hold(both)
    with pytest.raises(sa.exc.IntegrityError), both.database.write() as connection:
        connection.execute(tables.booking.update().values(extensions=2))


def test_an_extension_asked_twice_with_its_key_is_one(both: Orientation) -> None:
    add_slots(both)
    held = hold(both)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: both.extend(held.hold_id, "clé"), range(4)))
    assert len(set(answers)) == 1


def test_what_has_ended_is_not_extended(both: Orientation, end_holds: EndHolds) -> None:
    add_slots(both)
    expired = hold(both)
    end_holds(both)
    assert reason(lambda: both.extend(expired.hold_id)) == "hold_expired"
    appointment = book(both)
    assert reason(lambda: both.extend(appointment.appointment_id)) == "already_confirmed"


def test_an_appointment_is_moved_with_its_patient(both: Orientation) -> None:
    doctor = add_slots(both)
    old = book(both)
    other = first_slot(both, open_request(both))
    moved = both.move(old.appointment_id, other, "clé")
    assert moved.slot_id == other
    view = both.request(old.request_id).booking
    assert view is not None
    assert (view.id, view.state) == (moved.appointment_id, BookingState.CONFIRMED)
    assert view.patient == PATIENT
    assert states(both) == [("moved", str(doctor.id)), ("confirmed", str(doctor.id))]
    assert both.move(old.appointment_id, other, "clé") == moved
    assert topics(both) == ["appointment.confirmed", "appointment.moved"]
    again = open_request(both)
    assert both.hold(old.slot_id, again).slot_id == old.slot_id  # its seat is free
    with both.database.read() as connection:
        minutes = sa.select(sa.func.count()).select_from(tables.occupied_minute)
        assert connection.execute(minutes).scalar_one() == 40


def test_both_doctors_are_told_of_a_move_between_them(both: Orientation) -> None:
    add_slots(both)
    old = book(both)
    other_doctor = add_slots(both)
    request = open_request(both)
    slots = [one.slot for one in both.proposals(request).proposals]
    there = next(slot for slot in slots if slot.doctor.id == other_doctor.id)
    both.move(old.appointment_id, there.slot_id)
    assert topics(both) == [
        "appointment.confirmed",
        "appointment.cancelled",
        "appointment.confirmed",
    ]


def test_a_move_that_loses_keeps_the_old_appointment(both: Orientation) -> None:
    add_slots(both)
    old = book(both)
    taken = hold(both)
    with pytest.raises(ConflictError) as error:
        both.move(old.appointment_id, taken.slot_id)
    assert error.value.extra["reason"] == "slot_taken"
    assert len(error.value.extra["alternatives"]) == 3
    view = both.request(old.request_id).booking
    assert view is not None
    assert (view.id, view.slot_id) == (old.appointment_id, old.slot_id)
    assert topics(both) == ["appointment.confirmed"]
    assert reason(lambda: both.move(old.appointment_id, old.slot_id)) == "already_there"


def test_two_moves_to_one_slot_have_one_winner(both: Orientation) -> None:
    add_slots(both)
    appointments = [book(both) for _ in range(6)]
    wanted = first_slot(both, open_request(both))

    def move(appointment: Appointment) -> str:
        try:
            both.move(appointment.appointment_id, wanted)
        except ConflictError as error:
            return str(error.extra["reason"])
        return "moved"

    with ThreadPoolExecutor(6) as pool:
        seen = sorted(pool.map(move, appointments))
    assert seen == ["moved"] + ["slot_taken"] * 5
    confirmed = [state for state, _ in states(both) if state == "confirmed"]
    assert len(confirmed) == 6


def test_what_began_or_ended_is_not_moved(orientation: Orientation, clock: FixedClock) -> None:
    add_slots(orientation)
    held, old = hold(orientation), book(orientation)
    slots = [one.slot for one in orientation.proposals(open_request(orientation)).proposals]
    assert reason(lambda: orientation.move(held.hold_id, slots[-1].slot_id)) == "not_confirmed"
    clock.set(old.start)
    assert reason(lambda: orientation.move(old.appointment_id, slots[-1].slot_id)) == (
        "appointment_past"
    )
