"""What a doctor does with their time, and what becomes of who is booked in it."""

from datetime import date, time
from typing import Any

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation import tables
from orientation.model import Doctor, Mode
from orientation.planning_model import NewSeries
from orientation.records import Appointment
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import PATIENT, first_slot, make_doctor, open_request
from tests.orientation.test_moving import book, hold, reason

MONDAY, TUESDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 26)


def given(doctor: Doctor, **changes: Any) -> NewSeries:
    values: dict[str, Any] = {
        "mode": Mode.CABINET,
        "first": MONDAY,
        "weekdays": (0, 1, 2, 3, 4),
        "opens": time(9),
        "closes": time(10),
        "slot_minutes": 20,
        "place": doctor.places[0].id,
    }
    return NewSeries(**{**values, **changes})


@pytest.fixture
def doctor(orientation: Orientation) -> Doctor:
    return join(orientation)


def join(orientation: Orientation) -> Doctor:
    doctor = make_doctor()
    orientation.add_doctor(doctor)
    return doctor


def hours(orientation: Orientation, doctor: Doctor, day: date) -> list[str]:
    zone = orientation.context.territory.zone
    slots = orientation.agenda(doctor.id, day, 1)
    return [f"{slot.start.astimezone(zone):%H:%M}" for slot in slots]


def proposed_days(orientation: Orientation) -> set[date]:
    """Every day with a slot that can be had, taken one after the other until nothing is left."""
    zone = orientation.context.territory.zone
    found: set[date] = set()
    while True:
        request = open_request(orientation, delay_hours=240)
        offered = orientation.proposals(request).proposals
        if not offered:
            return found
        orientation.hold(offered[0].slot.slot_id, request)
        found.add(offered[0].slot.start.astimezone(zone).date())


def book_on(orientation: Orientation, day: date) -> Appointment:
    request = open_request(orientation)
    doctor = orientation.doctors()[0]
    slot = orientation.agenda(doctor.id, day, 1)[0]
    return orientation.confirm(orientation.hold(slot.slot_id, request).hold_id, PATIENT)


def actions(orientation: Orientation) -> list[tuple[str, str]]:
    audit = tables.audit
    with orientation.database.read() as connection:
        rows = connection.execute(sa.select(audit.c.action, audit.c.actor).order_by(audit.c.id))
        return [(row.action, row.actor) for row in rows]


def test_a_series_gives_its_slots_at_once_and_says_who_gave_it(both: Orientation) -> None:
    doctor = join(both)
    both.planning.add(doctor.id, given(doctor, seats=3), "Odette Brunel, secrétaire")
    assert hours(both, doctor, TUESDAY) == ["09:00", "09:20", "09:40"]
    assert both.agenda(doctor.id, TUESDAY, 1)[0].seats == 3
    assert ("schedule.add", "Odette Brunel, secrétaire") in actions(both)


def test_one_week_in_two_and_a_single_day(orientation: Orientation, doctor: Doctor) -> None:
    orientation.planning.add(doctor.id, given(doctor, weekdays=(1,), every_weeks=2))
    orientation.planning.add(doctor.id, given(doctor, weekdays=(), first=THURSDAY))
    every, single = orientation.planning.series(doctor.id)
    assert {every.next_days, single.next_days} == {(TUESDAY,), (THURSDAY,)}
    assert hours(orientation, doctor, THURSDAY) == ["09:00", "09:20", "09:40"]


