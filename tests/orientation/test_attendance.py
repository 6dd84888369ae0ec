"""Honoured or no-show: once the slot has begun, corrected until the next day, on both stores."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation import tables
from orientation.model import BookingState, CancelReason
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import add_slots
from tests.orientation.test_moving import book, hold, reason

HONOURED, NO_SHOW = BookingState.HONOURED, BookingState.NO_SHOW


def state_of(orientation: Orientation) -> str:
    with orientation.database.read() as connection:
        return str(connection.execute(sa.select(tables.booking.c.state)).scalar_one())


def test_nothing_is_said_before_the_slot_begins(both: Orientation, clock: FixedClock) -> None:
    add_slots(both)
    appointment = book(both)
    clock.set(appointment.start - timedelta(seconds=1))
    assert reason(lambda: both.settle(appointment.appointment_id, HONOURED)) == "not_begun"
    clock.set(appointment.start)
    assert both.settle(appointment.appointment_id, HONOURED).state is HONOURED
    assert state_of(both) == "honoured"


def test_it_is_corrected_until_the_next_day(both: Orientation, clock: FixedClock) -> None:
    add_slots(both)
    appointment = book(both)
    clock.set(appointment.start)
    both.settle(appointment.appointment_id, HONOURED)
    clock.set(appointment.start + timedelta(days=1, hours=13))  # 22:00 the next day
    both.settle(appointment.appointment_id, NO_SHOW)
    assert state_of(both) == "no_show"
    clock.set(appointment.start + timedelta(days=2))
    assert reason(lambda: both.settle(appointment.appointment_id, HONOURED)) == "settled_too_late"
    assert both.settle(appointment.appointment_id, NO_SHOW).state is NO_SHOW  # nothing changes
    assert not both.may_correct(appointment.start)


def test_a_tap_beside_is_taken_back_for_ten_minutes(both: Orientation, clock: FixedClock) -> None:
    doctor = add_slots(both)
    appointment = book(both)
    clock.set(appointment.start)
    both.settle(appointment.appointment_id, NO_SHOW)
    with pytest.raises(NotFoundError):
        both.undo_settlement(appointment.appointment_id, of=new_id())
    clock.set(appointment.start + timedelta(minutes=10))
    both.undo_settlement(appointment.appointment_id, of=doctor.id)
    assert state_of(both) == "confirmed"
    both.undo_settlement(appointment.appointment_id)  # again: nothing to take back
    both.settle(appointment.appointment_id, HONOURED)
    clock.set(appointment.start + timedelta(minutes=20, seconds=1))
    undo = partial(both.undo_settlement, appointment.appointment_id)
    assert reason(undo) == "undone_too_late"
    assert state_of(both) == "honoured"


def test_a_cancelled_appointment_has_nothing_to_take_back(orientation: Orientation) -> None:
    add_slots(orientation)
    appointment = book(orientation)
    orientation.cancel(appointment.appointment_id, CancelReason.PATIENT)
    undo = partial(orientation.undo_settlement, appointment.appointment_id)
    assert reason(undo) == "not_confirmed"


def test_what_was_never_said_may_be_said_late(both: Orientation, clock: FixedClock) -> None:
    add_slots(both)
    appointment = book(both)
    clock.set(appointment.start + timedelta(days=4))
    both.settle(appointment.appointment_id, NO_SHOW)
    assert state_of(both) == "no_show"


def test_each_answer_is_audited_and_replayed(orientation: Orientation, clock: FixedClock) -> None:
    add_slots(orientation)
    appointment = book(orientation)
    clock.set(appointment.start)
    said = orientation.settle(appointment.appointment_id, HONOURED, "clé", actor="ardouin")
    orientation.settle(appointment.appointment_id, NO_SHOW, actor="ardouin")
    assert orientation.settle(appointment.appointment_id, HONOURED, "clé") == said
    assert state_of(orientation) == "no_show"
    with orientation.database.read() as connection:
        query = sa.select(tables.audit.c.action).where(tables.audit.c.actor == "ardouin")
        actions = list(connection.execute(query.order_by(tables.audit.c.id)).scalars())
    assert actions == ["appointment.honoured", "appointment.no_show"]


def test_only_an_appointment_has_an_attendance(orientation: Orientation, clock: FixedClock) -> None:
    add_slots(orientation)
    held, cancelled = hold(orientation), book(orientation)
    orientation.cancel(cancelled.appointment_id, CancelReason.PATIENT)
    clock.set(cancelled.start + timedelta(hours=1))
    for booking in (held.hold_id, cancelled.appointment_id):
        with pytest.raises(ConflictError) as error:
            orientation.settle(booking, NO_SHOW)
        assert error.value.extra["reason"] == "not_confirmed"
    with pytest.raises(InputRefusedError):
        orientation.settle(cancelled.appointment_id, BookingState.EXPIRED)
