"""Recurring availability: wall-clock rules, holidays, daylight saving, and never twice."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.territory import Territory
from orientation import tables
from orientation.model import Span
from orientation.service import Orientation
from orientation.slots import expand
from tests.orientation.conftest import Open
from tests.orientation.team import add_slots, make_doctor, make_schedule

DOCTOR = make_doctor()


def spans(territory: Territory, first: date, last: date, **changes: Any) -> list[Span]:
    return expand(make_schedule(DOCTOR, **changes), territory, first, last)


def hours(territory: Territory, found: list[Span]) -> list[str]:
    return [f"{span.start.astimezone(territory.zone):%d/%m %H:%M}" for span in found]


def test_a_window_is_cut_in_whole_slots(territory: Territory) -> None:
    day = date(2026, 11, 24)
    found = spans(territory, day, day, opens=time(9), closes=time(10, 5), slot_minutes=20)
    assert hours(territory, found) == ["24/11 09:00", "24/11 09:20", "24/11 09:40"]
    assert all(span.end - span.start == timedelta(minutes=20) for span in found)


@pytest.mark.parametrize("change", [date(2026, 10, 25), date(2027, 3, 28)])
def test_hours_stay_on_the_wall_when_clocks_change(territory: Territory, change: date) -> None:
    found = spans(
        territory,
        change - timedelta(days=1),
        change + timedelta(days=1),
        rule="FREQ=DAILY",
        closes=time(9, 20),
    )
    assert [text[-5:] for text in hours(territory, found)] == ["09:00", "09:00"] + ["09:00"] * (
        change != date(2027, 3, 28)
    )  # 29 March 2027 is Easter Monday
    assert found[0].start.hour != found[1].start.hour


def test_the_hour_that_spring_skips_gives_no_slot(territory: Territory) -> None:
    day = date(2027, 3, 28)
    found = spans(
        territory, day, day, rule="FREQ=DAILY", opens=time(1), closes=time(4), slot_minutes=30
    )
    assert hours(territory, found) == ["28/03 01:00", "28/03 01:30", "28/03 03:00", "28/03 03:30"]
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))


def test_the_hour_that_autumn_repeats_is_used_once(territory: Territory) -> None:
    day = date(2026, 10, 25)
    found = spans(
        territory, day, day, rule="FREQ=DAILY", opens=time(1), closes=time(4), slot_minutes=30
    )
    assert len(found) == len({span.start for span in found}) == 6
    assert found[2].start == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # the first 2 o'clock


def test_public_holidays_are_skipped(territory: Territory) -> None:
    found = spans(territory, date(2026, 4, 30), date(2026, 5, 4), closes=time(9, 20))
    assert hours(territory, found) == ["30/04 09:00", "04/05 09:00"]


def test_alsace_moselle_has_its_own_holidays(territory: Territory) -> None:
    moselle = territory.model_copy(update={"holidays_subdivision": "57"})
    saint_stephen = date(2028, 12, 26)
    assert spans(territory, saint_stephen, saint_stephen)
    assert not spans(moselle, saint_stephen, saint_stephen)


def test_a_schedule_ends(territory: Territory) -> None:
    found = spans(
        territory,
        date(2026, 11, 23),
        date(2026, 11, 27),
        valid_from=date(2026, 11, 24),
        valid_to=date(2026, 11, 25),
        closes=time(9, 20),
    )
    assert hours(territory, found) == ["24/11 09:00", "25/11 09:00"]


def test_one_week_in_two(territory: Territory) -> None:
    found = spans(
        territory,
        date(2026, 11, 23),
        date(2026, 12, 13),
        rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        valid_from=date(2026, 11, 23),
        closes=time(9, 20),
    )
    assert hours(territory, found) == ["23/11 09:00", "07/12 09:00"]


def test_the_horizon_is_extended_once_and_moves_with_time(
    orientation: Orientation, clock: FixedClock
) -> None:
    add_slots(orientation)
    assert orientation.extend_horizon() == 0
    clock.set(clock() + timedelta(days=1))
    assert orientation.extend_horizon() == 9


def test_two_processes_extend_the_same_horizon(open_agenda: Open, clock: FixedClock) -> None:
    first = open_agenda()
    add_slots(first, seats=2)
    second = open_agenda()
    clock.set(clock() + timedelta(days=1))
    assert first.extend_horizon() + second.extend_horizon() == 9
    with first.database.read() as connection:
        slots = connection.execute(sa.select(sa.func.count()).select_from(tables.slot)).scalar_one()
        seats = connection.execute(sa.select(sa.func.count()).select_from(tables.seat)).scalar_one()
    assert seats == 2 * slots


def test_slots_reach_the_horizon_and_no_further(orientation: Orientation) -> None:
    add_slots(orientation)
    with orientation.database.read() as connection:
        last = connection.execute(sa.select(sa.func.max(tables.slot.c.starts))).scalar_one()
    assert last.date() == date(2026, 11, 30)


@pytest.mark.parametrize("change", [date(2026, 10, 25), date(2027, 10, 31)])
def test_a_slot_in_the_hour_that_comes_twice_is_in_the_first(
    territory: Territory, change: date
) -> None:
    (slot,) = spans(
        territory,
        change,
        change,
        rule="FREQ=DAILY;COUNT=1",
        valid_from=change,
        opens=time(2),
        closes=time(3),
        slot_minutes=60,
    )
    assert slot.start == datetime(change.year, change.month, change.day, tzinfo=UTC)
    assert slot.end - slot.start == timedelta(hours=1)


@pytest.mark.parametrize(
    "change", [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]
)
def test_a_weekly_series_keeps_its_hours_through_each_change(
    territory: Territory, change: date
) -> None:
    found = spans(
        territory,
        change - timedelta(days=7),
        change + timedelta(days=7),
        rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=SU",
        valid_from=date(2026, 1, 1),
        closes=time(9, 20),
        on_holidays=True,
    )
    assert [text[-5:] for text in hours(territory, found)] == ["09:00"] * 3
    apart = [later.start - one.start for one, later in zip(found, found[1:], strict=False)]
    hour = timedelta(hours=-1 if change.month == 3 else 1)
    assert apart == [timedelta(days=7) + hour, timedelta(days=7)]


def test_closed_days_and_open_holidays_are_the_series_own(territory: Territory) -> None:
    first, last = date(2026, 4, 30), date(2026, 5, 4)
    schedule = make_schedule(DOCTOR, closes=time(9, 20), on_holidays=True)
    assert hours(territory, expand(schedule, territory, first, last)) == [
        "30/04 09:00",
        "01/05 09:00",
        "04/05 09:00",
    ]
    left = expand(schedule, territory, first, last, closed=[date(2026, 5, 1)])
    assert hours(territory, left) == ["30/04 09:00", "04/05 09:00"]
