"""The médecin traitant is called first, and every request ends in a known way."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation import tables
from orientation.model import CLOSINGS, MedecinTraitant, Outcome
from orientation.provenance import Channel, Line, NotTried, Origin
from orientation.service import Orientation
from tests.orientation.team import (
    PATIENT,
    add_slots,
    first_slot,
    make_doctor,
    open_request,
)

TO_CALL = {"medecin_traitant": MedecinTraitant.NOT_TRIED}


def a_slot(orientation: Orientation) -> UUID:
    return first_slot(orientation, open_request(orientation))


def reason_of(error: pytest.ExceptionInfo[ConflictError]) -> object:
    return error.value.extra["reason"]


def test_no_seat_is_held_before_the_medecin_traitant_is_called(both: Orientation) -> None:
    add_slots(both)
    slot, request = a_slot(both), open_request(both, **TO_CALL)
    with pytest.raises(ConflictError) as error:
        both.hold(slot, request)
    assert reason_of(error) == "medecin_traitant_first"
    both.update_medecin_traitant(request, MedecinTraitant.UNAVAILABLE)
    assert both.hold(slot, request).slot_id == slot


def test_the_schema_itself_refuses_to_open_without_the_call(both: Orientation) -> None:
    request = open_request(both, **TO_CALL)
    opens = tables.request.update().where(tables.request.c.id == request).values(outcome="open")
    with pytest.raises(sa.exc.IntegrityError), both.database.write() as connection:
        connection.execute(opens)
    assert both.request(request).outcome is Outcome.MEDECIN_TRAITANT_FIRST


def test_not_tried_needs_its_reason_and_then_opens(
    orientation: Orientation, clock: FixedClock
) -> None:
    request = open_request(orientation, **TO_CALL)
    with pytest.raises(InputRefusedError, match="caller_declines"):
        orientation.update_medecin_traitant(request, MedecinTraitant.NOT_TRIED)
    clock.set(clock() + timedelta(minutes=2))
    orientation.update_medecin_traitant(
        request, MedecinTraitant.NOT_TRIED, why=NotTried.CALLER_DECLINES
    )
    seen = orientation.request(request)
    assert seen.outcome is Outcome.OPEN
    assert seen.medecin_traitant_why is NotTried.CALLER_DECLINES
    assert seen.medecin_traitant_at == clock()


def test_the_reason_may_come_with_the_request(orientation: Orientation) -> None:
    request = open_request(orientation, **TO_CALL, medecin_traitant_why=NotTried.CLOSED)
    assert orientation.request(request).outcome is Outcome.OPEN


def test_an_available_medecin_traitant_ends_the_request(orientation: Orientation) -> None:
    add_slots(orientation)
    slot, request = a_slot(orientation), open_request(orientation, **TO_CALL)
    orientation.update_medecin_traitant(request, MedecinTraitant.AVAILABLE)
    seen = orientation.request(request)
    assert seen.outcome is Outcome.MEDECIN_TRAITANT
    assert seen.closed_at is not None
    with pytest.raises(ConflictError) as error:
        orientation.hold(slot, request)
    assert reason_of(error) == "request_closed"
    assert orientation.proposals(request).next_actions[0].number == "15"


def test_a_medecin_traitant_of_the_team_becomes_the_own_doctor(orientation: Orientation) -> None:
    doctor = add_slots(orientation, doctor=make_doctor(rpps="10003456826"))
    request = open_request(orientation, **TO_CALL)
    orientation.choose_medecin_traitant(request, "role-1", "Dr Maëlle ARDOUIN", "10003456826")
    seen = orientation.request(request)
    assert (seen.own_doctor, seen.medecin_traitant_name) == (doctor.id, "Dr Maëlle ARDOUIN")
    orientation.choose_medecin_traitant(request, "role-2", "Dr Autre", "")
    assert orientation.request(request).own_doctor is None


@pytest.mark.parametrize("outcome", CLOSINGS)
def test_a_closed_request_gives_back_its_hold_and_stays_closed(
    orientation: Orientation, outcome: Outcome
) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    slot = first_slot(orientation, request)
    orientation.hold(slot, request)
    orientation.close_request(request, outcome)
    assert orientation.request(request).outcome is outcome
    orientation.hold(slot, open_request(orientation))
    changes: tuple[Callable[[], None], ...] = (
        partial(orientation.close_request, request, outcome),
        partial(orientation.put_on_call_back_list, request),
        partial(orientation.update_medecin_traitant, request, MedecinTraitant.UNAVAILABLE),
    )
    for change in changes:
        with pytest.raises(ConflictError) as error:
            change()
        assert reason_of(error) == "request_closed"
    orientation.escalate(request, ["doubt"])
    assert orientation.request(request).outcome is Outcome.TRANSFER_15


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.TRANSFER_15])
def test_what_is_not_an_ending_is_refused(orientation: Orientation, outcome: Outcome) -> None:
    with pytest.raises(InputRefusedError, match="no_solution"):
        orientation.close_request(open_request(orientation), outcome)


def test_an_appointment_is_not_closed_over(orientation: Orientation) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    orientation.confirm(
        orientation.hold(first_slot(orientation, request), request).hold_id, PATIENT
    )
    changes: tuple[Callable[[], None], ...] = (
        partial(orientation.close_request, request, Outcome.REFUSED),
        partial(orientation.put_on_call_back_list, request),
    )
    for change in changes:
        with pytest.raises(ConflictError) as error:
            change()
        assert reason_of(error) == "already_confirmed"
    assert orientation.request(request).booking is not None


def test_call_backs_wait_in_order_and_leave_when_reached(
    orientation: Orientation, clock: FixedClock
) -> None:
    first, second = open_request(orientation), open_request(orientation)
    orientation.put_on_call_back_list(first)
    clock.set(clock() + timedelta(minutes=5))
    orientation.put_on_call_back_list(second)
    orientation.put_on_call_back_list(first)  # asked again: its turn is kept
    assert [one.id for one in orientation.call_backs()] == [first, second]
    orientation.note_call_back(first, reached=False)
    (waiting, _) = orientation.call_backs()
    assert (waiting.id, waiting.call_back_tries, waiting.call_back_last) == (first, 1, clock())
    orientation.note_call_back(first, reached=True)
    assert [one.id for one in orientation.call_backs()] == [second]
    with pytest.raises(ConflictError) as error:
        orientation.note_call_back(first, reached=True)
    assert reason_of(error) == "not_on_call_back_list"


def test_an_appointment_takes_off_the_call_back_list(orientation: Orientation) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    orientation.put_on_call_back_list(request)
    held = orientation.hold(first_slot(orientation, request), request)
    assert [one.id for one in orientation.call_backs()] == [request]
    orientation.confirm(held.hold_id, PATIENT)
    assert orientation.call_backs() == ()


def test_somebody_to_call_back_is_not_erased_meanwhile(
    orientation: Orientation, clock: FixedClock
) -> None:
    request = open_request(orientation)
    clock.set(clock() + timedelta(days=6))
    orientation.put_on_call_back_list(request)
    clock.set(clock() + timedelta(days=6))
    assert orientation.erase_due() == 0
    clock.set(clock() + timedelta(days=2))
    assert orientation.erase_due() == 1
    assert orientation.call_backs() == ()


def test_time_to_erasure_counts_from_the_closing(
    orientation: Orientation, clock: FixedClock
) -> None:
    request = open_request(orientation)
    clock.set(clock() + timedelta(days=5))
    orientation.close_request(request, Outcome.UNREACHABLE)
    clock.set(clock() + timedelta(days=6))
    assert orientation.erase_due() == 0
    clock.set(clock() + timedelta(days=2))
    assert orientation.erase_due() == 1
    assert orientation.request(request).outcome is Outcome.UNREACHABLE


def test_a_request_keeps_how_it_came_after_its_identity_is_gone(
    orientation: Orientation, clock: FixedClock
) -> None:
    add_slots(orientation)
    request = open_request(
        orientation, channel=Channel.IN_PERSON, origin=Origin.EMERGENCY_DEPARTMENT, line=Line.SAS
    )
    held = orientation.hold(first_slot(orientation, request), request)
    orientation.confirm(held.hold_id, PATIENT)
    clock.set(clock() + timedelta(days=30))
    assert orientation.erase_due() == 1
    seen = orientation.request(request)
    assert seen.channel is Channel.IN_PERSON
    assert seen.origin is Origin.EMERGENCY_DEPARTMENT
    assert seen.line is Line.SAS
    assert seen.booking is not None
    assert seen.delay_given_hours == 1.0  # asked at 8, seen at 9
    assert seen.callback_number == ""


def test_a_professionals_request_waits_and_is_followed_without_identity(
    orientation: Orientation, clock: FixedClock
) -> None:
    add_slots(orientation)
    open_request(orientation)
    request = open_request(
        orientation, channel=Channel.PROFESSIONAL, asked_by="Pharmacie du Marché", watch="secret"
    )
    (waiting,) = orientation.waiting_requests("Mme Secrétaire")
    assert (waiting.id, waiting.asked_by) == (request, "Pharmacie du Marché")
    held = orientation.hold(first_slot(orientation, request), request)
    orientation.confirm(held.hold_id, PATIENT)
    assert orientation.waiting_requests() == ()
    seen = orientation.watched_request("secret")
    assert seen.booking is not None
    assert seen.booking.patient is None
    assert (seen.callback_number, seen.asked_by, seen.address) == ("", "", "")
    with pytest.raises(NotFoundError):
        orientation.watched_request("autre")
    clock.set(clock() + timedelta(days=30))
    orientation.erase_due()
    with pytest.raises(NotFoundError):
        orientation.watched_request("secret")


def test_lists_are_audited_with_who_read_them(orientation: Orientation) -> None:
    request = open_request(orientation)
    orientation.put_on_call_back_list(request, "Mme Secrétaire")
    orientation.call_backs("Mme Secrétaire")
    with orientation.database.read() as connection:
        rows = connection.execute(sa.select(tables.audit).order_by(tables.audit.c.id)).all()
    assert [row.action for row in rows] == ["request.create", "request.call_back", "request.listed"]
    assert [row.actor for row in rows[1:]] == ["Mme Secrétaire"] * 2
