"""Where a site is: FINESS+ gives two pairs of numbers whose names do not say what they are."""

from functools import cache
from typing import NamedTuple

from pyproj import Transformer

from directory.model import Point, Precision


class Zone(NamedTuple):
    """A part of France: its legal projection and the box of degrees it lies in."""

    crs: str
    south: float
    north: float
    west: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies in the box."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


METROPOLE = Zone("EPSG:2154", 41.0, 51.6, -5.6, 10.0)
OVERSEAS = {
    "971": Zone("EPSG:5490", 15.7, 18.2, -63.3, -60.9),
    "972": Zone("EPSG:5490", 14.3, 15.0, -61.4, -60.7),
    "973": Zone("EPSG:2972", 2.0, 6.0, -54.8, -51.4),
    "974": Zone("EPSG:2975", -21.5, -20.8, 55.1, 56.0),
    "975": Zone("EPSG:4467", 46.6, 47.3, -56.6, -56.0),
    "976": Zone("EPSG:4471", -13.2, -12.5, 44.9, 45.4),
    "977": Zone("EPSG:5490", 17.8, 18.0, -63.0, -62.7),
    "978": Zone("EPSG:5490", 18.0, 18.2, -63.2, -62.9),
    "986": Zone("EPSG:8903", -14.5, -13.1, -178.3, -176.0),
}
"""Legal projections of FORMATS.md a.2: UTM 20N, 22N, 40S, 21N, 38S and 1S."""

_PROJECTIONS = frozenset(zone.crs for zone in (METROPOLE, *OVERSEAS.values()))


def zone_of(insee: str) -> Zone:
    """The zone of a commune, by its code."""
    return OVERSEAS.get(insee[:3], METROPOLE)


def make_point(told: dict[str, str | None], insee: str) -> Point | None:
    """WGS84 point of a `coordonneesGeographique`, by the range of its values.

    Layouts seen (FORMATS.md a.4, trap 1): (A) X and Y are degrees, the other pair metres; (B) X and
    Y are metres, the other pair degrees; (C) as B with X and Y exchanged. Degrees are taken from
    wherever they are; metres are reprojected only when no pair of degrees is usable.
    """
    xy = (_number(told.get("coordonneeX")), _number(told.get("coordonneeY")))
    other = (_number(told.get("directionLongitude")), _number(told.get("directionLatitude")))
    pairs = [(a, b) for a, b in (xy, other) if a is not None and b is not None]
    zone = zone_of(insee)
    found = _degrees(pairs, zone) or _metres(pairs, zone)
    if found is None:
        return None
    lat, lon = round(found[0], 6), round(found[1], 6)
    precision = precision_of(told.get("cleInInteropBAN") or "")
    return Point(lat=lat, lon=lon, precision=precision, origin="FINESS")


def precision_of(key: str) -> Precision:
    """What a BAN key tells: `01053_1950_00062` a number, `01053_1950` a street, `01053` a commune."""
    match key.strip().count("_") if key.strip() else -1:
        case -1:
            return Precision.UNKNOWN
        case 0:
            return Precision.COMMUNE
        case 1:
            return Precision.STREET
        case _:
            return Precision.ADDRESS


def point_in_metres(x: str, y: str, insee: str, crs: str, precision: Precision) -> Point | None:
    """WGS84 point of a pair of metres in a projection (EPSG), the commune's own when none is told.

    None when a number is missing or the point lies out of the commune's part of France.
    """
    pair = (_number(x), _number(y))
    if pair[0] is None or pair[1] is None:
        return None
    zone = zone_of(insee)
    known = crs if crs in _PROJECTIONS else zone.crs
    found = _metres([(pair[0], pair[1])], zone._replace(crs=known))
    if found is None:
        return None
    lat, lon = round(found[0], 6), round(found[1], 6)
    return Point(lat=lat, lon=lon, precision=precision, origin="FINESS")


def _degrees(pairs: list[tuple[float, float]], zone: Zone) -> tuple[float, float] | None:
    for first, second in pairs:
        for lat, lon in ((second, first), (first, second)):
            if zone.holds(lat, lon):
                return lat, lon
    return None


def _metres(pairs: list[tuple[float, float]], zone: Zone) -> tuple[float, float] | None:
    for first, second in pairs:
        for easting, northing in ((first, second), (second, first)):
            if min(abs(easting), abs(northing)) < 1000:  # degrees of somewhere else
                continue
            lon, lat = _projection(zone.crs).transform(easting, northing)
            if zone.holds(lat, lon):
                return lat, lon
    return None


@cache
def _projection(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _number(told: str | None) -> float | None:
    try:
        return float(told.strip().replace(",", ".")) if told and told.strip() else None
    except ValueError:
        return None
