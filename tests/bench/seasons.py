"""Simulated seasons that several tests share, made once."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from bench.simulated.calls import Call, make_calls
from bench.simulated.policies import choosers, shipped_policy
from bench.simulated.replay import Outcome, replay
from bench.simulated.world import World, build_world
from orientation.costs import obstacle
from orientation.model import Candidate
from tests.orientation.reference import lead

DAYS = 6


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
        if slot.start >= call.at + lead(slot, shipped_policy())
        and obstacle(call.need, slot.doctor, slot.mode) is None
    ]


def start_of(slot: Candidate) -> datetime:
    return slot.start
