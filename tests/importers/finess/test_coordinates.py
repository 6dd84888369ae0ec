"""Points of FINESS+: three layouts told by range, metres only when there are no degrees."""

import pytest

from directory.model import Precision
from importers.finess.coordinates import make_point, precision_of

FRESNES = (48.7571, 2.3261)
IN_LAMBERT = ("650533.0", "6850909.0")  # easting, northing


def _told(x: str, y: str, longitude: str, latitude: str, key: str = "") -> dict[str, str | None]:
    return {
        "coordonneeX": x,
        "coordonneeY": y,
        "directionLongitude": longitude,
        "directionLatitude": latitude,
        "cleInInteropBAN": key,
    }


@pytest.mark.parametrize(
    "told",
    [
        _told("2.3261", "48.7571", *IN_LAMBERT),
        _told(*IN_LAMBERT, "2.3261", "48.7571"),
        _told(IN_LAMBERT[1], IN_LAMBERT[0], "2.3261", "48.7571"),
        _told("2,3261", " 48,7571 ", "", ""),
    ],
    ids=["A", "B", "C", "comma"],
)
def test_degrees_are_taken_from_wherever_they_are(told: dict[str, str | None]) -> None:
    point = make_point(told, "94034")
    assert point is not None
    assert (point.lat, point.lon) == FRESNES


@pytest.mark.parametrize(
    ("told", "insee", "lat", "lon"),
    [
        (_told(*IN_LAMBERT, "", ""), "94034", 48.757, 2.327),
        (_told(IN_LAMBERT[1], IN_LAMBERT[0], "", ""), "94034", 48.757, 2.327),
        (_told("342850.92", "7688757.72", "", ""), "97411", -20.895, 55.489),
        (_told("0", "0", *IN_LAMBERT), "94034", 48.757, 2.327),
    ],
    ids=["metres", "metres exchanged", "La Réunion", "zeros"],
)
def test_metres_are_reprojected_when_no_degrees_are_usable(
    told: dict[str, str | None], insee: str, lat: float, lon: float
) -> None:
    point = make_point(told, insee)
    assert point is not None
    assert (point.lat, point.lon) == pytest.approx((lat, lon), abs=0.002)


@pytest.mark.parametrize(
    "told",
    [
        {},
        _told("", "", "", ""),
        _told("abc", "12", "", ""),
        _told("55.489104", "-20.894784", "", ""),  # La Réunion, for a commune of Val-de-Marne
    ],
)
def test_what_is_not_a_point_of_the_commune_s_part_of_france_is_none(
    told: dict[str, str | None],
) -> None:
    assert make_point(told, "94034") is None


@pytest.mark.parametrize(
    ("key", "precision"),
    [
        ("01053_1950_00062", Precision.ADDRESS),
        ("01053_1950_00062_bis", Precision.ADDRESS),
        ("01053_1950", Precision.STREET),
        ("01053", Precision.COMMUNE),
        ("", Precision.UNKNOWN),
    ],
)
def test_the_ban_key_tells_the_precision(key: str, precision: Precision) -> None:
    assert precision_of(key) is precision
