"""The demonstration's agenda: whole, repeatable, and never empty in a whole year."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from directory.base.clock import FixedClock
from directory.territory import Territory
from orientation.calendar import holiday_name
from orientation.demo import TEAM_SIZE, demo_schedules, seed_team
from orientation.model import Mobility, Mode, Span, Team
from orientation.service import Orientation
from orientation.slots import expand
from tests.orientation.conftest import Open
from tests.orientation.seeking.people import declare_places
from tests.orientation.team import CACHAN, RUNGIS, open_request

WANTED = 10
TWO_DAYS = timedelta(hours=48)


@dataclass(frozen=True)
class Known:
    rpps: str
    family: str
    given: str
    insee: str


def test_the_team_is_six_and_five_and_seeding_again_changes_nothing(
    orientation: Orientation,
) -> None:
    team = seed_team(orientation)
    before = orientation.counts()
    assert seed_team(orientation) == team
    assert orientation.counts() == before
    parts = [doctor.team for doctor in orientation.doctors()]
    assert (parts.count(Team.TITULAIRE), parts.count(Team.ADJOINT)) == (6, 5)
    assert all(doctor.demo for doctor in orientation.doctors())


def test_two_doctors_take_new_patients_and_seeding_again_keeps_what_they_say(
    orientation: Orientation,
) -> None:
    team = seed_team(orientation)
    takers = [doctor for doctor in team if doctor.accepts_new]
    assert set(orientation.seeking.offers()) == {doctor.id for doctor in takers}
    declare_places(orientation.seeking, takers[0], 1)
    seed_team(orientation)
    assert orientation.seeking.offers()[takers[0].id].places_left == 1


def test_the_team_is_taken_among_the_directorys_doctors(
    orientation: Orientation, territory: Territory
) -> None:
    known = [
        Known(f"1000000{n:04}", f"NOM{n}", "Camille", territory.communes[n % 5]) for n in range(30)
    ]
    seed_team(orientation, known)
    team = orientation.doctors()
    assert {doctor.rpps for doctor in team} <= {who.rpps for who in known}
    assert {doctor.places[0].insee for doctor in team} == set(territory.communes)


def test_too_few_known_doctors_are_not_enough_for_a_team(orientation: Orientation) -> None:
    seed_team(orientation, [Known("10000000001", "SEUL", "Camille", CACHAN)])
    assert len(orientation.doctors()) == TEAM_SIZE


def test_no_doctor_is_expected_in_two_places(
    orientation: Orientation, territory: Territory
) -> None:
    team = seed_team(orientation)
    for doctor in team:
        spans = [
            span
            for schedule in demo_schedules(team)
            if schedule.doctor == doctor.id
            for span in expand(schedule, territory, date(2026, 11, 23), date(2026, 12, 6))
        ]
        ordered = sorted(spans, key=lambda span: span.start)
        assert all(one.end <= other.start for one, other in pairwise(ordered))


@pytest.mark.parametrize("year", [2026, 2027])
def test_at_any_moment_of_a_year_ten_single_slots_are_near(
    orientation: Orientation, territory: Territory, year: int
) -> None:
    """Every four hours of the year: within 48 hours, or on the next two working days."""
    starts = sorted(span.start for span in single_spans(orientation, territory, year))
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        within = count_between(starts, moment, moment + TWO_DAYS)
        if within < WANTED:
            assert is_by_a_holiday(territory, moment), f"{within} créneaux le {moment}"
            until = end_of_next_working_day(territory, moment)
            within = count_between(starts, moment, until)
        assert within >= WANTED, moment
        moment += timedelta(hours=4)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 4, 30, 20, 30, tzinfo=UTC),  # before 1 May, a Friday
        datetime(2026, 12, 24, 19, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 18, 30, tzinfo=UTC),
        datetime(2026, 10, 24, 20, 0, tzinfo=UTC),  # the night clocks go back
        datetime(2027, 3, 27, 20, 0, tzinfo=UTC),  # Easter week-end, clocks go forward
    ],
)
def test_a_caller_always_gets_three_proposals(
    open_agenda: Open, clock: FixedClock, moment: datetime
) -> None:
    clock.set(moment)
    orientation = open_agenda()
    seed_team(orientation)
    for mobility, commune in ((Mobility.TRAVEL, CACHAN), (Mobility.HOME, RUNGIS)):
        request = open_request(orientation, mobility=mobility, commune=commune)
        found = orientation.proposals(request).proposals
        assert len(found) == 3
        assert all(proposal.reasons for proposal in found)
        assert len({(one.slot.doctor.id, one.slot.start) for one in found}) == 3
        assert len({one.slot.doctor.id for one in found}) > 1 or mobility is Mobility.HOME


def test_ranges_take_several_patients(orientation: Orientation) -> None:
    schedules = demo_schedules(seed_team(orientation))
    assert {schedule.mode for schedule in schedules if schedule.seats > 1} == {Mode.CABINET}


def single_spans(orientation: Orientation, territory: Territory, year: int) -> list[Span]:
    return [
        span
        for schedule in demo_schedules(seed_team(orientation))
        if schedule.seats == 1
        for span in expand(schedule, territory, date(year, 1, 1), date(year + 1, 1, 10))
    ]


def count_between(starts: list[datetime], first: datetime, last: datetime) -> int:
    return bisect_left(starts, last) - bisect_right(starts, first)


def is_by_a_holiday(territory: Territory, moment: datetime) -> bool:
    days = [moment.date() + timedelta(days=n) for n in range(3)]
    return any(holiday_name(territory, day) for day in days)


def end_of_next_working_day(territory: Territory, moment: datetime) -> datetime:
    day = moment.astimezone(territory.zone).date() + timedelta(days=1)
    while day.weekday() == 6 or holiday_name(territory, day):
        day += timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=territory.zone)
