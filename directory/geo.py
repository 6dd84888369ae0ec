"""Distances on the Earth between WGS84 points."""

import math
from collections.abc import Callable
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
    return distances_from(lat_a, lon_a)(lat_b, lon_b)


def distances_from(lat: float, lon: float) -> Callable[[float, float], float]:
    """A measure of great-circle distances in metres from one point, for many others."""
    here, cosine = math.radians(lat), math.cos(math.radians(lat))
    sin, cos, asin, sqrt, radians = math.sin, math.cos, math.asin, math.sqrt, math.radians

    def measure(to_lat: float, to_lon: float) -> float:
        there = radians(to_lat)
        half_lat = sin((there - here) / 2)
        half_lon = sin(radians(to_lon - lon) / 2)
        chord = half_lat * half_lat + cosine * cos(there) * half_lon * half_lon
        return 2 * EARTH_RADIUS_M * asin(sqrt(chord) if chord < 1 else 1.0)

    return measure


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
