"""Writes a FINESS+ « structures » file: the tree, names and oddities of the daily JSON."""

import gzip
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from pyproj import Transformer

from importers.demo.places import Place
from importers.demo.sites import Site

_OVERSEAS_CRS = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}
_LAMBERT_93 = 2154
_OPENED, _CLOSED = date(2004, 3, 1), date(2014, 3, 31)


def write_finess(path: Path, sites: Iterable[Site], day: date) -> None:
    """Write the gzip file; the same sites and day give the same bytes."""
    document = {
        "schemaVersion": "v1.0.0",
        "generatedAt": f"{day.isoformat()}T02:00:00Z",
        "gcc": [],
        "gco": [],
        "pmej": [legal_entity(rank, site, day) for rank, site in enumerate(sites, start=1)],
    }
    path.write_bytes(gzip.compress(orjson.dumps(document), mtime=0))


def legal_entity(rank: int, site: Site, day: date) -> dict[str, Any]:
    """A PMEJ (legal entity) with its one site."""
    return {
        "informationsGeneralesPMEJ": {
            "pmSmsseId": f"{90_000 + rank}",
            "numFinessPm": site.legal_entity,
            "denominationPm": "ENTITE JURIDIQUE DE DEMONSTRATION",
            "denominationLonguePmSmsse": None,
            "siren": None,
            "statutJuridique": None,
            "codeApe": None,
            "dateCreation": _OPENED,
            "dateFermeture": None,
            "fonctionPublique": None,
            "typePersonneMorale": "01",
            "categorieentiteGeographiqueExercice": None,
            "complementAdressePmSmsse": None,
            "typeGroupeGco": None,
        },
        "etatObjet": "A",
        "dateDerniereMaj": f"{day} 03:00:00",
        "adresse": [],
        "contact": [],
        "engagement": [],
        "evenement": [],
        "ege": [exercise_site(rank, site, day)],
    }


def exercise_site(rank: int, site: Site, day: date) -> dict[str, Any]:
    """An EGE (geographic site); a place to visit, when there is one, comes first as in real rows."""
    updated = _CLOSED if site.closed else day - timedelta(days=rank * 7 % 700)
    visit = [] if site.visit_place is None else [address("06", site.visit_place, "none")]
    return {
        "informationsGeneralesEGE": {
            "egeId": f"{900_000 + rank}",
            "complementDenominationEg": None,
            "dateFermeture": _CLOSED if site.closed else None,
            "dateOuverture": _OPENED,
            "datePremiereAutorisation": _OPENED,
            "nomEgeCourt": site.name[:38].ljust(32),
            "nomEgeLong": site.name,
            "numeroEducationNationale": None,
            "numeroReferenceExterne": None,
            "numFinessEge": site.finess,
            "espic": None,
            "siret": None,
        },
        "categorieentiteGeographiqueExercice": site.category,
        "modefixationtarifaire": site.tariff,
        "typeBudget": ["01"],
        "adresse": [*visit, address("03", site.place, site.point)],
        "contact": [contact(rank, site.phone)],
        "engagement": [],
        "evenement": [],
        "roleEge": [],
        "etatObjet": "I" if site.closed else "A",
        "dateDerniereMaj": f"{updated.isoformat()} 00:00:00",
    }


def contact(rank: int, phone: str) -> dict[str, Any]:
    """The contact of a site; numbers are dotted or not, as in the real file."""
    dotted = ".".join(phone[i : i + 2] for i in range(0, 10, 2))
    return {
        "typeContact": {"roleContact": "01"},
        "telecom": {
            "telephone": dotted if rank % 5 == 2 else phone,
            "telecopie": None,
            "courriel": None,
        },
    }


def address(use: str, place: Place, point: str) -> dict[str, Any]:
    """An address; empty cells are null, a space or `\\ ` and road types are padded, as seen."""
    return {
        "usageAdresse": use,
        "numeroVoie": place.number,
        "typeVoie": place.road_type.ljust(4),
        "libelleVoie": place.road,
        "complementVoie": place.repetition or " ",
        "complementPointGeographique": "\\ " if use == "06" else None,
        "lieuDit": None,
        "cogCommune": place.commune.insee,
        "ligneAcheminement": place.commune.name.upper(),
        "ligneUne": None,
        "ligneDeux": None,
        "ligneTrois": None,
        "ligneQuatre": place.line,
        "ligneCinq": None,
        "ligneSix": None,
        "codePostal": place.postcode,
        "coordonneesGeographique": coordinates(place, point),
    }


def coordinates(place: Place, point: str) -> Mapping[str, str] | None:
    """The two pairs in one of the three layouts of FORMATS.md a.4: A, B or C; None for `none`."""
    lat, lon = place.lat, place.lon
    if point == "commune":
        lat, lon = place.commune.lat, place.commune.lon
    if point == "none" or lat is None or lon is None:
        return None
    crs = _OVERSEAS_CRS.get(place.commune.departement, _LAMBERT_93)
    easting, northing = projection(crs).transform(lon, lat)
    x, y = f"{easting:.2f}", f"{northing:.2f}"
    pairs = {
        "A": (str(lon), str(lat), y, x),
        "B": (x, y, str(lat), str(lon)),
        "C": (y, x, str(lat), str(lon)),
    }
    names = ("coordonneeX", "coordonneeY", "directionLatitude", "directionLongitude")
    told = dict(zip(names, pairs.get(point, pairs["A"]), strict=True))
    return told | _address_key(place, point)


@cache
def projection(crs: int) -> Transformer:
    """From WGS84 to a projection by its EPSG number, easting and northing in metres."""
    return Transformer.from_crs("EPSG:4326", f"EPSG:{crs}", always_xy=True)


def _address_key(place: Place, point: str) -> dict[str, str]:
    insee = place.commune.insee
    if point == "commune":
        return {"cleInInteropBAN": insee, "scoreBAN": "0.94"}
    return {"cleInInteropBAN": f"{insee}_dm00_{place.number.zfill(5)}", "scoreBAN": "0.9642"}
