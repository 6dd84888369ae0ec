"""Home visits among others: what no longer fits is neither proposed nor held, and it is said.

On Tuesday one doctor visits from 10 to 12, in slots of 20 minutes, 15 of which are the visit: from
Cachan to Rungis (16 minutes), one slot must be left between the two.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from directory.base.errors import ConflictError, NotFoundError
from directory.territory import Rounds
from orientation.model import BookingState, CancelReason, Doctor, Mobility, Mode
from orientation.routes import StraightLine
from orientation.service import Orientation
from tests.orientation.team import (
    CACHAN,
    PATIENT,
    RUNGIS,
    add_slots,
    make_doctor,
    open_request,
)

TUESDAY = date(2026, 11, 24)
TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def visits_on_tuesday(orientation: Orientation, **changes: Any) -> Doctor:
    doctor = make_doctor(**{"visits": (CACHAN, RUNGIS), "modes": (Mode.HOME,), **changes})
    hours = {"opens": time(10), "closes": time(12), "slot_minutes": 20}
    return add_slots(orientation, Mode.HOME, doctor, rule="FREQ=WEEKLY;BYDAY=TU", **hours)


def slot_at(orientation: Orientation, doctor: Doctor, after: int) -> UUID:
    """The slot that starts so many minutes after ten."""
    start = TEN + timedelta(minutes=after)
    slots = orientation.agenda(doctor.id, TUESDAY)
    return next(slot.slot_id for slot in slots if slot.start == start)


def ask(orientation: Orientation, commune: str) -> UUID:
    return open_request(orientation, commune=commune, mobility=Mobility.HOME)


def book(orientation: Orientation, doctor: Doctor, commune: str, after: int) -> UUID:
    request = ask(orientation, commune)
    hold = orientation.hold(slot_at(orientation, doctor, after), request)
    return orientation.confirm(hold.hold_id, PATIENT).appointment_id


def offered(orientation: Orientation, commune: str) -> set[int]:
    """Every slot that can be offered, in minutes after ten."""
    return offered_to(orientation, ask(orientation, commune))


def offered_to(orientation: Orientation, request: UUID) -> set[int]:
    context = orientation.context
    policy = context.territory.policy.model_copy(update={"proposals": 20})
    territory = context.territory.model_copy(update={"policy": policy})
    generous = Orientation(replace(context, territory=territory))
    found = generous.proposals(request).proposals
    return {int((one.slot.start - TEN).total_seconds() // 60) for one in found}


def test_empty_day_offers_every_visit(orientation: Orientation) -> None:
    visits_on_tuesday(orientation)
    assert offered(orientation, RUNGIS) == {0, 20, 40, 60, 80, 100}


def test_visits_next_to_one_far_away_are_not_offered(both: Orientation) -> None:
    doctor = visits_on_tuesday(both)
    book(both, doctor, CACHAN, 40)
    assert offered(both, RUNGIS) == {0, 80, 100}
    assert offered(both, CACHAN) == {0, 20, 60, 80, 100}


def test_explanation_counts_the_visits_left_out(orientation: Orientation) -> None:
    doctor = visits_on_tuesday(orientation)
    book(orientation, doctor, CACHAN, 40)
    found = orientation.proposals(ask(orientation, RUNGIS))
    assert found.explanation == (
        "3 propositions parmi 3 créneaux possibles. "
        "2 visites ne tiennent pas dans la tournée du médecin."
    )


def test_who_can_move_is_told_of_the_visits_that_fit_and_no_other(both: Orientation) -> None:
    doctor = visits_on_tuesday(both)
    book(both, doctor, CACHAN, 40)
    found = both.proposals(open_request(both, commune=RUNGIS, mobility=Mobility.TRAVEL))
    labels = {one.code: one.label for one in found.next_actions}
    assert labels["try_home"] == "3 autres créneaux si un médecin se rend à son domicile"


def test_nothing_left_is_explained_by_the_round(orientation: Orientation) -> None:
    doctor = visits_on_tuesday(orientation)
    for after in (0, 40, 80):
        book(orientation, doctor, CACHAN, after)
    found = orientation.proposals(ask(orientation, RUNGIS))
    assert found.proposals == ()
    assert found.explanation == (
        "Aucun créneau possible. 3 créneaux : déjà pris ; "
        "3 créneaux : visite qui ne tient pas dans la tournée du médecin."
    )


def test_held_visit_counts_until_it_ends(
    orientation: Orientation, end_holds: Callable[[Orientation], None]
) -> None:
    doctor = visits_on_tuesday(orientation)
    orientation.hold(slot_at(orientation, doctor, 40), ask(orientation, CACHAN))
    assert offered(orientation, RUNGIS) == {0, 80, 100}
    end_holds(orientation)
    assert offered(orientation, RUNGIS) == {0, 20, 40, 60, 80, 100}


def test_cancelled_visit_no_longer_counts(orientation: Orientation) -> None:
    doctor = visits_on_tuesday(orientation)
    orientation.cancel(book(orientation, doctor, CACHAN, 40), CancelReason.PATIENT)
    assert offered(orientation, RUNGIS) == {0, 20, 40, 60, 80, 100}


def test_another_doctor_has_a_round_of_their_own(orientation: Orientation) -> None:
    first, second = visits_on_tuesday(orientation), visits_on_tuesday(orientation)
    book(orientation, first, CACHAN, 40)
    found = orientation.proposals(ask(orientation, RUNGIS))
    assert found.explanation.startswith("3 propositions parmi 9 créneaux possibles.")
    assert {one.slot.doctor.id for one in found.proposals} == {first.id, second.id}


def test_visit_that_no_longer_fits_cannot_be_held(both: Orientation) -> None:
    doctor = visits_on_tuesday(both)
    book(both, doctor, CACHAN, 40)
    with pytest.raises(ConflictError) as error:
        both.hold(slot_at(both, doctor, 60), ask(both, RUNGIS))
    assert error.value.extra["reason"] == "round_broken"
    assert "n'aurait pas le temps" in error.value.detail
    assert len(error.value.extra["alternatives"]) == 3
    held = both.hold(slot_at(both, doctor, 60), ask(both, CACHAN))
    assert held.slot_id == slot_at(both, doctor, 60)


def test_visit_is_not_moved_where_it_would_break_a_round(both: Orientation) -> None:
    doctor = visits_on_tuesday(both)
    book(both, doctor, CACHAN, 40)
    moved = book(both, doctor, RUNGIS, 0)
    with pytest.raises(ConflictError) as error:
        both.move(moved, slot_at(both, doctor, 60))
    assert error.value.extra["reason"] == "round_broken"
    visits = both.round(doctor.id, TUESDAY).visits
    assert [one.appointment for one in visits] == [TEN, TEN + timedelta(minutes=40)]
    after = both.move(moved, slot_at(both, doctor, 80))
    assert after.start == TEN + timedelta(minutes=80)


def test_two_callers_cannot_break_a_round_together(both: Orientation) -> None:
    doctor = visits_on_tuesday(both)
    asked = [
        (slot_at(both, doctor, after), ask(both, RUNGIS if after % 40 else CACHAN))
        for after in range(0, 120, 20)
    ]
    together = Barrier(len(asked))

    def hold(slot: UUID, request: UUID) -> str:
        together.wait()
        try:
            both.hold(slot, request)
        except ConflictError as error:
            return str(error.extra["reason"])
        return "held"

    with ThreadPoolExecutor(len(asked)) as pool:
        seen = list(pool.map(hold, *zip(*asked, strict=True)))
    assert set(seen) == {"held", "round_broken"}
    assert ("held", "held") not in set(pairwise(seen))
    assert both.round(doctor.id, TUESDAY).feasible


def test_round_of_a_day_is_in_order_with_travel(orientation: Orientation) -> None:
    doctor = visits_on_tuesday(orientation)
    last = book(orientation, doctor, RUNGIS, 80)
    first = book(orientation, doctor, CACHAN, 40)
    orientation.hold(slot_at(orientation, doctor, 0), ask(orientation, RUNGIS))
    found = orientation.round(doctor.id, TUESDAY)
    assert found.feasible
    assert [one.booking_id for one in found.visits][1:] == [first, last]
    assert [one.state for one in found.visits] == [
        BookingState.HELD,
        BookingState.CONFIRMED,
        BookingState.CONFIRMED,
    ]
    assert [one.commune_name for one in found.visits] == ["Rungis", "Cachan", "Rungis"]
    assert [one.travel_minutes for one in found.visits] == [16, 16, 16]
    assert [one.start for one in found.visits] == [
        TEN,
        TEN + timedelta(minutes=40),
        TEN + timedelta(minutes=80),
    ]
    assert found.leaves == TEN - timedelta(minutes=16)
    assert found.base == doctor.places[0]
    assert "vol d'oiseau" in found.origin


def test_round_that_became_impossible_is_shown_at_its_hours(orientation: Orientation) -> None:
    doctor = visits_on_tuesday(orientation)
    booked = [
        book(orientation, doctor, place, after) for place, after in ((CACHAN, 0), (RUNGIS, 40))
    ]
    on_foot = StraightLine(Rounds(speed_kmh=4))
    found = Orientation(replace(orientation.context, routes=on_foot)).round(doctor.id, TUESDAY)
    assert not found.feasible
    assert [one.booking_id for one in found.visits] == booked
    assert [one.start for one in found.visits] == [TEN, TEN + timedelta(minutes=40)]
    assert found.visits[1].travel_minutes == 97


def test_round_says_nothing_of_who_is_visited(orientation: Orientation) -> None:
    doctor = visits_on_tuesday(orientation)
    request = open_request(
        orientation, commune=CACHAN, mobility=Mobility.HOME, address="9 impasse Imaginaire"
    )
    hold = orientation.hold(slot_at(orientation, doctor, 0), request)
    orientation.confirm(hold.hold_id, PATIENT)
    said = repr(orientation.round(doctor.id, TUESDAY))
    for secret in (PATIENT.family, PATIENT.given, "Imaginaire", "612345678"):
        assert secret not in said


def test_round_of_a_day_without_visits_is_empty(orientation: Orientation) -> None:
    doctor = visits_on_tuesday(orientation)
    found = orientation.round(doctor.id, TUESDAY + timedelta(days=1))
    assert (found.visits, found.feasible, found.leaves) == ((), True, None)
    with pytest.raises(NotFoundError):
        orientation.round("rien", TUESDAY)
