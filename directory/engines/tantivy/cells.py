"""A circle as cells of a grid: a point is kept under the cells that hold it, one of each size.

Cells are squares of latitude and longitude. A circle is then a set of terms: what lies in cells
wholly inside needs no measure, only what lies in cells its edge crosses has to be measured.
"""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from directory.geo import EARTH_RADIUS_M
from directory.resource import Resource

SIZES = (12, 14, 16, 18)
"""Halvings of 180° that give a side: 4.9 km, 1.2 km, 305 m and 76 m of latitude."""

FARTHEST_M = 100_000.0
"""A greater circle would take too many cells."""

HIGHEST_LATITUDE = 80.0
"""Towards the poles cells become slivers; nobody is looked for there."""

THIN, THINNER = 10, 40
"""Cells a radius long: the edge is thin enough, they are not cut smaller. The thinner it is, the
fewer entries are measured and the more cells are looked up."""

_SLACK_M = 0.01
"""More than rounding errors, on either side of the edge."""

_METRES_A_DEGREE = math.radians(EARTH_RADIUS_M)
_ROW_SHIFT, _SIZE_SHIFT = 22, 44

_FINEST = 180.0 / (1 << SIZES[-1])
_HALVED = [(size << _SIZE_SHIFT, SIZES[-1] - size, 2 << size) for size in SIZES]
"""Of each size: where its names start, how many halvings the finest is below, how many cells go
round."""


class Cover(NamedTuple):
    """Cells of a circle: wholly `inside`, or crossed by its edge."""

    inside: list[int]
    edge: list[int]


class _Run(NamedTuple):
    """Columns of one row, both included; they run past ±180° where the circle does."""

    first: int
    last: int


def cells_of(resource: Resource) -> list[int]:
    """Names of the cells that hold an entry's point, the largest first; none without a point."""
    point = resource.point
    if point is None or not (-90 <= point.lat < 90 and -180 <= point.lon <= 180):
        return []
    row, column = int((point.lat + 90) // _FINEST), int((point.lon + 180) // _FINEST)
    return [
        named | (row >> shift << _ROW_SHIFT) | ((column >> shift) % columns)
        for named, shift, columns in _HALVED
    ]


def can_cover(lat: float, lon: float, radius_m: float) -> bool:
    """Whether cells serve for a circle."""
    if not 0 < radius_m <= FARTHEST_M or abs(lon) > 180:
        return False
    return abs(lat) + radius_m / _METRES_A_DEGREE < HIGHEST_LATITUDE


@lru_cache(maxsize=256)
def cover(lat: float, lon: float, radius_m: float, thin: int = THIN) -> Cover:
    """The cells of a circle of which `can_cover` says yes; the same ones are asked for all day."""
    found = Cover([], [])
    larger: dict[int, _Run] = {}
    for size in SIZES:
        side = 180.0 / (1 << size)
        finest = size == SIZES[-1] or side * _METRES_A_DEGREE * thin <= radius_m
        inside: dict[int, _Run] = {}
        for row, crossed, whole in _rows(lat, lon, radius_m, side):
            known = _cut(larger.get(row >> 2))
            whole = known if whole is None else whole
            if whole is not None:
                inside[row] = whole
                found.inside.extend(_named(size, row, whole, known))
            if finest:
                found.edge.extend(_named(size, row, crossed, whole))
        if finest:
            break
        larger = inside
    return found


def _cut(run: _Run | None) -> _Run | None:
    """The same columns in cells of the next size."""
    return None if run is None else _Run(run.first * 4, run.last * 4 + 3)


def _rows(
    lat: float, lon: float, radius_m: float, side: float
) -> Iterator[tuple[int, _Run, _Run | None]]:
    """Each row a circle meets: the columns that touch it, and those wholly inside."""
    reach = math.degrees((radius_m + _SLACK_M) / EARTH_RADIUS_M)
    outer, inner = _HalfWidth(lat, radius_m + _SLACK_M), _HalfWidth(lat, radius_m - _SLACK_M)
    for row in range(int((lat - reach + 90) // side), int((lat + reach + 90) // side) + 1):
        south, north = row * side - 90, (row + 1) * side - 90
        wide = outer.most(south, north)
        crossed = _Run(int((lon - wide + 180) // side), int((lon + wide + 180) // side))
        narrow = inner.least(south, north)
        whole = _Run(math.ceil((lon - narrow + 180) / side), int((lon + narrow + 180) // side) - 1)
        yield row, crossed, whole if narrow > 0 and whole.first <= whole.last else None


class _HalfWidth:
    """How far a circle reaches on either side of its middle, in degrees of longitude."""

    def __init__(self, lat: float, radius_m: float) -> None:
        angle = radius_m / EARTH_RADIUS_M
        self._here, self._cosine = math.radians(lat), math.cos(math.radians(lat))
        self._chord = math.sin(angle / 2) ** 2
        self._widest = math.degrees(math.asin(math.sin(self._here) / math.cos(angle)))
        self._greatest = math.degrees(math.asin(math.sin(angle) / self._cosine))

    def at(self, lat: float) -> float:
        """At a latitude; -1 where the circle does not reach it."""
        there = math.radians(lat)
        left = self._chord - math.sin((there - self._here) / 2) ** 2
        if left < 0:
            return -1.0
        return math.degrees(2 * math.asin(math.sqrt(left / (self._cosine * math.cos(there)))))

    def least(self, south: float, north: float) -> float:
        """Between two latitudes: a circle is narrowest at one of them."""
        return min(self.at(south), self.at(north))

    def most(self, south: float, north: float) -> float:
        """Between two latitudes."""
        if south <= self._widest <= north:
            return self._greatest
        return max(self.at(south), self.at(north))


def _named(size: int, row: int, run: _Run, apart: _Run | None) -> Iterator[int]:
    """Cells of a run, rid of those of another inside it."""
    if apart is None:
        columns = [range(run.first, run.last + 1)]
    else:
        columns = [range(run.first, apart.first), range(apart.last + 1, run.last + 1)]
    return (_name(size, row, column) for part in columns for column in part)


def _name(size: int, row: int, column: int) -> int:
    """One number a cell; columns come round at ±180°."""
    return (size << _SIZE_SHIFT) | (row << _ROW_SHIFT) | (column % (2 << size))
