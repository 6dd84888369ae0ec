"""What the policy's window leaves out is counted, offered on demand, and nothing else changes."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.territory import Policy, Territory, load_territory
from orientation.model import Candidate, Need
from orientation.routing import propose
from orientation.service import Orientation
from orientation.wording import SHOW_LATER
from tests.orientation.conftest import Open
from tests.orientation.reference import Listed, obstacle
from tests.orientation.team import add_slots, open_request
from tests.orientation.test_proposals_properties import needs, policies, slot_lists
from tests.orientation.test_routing import NOW


def narrowed(policy: Policy, hours: int) -> Policy:
    return policy.model_copy(update={"window_hours": hours})


def within(need: Need, slots: Sequence[Candidate], hours: int) -> list[Candidate]:
    last = NOW + timedelta(hours=max(hours, need.delay_hours))
    return [slot for slot in slots if slot.start <= last]


@settings(max_examples=60, deadline=None)
@given(needs, slot_lists(), policies, st.integers(1, 100))
def test_a_window_proposes_what_the_slots_within_it_would_and_counts_the_others(
    need: Need, slots: list[Candidate], policy: Policy, hours: int
) -> None:
    shown = narrowed(policy, hours)
    near = within(need, slots, hours)
    found = propose(need, Listed(slots), shown, NOW)
    assert found.proposals == propose(need, Listed(near), policy, NOW).proposals
    feasible = [slot for slot in slots if obstacle(need, slot, (), policy, NOW) is None]
    later = len(feasible) - sum(slot in near for slot in feasible)
    assert (SHOW_LATER in {one.code for one in found.next_actions}) is bool(later)
    every = propose(need, Listed(slots), shown, NOW, later=True)
    assert every == propose(need, Listed(slots), policy, NOW)


@settings(max_examples=40, deadline=None)
@given(needs, slot_lists(), policies, st.integers(1, 100))
def test_asking_for_a_longer_delay_shows_at_least_as_much(
    need: Need, slots: list[Candidate], policy: Policy, hours: int
) -> None:
    shown = narrowed(policy, hours).model_copy(update={"proposals": 20})
    patient = msgspec.structs.replace(need, delay_hours=need.delay_hours + 24)
    now, then = (
        {one.slot.slot_id for one in propose(asked, Listed(slots[:20]), shown, NOW).proposals}
        for asked in (need, patient)
    )
    assert now <= then


def test_the_text_says_how_many_come_later(open_agenda: Open, territory: Territory) -> None:
    policy = Policy(window_hours=24)
    orientation = open_agenda(territory.model_copy(update={"policy": policy}))
    add_slots(orientation)
    request = open_request(orientation, delay_hours=4)
    found = orientation.proposals(request)
    assert (
        found.explanation == "3 propositions parmi 9 créneaux possibles. 45 autres au-delà de 24 h."
    )
    assert "Voir aussi 45 créneaux plus tardifs" in {one.label for one in found.next_actions}
    every = orientation.proposals(request, later=True)
    assert every.explanation == "3 propositions parmi 54 créneaux possibles."


def test_nothing_within_the_window_is_explained_and_never_the_end(
    open_agenda: Open, territory: Territory
) -> None:
    policy = Policy(window_hours=1)
    orientation: Orientation = open_agenda(territory.model_copy(update={"policy": policy}))
    add_slots(orientation)
    request = open_request(orientation, delay_hours=1)
    orientation.context.clock.set(orientation.context.clock() + timedelta(hours=5))  # type: ignore[attr-defined]
    found = orientation.proposals(request)
    assert found.proposals == ()
    assert "au-delà des 1 h proposées d'abord" in found.explanation
    assert [one.code for one in found.next_actions][:2] == ["call_15", SHOW_LATER]
    assert orientation.proposals(request, later=True).proposals


def test_the_shipped_window_is_the_promise_of_the_team() -> None:
    assert load_territory("bievre").policy.window_hours == 48
