"""A round drawn to scale without any background: points, their order and a scale bar.

Nothing is asked of a map service, so that no address nor habit leaves the machine.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from directory.geo import say_distance
from directory.model import Point
from orientation.visits import DayRound

WIDTH, HEIGHT, MARGIN = 640, 360, 64
KM_PER_DEGREE = 111.195
"""One degree of latitude on the mean sphere."""

LEAST_SPAN_KM = 1.0
LABEL_STEP = 22
LABEL_SIDE = WIDTH / 2
SCALES_KM = (0.2, 0.5, 1, 2, 5, 10, 20, 50)
LONGEST_SCALE = 200


@dataclass(frozen=True)
class Marker:
    """A place of the round: its point, and its label on the side where there is room."""

    x: int
    y: int
    label: str
    label_x: int
    label_y: int
    before: bool
    """Whether the label ends beside the point, instead of starting there."""


@dataclass(frozen=True)
class RoundMap:
    """A drawing of `WIDTH` × `HEIGHT`: markers, the way between them, and a scale bar.

    `scale_px` is how long `scale_km` is drawn, and `scale` what it is called.
    """

    width: int
    height: int
    markers: Sequence[Marker]
    way: str
    scale: str
    scale_km: float
    scale_px: int


def draw_map(day: DayRound) -> RoundMap | None:
    """The map of a round; None when no visit has a known point."""
    stops = [(visit.point, number) for number, visit in enumerate(day.visits, start=1)]
    known = [(point, f"{number}") for point, number in stops if point is not None]
    if not known:
        return None
    names = {visit.point: visit.commune_name for visit in day.visits if visit.point is not None}
    if day.base is not None and day.base.point is not None:
        known.insert(0, (day.base.point, "départ"))
        names.setdefault(day.base.point, day.base.label)
    points = [point for point, _ in known]
    frame = _Frame(points)
    told: dict[Point, list[str]] = {}
    for point, what in known:
        told.setdefault(point, []).append(what)
    labels = {point: f"{', '.join(what)} : {names[point]}" for point, what in told.items()}
    return RoundMap(
        width=WIDTH,
        height=HEIGHT,
        markers=_markers([(*frame.place(point), label) for point, label in labels.items()]),
        way=" ".join("{},{}".format(*frame.place(point)) for point in points),
        scale=say_distance(frame.scale_km * 1000),
        scale_km=frame.scale_km,
        scale_px=round(frame.scale_km * frame.px_per_km),
    )


class _Frame:
    """Where points fall on the drawing: north up, the same scale both ways."""

    def __init__(self, points: Sequence[Point]) -> None:
        lats, lons = [point.lat for point in points], [point.lon for point in points]
        self._lat = (min(lats) + max(lats)) / 2
        self._lon = (min(lons) + max(lons)) / 2
        self._km_per_lon = KM_PER_DEGREE * math.cos(math.radians(self._lat))
        across = max(LEAST_SPAN_KM, (max(lons) - min(lons)) * self._km_per_lon)
        along = max(LEAST_SPAN_KM, (max(lats) - min(lats)) * KM_PER_DEGREE)
        self.px_per_km = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / along)
        fitting = [km for km in SCALES_KM if km * self.px_per_km <= LONGEST_SCALE]
        self.scale_km = max(fitting, default=SCALES_KM[0])

    def place(self, point: Point) -> tuple[int, int]:
        """Pixels from the left and from the top."""
        x = WIDTH / 2 + (point.lon - self._lon) * self._km_per_lon * self.px_per_km
        y = HEIGHT / 2 - (point.lat - self._lat) * KM_PER_DEGREE * self.px_per_km
        return round(x), round(y)


def _markers(placed: Sequence[tuple[int, int, str]]) -> list[Marker]:
    """Labels on either side never lie on each other: the lower one moves down."""
    lowest = {True: -LABEL_STEP, False: -LABEL_STEP}
    markers = []
    for x, y, label in sorted(placed, key=lambda one: (one[1], one[0])):
        before = x > LABEL_SIDE
        lowest[before] = label_y = max(y, lowest[before] + LABEL_STEP)
        label_x = x - 14 if before else x + 14
        markers.append(Marker(x, y, label, label_x, label_y, before))
    return markers
