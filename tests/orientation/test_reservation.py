"""Hold, confirm, release, cancel, escalate, on both stores."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation import tables
from orientation.model import BookingState, CancelReason, Mobility, Mode, Outcome
from orientation.records import Patient
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import (
    PATIENT,
    add_slots,
    first_slot,
    make_doctor,
    make_schedule,
    open_request,
)

EndHolds = Callable[[Orientation], None]


def refusal(error: pytest.ExceptionInfo[ConflictError]) -> str:
    return str(error.value.extra["reason"])


def occupied_minutes(orientation: Orientation) -> int:
    with orientation.database.read() as connection:
        query = sa.select(sa.func.count()).select_from(tables.occupied_minute)
        return connection.execute(query).scalar_one()


def test_a_call_ends_in_the_doctors_agenda(both: Orientation) -> None:
    doctor = add_slots(both)
    request = open_request(both)
    held = both.hold(first_slot(both, request), request)
    appointment = both.confirm(held.hold_id, PATIENT)
    (slot,) = [
        slot for slot in both.agenda(doctor.id, appointment.start.date(), 3) if slot.bookings
    ]
    (seen,) = slot.bookings
    assert seen.booking.patient == PATIENT
    assert seen.booking.state is BookingState.CONFIRMED
    assert seen.request.callback_number == "+33612345678"
    assert appointment.practitioner_name == "Dr Maëlle ARDOUIN"


def test_a_seat_is_given_once_and_the_loser_gets_alternatives(both: Orientation) -> None:
    add_slots(both)
    first, second = open_request(both), open_request(both)
    slot = first_slot(both, first)
    both.hold(slot, first)
    with pytest.raises(ConflictError) as error:
        both.hold(slot, second)
    assert refusal(error) == "slot_taken"
    alternatives = error.value.extra["alternatives"]
    assert len(alternatives) == 3
    assert str(slot) not in {other["slot_id"] for other in alternatives}


def test_a_range_takes_as_many_as_it_has_places(both: Orientation) -> None:
    add_slots(both, slot_minutes=60, seats=3)
    requests = [open_request(both) for _ in range(4)]
    slot = first_slot(both, requests[0])
    for request in requests[:3]:
        both.hold(slot, request)
    with pytest.raises(ConflictError) as error:
        both.hold(slot, requests[3])
    assert refusal(error) == "slot_taken"
    assert occupied_minutes(both) == 60


def test_a_doctor_is_in_one_place_at_a_time(both: Orientation) -> None:
    doctor = make_doctor()
    both.add_doctor(doctor)
    both.add_schedule(make_schedule(doctor))
    both.add_schedule(make_schedule(doctor, Mode.HOME, slot_minutes=30))
    both.extend_horizon()
    at_cabinet, at_home = open_request(both), open_request(both, mobility=Mobility.HOME)
    visit = first_slot(both, at_home)  # 9:00–9:30, over the practice's 9:00–9:20
    both.hold(first_slot(both, at_cabinet), at_cabinet)
    with pytest.raises(ConflictError) as error:
        both.hold(visit, at_home)
    assert refusal(error) == "doctor_busy"
    assert all(slot.slot.slot_id != visit for slot in both.proposals(at_home).proposals)


def test_a_request_holds_one_slot_at_a_time(both: Orientation) -> None:
    add_slots(both)
    request = open_request(both)
    first, second = (found.slot.slot_id for found in both.proposals(request).proposals[:2])
    held = both.hold(first, request)
    with pytest.raises(ConflictError) as error:
        both.hold(second, request)
    assert refusal(error) == "request_already_held"
    both.release(held.hold_id)
    assert both.hold(second, request).slot_id == second


def test_a_released_seat_is_free_again_with_its_minutes(both: Orientation) -> None:
    add_slots(both)
    first, second = open_request(both), open_request(both)
    slot = first_slot(both, first)
    held = both.hold(slot, first)
    assert both.release(held.hold_id) is True
    assert both.release(held.hold_id) is False
    assert occupied_minutes(both) == 0
    assert both.hold(slot, second).slot_id == slot


def test_an_expired_hold_is_swept_by_the_next_one(both: Orientation, end_holds: EndHolds) -> None:
    add_slots(both)
    first, second = open_request(both), open_request(both)
    slot = first_slot(both, first)
    lost = both.hold(slot, first)
    end_holds(both)
    assert first_slot(both, second) == slot
    both.hold(slot, second)
    with pytest.raises(ConflictError) as error:
        both.confirm(lost.hold_id, PATIENT)
    assert refusal(error) == "hold_expired"
    assert both.request(first).booking is None


def test_a_hold_confirmed_after_expiry_is_refused(both: Orientation, end_holds: EndHolds) -> None:
    add_slots(both)
    request = open_request(both)
    held = both.hold(first_slot(both, request), request)
    end_holds(both)
    with pytest.raises(ConflictError) as error:
        both.confirm(held.hold_id, PATIENT)
    assert refusal(error) == "hold_expired"
    assert error.value.extra["alternatives"]


def test_an_expired_hold_frees_the_minutes_of_another_doctor(
    both: Orientation, end_holds: EndHolds
) -> None:
    add_slots(both)
    add_slots(both)
    request = open_request(both)
    slots = [found.slot for found in both.proposals(request).proposals]
    other = next(slot for slot in slots if slot.doctor.id != slots[0].doctor.id)
    both.hold(slots[0].slot_id, request)
    end_holds(both)
    both.hold(other.slot_id, request)
    assert occupied_minutes(both) == 20


def test_a_confirmed_appointment_is_confirmed_once(both: Orientation) -> None:
    add_slots(both)
    request = open_request(both)
    held = both.hold(first_slot(both, request), request)
    both.confirm(held.hold_id, PATIENT)
    with pytest.raises(ConflictError) as error:
        both.confirm(held.hold_id, PATIENT)
    assert refusal(error) == "already_confirmed"
    with pytest.raises(ConflictError) as error:
        both.release(held.hold_id)
    assert refusal(error) == "already_confirmed"


def test_a_cancelled_appointment_frees_its_seat_and_the_request(both: Orientation) -> None:
    add_slots(both)
    request = open_request(both)
    slot = first_slot(both, request)
    appointment = both.confirm(both.hold(slot, request).hold_id, PATIENT)
    both.cancel(appointment.appointment_id, CancelReason.PATIENT)
    assert both.hold(slot, request).slot_id == slot
    with pytest.raises(ConflictError) as error:
        both.cancel(appointment.appointment_id, CancelReason.PATIENT)
    assert refusal(error) == "not_confirmed"


def test_a_flagged_request_never_holds(both: Orientation) -> None:
    add_slots(both)
    other = open_request(both)
    flagged = open_request(both, red_flags=("chest_pain",))
    with pytest.raises(ConflictError) as error:
        both.hold(first_slot(both, other), flagged)
    assert refusal(error) == "request_flagged"
    assert occupied_minutes(both) == 0


def test_escalation_gives_back_a_hold_and_forbids_its_confirmation(both: Orientation) -> None:
    add_slots(both)
    request, other = open_request(both), open_request(both)
    slot = first_slot(both, request)
    held = both.hold(slot, request)
    both.escalate(request, ["breathing"])
    with pytest.raises(ConflictError) as error:
        both.confirm(held.hold_id, PATIENT)
    assert refusal(error) == "request_flagged"
    with pytest.raises(ConflictError) as error:
        both.hold(slot, request)
    assert refusal(error) == "request_flagged"
    assert both.hold(slot, other).slot_id == slot


def test_escalation_cancels_an_appointment_and_keeps_every_code(both: Orientation) -> None:
    add_slots(both)
    request = open_request(both)
    both.confirm(both.hold(first_slot(both, request), request).hold_id, PATIENT)
    both.escalate(request, ["stroke"])
    both.escalate(request, ["chest_pain"])
    seen = both.request(request)
    assert seen.outcome is Outcome.TRANSFER_15
    assert seen.red_flags == ("chest_pain", "stroke")
    assert seen.booking is None
    found = both.proposals(request)
    assert found.proposals == ()
    assert found.next_actions[0].number == "15"


def test_what_is_unknown_cannot_be_held(orientation: Orientation) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    slot = first_slot(orientation, request)
    with pytest.raises(NotFoundError):
        orientation.hold(new_id(), request)
    with pytest.raises(NotFoundError):
        orientation.hold("pas un identifiant", request)
    with pytest.raises(NotFoundError):
        orientation.hold(slot, new_id())
    with pytest.raises(NotFoundError):
        orientation.confirm(new_id(), PATIENT)


def test_a_slot_that_began_cannot_be_held(orientation: Orientation, clock: FixedClock) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    slot = orientation.proposals(request).proposals[0].slot
    clock.set(slot.start)
    with pytest.raises(ConflictError) as error:
        orientation.hold(slot.slot_id, request)
    assert refusal(error) == "slot_past"
    assert error.value.extra["alternatives"]


def test_a_doctor_who_left_takes_nobody(orientation: Orientation) -> None:
    doctor = add_slots(orientation)
    request = open_request(orientation)
    slot = first_slot(orientation, request)
    with orientation.database.write() as connection:
        connection.execute(tables.doctor.update().values(active=False))
    with pytest.raises(ConflictError) as error:
        orientation.hold(slot, request)
    assert refusal(error) == "slot_withdrawn"
    assert orientation.proposals(request).proposals == ()
    assert doctor not in orientation.doctors()


def test_a_patient_has_a_name(orientation: Orientation) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    held = orientation.hold(first_slot(orientation, request), request)
    with pytest.raises(InputRefusedError):
        orientation.confirm(held.hold_id, Patient(family=" ", given="Eudoxie"))
