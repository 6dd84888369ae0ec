"""Addresses and areas that people wrote freely in one cell, placed in their communes."""

import re

from directory.communes import Commune, plain_name
from directory.model import Address, CoveredArea
from importers.cleaning import clean, make_address, split_street
from importers.contract import Context

REGIONS = {
    "01": "Guadeloupe", "02": "Martinique", "03": "Guyane", "04": "La Réunion", "06": "Mayotte",
    "11": "Île-de-France", "24": "Centre-Val de Loire", "27": "Bourgogne-Franche-Comté",
    "28": "Normandie", "32": "Hauts-de-France", "44": "Grand Est", "52": "Pays de la Loire",
    "53": "Bretagne", "75": "Nouvelle-Aquitaine", "76": "Occitanie", "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d'Azur", "94": "Corse",
}  # fmt: skip
"""Regions by INSEE code (code officiel géographique of 2026)."""

_REGION_CODES = {plain_name(name): code for code, name in REGIONS.items()}
_SEVERAL = re.compile(r"[;\r\n]+")
_AREAS = re.compile(r"[;,|\r\n]+|\s/\s|\set\s")
_TOWN = re.compile(r"(?P<before>.*?)[\s,:–-]*\b(?P<postcode>\d{5})\s+(?P<city>\D[^,;]*)")
_POSTCODE_TOWN = re.compile(r"(\d{5})\s+(\D.*)")
_DEPARTEMENT = re.compile(r"(?:\D*\()?(?:d[ée]p(?:artement|t)?\.?\s*)?(\d{2,3}|2[AB])\)?", re.I)


def split_several(cell: str) -> tuple[str, ...]:
    """Values of a cell separated by « ; » or new lines, each one cleaned and told once."""
    parts = (clean(part) for part in _SEVERAL.split(cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def read_address(told: str, context: Context, use: str = "main") -> Address | None:
    """« Hôpital, 12 rue X, 94260 Fresnes » in its parts; kept as one line when it has no town."""
    told = clean(told)
    if not told:
        return None
    if found := _TOWN.fullmatch(told):
        before, postcode, city, insee = *found.group("before", "postcode", "city"), ""
    else:
        before, _, city = told.rpartition(",")
        commune = find_commune(city, context)
        if commune is None:
            context.note("adresse sans commune reconnue, gardée telle quelle")
            return Address(use=use, lines=(told,))
        postcode, insee = "", commune.insee
    number, street, complement = split_street(before)
    return make_address(
        context,
        insee=insee,
        postcode=postcode,
        city=clean(city),
        use=use,
        number=number,
        street=street,
        complement=complement,
    )


def find_commune(name: str, context: Context) -> Commune | None:
    """The commune of this name: the only one in France, else the only one around the territory."""
    named = context.communes.by_name(clean(name))
    if len(named) > 1:
        named = [one for one in named if one.insee in context.perimeter.insee]
    return named[0] if len(named) == 1 else None


def read_area(cell: str, context: Context) -> CoveredArea | None:
    """Communes (name, INSEE code, « 94260 Fresnes »), départements (94) and regions of a cell.

    What is not recognised stays readable in the note.
    """
    communes: list[str] = []
    departements: list[str] = []
    regions: list[str] = []
    notes: list[str] = []
    for part in filter(None, map(clean, _AREAS.split(cell))):
        if commune := _commune(part, context):
            communes.append(commune.insee)
        elif region := _REGION_CODES.get(plain_name(part)):
            regions.append(region)
            notes.append(REGIONS[region])
        elif departement := _departement(part, context):
            departements.append(departement)
        else:
            context.note("zone desservie non reconnue, gardée en toutes lettres")
            notes.append(part)
    area = CoveredArea(
        communes=tuple(dict.fromkeys(communes)),
        departements=tuple(dict.fromkeys(departements)),
        regions=tuple(dict.fromkeys(regions)),
        note=", ".join(dict.fromkeys(notes)),
    )
    return None if area == CoveredArea() else area


def _commune(part: str, context: Context) -> Commune | None:
    if town := _POSTCODE_TOWN.fullmatch(part):
        return context.locate("", town[1], town[2])[0]
    return context.communes.get(part) or find_commune(part, context)


def _departement(part: str, context: Context) -> str:
    found = _DEPARTEMENT.fullmatch(part)
    code = found[1].upper() if found else ""
    known = any(one.departement == code for one in context.communes) if code else False
    return code if known else ""
