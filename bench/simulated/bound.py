"""What nobody can beat: slots given to calls by someone who knows them all beforehand.

Three flows, each the most that can be reached of one figure: seen within 24 h, within 48 h, and
home visits within 48 h. The clairvoyant knows who will not come and gives them nothing; nobody
turns a slot down; the travel between visits and fairness are left out. A slot is never given
before the call is made, nor sooner after it than the policy's lead.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from bench.simulated.calls import Call
from bench.simulated.figures import DAY, TWO_DAYS, true_distance_km
from bench.simulated.policies import shipped_policy
from bench.simulated.world import World, slots_of
from orientation.costs import obstacle
from orientation.lead import is_too_soon
from orientation.model import Candidate, Mobility, Mode

METRES = 1000
NO_VISIT = 10**9
"""More metres than all journeys together: visits are compared before journeys."""


def clairvoyant(world: World, calls: Sequence[Call]) -> dict[str, float]:
    """The most that can be reached, under the keys of `figures`; calls and home calls divide.

    `travel_km`, per person seen, is the shortest with that number seen within 48 h and then the
    most visits: whoever sees fewer people could travel less.
    """
    slots = sorted(slots_of(world), key=lambda slot: slot.start)
    visits = [slot for slot in slots if slot.mode is Mode.HOME]
    home = [call for call in calls if call.need.mobility is Mobility.HOME]
    seen, metres = _most(calls, slots, TWO_DAYS)
    return {
        "seen_24h": _most(calls, slots, DAY)[0] / max(1, len(calls)),
        "seen_48h": seen / max(1, len(calls)),
        "visits_48h": _most(home, visits, TWO_DAYS)[0] / max(1, len(home)),
        "travel_km": metres / METRES / max(1, seen),
    }


def _most(calls: Sequence[Call], slots: Sequence[Candidate], delay: timedelta) -> tuple[int, int]:
    """The most people seen, and the metres travelled when visits come first."""
    calls = [call for call in calls if not call.absent]
    arcs = list(_arcs(calls, slots, delay))
    if not arcs:
        return 0, 0
    source, sink = 0, 1 + len(calls) + len(slots)
    flow = SimpleMinCostFlow()
    for call in range(1, 1 + len(calls)):
        flow.add_arc_with_capacity_and_unit_cost(source, call, 1, 0)
    given = [flow.add_arc_with_capacity_and_unit_cost(*ends, 1, cost) for *ends, cost in arcs]
    for slot in range(1 + len(calls), sink):
        flow.add_arc_with_capacity_and_unit_cost(slot, sink, 1, 0)
    flow.set_node_supply(source, len(calls))
    flow.set_node_supply(sink, -len(calls))
    status = flow.solve_max_flow_with_min_cost()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise RuntimeError(f"flot de coût minimal sans solution ({status}) : à signaler")
    metres = sum(
        cost % NO_VISIT for (*_, cost), arc in zip(arcs, given, strict=True) if flow.flow(arc)
    )
    return flow.maximum_flow(), metres


def _arcs(
    calls: Sequence[Call], slots: Sequence[Candidate], delay: timedelta
) -> Iterator[tuple[int, int, int]]:
    """From each call to each slot it could take, and what that costs."""
    first, policy = 0, shipped_policy()
    for n, call in enumerate(calls):
        while first < len(slots) and slots[first].start <= call.at:
            first += 1
        for m in range(first, len(slots)):
            slot = slots[m]
            if slot.start - call.at > delay:
                break
            if is_too_soon(policy, slot.mode, slot.doctor.home_lead_minutes, slot.start, call.at):
                continue
            if obstacle(call.need, slot.doctor, slot.mode) is None:
                visit = call.need.mobility is Mobility.HOME and slot.mode is Mode.HOME
                away = round(METRES * true_distance_km(call, slot))
                yield 1 + n, 1 + len(calls) + m, away + (0 if visit else NO_VISIT)
