"""Distances on the Earth between WGS84 points."""

import math
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG); great-circle distances are then within 0.5 % of the ellipsoid's."""


class Box(NamedTuple):
    """A rectangle in degrees that holds every point within a distance of its centre."""

    south: float
    north: float
    west: float
    east: float


def distance_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance in metres."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_lat = (phi_b - phi_a) / 2
    half_lon = math.radians(lon_b - lon_a) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def box_around(lat: float, lon: float, radius_m: float) -> Box:
    """The box of a circle; the whole turn of longitudes where the circle meets a pole or ±180°."""
    angle = radius_m / EARTH_RADIUS_M
    south, north = lat - math.degrees(angle), lat + math.degrees(angle)
    if south <= -90 or north >= 90:
        return Box(max(-90.0, south), min(90.0, north), -180.0, 180.0)
    half = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
    if lon - half < -180 or lon + half > 180:
        return Box(south, north, -180.0, 180.0)
    return Box(south, north, lon - half, lon + half)


def say_distance(metres: float) -> str:
    """« 350 m », « 1,2 km », « 5 km », « 14 km »."""
    if metres < 950:
        return f"{round(metres, -1):.0f} m"
    kilometres = round(metres / 1000, 1 if metres < 9_950 else 0)
    return f"{kilometres:g} km".replace(".", ",")