def test_two_series_of_a_doctor_never_overlap(both: Orientation) -> None:
    doctor = join(both)
    both.planning.add(doctor.id, given(doctor, weekdays=(1,)))
    with pytest.raises(ConflictError, match="mardi de 9 h à 10 h au cabinet") as refused:
        both.planning.add(
            doctor.id,
            given(doctor, mode=Mode.VIDEO, weekdays=(0, 1), opens=time(9, 40), closes=time(11)),
        )
    assert refused.value.extra["reason"] == "series_overlap"
    assert refused.value.extra["day"] == "2026-11-24"
    both.planning.add(doctor.id, given(doctor, opens=time(10), closes=time(11)))
    other = make_doctor(family="LENOIR")
    both.add_doctor(other)
    both.planning.add(other.id, given(other))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opens": time(12), "closes": time(9)}, "closes"),
        ({"opens": time(22), "closes": time(2)}, "closes"),
        ({"opens": time(22), "closes": time(0)}, "closes"),
        ({"slot_minutes": 61}, "slot_minutes"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"weekdays": (), "first": date(2026, 11, 22)}, "first"),
        ({"first": date(9999, 12, 31)}, "first"),
        ({"last": date(2026, 11, 20)}, "last"),
        ({"weekdays": (7,)}, "weekdays"),
        ({"every_weeks": 9}, "every_weeks"),
        ({"seats": 0}, "seats"),
        ({"place": None}, "place"),
        ({"weekdays": (0,), "first": TUESDAY, "last": THURSDAY}, "first"),
        ({"weekdays": (), "first": date(2026, 12, 25)}, "on_holidays"),
        (
            {"weekdays": (), "first": date(2027, 3, 28), "opens": time(2), "closes": time(3)},
            "opens",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(
    orientation: Orientation, doctor: Doctor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputRefusedError) as refused:
        orientation.planning.add(doctor.id, given(doctor, **changes))
    assert refused.value.extra["field"] == field
    assert orientation.planning.series(doctor.id) == ()


def test_a_mode_the_doctor_does_not_do_is_refused(orientation: Orientation) -> None:
    doctor = make_doctor(modes=(Mode.CABINET,))
    orientation.add_doctor(doctor)
    with pytest.raises(InputRefusedError, match="en téléconsultation"):
        orientation.planning.add(doctor.id, given(doctor, mode=Mode.VIDEO))


def test_an_unknown_doctor_or_series_is_not_found(orientation: Orientation, doctor: Doctor) -> None:
    with pytest.raises(NotFoundError):
        orientation.planning.add(new_id(), given(doctor))
    with pytest.raises(NotFoundError):
        orientation.planning.close_day(new_id(), TUESDAY)


def test_a_holiday_is_open_when_the_series_says_so(
    orientation: Orientation, doctor: Doctor, clock: FixedClock
) -> None:
    clock.set(clock().replace(month=12, day=21))
    orientation.planning.add(doctor.id, given(doctor, first=date(2026, 12, 21)))
    assert hours(orientation, doctor, date(2026, 12, 25)) == []
    christmas = given(
        doctor, weekdays=(), first=date(2026, 12, 25), closes=time(9, 20), on_holidays=True
    )
    orientation.planning.add(doctor.id, christmas)
    assert hours(orientation, doctor, date(2026, 12, 25)) == ["09:00"]


def test_a_closed_day_is_neither_proposed_nor_held_until_reopened(both: Orientation) -> None:
    doctor = join(both)
    series = both.planning.add(doctor.id, given(doctor, last=TUESDAY)).schedule
    assert series is not None
    request = open_request(both)
    slot = both.agenda(doctor.id, TUESDAY, 1)[0].slot_id
    assert both.planning.close_day(series, TUESDAY).done
    assert reason(lambda: both.hold(slot, request)) == "slot_withdrawn"
    assert hours(both, doctor, TUESDAY) == []
    assert proposed_days(both) == {MONDAY}
    both.planning.reopen_day(series, TUESDAY)
    assert hours(both, doctor, TUESDAY) == ["09:00", "09:20", "09:40"]
    assert both.hold(slot, request).slot_id == slot


def test_closing_a_day_names_who_is_booked_and_waits_for_a_yes(both: Orientation) -> None:
    doctor = join(both)
    series = both.planning.add(doctor.id, given(doctor)).schedule
    assert series is not None
    booked = book_on(both, TUESDAY)
    asked = both.planning.close_day(series, TUESDAY, "Odette Brunel")
    assert not asked.done
    (who,) = asked.concerned
    assert (who.initials, who.request_id, who.start) == ("E. V.", booked.request_id, booked.start)
    assert both.request(booked.request_id).booking is not None
    assert hours(both, doctor, TUESDAY) == ["09:00", "09:20", "09:40"]
    assert both.to_call_back() == ()
    done = both.planning.close_day(series, TUESDAY, "Odette Brunel", confirmed=True)
    assert done.done
    assert done.concerned == asked.concerned
    assert [one.appointment_id for one in both.to_call_back()] == [booked.appointment_id]
    assert hours(both, doctor, TUESDAY) == []


def test_a_hold_in_a_closed_day_is_given_back_without_a_question(
    orientation: Orientation, doctor: Doctor
) -> None:
    series = orientation.planning.add(doctor.id, given(doctor)).schedule
    assert series is not None
    held = hold(orientation)
    day = orientation.agenda(doctor.id, MONDAY, 1)[0].start.date()
    assert orientation.planning.close_day(series, day).done
    assert reason(lambda: orientation.confirm(held.hold_id, PATIENT)) == "hold_released"


def test_other_hours_on_one_day_keep_who_is_booked_in_both(both: Orientation) -> None:
    doctor = join(both)
    series = both.planning.add(doctor.id, given(doctor)).schedule
    assert series is not None
    booked = book_on(both, TUESDAY)
    done = both.planning.change_day(series, TUESDAY, (time(9), time(9, 40)))
    assert done.done
    assert done.concerned == ()
    assert hours(both, doctor, TUESDAY) == ["09:00", "09:20"]
    assert both.request(booked.request_id).booking is not None
    assert reason(lambda: both.planning.close_day(series, TUESDAY)) == "day_already_changed"
    assert both.planning.reopen_day(series, TUESDAY).done
    assert hours(both, doctor, TUESDAY) == ["09:00", "09:20", "09:40"]
    assert both.request(booked.request_id).booking is not None


def test_other_hours_may_not_run_into_another_series(
    orientation: Orientation, doctor: Doctor
) -> None:
    series = orientation.planning.add(doctor.id, given(doctor)).schedule
    assert series is not None
    orientation.planning.add(doctor.id, given(doctor, opens=time(10), closes=time(11)))
    with pytest.raises(ConflictError, match="10 h à 11 h"):
        orientation.planning.change_day(series, TUESDAY, (time(9), time(10, 20)))
    assert hours(orientation, doctor, TUESDAY)[:3] == ["09:00", "09:20", "09:40"]


def test_changing_a_series_keeps_the_past_and_who_still_fits(both: Orientation) -> None:
    doctor = join(both)
    series = both.planning.add(doctor.id, given(doctor)).schedule
    assert series is not None
    both.planning.close_day(series, date(2026, 11, 25))
    kept = book_on(both, THURSDAY)
    later = given(doctor, first=TUESDAY, closes=time(9, 40), seats=2)
    changed = both.planning.change(series, later)
    assert changed.done
    assert changed.concerned == ()
    assert hours(both, doctor, MONDAY) == ["09:00", "09:20", "09:40"]
    assert hours(both, doctor, TUESDAY) == ["09:00", "09:20"]
    assert hours(both, doctor, date(2026, 11, 25)) == []
    assert both.agenda(doctor.id, THURSDAY, 1)[0].seats == 2
    assert both.request(kept.request_id).booking is not None
    assert both.extend_horizon() == 0


def test_changing_the_length_of_slots_concerns_who_no_longer_fits(both: Orientation) -> None:
    doctor = join(both)
    series = both.planning.add(doctor.id, given(doctor)).schedule
    assert series is not None
    booked = book_on(both, THURSDAY)
    later = given(doctor, first=TUESDAY, slot_minutes=30)
    assert [one.appointment_id for one in both.planning.change(series, later).concerned] == [
        booked.appointment_id
    ]
    assert both.planning.change(series, later, confirmed=True).done
    assert hours(both, doctor, THURSDAY) == ["09:00", "09:30"]
    assert len(both.to_call_back()) == 1


def test_a_place_somebody_is_in_outlives_a_change_of_places(
    orientation: Orientation, doctor: Doctor
) -> None:
    series = orientation.planning.add(doctor.id, given(doctor, seats=3)).schedule
    assert series is not None
    for _ in range(2):
        book_on(orientation, TUESDAY)
    orientation.planning.change(series, given(doctor, seats=1))
    first, second, *_ = orientation.agenda(doctor.id, TUESDAY, 1)
    assert (first.seats, second.seats) == (2, 1)


def test_one_week_in_two_stays_the_same_week_when_changed(
    orientation: Orientation, doctor: Doctor
) -> None:
    new = given(doctor, weekdays=(1,), every_weeks=2)
    series = orientation.planning.add(doctor.id, new).schedule
    assert series is not None
    later = given(doctor, weekdays=(1,), every_weeks=2, first=date(2026, 12, 1), closes=time(11))
    changed = orientation.planning.change(series, later).schedule
    assert changed is not None
    assert orientation.planning.schedule(changed).valid_from == date(2026, 12, 7)


def test_a_series_ended_gives_nothing_more(both: Orientation) -> None:
    doctor = join(both)
    series = both.planning.add(doctor.id, given(doctor)).schedule
    assert series is not None
    booked = book_on(both, THURSDAY)
    asked = both.planning.end(series, TUESDAY)
    assert [one.appointment_id for one in asked.concerned] == [booked.appointment_id]
    assert both.planning.end(series, TUESDAY, confirmed=True).done
    assert proposed_days(both) == {MONDAY, TUESDAY}
    assert both.extend_horizon() == 0


def test_an_absence_is_never_proposed(both: Orientation) -> None:
    doctor = join(both)
    both.planning.add(doctor.id, given(doctor, last=TUESDAY))
    slots = both.agenda(doctor.id, TUESDAY, 1)
    both.declare_absence(doctor.id, slots[0].start, slots[-1].end)
    assert proposed_days(both) == {MONDAY}
    assert both.counts().free_slots == 0


def test_slots_of_the_same_minute_are_still_one_doctors(both: Orientation) -> None:
    doctor = join(both)
    both.planning.add(doctor.id, given(doctor))
    booked = book(both)
    assert first_slot(both, open_request(both)) != booked.slot_id
