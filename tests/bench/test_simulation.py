"""The simulated season: one ending per call, a bound nobody beats, the same agenda as the store."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

import bench.simulation
from bench.simulated.agenda import Agenda
from bench.simulated.bound import clairvoyant
from bench.simulated.calls import Call, make_calls
from bench.simulated.comparison import BOUND, best, table
from bench.simulated.figures import figures, gini
from bench.simulated.hypotheses import SCENARIOS, TABLE
from bench.simulated.policies import (
    SHIPPED,
    choosers,
    first_free,
    nearest,
    routed,
    sas_distance,
    sas_random,
    shipped_policy,
)
from bench.simulated.replay import Ending, Outcome, answer, replay
from bench.simulated.store import choices, replay_in_store
from bench.simulated.world import World, build_world, slots_of
from bench.simulation import hypotheses, main
from directory.base.database import open_database
from orientation import tables
from orientation.costs import delay_class, distance_km, obstacle
from orientation.lanes import milliseconds
from orientation.model import BookingState, Candidate, Mobility, Mode, Team
from orientation.store import SPEC

DAYS = 6
BOUNDED = ("seen_24h", "seen_48h", "visits_48h")
ROOT = Path(__file__).parent.parent.parent


@cache
def season(
    scenario: str = "ordinaire", seed: int = 1, days: int = DAYS
) -> tuple[World, list[Call]]:
    world = build_world(scenario, seed, days)
    return world, make_calls(world, scenario, seed)


@cache
def outcomes_of(scenario: str, name: str) -> list[Outcome]:
    world, calls = season(scenario)
    return replay(world, calls, choosers(1, orders=True)[name])


def possible(call: Call, slots: Sequence[Candidate]) -> list[Candidate]:
    return [
        slot
        for slot in slots
        if slot.start > call.at and obstacle(call.need, slot.doctor, slot.mode) is None
    ]


def test_the_same_seed_gives_the_same_season() -> None:
    world, calls = season.__wrapped__(days=3)
    again, same = season.__wrapped__(days=3)

    assert (world.doctors, world.schedules, calls) == (again.doctors, again.schedules, same)
    for name in (SHIPPED, "sas-hasard"):
        first, second = choosers(1, orders=False)[name], choosers(1, orders=False)[name]
        assert choices(replay(world, calls, first)) == choices(replay(again, same, second))
    assert calls != season(seed=2, days=3)[1]


def test_more_days_only_add_calls() -> None:
    calls = season(days=2)[1]

    assert [call.at for call in season(days=5)[1]][: len(calls)] == [call.at for call in calls]


@pytest.mark.parametrize("name", choosers(1, orders=True))
@pytest.mark.parametrize("scenario", ["ordinaire", "crise"])
def test_every_call_ends_once_and_no_place_is_given_twice(scenario: str, name: str) -> None:
    world, calls = season(scenario)
    slots = {slot.slot_id for slot in slots_of(world)}

    outcomes = outcomes_of(scenario, name)
    found = figures(world, outcomes)

    given = [one.slot for one in outcomes if one.slot]
    assert [one.call.number for one in outcomes] == list(range(len(calls)))
    assert sum(found[ending.value] for ending in Ending) == found["calls"] == len(calls)
    assert found["seen"] + found["no_show"] == len(given) > 0
    assert len({slot.slot_id for slot in given}) == len(given)
    assert {slot.slot_id for slot in given} <= slots
    for one in outcomes:
        if one.slot:
            assert one.slot in possible(one.call, [one.slot])
            assert one.slot.start - one.call.at <= one.call.patience


def test_a_place_cannot_be_booked_twice() -> None:
    world, _ = season(days=1)
    agenda = Agenda(world)
    slot = next(slots_of(world))
    agenda.book(slot)

    with pytest.raises(ValueError, match="déjà pris"):
        agenda.book(slot)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_beats_the_bound(scenario: str) -> None:
    world, calls = season(scenario)
    bound = clairvoyant(world, calls)
    everyone = scenario in ("ordinaire", "crise")

    assert 0 < bound["seen_24h"] <= bound["seen_48h"] < 1
    for name in choosers(1, orders=everyone):
        reached = figures(world, outcomes_of(scenario, name))
        assert [key for key in BOUNDED if reached[key] > bound[key]] == []


def test_the_bound_is_the_largest_matching() -> None:
    world, calls = season("pénurie")
    slots = list(slots_of(world))
    two_days = timedelta(hours=48)
    wishes = [
        [slot.slot_id for slot in possible(call, slots) if slot.start - call.at <= two_days]
        for call in calls
        if not call.absent
    ]
    holders: dict[object, int] = {}

    def place(n: int, tried: set[object]) -> bool:
        for key in wishes[n]:
            if key not in tried:
                tried.add(key)
                if key not in holders or place(holders[key], tried):
                    holders[key] = n
                    return True
        return False

    most = sum(place(n, set()) for n in range(len(wishes)))

    assert clairvoyant(world, calls)["seen_48h"] == most / len(calls)
    assert most < len(wishes)


def test_each_yardstick_does_what_its_name_says() -> None:
    world, calls = season()
    slots = list(slots_of(world))
    last = datetime.combine(world.scenario.first, time.min, tzinfo=UTC) + timedelta(days=5)
    view_of = Agenda(world).at
    for call in [call for call in calls if call.at < last]:
        can, view, now = possible(call, slots), view_of(call.at), milliseconds(call.at)

        def cost(slot: Candidate, call: Call = call, now: int = now) -> tuple[int, float]:
            away = distance_km(call.need, slot)
            late = delay_class(call.need, milliseconds(slot.start), now)
            return late, float("inf") if away is None else away

        assert first_free(call, view)[0].start == min(slot.start for slot in can)
        assert cost(nearest(call, view)[0]) == min(map(cost, can))


def test_first_free_is_not_the_shipped_policy() -> None:
    world, calls = season()
    view_of, ours = Agenda(world).at, routed(shipped_policy())
    pairs = [
        (ours(call, view_of(call.at))[0], first_free(call, view_of(call.at))[0]) for call in calls
    ]

    apart = [(our, first) for our, first in pairs if our != first]
    assert len(calls) / 10 < len(apart)
    assert all(our.start > first.start for our, first in apart)


@pytest.mark.parametrize("choose", [sas_distance, sas_random(1)])
def test_the_national_order(choose: Callable[..., list[Candidate]]) -> None:
    world, calls = season()
    slots, zone = list(slots_of(world)), world.territory.zone
    view_of, seen = Agenda(world).at, 0
    for call in calls:
        shown = (call.at.astimezone(zone) + timedelta(days=2)).date()
        asked = (
            Mode(call.need.mobility) if call.need.mobility is not Mobility.TRAVEL else Mode.CABINET
        )
        can = [
            slot
            for slot in possible(call, slots)
            if slot.mode is asked and slot.start.astimezone(zone).date() <= shown
        ]
        offered = choose(call, view_of(call.at))
        if can:
            seen += 1
            parts = [slot.doctor.team is not Team.TITULAIRE for slot in offered]
            earliest = {
                slot.doctor.id: slot.start for slot in sorted(can, key=_start, reverse=True)
            }
            assert parts == sorted(parts)
            assert parts[0] is all(slot.doctor.team is not Team.TITULAIRE for slot in can)
            assert all(slot.start == earliest[slot.doctor.id] for slot in offered)
    assert seen > len(calls) / 2


def _start(slot: Candidate) -> datetime:
    return slot.start


def test_random_national_order_depends_on_the_call() -> None:
    world, calls = season()
    view_of = Agenda(world).at
    first = {
        slots[0].doctor.id
        for call in calls
        if call.need.mobility is Mobility.TRAVEL
        and (slots := sas_random(1)(call, view_of(call.at)))
    }

    assert len(first) > 3


def test_callers_take_the_first_slot_that_suits_them() -> None:
    world, calls = season()
    call = next(one for one in calls if one.need.mobility is Mobility.TRAVEL and not one.absent)
    can = sorted(possible(call, list(slots_of(world))), key=_start)
    near, far = can[:2]
    late = _starting(near, call.at + call.patience + timedelta(minutes=1))
    easy, hard = _declining(call, False), _declining(call, True)

    assert answer(easy, []) == Outcome(easy, Ending.NOTHING)
    assert answer(easy, [late, near]).slot == near
    assert answer(easy, [late]).ending is Ending.TOO_LATE
    assert answer(hard, [near]).ending is Ending.DECLINED
    assert answer(hard, [near, far]).slot == far
    assert answer(_declining(call, False, absent=True), [near]).ending is Ending.NO_SHOW


def _starting(slot: Candidate, start: datetime) -> Candidate:
    return Candidate(
        slot_id=slot.slot_id,
        start=start,
        end=start + (slot.end - slot.start),
        mode=slot.mode,
        places_left=1,
        doctor=slot.doctor,
        place=slot.place,
    )


def _declining(call: Call, first: bool, *, absent: bool = False) -> Call:
    return Call(
        number=call.number,
        at=call.at,
        need=call.need,
        lives=call.lives,
        declines=(first, False, False),
        absent=absent,
    )


def test_the_team_is_the_one_of_the_project() -> None:
    world, _ = season(days=7)
    slots = sorted(slots_of(world), key=lambda slot: (str(slot.doctor.id), slot.start))
    week = world.scenario.first + timedelta(days=7)
    offered = Counter(slot.doctor.id for slot in slots if slot.start.date() < week)

    assert Counter(doctor.team for doctor in world.doctors) == {Team.TITULAIRE: 6, Team.ADJOINT: 5}
    assert all(offered[doctor.id] == doctor.weekly_capacity for doctor in world.doctors)
    assert all(
        one.end <= other.start for one, other in pairwise(slots) if one.doctor.id == other.doctor.id
    )
    assert len(build_world("pénurie", 1, 7).doctors) == 6


def test_no_two_slots_are_told_apart_by_their_keys() -> None:
    for seed in range(3):
        world, _ = season(seed=seed)
        together = Counter((slot.start, slot.mode) for slot in slots_of(world))
        assert max(together.values()) == 1


def test_calls_come_when_the_line_is_open() -> None:
    world, calls = season("crise", days=14)
    local = [call.at.astimezone(world.territory.zone) for call in calls]

    assert len(calls) > 300
    assert all(8 <= at.hour < (12 if at.weekday() == 5 else 20) for at in local)
    assert {at.date() for at in local} & {date(2026, 11, 8), date(2026, 11, 11)} == set()


def test_gini() -> None:
    assert gini([2, 2, 2]) == pytest.approx(0)
    assert gini([0, 0, 0, 4]) == pytest.approx(0.75)
    assert gini([1, 3]) == pytest.approx(0.25)
    assert gini([0, 0]) == 0


@pytest.mark.parametrize("scenario", ["ordinaire", "crise"])
def test_a_real_agenda_gives_the_same(scenario: str, tmp_path: Path) -> None:
    world, calls = season(scenario, days=2)

    in_memory = replay(world, calls, routed(shipped_policy()))
    in_store = replay_in_store(world, calls, tmp_path)

    assert choices(in_memory) == choices(in_store)
    assert figures(world, in_memory) == figures(world, in_store)
    over = [
        one
        for one in in_store
        if one.ending is Ending.NO_SHOW and one.slot and one.slot.end <= calls[-1].at
    ]
    with closing(open_database(SPEC, tmp_path, "")) as database, database.read() as connection:
        states = Counter(connection.execute(sa.select(tables.booking.c.state)).scalars())
    assert states[BookingState.NO_SHOW] == len(over) > 0
    assert states.total() == sum(one.slot is not None for one in in_store)


def test_json_has_the_keys_it_tells(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--days", "2", "--seeds", "2", "--scenario", "été", "--policies", "all", "--json"]

    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)

    assert set(told) == {"seeds", "days", "scenarios"}
    assert told["seeds"] == [1, 2]
    summer = told["scenarios"]["été"]
    assert set(summer) == {"policies", "bound", "best"}
    assert list(summer["policies"]) == list(choosers(1, orders=True))
    help_text = bench.simulation.__doc__ or ""
    for runs in [*summer["policies"].values(), summer["bound"]]:
        assert len(runs) == 2
        assert [key for key in runs[0] if f"`{key}`" not in help_text] == []


def test_tables_name_every_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--days", "2", "--scenario", "hiver"]) == 0

    lines = capsys.readouterr().out.splitlines()
    for name in [*choosers(1, orders=False), BOUND]:
        assert sum(line.startswith(f"| {name} |") for line in lines) == 1


def test_the_first_aim_decides_and_close_means_are_equal() -> None:
    def run(seen: float, visits: float) -> list[dict[str, float]]:
        return [{"seen_48h": seen, "visits_48h": visits, "gini": 0.1, "travel_km": 1.0}]

    assert best({"a": run(0.80, 0.5), "b": run(0.75, 0.9)}) == ["a"]
    assert best({"a": run(0.80, 0.5), "b": run(0.795, 0.9)}) == ["b"]
    assert best({"a": run(0.80, 0.5), "b": run(0.80, 0.51)}) == ["a", "b"]


def test_tables_tell_the_gap_seed_by_seed() -> None:
    world, calls = season(days=2)
    told = figures(world, replay(world, calls, first_free))
    better, worse = ({**told, "seen_48h": told["seen_48h"] + gap} for gap in (0.03, -0.01))

    written = table({SHIPPED: [told, told], "autre": [better, worse]}, [told, told])

    assert written.splitlines()[3].endswith("| +1,0 pt (1/2) |")


def test_hypotheses_are_in_the_guide() -> None:
    guide = (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8")

    assert len(TABLE) == len(hypotheses().splitlines()) - 2
    assert [line for line in hypotheses().splitlines() if line not in guide] == []
    assert [name for name in SCENARIOS if f"**{name}**" not in guide] == []


def test_too_many_days_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--days", "400"])
    assert "366 au plus" in capsys.readouterr().err
