"""The same key and body give the same answer, refusals included; another body is a conflict."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from directory.base.errors import ConflictError
from orientation import tables
from orientation.model import CancelReason
from orientation.records import Patient
from orientation.service import Orientation
from tests.orientation.team import PATIENT, add_slots, first_slot, make_request, open_request


def count(orientation: Orientation, table: sa.Table) -> int:
    with orientation.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_the_same_call_is_taken_once(both: Orientation) -> None:
    first = both.create_request(make_request(), "clé")
    assert both.create_request(make_request(), "clé") == first
    assert count(both, tables.request) == 1


def test_the_same_key_at_once_has_one_effect(both: Orientation) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: both.create_request(make_request(), "clé"), range(8)))
    assert len({answer.id for answer in answers}) == 1
    assert count(both, tables.request) == 1


def test_another_body_under_the_same_key_is_refused(both: Orientation) -> None:
    add_slots(both)
    both.create_request(make_request(), "clé")
    request, other = open_request(both), open_request(both)
    slot = first_slot(both, request)
    held = both.hold(slot, request, "clé")
    both.confirm(held.hold_id, PATIENT, "clé")
    calls: list[Callable[[], object]] = [
        lambda: both.create_request(make_request(delay_hours=24), "clé"),
        lambda: both.hold(slot, other, "clé"),
        lambda: both.confirm(held.hold_id, Patient(family="Autre", given="Eudoxie"), "clé"),
    ]
    for call in calls:
        with pytest.raises(ConflictError) as error:
            call()
        assert error.value.extra["reason"] == "idempotency_key_reused"


def test_hold_and_confirm_are_replayed_even_after_they_ended(both: Orientation) -> None:
    add_slots(both)
    request = open_request(both)
    slot = first_slot(both, request)
    held = both.hold(slot, request, "h")
    appointment = both.confirm(held.hold_id, PATIENT, "c")
    assert both.hold(slot, request, "h") == held
    both.cancel(appointment.appointment_id, CancelReason.PATIENT)
    assert both.confirm(held.hold_id, PATIENT, "c") == appointment
    assert count(both, tables.booking) == 1


def test_a_refusal_is_replayed_in_the_same_words(both: Orientation) -> None:
    add_slots(both)
    first, second = open_request(both), open_request(both)
    slot = first_slot(both, first)
    held = both.hold(slot, first)
    with pytest.raises(ConflictError) as lost:
        both.hold(slot, second, "h")
    both.release(held.hold_id)
    with pytest.raises(ConflictError) as again:
        both.hold(slot, second, "h")
    assert (again.value.detail, again.value.extra) == (lost.value.detail, lost.value.extra)
    assert both.hold(slot, second, "une autre clé").slot_id == slot


def test_without_a_key_each_call_counts(orientation: Orientation) -> None:
    orientation.create_request(make_request())
    orientation.create_request(make_request())
    assert count(orientation, tables.request) == 2
    assert count(orientation, tables.idempotency) == 0


def test_the_outcome_is_stored_with_its_effect_or_not_at_all(
    orientation: Orientation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies between the effect and the answer: a new call starts afresh."""
    add_slots(orientation)
    request = open_request(orientation)
    slot = first_slot(orientation, request)

    def die(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("orientation.idempotency._remember", die)
        with pytest.raises(RuntimeError):
            orientation.hold(slot, request, "h")
    assert count(orientation, tables.booking) == 0
    assert orientation.hold(slot, request, "h").slot_id == slot
