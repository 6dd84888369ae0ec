"""A place on the map given by hand: read from degrees, refused where no commune of France is near."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from directory.base.errors import InputRefusedError, UnavailableError
from directory.communes import Communes
from directory.geo import box_around
from directory.locating.answers import PRECISIONS
from directory.locating.geocoder import Geocoder
from directory.model import Point, Precision
from directory.resource import Resource
from web.local_contexts import PinHelp
from web.services import Services

LONGEST_ADDRESS = 200
PATIENCE_S = 5.0

FARTHEST_M = 30_000.0
"""No place of France is farther from the nearest commune's point."""

_DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,12})?")


def read_pin(told: Mapping[str, str], communes: Communes) -> Point:
    """The point of two cells in degrees; InputRefusedError naming the cell that is wrong."""
    lat, lon = (_degrees(name, told[name]) for name in ("lat", "lon"))
    if not _in_france(lat, lon, communes):
        swapped = _in_france(lon, lat, communes)
        advice = "Latitude et longitude semblent inversées." if swapped else "Vérifiez-les."
        raise InputRefusedError(
            f"Aucune commune de France n'est près de ces coordonnées. {advice}", field="lat"
        )
    return Point(lat=round(lat, 6), lon=round(lon, 6), precision=Precision.PIN)


def help_to_pin(services: Services, entry: Resource, path: str, typed: str) -> PinHelp | None:
    """Addresses that look like what was typed, each a link that fills the form; None without a
    geocoder. A geocoder that does not answer leaves the two cells to be filled by hand.
    """
    settings = services.settings
    if not settings.geocoder_url or not path.endswith(".pin"):
        return None
    looked = " ".join(typed.split())[:LONGEST_ADDRESS]
    if not looked:
        return PinHelp(entry.address[:LONGEST_ADDRESS], ())
    try:
        with Geocoder(settings.geocoder_url, attempts=1, patience_s=PATIENCE_S) as geocoder:
            found = geocoder.search(looked, insee=entry.insee)
    except UnavailableError:
        return PinHelp(looked, (), "Le géocodeur ne répond pas : donnez les coordonnées.")
    base = f"/fiche/{entry.alias}/corriger"
    choices = [
        (one.label, f"{base}?{urlencode({'champ': path, 'lat': one.lat, 'lon': one.lon})}")
        for one in found
        if one.kind in PRECISIONS
    ]
    message = "" if choices else "Aucune adresse de cette commune n'y ressemble."
    return PinHelp(looked, choices, message)


def _degrees(name: str, text: str) -> float:
    if not _DEGREES.fullmatch(text) or not text.isascii():
        raise InputRefusedError("Degrés attendus, par exemple 48.7571.", field=name)
    return float(text.replace(",", "."))


def _in_france(lat: float, lon: float, communes: Communes) -> bool:
    if abs(lat) > 89 or abs(lon) > 180:
        return False
    box = box_around(lat, lon, FARTHEST_M)
    return any(
        one.lat is not None
        and one.lon is not None
        and box.south <= one.lat <= box.north
        and box.west <= one.lon <= box.east
        for one in communes
    )
