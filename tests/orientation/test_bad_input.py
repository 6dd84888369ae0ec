"""What a hurried person, a broken client or a clock may do: each has a named answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError
from directory.territory import Territory
from orientation.model import BookingState, CancelReason
from orientation.service import Orientation
from orientation.slots import expand
from tests.orientation.team import (
    PATIENT,
    add_slots,
    first_slot,
    make_doctor,
    make_schedule,
    open_request,
)
from tests.orientation.test_moving import book, hold, reason

EndHolds = Callable[[Orientation], None]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opens": time(20), "closes": time(8)}, "closes"),  # inverted, or over midnight
        ({"opens": time(9), "closes": time(9)}, "closes"),
        ({"opens": time(22), "closes": time(0)}, "closes"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"slot_minutes": -20}, "slot_minutes"),
        ({"closes": time(9, 15), "slot_minutes": 20}, "slot_minutes"),
        ({"rule": "tous les lundis"}, "rule"),
        ({"rule": "FREQ=WEEKLY;BYDAY=LU"}, "rule"),
    ],
)
def test_an_availability_that_gives_no_slot_is_refused(
    orientation: Orientation, changes: dict[str, Any], field: str
) -> None:
    doctor = make_doctor()
    orientation.add_doctor(doctor)
    with pytest.raises(InputRefusedError) as error:
        orientation.add_schedule(make_schedule(doctor, **changes))
    assert error.value.extra["field"] == field


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [(time(10), time(11), 20), (time(9, 10), time(9, 50), 40), (time(9), time(12), 20)],
)
def test_overlapping_availabilities_never_give_a_minute_twice(
    both: Orientation, opens: time, closes: time, minutes: int
) -> None:
    doctor = add_slots(both)
    add_slots(both, doctor=doctor, opens=opens, closes=closes, slot_minutes=minutes)
    spans: list[tuple[datetime, datetime]] = []
    while (request := open_request(both)) and (found := both.proposals(request).proposals):
        slot = found[0].slot
        if slot.start.date() > date(2026, 11, 23):
            break
        both.hold(slot.slot_id, request)
        spans.append((slot.start, slot.end))
    ordered = sorted(spans)
    assert len(ordered) >= 7
    assert all(one[1] <= other[0] for one, other in zip(ordered, ordered[1:], strict=False))


@pytest.mark.parametrize(
    ("day", "opens", "closes", "expected"),
    [
        # spring: 2:00 to 3:00 does not exist
        (date(2027, 3, 28), time(2), time(3), []),
        (date(2027, 3, 28), time(2, 30), time(4), ["01:00", "01:30"]),
        (date(2027, 3, 28), time(1), time(3), ["00:00", "00:30"]),
        # autumn: 2:00 to 3:00 comes twice, the first one is meant
        (date(2026, 10, 25), time(2), time(3), ["00:00", "00:30"]),
        (date(2026, 10, 25), time(1), time(3, 30), ["23:00", "23:30", "00:00", "00:30", "02:00"]),
        # the last slot of a day stops at the last minute of the wall
        (date(2026, 11, 24), time(23), time(23, 59), ["22:00"]),
    ],
)
def test_slots_of_a_night_when_clocks_change(
    territory: Territory, day: date, opens: time, closes: time, expected: list[str]
) -> None:
    schedule = make_schedule(
        make_doctor(), rule="FREQ=DAILY", opens=opens, closes=closes, slot_minutes=30
    )
    found = expand(schedule, territory, day, day)
    assert [f"{span.start:%H:%M}" for span in found] == expected
    assert all(span.end - span.start == timedelta(minutes=30) for span in found)


def test_a_machine_clock_that_jumps_ends_no_hold(both: Orientation, clock: FixedClock) -> None:
    """Expiry is the store's alone: a process whose clock is wrong by a week changes nothing."""
    add_slots(both)
    early, late = hold(both), hold(both)
    now = clock()
    clock.set(now - timedelta(days=7))
    assert both.confirm(early.hold_id, PATIENT).slot_id == early.slot_id
    clock.set(now + timedelta(days=7))
    assert both.confirm(late.hold_id, PATIENT).slot_id == late.slot_id


def test_a_machine_clock_that_jumps_revives_no_hold(
    both: Orientation, clock: FixedClock, end_holds: EndHolds
) -> None:
    add_slots(both)
    held = hold(both)
    end_holds(both)
    clock.set(datetime(2020, 1, 1, tzinfo=UTC))
    assert reason(lambda: both.extend(held.hold_id)) == "hold_expired"
    assert reason(lambda: both.confirm(held.hold_id, PATIENT)) == "hold_expired"


def test_one_key_means_one_body_for_every_transition(both: Orientation, clock: FixedClock) -> None:
    add_slots(both)
    first, second = hold(both), hold(both)
    both.extend(first.hold_id, "clé")
    old, other = book(both), book(both)
    slot, another = (one.slot.slot_id for one in both.proposals(open_request(both)).proposals[:2])
    moved = both.move(old.appointment_id, slot, "clé")
    clock.set(moved.start + timedelta(hours=2))
    states = (BookingState.HONOURED, BookingState.NO_SHOW)
    both.settle(moved.appointment_id, states[0], "clé")
    calls: list[Callable[[], object]] = [
        lambda: both.extend(second.hold_id, "clé"),
        lambda: both.move(old.appointment_id, another, "clé"),
        lambda: both.move(other.appointment_id, slot, "clé"),
        lambda: both.settle(moved.appointment_id, states[1], "clé"),
        lambda: both.settle(other.appointment_id, states[0], "clé"),
    ]
    for call in calls:
        with pytest.raises(ConflictError) as error:
            call()
        assert (error.value.status, error.value.extra["reason"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize(
    "url",
    [
        "http://visio.example/salle",
        "visio.example",
        "https://",
        "javascript:alert(1)",
        "https://moi:secret@visio.example/",
        "https://visio.example/salle 1",
        'https://visio.example/"onload=',
        "https://visio.example/\nx",
        "https://visio.example:port/",
        "https://visio.example/" + "a" * 500,
    ],
)
def test_a_room_is_a_plain_https_address(orientation: Orientation, url: str) -> None:
    with pytest.raises(InputRefusedError):
        orientation.add_doctor(make_doctor(video_url=url))
    doctor = make_doctor()
    orientation.add_doctor(doctor)
    with pytest.raises(InputRefusedError):
        orientation.set_video_url(doctor.id, url)


def test_a_room_is_changed_and_taken_away(orientation: Orientation) -> None:
    doctor = add_slots(orientation)
    orientation.set_video_url(doctor.id, " https://visio.example/salle ")
    assert orientation.doctors()[0].video_url == "https://visio.example/salle"
    orientation.set_video_url(doctor.id, "")
    assert orientation.doctors()[0].video_url == ""


def test_a_cancelled_appointment_leaves_no_way_back(both: Orientation) -> None:
    add_slots(both)
    appointment = book(both)
    slot = first_slot(both, open_request(both))
    both.cancel(appointment.appointment_id, CancelReason.PATIENT)
    assert reason(lambda: both.move(appointment.appointment_id, slot)) == "not_confirmed"
    assert reason(lambda: both.confirm(appointment.appointment_id, PATIENT)) == "hold_released"
    assert reason(lambda: both.extend(appointment.appointment_id)) == "hold_released"
