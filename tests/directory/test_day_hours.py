"""Open now, until when, and when next: exceptions, nights, holidays, closed days, clock changes."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from directory.day_hours import OpenNow, day_spans, open_now
from directory.model import ON_HOLIDAYS, OpeningHours
from directory.openings import openings, weekly_mark

MONDAY = dt.date(2026, 11, 23)
WEEK = (0, 1, 2, 3, 4)


def at(hour: int, minute: int = 0, day: int = 0) -> dt.datetime:
    return dt.datetime.combine(MONDAY + dt.timedelta(day), dt.time(hour, minute))


def rule(opens: str = "09:00", closes: str = "18:00", days: tuple[int, ...] = WEEK) -> OpeningHours:
    return OpeningHours(days=days, opens=opens, closes=closes)


def never(_: dt.date) -> bool:
    return False


def test_no_hours_say_nothing() -> None:
    assert open_now((), at(10), never) is None


def test_open_until_the_evening_and_closed_until_the_morning() -> None:
    assert open_now([rule()], at(10), never) == OpenNow(is_open=True, until=at(18))
    assert open_now([rule()], at(18), never) == OpenNow(is_open=False, opens=at(9, day=1))
    assert open_now([rule()], at(17, 59), never) == OpenNow(is_open=True, until=at(18))


def test_a_break_is_a_closure_and_spans_that_touch_are_one() -> None:
    split = [rule(closes="12:00"), rule("14:00", "18:00")]
    assert open_now(split, at(13), never) == OpenNow(is_open=False, opens=at(14))
    touching = [rule(closes="12:00"), rule("12:00", "18:00")]
    assert open_now(touching, at(10), never) == OpenNow(is_open=True, until=at(18))


def test_a_night_ends_the_next_day() -> None:
    night = [rule("20:00", "06:00", days=(6,))]
    assert open_now(night, at(3), never) == OpenNow(is_open=True, until=at(6))


def test_friday_evening_opens_on_monday() -> None:
    assert open_now([rule()], at(19, day=4), never) == OpenNow(is_open=False, opens=at(9, day=7))


def test_what_never_opens_is_closed() -> None:
    assert open_now([OpeningHours(closed=True)], at(10), never) == OpenNow(is_open=False)


def test_a_dated_closure_wins_over_the_week() -> None:
    shut = OpeningHours(valid_from=MONDAY, valid_to=MONDAY + dt.timedelta(1), closed=True)
    found = open_now([rule(), shut], at(10), never)
    assert found == OpenNow(is_open=False, opens=at(9, day=2))


def test_a_closed_afternoon_leaves_the_morning() -> None:
    shut = OpeningHours(
        valid_from=MONDAY, valid_to=MONDAY, opens="12:00", closes="18:00", closed=True
    )
    assert day_spans([rule(), shut], MONDAY) == [(9 * 60, 12 * 60)]


def test_an_exceptional_opening_replaces_the_hours_of_its_day() -> None:
    sunday = MONDAY + dt.timedelta(6)
    special = OpeningHours(valid_from=sunday, valid_to=sunday, opens="10:00", closes="12:00")
    assert day_spans([rule(), special], sunday) == [(600, 720)]
    assert day_spans([rule(), special], MONDAY) == [(540, 1080)]


def test_a_season_holds_in_its_time_only() -> None:
    summer = OpeningHours(
        days=WEEK,
        opens="07:00",
        closes="20:00",
        valid_from=dt.date(2026, 5, 1),
        valid_to=dt.date(2026, 9, 30),
    )
    assert day_spans([summer], MONDAY) == []
    assert day_spans([summer], dt.date(2026, 6, 1)) == [(420, 1200)]


def test_a_holiday_is_open_only_to_what_says_so() -> None:
    assert day_spans([rule()], MONDAY, lambda _: True) == []
    told = rule("09:00", "12:00", days=(6, ON_HOLIDAYS))
    assert day_spans([rule(), told], MONDAY, lambda _: True) == [(540, 720)]


def test_hours_nobody_can_read_are_no_hours() -> None:
    assert day_spans([rule("matin", "soir")], MONDAY) == []


spans = st.tuples(st.integers(0, 287), st.integers(0, 287)).filter(lambda pair: pair[0] != pair[1])
weeks = st.lists(st.tuples(st.sets(st.integers(0, 6), min_size=1), spans), min_size=1, max_size=4)


@given(weeks, st.integers(0, 6), st.integers(0, 287))
def test_the_card_and_the_filter_agree(
    told: list[tuple[set[int], tuple[int, int]]], day: int, slot: int
) -> None:
    """« Ouvert maintenant » is looked up in the index: what it finds must not be said closed."""
    hours = [
        rule(
            f"{first * 5 // 60:02}:{first * 5 % 60:02}",
            f"{last * 5 // 60:02}:{last * 5 % 60:02}",
            tuple(sorted(days)),
        )
        for days, (first, last) in told
    ]
    marks = openings(hours)
    found = open_now(hours, at(slot * 5 // 60, slot * 5 % 60, day), never)
    assert marks is not None
    assert found is not None
    moment = MONDAY + dt.timedelta(day)
    assert found.is_open is (weekly_mark(moment, slot * 5) in marks.marks)
