"""A doctor who will not be there: slots withdrawn, people to call back until it is done."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation import tables
from orientation.model import CancelReason
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import PATIENT, add_slots, first_slot, open_request
from tests.orientation.test_moving import book, hold, reason, topics

HOUR = timedelta(hours=1)


def test_an_absence_names_who_must_be_called_back(both: Orientation) -> None:
    doctor = add_slots(both)
    first, second, later = book(both), book(both), book(both)
    held = hold(both)
    found = both.declare_absence(doctor.id, first.start, second.end)
    assert found.cancelled == 2
    waiting = both.to_call_back()
    assert [one.appointment_id for one in waiting] == [
        first.appointment_id,
        second.appointment_id,
    ]
    assert waiting[0].callback_number == "+33612345678"
    assert waiting[0].patient == PATIENT
    assert both.request(later.request_id).booking is not None
    assert both.request(held.request_id).booking is not None
    assert topics(both).count("appointment.cancelled") == 2


def test_nobody_is_booked_in_a_withdrawn_slot(both: Orientation) -> None:
    doctor = add_slots(both)
    old = book(both)
    request = open_request(both)
    slot = first_slot(both, request)
    both.declare_absence(doctor.id, old.end, old.end + HOUR)
    assert reason(lambda: both.hold(slot, request)) == "slot_withdrawn"
    assert reason(lambda: both.move(old.appointment_id, slot)) == "slot_withdrawn"
    assert slot in both.absent_slots(doctor.id)
    assert old.slot_id not in both.absent_slots(doctor.id)


def test_a_hold_in_a_withdrawn_slot_cannot_be_confirmed(both: Orientation) -> None:
    add_slots(both)
    held = hold(both)
    assert both.withdraw_slot(held.slot_id).cancelled == 0
    assert reason(lambda: both.confirm(held.hold_id, PATIENT)) == "hold_released"
    assert both.to_call_back() == ()


def test_a_person_leaves_the_list_once_called(both: Orientation) -> None:
    add_slots(both)
    appointment = book(both)
    both.withdraw_slot(appointment.slot_id)
    (waiting,) = both.to_call_back()
    assert not waiting.booked_again
    other = both.hold(last_slot(both), appointment.request_id)
    both.confirm(other.hold_id, PATIENT)
    (waiting,) = both.to_call_back()
    assert waiting.booked_again
    both.stamp_called_back(appointment.appointment_id)
    both.stamp_called_back(appointment.appointment_id)
    assert both.to_call_back() == ()


def last_slot(orientation: Orientation) -> UUID:
    with orientation.database.read() as connection:
        query = sa.select(tables.slot.c.id).order_by(tables.slot.c.starts.desc())
        found: UUID = connection.execute(query.limit(1)).scalar_one()
    return found


def test_an_appointment_cancelled_by_its_doctor_is_on_the_list(orientation: Orientation) -> None:
    add_slots(orientation)
    by_doctor, by_patient = book(orientation), book(orientation)
    orientation.cancel(by_doctor.appointment_id, CancelReason.DOCTOR)
    orientation.cancel(by_patient.appointment_id, CancelReason.PATIENT)
    (waiting,) = orientation.to_call_back()
    assert waiting.appointment_id == by_doctor.appointment_id
    with pytest.raises(NotFoundError):
        orientation.stamp_called_back(by_patient.appointment_id)


def test_identity_stays_until_the_call_or_the_days_after_the_appointment(
    orientation: Orientation, clock: FixedClock
) -> None:
    doctor = add_slots(orientation)
    appointment = book(orientation)
    appointment = orientation.move(appointment.appointment_id, last_slot(orientation))
    orientation.declare_absence(doctor.id, appointment.start, appointment.end)
    clock.set(appointment.end + timedelta(days=6))
    assert orientation.erase_due() == 0
    assert orientation.to_call_back()[0].patient == PATIENT
    clock.set(appointment.end + timedelta(days=8))
    assert orientation.erase_due() == 1
    assert orientation.to_call_back() == ()


def test_a_span_that_says_nothing_is_refused(orientation: Orientation, clock: FixedClock) -> None:
    doctor = add_slots(orientation)
    now = clock()
    for start, end in ((now + HOUR, now), (now, now), (now - 2 * HOUR, now - HOUR)):
        with pytest.raises(InputRefusedError):
            orientation.declare_absence(doctor.id, start, end)
    with pytest.raises(NotFoundError):
        orientation.declare_absence(new_id(), now, now + HOUR)
    with pytest.raises(NotFoundError):
        orientation.withdraw_slot(new_id())


def test_a_doctor_absent_twice_at_the_same_time_cancels_once(orientation: Orientation) -> None:
    add_slots(orientation)
    appointment = book(orientation)
    assert orientation.withdraw_slot(appointment.slot_id).cancelled == 1
    assert orientation.withdraw_slot(appointment.slot_id).cancelled == 0
    with pytest.raises(ConflictError):
        orientation.cancel(appointment.appointment_id, CancelReason.DOCTOR)
