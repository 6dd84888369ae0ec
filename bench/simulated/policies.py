"""How a call gets its proposals: the product's routing, and what it is compared with.

The yardsticks are written apart from the product's choice; what is impossible (mode, age, visited
communes, the lead before a slot) is the same for all. All know the commune of the person and no
more.
"""

from collections.abc import Callable, Iterator
from functools import cache
from random import Random

import msgspec

from bench.simulated.agenda import AgendaView
from bench.simulated.calls import PROPOSALS, Call
from directory.territory import Criterion, Policy, load_territory
from orientation.costs import MODES, delay_class, distance_km, obstacle
from orientation.lanes import Lane, milliseconds
from orientation.lead import LeadSlots
from orientation.model import Candidate, Mode, Team
from orientation.routing import propose

Chooser = Callable[[Call, AgendaView], list[Candidate]]
"""Slots to offer to a caller, best first."""

SAS_BATCH = 25
"""Practitioners looked up at once by the national platform (interoperability guide of the SAS)."""

SAS_DAYS = 2
"""The platform shows today and that many days after."""

SHIPPED = "recours"
WITHOUT_WINDOW = "recours-sans-fenêtre"

ORDERS: dict[str, tuple[Criterion, ...]] = {
    "trajet-et-équité": ("delay", "mode", "scarcity", "travel", "fairness", "earliest"),
    "équité-avant-trajet": ("delay", "mode", "scarcity", "fairness", "travel", "earliest"),
    "sans-médecin-traitant": ("delay", "mode", "scarcity", "earliest", "fairness", "travel"),
    "médecin-traitant-avant-mode": (
        *("delay", "own_doctor", "mode", "scarcity"),
        *("earliest", "fairness", "travel"),
    ),
    "médecin-traitant-d'abord": (
        *("own_doctor", "delay", "mode", "scarcity"),
        *("earliest", "fairness", "travel"),
    ),
    "mode-avant-délai": (
        *("mode", "scarcity", "delay", "own_doctor"),
        *("earliest", "fairness", "travel"),
    ),
    "sans-mode-ni-rareté": ("delay", "own_doctor", "earliest", "fairness", "travel"),
}
"""Other orders of the policy's criteria, in the same window, by what makes them different."""


@cache
def shipped_policy() -> Policy:
    """The policy of the territory's file."""
    return load_territory("bievre").policy


def routed(policy: Policy) -> Chooser:
    """The product's routing under a policy."""

    def choose(call: Call, view: AgendaView) -> list[Candidate]:
        found = propose(call.need, view, policy, call.at)
        return [proposal.slot for proposal in found.proposals]

    return choose


def within(choose: Chooser, hours: int) -> Chooser:
    """A yardstick that looks that many hours ahead, or the delay asked when that is longer."""
    return lambda call, view: choose(call, view.within(max(hours, call.need.delay_hours)))


def choosers(seed: int, *, orders: bool) -> dict[str, Chooser]:
    """Everything that is compared, by name; `orders` adds the other orders of the criteria."""
    shipped = shipped_policy()
    found: dict[str, Chooser] = {
        SHIPPED: routed(shipped),
        "premier-libre": first_free,
        "plus-proche": nearest,
        "sas-distance": sas_distance,
        "sas-hasard": sas_random(seed),
        WITHOUT_WINDOW: routed(shipped.model_copy(update={"window_hours": 0})),
        "premier-libre-48-h": within(first_free, shipped.window_hours),
        "plus-proche-48-h": within(nearest, shipped.window_hours),
    }
    if orders:
        found |= {
            name: routed(shipped.model_copy(update={"order": order}))
            for name, order in ORDERS.items()
        }
    return found


def first_free(call: Call, view: AgendaView) -> list[Candidate]:
    """The first slots that are possible, whoever gives them."""
    ranked = sorted(_possible(call, view), key=lambda one: one[1])
    return _slots(view, ranked)


def nearest(call: Call, view: AgendaView) -> list[Candidate]:
    """The nearest doctor who can in the delay asked, then day by day; video has no distance."""
    now = milliseconds(call.at)

    def key(one: tuple[Lane, int]) -> tuple[int, float, int]:
        lane, start = one
        away = distance_km(call.need, lane)
        return (
            delay_class(call.need, start, now),
            float("inf") if away is None else away,
            start,
        )

    return _slots(view, sorted(_possible(call, view), key=key))


def sas_distance(call: Call, view: AgendaView) -> list[Candidate]:
    """National order: doctors taking part in the SAS first, then the nearest."""
    return _sas(call, view, lambda lane: distance_km(call.need, _practice(lane)) or 0.0)


def sas_random(seed: int) -> Chooser:
    """National order: doctors taking part in the SAS first, then a draw made for each call."""

    def choose(call: Call, view: AgendaView) -> list[Candidate]:
        rng = Random(f"{seed}/{call.number}/sas")
        drawn = {doctor.id: rng.random() for doctor in view.world.doctors}
        return _sas(call, view, lambda lane: drawn[lane.doctor.id])

    return choose


def takes_part_in_sas(lane: Lane) -> bool:
    """Titulaires do, adjoints do not: hypothèse."""
    return lane.doctor.team is Team.TITULAIRE


def _sas(call: Call, view: AgendaView, then: Callable[[Lane], float]) -> list[Candidate]:
    """The first slot of each doctor, doctors in the national order, batch after batch.

    The regulator filters on the mode asked, and on the other one when nobody has any.
    """
    near = view.shown(SAS_DAYS)
    for mode in MODES[call.need.mobility]:
        lanes = {
            lane.doctor.id: (lane, start)
            for lane, start in sorted(_possible(call, near, (mode,)), key=lambda one: -one[1])
        }
        ranked = sorted(
            lanes.values(), key=lambda one: (not takes_part_in_sas(one[0]), then(one[0]))
        )
        if ranked:
            return _slots(view, ranked[:SAS_BATCH])
    return []


def _practice(lane: Lane) -> Lane:
    """The doctor at their practice, whatever the mode."""
    return msgspec.structs.replace(lane, mode=Mode.CABINET, place=None)


def _possible(
    call: Call, view: AgendaView, modes: tuple[Mode, ...] = tuple(Mode)
) -> Iterator[tuple[Lane, int]]:
    wanted = {
        (stock.doctor.id, stock.mode)
        for stock in view.stocks
        if stock.mode in modes and obstacle(call.need, stock.doctor, stock.mode) is None
    }
    for lane in LeadSlots(view, milliseconds(call.at), shipped_policy()).lanes(wanted):
        for start in lane.starts:
            yield lane, start


def _slots(view: AgendaView, ranked: list[tuple[Lane, int]]) -> list[Candidate]:
    return [
        slot
        for lane, start in ranked[:PROPOSALS]
        for slot in view.starting_at(start, {lane.doctor.id})
    ]
