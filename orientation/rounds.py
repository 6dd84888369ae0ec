"""A doctor's home visits in a feasible order, travel included: pure, deterministic, no clock.

A visit is made whole inside its appointment's window; the doctor leaves for the first one as early
as needed and is free after the last (docs/decisions/0013-tournees.md).
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from directory.geo import distance_m
from directory.model import Point, Value
from directory.territory import Rounds

Travel = Callable[[Point | None, Point | None], int]
"""Minutes between two points; a point that is not known costs the least a leg can."""

EFFORT = 0.5
"""Where the search stops, in the solver's own units of work, so that a slow machine finds the same
round; a round not found by then counts as infeasible."""


class Visit(Value, frozen=True, kw_only=True):
    """A visit to make: it starts at `earliest` or later and has ended by `latest`."""

    id: UUID
    minutes: int
    earliest: datetime
    latest: datetime
    point: Point | None = None


class Stop(Value, frozen=True, kw_only=True):
    """A visit at its time in a round, with the minutes of travel that lead to it."""

    visit: Visit
    start: datetime
    end: datetime
    travel_minutes: int


class Round(Value, frozen=True, kw_only=True):
    """Visits in the order in which they are made."""

    stops: tuple[Stop, ...]

    @property
    def travel_minutes(self) -> int:
        """Minutes of travel in all, from the start to the last visit."""
        return sum(stop.travel_minutes for stop in self.stops)

    @property
    def leaves(self) -> datetime | None:
        """When the doctor leaves at the latest to be on time at the first visit."""
        if not self.stops:
            return None
        first = self.stops[0]
        return first.start - timedelta(minutes=first.travel_minutes)


def straight_line(policy: Rounds) -> Travel:
    """Travel along the straight line, lengthened by `factor`, at `speed_kmh`; whole minutes up."""

    def minutes(origin: Point | None, target: Point | None) -> int:
        if origin is None or target is None:
            return policy.least_minutes
        metres = distance_m(origin.lat, origin.lon, target.lat, target.lon) * policy.factor
        return max(policy.least_minutes, math.ceil(metres * 60 / (1000 * policy.speed_kmh)))

    return minutes


def plan_round(start: Point | None, visits: Sequence[Visit], travel: Travel) -> Round | None:
    """The feasible round with the least travel that the search finds; None when none is feasible.

    The order in which visits are given changes nothing.
    """
    by_hour = _by_hour(visits)
    if not _overlap(by_hour):
        return follow(start, by_hour, travel)
    order = _solve(start, by_hour, travel)
    return None if order is None else follow(start, order, travel)


def is_feasible(start: Point | None, visits: Sequence[Visit], travel: Travel) -> bool:
    """Whether some order of the visits respects every window; the solver is the last resort."""
    by_hour = _by_hour(visits)
    if follow(start, by_hour, travel) is not None:
        return True
    return _overlap(by_hour) and _solve(start, by_hour, travel) is not None


def follow(start: Point | None, order: Sequence[Visit], travel: Travel) -> Round | None:
    """Visits made in this order, each as early as it can be; None when one would end too late."""
    stops: list[Stop] = []
    here, free = start, None
    for visit in order:
        minutes = travel(here, visit.point)
        begins = visit.earliest
        if free is not None:
            begins = max(begins, free + timedelta(minutes=minutes))
        ends = begins + timedelta(minutes=visit.minutes)
        if ends > visit.latest:
            return None
        stops.append(Stop(visit=visit, start=begins, end=ends, travel_minutes=minutes))
        here, free = visit.point, ends
    return Round(stops=tuple(stops))


def at_their_hours(start: Point | None, visits: Sequence[Visit], travel: Travel) -> Round:
    """Visits at the hours given to patients, whether there is time for the travel or not."""
    by_hour = _by_hour(visits)
    points = [start, *(visit.point for visit in by_hour)]
    return Round(
        stops=tuple(
            Stop(
                visit=visit,
                start=visit.earliest,
                end=visit.earliest + timedelta(minutes=visit.minutes),
                travel_minutes=travel(here, visit.point),
            )
            for here, visit in zip(points, by_hour, strict=False)
        )
    )


def _by_hour(visits: Sequence[Visit]) -> list[Visit]:
    return sorted(visits, key=lambda visit: (visit.earliest, visit.latest, visit.id))


def _overlap(by_hour: Sequence[Visit]) -> bool:
    """Whether two windows overlap; if none do, the order of the hours is the only one."""
    return any(after.earliest < before.latest for before, after in pairwise(by_hour))


def _solve(start: Point | None, visits: Sequence[Visit], travel: Travel) -> list[Visit] | None:
    """The order with the least travel, by OR-tools' CP-SAT; node 0 is the start and the end."""
    from ortools.sat.python import cp_model  # only crowded rounds pay for loading it

    model = cp_model.CpModel()
    origin = visits[0].earliest
    windows = [_seconds(visit, origin) for visit in visits]
    if any(first > last for first, last in windows):
        return None
    begins = [model.new_int_var(first, last, "") for first, last in windows]
    stays = [60 * visit.minutes for visit in visits]
    model.add_no_overlap(
        model.new_fixed_size_interval_var(begin, stay, "")
        for begin, stay in zip(begins, stays, strict=True)
    )
    arcs, costs = [], []
    for b, target in enumerate(visits):
        first, last = model.new_bool_var(""), model.new_bool_var("")
        arcs += [(0, b + 1, first), (b + 1, 0, last)]
        costs.append(travel(start, target.point) * first)
        for a, source in enumerate(visits):
            if a == b:
                continue
            after, minutes = model.new_bool_var(""), travel(source.point, target.point)
            arcs.append((a + 1, b + 1, after))
            costs.append(minutes * after)
            model.add(begins[b] >= begins[a] + stays[a] + 60 * minutes).only_enforce_if(after)
    model.add_circuit(arcs)
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = EFFORT
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    following = {a: b for a, b, chosen in arcs if solver.boolean_value(chosen)}
    order, node = [], following[0]
    while node:
        order.append(visits[node - 1])
        node = following[node]
    return order


def _seconds(visit: Visit, origin: datetime) -> tuple[int, int]:
    """When a visit may start, counted from `origin`."""
    first = (visit.earliest - origin).total_seconds()
    last = (visit.latest - origin).total_seconds() - 60 * visit.minutes
    return math.ceil(first), math.floor(last)
