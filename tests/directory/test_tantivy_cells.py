"""A circle as cells: what is inside for sure is inside, what may be is never left out."""

import math
from random import Random

import pytest

from directory.engines.tantivy.cells import FARTHEST_M, can_cover, cells_of, cover
from directory.geo import EARTH_RADIUS_M, distance_m
from tests.factories import resource


def towards(lat: float, lon: float, metres: float, bearing: float) -> tuple[float, float]:
    """The point at that distance and bearing (radians), its longitude brought back in range."""
    here, angle = math.radians(lat), metres / EARTH_RADIUS_M
    there = math.asin(
        math.sin(here) * math.cos(angle) + math.cos(here) * math.sin(angle) * math.cos(bearing)
    )
    turned = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(here),
        math.cos(angle) - math.sin(here) * math.sin(there),
    )
    return math.degrees(there), (lon + math.degrees(turned) + 180) % 360 - 180


@pytest.mark.parametrize("lon", [2.3, 179.995, -179.999, 0.0])
@pytest.mark.parametrize("radius", [7.0, 900.0, 5_000.0, FARTHEST_M])
def test_cells_say_what_distances_say(lon: float, radius: float) -> None:
    rng = Random(int(lon * 1000) + int(radius))
    sure = 0
    for lat in (-21.1, 0.001, 48.76):
        found = cover(lat, lon, radius)
        inside, edge = set(found.inside), set(found.edge)
        assert not inside & edge
        for _ in range(60):
            share = rng.choice((1 - 1e-6, 1 + 1e-6, rng.uniform(0, 1.3)))
            point = towards(lat, lon, radius * share, rng.uniform(0, 2 * math.pi))
            cells = set(cells_of(resource("Ici", point=point)))
            away = distance_m(lat, lon, *point)
            if cells & inside:
                assert away <= radius
                sure += 1
            elif not cells & edge:
                assert away > radius
    assert sure or radius < 100


def test_a_circle_too_great_or_near_a_pole_is_not_cut() -> None:
    assert not can_cover(48.0, 2.0, FARTHEST_M + 1)
    assert not can_cover(89.0, 2.0, 1_000.0)
    assert not can_cover(48.0, 2.0, 0.0)
    assert can_cover(48.0, 180.0, 1_000.0)


@pytest.mark.parametrize("point", [None, (123.0, 4_567.0)])
def test_an_entry_without_a_place_on_earth_is_in_no_cell(point: tuple[float, float] | None) -> None:
    assert list(cells_of(resource("Nulle part", point=point))) == []
