"""Distances against known ones, boxes against the circles they must hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.geo import box_around, distance_m, say_distance

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def test_paris_is_as_far_from_melun_as_the_map_says() -> None:
    assert distance_m(48.8567, 2.3508, 48.5421, 2.6554) == pytest.approx(41_500, rel=0.01)


def test_a_degree_of_latitude_is_111_km() -> None:
    assert distance_m(48, 2, 49, 2) == pytest.approx(111_195, abs=1)


def test_the_antipode_is_half_a_turn_away() -> None:
    assert distance_m(48, 2, -48, -178) == pytest.approx(20_015_114, abs=100)


@given(latitudes, longitudes, latitudes, longitudes, st.floats(1, 20_000_000))
def test_a_box_holds_every_point_of_its_circle(
    lat: float, lon: float, other_lat: float, other_lon: float, radius: float
) -> None:
    if distance_m(lat, lon, other_lat, other_lon) < radius * 0.999:
        box = box_around(lat, lon, radius)
        assert box.south <= other_lat <= box.north
        assert box.west <= other_lon <= box.east


@pytest.mark.parametrize(
    ("metres", "said"),
    [(0, "0 m"), (347, "350 m"), (949, "950 m"), (1_234, "1,2 km"), (5_000, "5 km"), (14_400, "14 km")],
)  # fmt: skip
def test_distances_are_said_as_people_do(metres: float, said: str) -> None:
    assert say_distance(metres) == said
