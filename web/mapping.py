"""What the map of the search needs: a background by setting, the one host it may ask, outlines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from directory.base.errors import SettingsError
from directory.base.settings import Settings

IGN_TILES = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=normal"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&FORMAT=image/png&TILEMATRIXSET=PM"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
"""Plan IGN in Web Mercator, free and without a key (cartes.gouv.fr, Géoplateforme, WMTS)."""

IGN_ATTRIBUTION = "Plan IGN – IGN-F/Géoportail"

LARGEST_OUTLINES = 20_000_000
"""Bytes: the communes of a whole region, simplified, are far below."""

CODE_NAMES = ("insee", "code", "insee_com", "code_insee", "codgeo", "com", "code_commune")
"""What public files call a commune's code, in lower case (IGN Admin Express, Etalab, INSEE)."""


@dataclass(frozen=True)
class MapOptions:
    """How the map is drawn: `tiles` and `outlines` are empty when there are none.

    `host` is the only other site a page may then take pictures from.
    """

    tiles: str
    attribution: str
    host: str
    outlines: str


def map_options(settings: Settings) -> MapOptions:
    """Read the settings; raises SettingsError for an address of tiles nobody could draw."""
    tiles = IGN_TILES if settings.map_tiles == "ign" else settings.map_tiles
    attribution = IGN_ATTRIBUTION if settings.map_tiles == "ign" else settings.map_attribution
    return MapOptions(
        tiles=tiles,
        attribution=attribution if tiles else "",
        host=_host(tiles) if tiles else "",
        outlines="/carte/communes.json" if settings.map_outlines else "",
    )


def checked_map_options(settings: Settings, communes: Sequence[str]) -> MapOptions:
    """The same, having read the outlines once: a bad file stops the start, not a reader."""
    read_outlines(settings, communes)
    return map_options(settings)


def read_outlines(settings: Settings, communes: Sequence[str]) -> dict[str, Any]:
    """The outlines of these communes (INSEE), as a GeoJSON collection; empty without a file.

    Raises SettingsError when the file is not what the setting promises.
    """
    features: list[Any] = []
    if settings.map_outlines:
        path = Path(settings.map_outlines)
        try:
            told = path.stat()
            if told.st_size > LARGEST_OUTLINES:
                raise SettingsError(f"RECOURS_MAP_OUTLINES : {path} dépasse 20 Mo.")
            features = _features(str(path), told.st_mtime_ns, tuple(communes))
        except (OSError, ValueError) as exc:
            raise SettingsError(f"RECOURS_MAP_OUTLINES : {path} est illisible ({exc}).") from exc
    return {"type": "FeatureCollection", "features": features}


@lru_cache(maxsize=4)
def _features(path: str, _changed: int, communes: tuple[str, ...]) -> list[Any]:
    document = orjson.loads(Path(path).read_bytes())
    told = document.get("features") if isinstance(document, dict) else None
    if not isinstance(told, list):
        raise ValueError("ce n'est pas une FeatureCollection GeoJSON")
    return list(_of_communes(told, frozenset(communes)))


def _of_communes(told: Sequence[Any], communes: frozenset[str]) -> Iterator[dict[str, Any]]:
    for one in told:
        geometry = one.get("geometry") if isinstance(one, dict) else None
        if not isinstance(geometry, dict) or geometry.get("type") not in (
            "Polygon",
            "MultiPolygon",
        ):
            continue
        properties = one.get("properties") or {}
        named = {str(key).lower(): value for key, value in properties.items()}
        code = next((str(named[name]) for name in CODE_NAMES if named.get(name)), "")
        if code in communes:
            yield {"type": "Feature", "properties": {"insee": code}, "geometry": geometry}


def _host(tiles: str) -> str:
    if not all(part in tiles for part in ("{z}", "{x}", "{y}")):
        raise SettingsError("RECOURS_MAP_TILES : l'adresse doit contenir {z}, {x} et {y}.")
    found = urlsplit(tiles)
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", found.netloc):
        raise SettingsError("RECOURS_MAP_TILES : l'adresse doit nommer un serveur, sans compte.")
    return f"{found.scheme}://{found.netloc}"
