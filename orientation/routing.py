"""Which free slots to offer for a need, in which order and why: pure, total, explained.

No clock, no store, no medical priority: the same need, slots, policy and instant always give the
same proposals, whatever the order of the slots. A slot beyond the delay ranks lower, it is never
hidden; one beyond the policy's window is counted, and proposed when asked for (`later`). One that
starts too soon to be there (`lead`) is counted, and never proposed.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from directory.territory import Policy
from orientation import wording
from orientation.choice import choose
from orientation.costs import MODES, delay_class, distance_km, obstacle
from orientation.lanes import Slots, Stock, milliseconds
from orientation.lead import LeadSlots
from orientation.model import Candidate, Mobility, Need, Obstacle, Proposal, Proposals
from orientation.window import WindowSlots, shown_hours


def propose(
    need: Need, slots: Slots, policy: Policy, now: datetime, *, later: bool = False
) -> Proposals:
    """At most `policy.proposals` slots with their reasons, or an explained nothing.

    `later` looks beyond the policy's window, as far as the agenda is open.
    """
    slots = LeadSlots(slots, milliseconds(now), policy)
    hours = 0 if later else shown_hours(need, policy)
    if hours:
        slots = WindowSlots(slots, milliseconds(now), hours)
    possible = [stock for stock in slots.stocks if obstacle(need, stock.doctor, stock.mode) is None]
    wanted = {(stock.doctor.id, stock.mode) for stock in possible if stock.free}
    chosen = choose(need, slots, wanted, policy, milliseconds(now))
    proposals = tuple(_proposal(need, slot, policy, now) for slot in chosen)
    beyond = sum(stock.later for stock in possible)
    if proposals:
        feasible = sum(stock.free for stock in possible)
        explanation = wording.explain_choice(need, proposals, feasible)
        explanation += wording.explain_rounds(sum(stock.apart for stock in possible))
        explanation += wording.explain_window(beyond, hours)
        explanation += wording.explain_lead(sum(stock.soon for stock in possible))
    else:
        explanation = wording.explain_nothing(need, _obstacles(need, slots.stocks), hours)
    actions = wording.next_actions(need, proposals, _other_ways(need, slots.stocks), beyond)
    return Proposals(proposals=proposals, next_actions=actions, explanation=explanation)


def _proposal(need: Need, slot: Candidate, policy: Policy, now: datetime) -> Proposal:
    distance = distance_km(need, slot)
    return Proposal(
        slot=slot,
        reasons=wording.reasons(need, slot, policy, now, distance),
        delay_met=delay_class(need, milliseconds(slot.start), milliseconds(now)) == 0,
        distance_km=distance,
    )


def _obstacles(need: Need, stocks: Sequence[Stock]) -> Counter[Obstacle]:
    """How many slots each obstacle makes impossible; each slot is counted once.

    What is only taken, or does not fit its doctor's round, comes after the others.
    """
    found: Counter[Obstacle] = Counter()
    for stock in stocks:
        why = obstacle(need, stock.doctor, stock.mode)
        if why is not None:
            found[why] += stock.free + stock.full + stock.apart + stock.later + stock.soon
        else:
            found[Obstacle.FULL] += stock.full
            found[Obstacle.ROUND] += stock.apart
            found[Obstacle.WINDOW] += stock.later
            found[Obstacle.SOON] += stock.soon
    return +found


def _other_ways(need: Need, stocks: Sequence[Stock]) -> dict[Mobility, int]:
    """How many slots the person would have if they could be seen otherwise."""
    others = {
        mobility: msgspec.structs.replace(need, mobility=mobility)
        for mobility in Mobility
        if mobility is not need.mobility
    }
    return {
        mobility: sum(
            stock.free
            for stock in stocks
            if stock.mode not in MODES[need.mobility]
            and obstacle(other, stock.doctor, stock.mode) is None
        )
        for mobility, other in others.items()
    }
