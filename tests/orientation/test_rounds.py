"""Rounds of home visits, case by case, then against every order there is."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.model import Point
from directory.territory import Rounds
from orientation.rounds import (
    Round,
    Visit,
    at_their_hours,
    follow,
    is_feasible,
    plan_round,
    straight_line,
)

TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CACHAN = Point(lat=48.79161, lon=2.33153)
FRESNES = Point(lat=48.75713, lon=2.32613)
RUNGIS = Point(lat=48.74948, lon=2.35282)
POLICY = Rounds()
TRAVEL = straight_line(POLICY)


def visit(number: int, after: int, until: int, point: Point | None, minutes: int = 20) -> Visit:
    """A visit between two minutes after ten."""
    return Visit(
        id=UUID(int=number),
        minutes=minutes,
        earliest=TEN + timedelta(minutes=after),
        latest=TEN + timedelta(minutes=until),
        point=point,
    )


def order(found: Round | None) -> list[int]:
    assert found is not None
    return [stop.visit.id.int for stop in found.stops]


def test_travel_is_symmetrical_and_counts_the_detour() -> None:
    there = TRAVEL(CACHAN, RUNGIS)
    assert there == TRAVEL(RUNGIS, CACHAN)
    assert there == 16  # 4.94 km × 1.3 at 25 km/h: 15.4 minutes, whole minutes up
    assert straight_line(Rounds(speed_kmh=50))(CACHAN, RUNGIS) == 8


def test_travel_costs_something_in_one_commune_or_to_an_unknown_point() -> None:
    assert TRAVEL(CACHAN, CACHAN) == TRAVEL(CACHAN, None) == TRAVEL(None, None) == 5


def test_no_visit_is_an_empty_round() -> None:
    found = plan_round(CACHAN, [], TRAVEL)
    assert found == Round(stops=())
    assert found.leaves is None


def test_one_visit_is_reached_from_the_practice() -> None:
    found = plan_round(CACHAN, [visit(1, 0, 30, RUNGIS)], TRAVEL)
    assert found is not None
    [stop] = found.stops
    assert (stop.start, stop.end) == (TEN, TEN + timedelta(minutes=20))
    assert found.leaves == TEN - timedelta(minutes=16)
    assert found.travel_minutes == 16


def test_next_visit_starts_once_the_doctor_is_there() -> None:
    visits = [visit(2, 30, 60, RUNGIS), visit(1, 0, 30, CACHAN)]
    found = plan_round(CACHAN, visits, TRAVEL)
    assert order(found) == [1, 2]
    assert found is not None
    assert found.stops[1].start == TEN + timedelta(minutes=36)


def test_visit_too_far_from_the_one_before_has_no_round() -> None:
    visits = [visit(1, 0, 20, CACHAN), visit(2, 20, 50, RUNGIS)]
    assert plan_round(CACHAN, visits, TRAVEL) is None
    assert not is_feasible(CACHAN, visits, TRAVEL)
    shown = at_their_hours(CACHAN, visits, TRAVEL)
    assert [stop.start for stop in shown.stops] == [TEN, TEN + timedelta(minutes=20)]
    assert [stop.travel_minutes for stop in shown.stops] == [5, 16]


def test_visit_longer_than_its_window_has_no_round() -> None:
    long = [visit(1, 0, 15, CACHAN), visit(2, 0, 90, CACHAN)]
    assert plan_round(CACHAN, long, TRAVEL) is None


def test_shared_window_is_travelled_the_shortest_way() -> None:
    visits = [visit(1, 0, 180, RUNGIS), visit(2, 0, 180, CACHAN), visit(3, 0, 180, FRESNES)]
    assert order(plan_round(CACHAN, visits, TRAVEL)) == [2, 3, 1]


def test_a_visit_that_opens_first_may_be_made_last() -> None:
    visits = [visit(1, 0, 120, CACHAN), visit(2, 5, 30, RUNGIS)]
    assert follow(None, visits, TRAVEL) is None
    assert order(plan_round(None, visits, TRAVEL)) == [2, 1]
    assert is_feasible(None, visits, TRAVEL)


def test_too_many_visits_for_one_window_have_no_round() -> None:
    visits = [visit(number, 0, 60, CACHAN) for number in range(3)]
    assert plan_round(CACHAN, visits, TRAVEL) is None
    assert not is_feasible(CACHAN, visits, TRAVEL)


def test_order_of_the_question_changes_nothing() -> None:
    points = (RUNGIS, CACHAN, FRESNES, RUNGIS)
    visits = [visit(number, 0, 180, point) for number, point in enumerate(points)]
    found = {str(plan_round(None, told, TRAVEL)) for told in permutations(visits)}
    assert len(found) == 1


@pytest.mark.parametrize(("slot", "minutes"), [(30, 20), (20, 15), (45, 45)])
def test_length_of_a_visit_follows_its_slot(slot: int, minutes: int) -> None:
    assert POLICY.minutes_of(slot) == minutes


@st.composite
def some_visits(draw: st.DrawFn) -> list[Visit]:
    near = st.builds(Point, lat=st.floats(48.74, 48.80), lon=st.floats(2.30, 2.38))
    visits = []
    for number in range(draw(st.integers(1, 5))):
        after, minutes = 10 * draw(st.integers(0, 12)), draw(st.sampled_from((10, 15, 20)))
        length = draw(st.sampled_from((20, 30, 60, 120)))
        point = draw(st.none() | near)
        visits.append(visit(number, after, after + length, point, minutes))
    return visits


def best(start: Point, visits: Sequence[Visit]) -> Round | None:
    found = (follow(start, one, TRAVEL) for one in permutations(visits))
    return min(
        (one for one in found if one is not None),
        key=lambda one: one.travel_minutes,
        default=None,
    )


@settings(max_examples=150, deadline=None)
@given(some_visits())
def test_round_respects_windows_and_travel_and_is_the_best(visits: list[Visit]) -> None:
    found, expected = plan_round(CACHAN, visits, TRAVEL), best(CACHAN, visits)
    assert is_feasible(CACHAN, visits, TRAVEL) == (expected is not None)
    if found is None or expected is None:
        assert found == expected
        return
    assert sorted(order(found)) == sorted(one.id.int for one in visits)
    assert found.travel_minutes == expected.travel_minutes
    assert found.stops[0].travel_minutes == TRAVEL(CACHAN, found.stops[0].visit.point)
    for stop in found.stops:
        assert stop.visit.earliest <= stop.start
        assert stop.end == stop.start + timedelta(minutes=stop.visit.minutes)
        assert stop.end <= stop.visit.latest
    for before, after in pairwise(found.stops):
        minutes = TRAVEL(before.visit.point, after.visit.point)
        assert after.travel_minutes == minutes
        assert after.start - before.end >= timedelta(minutes=minutes)
