"""Policies of the simulation: what each does, and that nobody beats the bound."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from bench.simulated.agenda import Agenda
from bench.simulated.bound import clairvoyant
from bench.simulated.calls import Call
from bench.simulated.comparison import best, table
from bench.simulated.figures import figures, gini
from bench.simulated.hypotheses import SCENARIOS
from bench.simulated.policies import (
    SHIPPED,
    choosers,
    first_free,
    nearest,
    routed,
    sas_distance,
    sas_random,
    shipped_policy,
    within,
)
from bench.simulated.replay import Ending, Outcome, answer, replay
from bench.simulated.world import slots_of
from orientation.costs import delay_class, distance_km
from orientation.lanes import milliseconds
from orientation.model import Candidate, Mobility, Mode, Team
from tests.bench.seasons import outcomes_of, possible, season, start_of

BOUNDED = ("seen_24h", "seen_48h", "visits_48h")


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
        (offered[0], first_free(call, view_of(call.at))[0])
        for call in calls
        if (offered := ours(call, view_of(call.at)))
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
                slot.doctor.id: slot.start for slot in sorted(can, key=start_of, reverse=True)
            }
            assert parts == sorted(parts)
            assert parts[0] is all(slot.doctor.team is not Team.TITULAIRE for slot in can)
            assert all(slot.start == earliest[slot.doctor.id] for slot in offered)
    assert seen > len(calls) / 2


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
    can = sorted(possible(call, list(slots_of(world))), key=start_of)
    near, far = can[:2]
    late = _starting(near, call.at + call.patience + timedelta(minutes=1))
    easy, hard = _declining(call, False), _declining(call, True)

    assert answer(easy, []) == Outcome(easy, Ending.NOTHING)
    assert answer(easy, [late, near]).slot == near
    assert answer(easy, [late]).ending is Ending.TOO_LATE
    assert answer(hard, [near]).ending is Ending.DECLINED
    assert answer(hard, [near, far]).slot == far
    assert answer(_declining(call, False, absent=True), [near]).ending is Ending.NO_SHOW


def test_gini() -> None:
    assert gini([2, 2, 2]) == pytest.approx(0)
    assert gini([0, 0, 0, 4]) == pytest.approx(0.75)
    assert gini([1, 3]) == pytest.approx(0.25)
    assert gini([0, 0]) == 0


def test_the_first_aim_decides_and_close_means_are_equal() -> None:
    def run(seen: float, visits: float) -> list[dict[str, float]]:
        equal = {"own_48h": 0.3, "gini": 0.1, "seen_24h": 0.5, "travel_km": 1.0}
        return [{"as_asked_48h": seen, "visits_48h": visits, **equal}]

    assert best({"a": run(0.80, 0.5), "b": run(0.75, 0.9)}) == ["a"]
    assert best({"a": run(0.80, 0.5), "b": run(0.795, 0.9)}) == ["b"]
    assert best({"a": run(0.80, 0.5), "b": run(0.80, 0.51)}) == ["a", "b"]


def test_tables_tell_the_gap_seed_by_seed() -> None:
    world, calls = season(days=2)
    told = figures(world, replay(world, calls, first_free))
    better, worse = ({**told, "seen_48h": told["seen_48h"] + gap} for gap in (0.03, -0.01))

    written = table({SHIPPED: [told, told], "autre": [better, worse]}, [told, told])

    assert written.splitlines()[3].endswith("| +1,0 pt (1/2) |")


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
        patience=call.patience,
    )


def test_a_shorter_window_shows_nothing_further() -> None:
    world, calls = season()
    view_of = Agenda(world).at
    shipped = shipped_policy().model_copy(update={"window_hours": 6})
    whole = routed(shipped.model_copy(update={"window_hours": 0}))
    far = 0
    for call in calls:
        last = call.at + timedelta(hours=max(shipped.window_hours, call.need.delay_hours))
        for near in (routed(shipped), within(first_free, shipped.window_hours)):
            assert all(slot.start <= last for slot in near(call, view_of(call.at)))
        far += any(slot.start > last for slot in whole(call, view_of(call.at)))
    assert far > 0
