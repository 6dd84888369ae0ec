"""Time given in a few taps, and what was given and received: Monday 23 November 2026, 8 o'clock."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError
from orientation.giving import Offered
from orientation.model import BookingState, Doctor, Mode
from orientation.service import Orientation
from tests.orientation.team import PATIENT, make_doctor, open_request
from tests.orientation.test_planning import given, hours

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NEXT_MONDAY = date(2026, 11, 30)


@pytest.fixture
def doctor(orientation: Orientation) -> Doctor:
    joined = make_doctor()
    orientation.add_doctor(joined)
    return joined


def book(orientation: Orientation, slot: UUID) -> UUID:
    hold = orientation.hold(slot, open_request(orientation))
    return orientation.confirm(hold.hold_id, PATIENT).appointment_id


def said(offers: tuple[Offered, ...]) -> list[tuple[str, int, bool]]:
    return [(f"{one.new.first:%d/%m} {one.new.opens:%H}", one.slots, one.taken) for one in offers]


def test_the_usual_is_what_was_given_last(orientation: Orientation, doctor: Doctor) -> None:
    giving = orientation.giving
    assert giving.usual(doctor) is None
    assert giving.minutes(doctor, Mode.HOME) == 40
    orientation.planning.add(doctor.id, given(doctor, first=TUESDAY, weekdays=()))
    video = given(
        doctor,
        first=TUESDAY,
        weekdays=(),
        mode=Mode.VIDEO,
        place=None,
        opens=time(14),
        closes=time(15),
        slot_minutes=15,
    )
    orientation.planning.add(doctor.id, video)
    usual = giving.usual(doctor)
    assert usual is not None
    assert usual.mode is Mode.VIDEO
    assert giving.minutes(doctor, Mode.VIDEO) == 15


def test_last_week_is_offered_again_day_by_day(orientation: Orientation, doctor: Doctor) -> None:
    """A series that goes on is already there; a closed day is not offered."""
    planning = orientation.planning
    planning.add(doctor.id, given(doctor, first=TUESDAY, weekdays=()))
    planning.add(
        doctor.id, given(doctor, first=MONDAY, weekdays=(0, 3), opens=time(17), closes=time(18))
    )
    closing = planning.series(doctor.id)[1].schedule.id
    planning.close_day(closing, date(2026, 11, 26))
    offers = orientation.giving.same_as_week_before(doctor, NEXT_MONDAY)
    assert said(offers) == [("30/11 17", 0, True), ("01/12 09", 3, False)]
    news = [one.new for one in offers if not one.refusal]
    assert orientation.giving.give(doctor.id, news).done
    assert hours(orientation, doctor, date(2026, 12, 1)) == []  # beyond the 7 days of the horizon
    again = orientation.giving.same_as_week_before(doctor, NEXT_MONDAY)
    assert said(again)[1] == ("01/12 09", 0, True)


def test_days_are_given_together_or_not_at_all(orientation: Orientation, doctor: Doctor) -> None:
    one = given(doctor, first=TUESDAY, weekdays=())
    with pytest.raises(ConflictError):
        orientation.giving.give(doctor.id, [one, one])
    assert hours(orientation, doctor, TUESDAY) == []
    assert orientation.planning.series(doctor.id) == ()


def test_hours_that_are_over_make_no_slot(
    orientation: Orientation, doctor: Doctor, clock: FixedClock
) -> None:
    clock.set(clock() + timedelta(hours=3))  # 11 o'clock
    today = given(doctor, first=MONDAY, weekdays=())
    offers = orientation.giving.offered(doctor, [today])
    assert (offers[0].slots, offers[0].refusal) == (0, "Ces heures sont déjà passées.")


def test_the_balance_counts_four_weeks_and_the_team(both: Orientation, clock: FixedClock) -> None:
    doctor, other = make_doctor(), make_doctor(family="ZELLER", email="")
    for one in (doctor, other):
        both.add_doctor(one)
        both.planning.add(one.id, given(one, first=MONDAY, weekdays=(0,)))
    slots = both.agenda(doctor.id, MONDAY)[:2]
    came, missed = (book(both, slot.slot_id) for slot in slots)
    clock.set(clock() + timedelta(hours=5))
    both.settle(came, BookingState.HONOURED)
    both.settle(missed, BookingState.NO_SHOW)
    clock.set(clock() + timedelta(days=1))
    found = both.balance(doctor.id)
    assert (found.given, found.received, found.no_show, found.unused) == (3, 2, 1, 1)
    assert (found.team_given, found.team_received, found.team_size) == (6, 2, 2)
    clock.set(clock() + timedelta(days=40))
    assert both.balance(doctor.id).received == 0
