"""The simulated season: one ending per call, a bound nobody beats, the same agenda as the store."""

import json
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

import bench.simulation
from bench.simulated.agenda import Agenda
from bench.simulated.comparison import BOUND
from bench.simulated.figures import figures
from bench.simulated.hypotheses import SCENARIOS, TABLE
from bench.simulated.policies import (
    SHIPPED,
    choosers,
    routed,
    shipped_policy,
)
from bench.simulated.replay import Ending, replay
from bench.simulated.store import choices, replay_in_store
from bench.simulated.world import build_world, slots_of
from bench.simulation import hypotheses, main
from directory.base.database import open_database
from orientation import tables
from orientation.model import BookingState, Team
from orientation.store import SPEC
from tests.bench.seasons import outcomes_of, possible, season

ROOT = Path(__file__).parent.parent.parent


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


def test_hypotheses_are_in_the_guide() -> None:
    guide = (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8")

    assert len(TABLE) == len(hypotheses().splitlines()) - 2
    assert [line for line in hypotheses().splitlines() if line not in guide] == []
    assert [name for name in SCENARIOS if f"**{name}**" not in guide] == []


def test_too_many_days_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--days", "400"])
    assert "366 au plus" in capsys.readouterr().err
