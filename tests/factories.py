"""Entries for tests: plain functions, French values, the same arguments give the same entry."""

import uuid
from typing import Any

from directory.communes import Commune
from directory.model import Coding, Identifier, Point, Precision, ResourceKind
from directory.phones import parse_phone
from directory.resource import Phone, Resource
from directory.vocabulary import category_coding, profession_coding, speciality_coding
from tests.places import CACHAN, CHEVILLY, FRESNES, LHAY, RUNGIS

ANNEXE_3 = (
    ("enfance", "CMPP DE CACHAN ANNEXE", CACHAN, "01 46 65 62 22"),
    ("enfance", "BAPU CACHAN", CACHAN, "01 46 65 62 22"),
    ("enfance", "CMPP DE FRESNES", FRESNES, "01 49 84 07 05"),
    ("enfance", "IME LES LILAS USEP", LHAY, "01 46 86 01 56"),
    ("enfance", "IME LES LILAS", LHAY, "01 46 86 01 56"),
    ("enfance", "IME IMPRO FOYER MONIQUE GUILBOT", LHAY, "01 46 64 42 86"),
    ("enfance", "SESSAD GRANGE ORY", CACHAN, ""),
    ("adultes", "FOYER D'ACCUEIL MEDICALISE MARCEL HUET", CHEVILLY, "01 46 75 31 57"),
    ("adultes", "ESAT LES ATELIERS DE FRESNES", FRESNES, "01 49 84 02 22"),
    ("adultes", "SAVS L'HAY LES ROSES", LHAY, "01 49 73 33 22"),
    ("EHPAD", "RESIDENCE SANTE COUSIN DE MERICOURT", CACHAN, "01 46 64 85 95"),
    ("EHPAD", "EHPAD MAISON DE RETRAITE ST JOSEPH", CACHAN, "01 49 69 20 00"),
    ("EHPAD", "EHPAD LA MAISON DE LA BIEVRE", CACHAN, "01 45 46 05 05"),
    ("EHPAD", "EHPAD DE RUNGIS", RUNGIS, "01 49 78 76 51"),
    ("EHPAD", "EHPAD SOLEIL D'AUTOMNE", FRESNES, "01 49 84 92 00"),
    ("SSIAD", "SSIAD FRESNES", FRESNES, "01 46 68 01 83"),
    ("SSIAD", "SSIAD CACHAN MR VINCENT", CACHAN, ""),
    ("SAAD", "SAAD AFAD FRESNES", FRESNES, "01 42 37 90 63"),
    ("sociale", "CHU UFSE", CACHAN, "01 47 40 94 94"),
    ("sociale", "CSAPA - MA FRESNES", FRESNES, "01 46 15 90 74"),
    ("sociale", "FJT ADOMA", FRESNES, "01 46 15 35 56"),
    ("sociale", "CADA PHILIA", LHAY, "01 45 47 77 89"),
    ("sociale", "RESIDENCE SOCIALE L'HAY LES ROSES", LHAY, "01 46 87 47 57"),
)
"""Rows of the shipped annexe 3 as it writes them: capitals, no accents, no FINESS category."""

_RUBRICS = {
    "enfance": "Structures et services concernant l'enfance handicapée",
    "adultes": "Structures d'accueil pour les adultes handicapés",
    "EHPAD": "Accueil et services aux personnes âgées / EHPAD",
    "SSIAD": "Accueil et services aux personnes âgées / SSIAD",
    "SAAD": "Accueil et services aux personnes âgées / SAAD",
    "sociale": "Action sociale concernant les adultes",
}


def resource(name: str = "Centre Jean-Vilar", **changes: Any) -> Resource:
    """An establishment of Cachan; `commune` may be a Commune, `point` a pair of degrees."""
    place = changes.pop("commune", CACHAN)
    fields: dict[str, Any] = {
        "alias": name.lower().replace(" ", "-"),
        "kind": ResourceKind.ESTABLISHMENT,
        "name": name,
        **_located(place),
        **changes,
    }
    if isinstance(fields.get("point"), tuple):
        lat, lon = fields["point"]
        fields["point"] = Point(lat=lat, lon=lon, precision=Precision.ADDRESS)
    fields.setdefault("id", str(uuid.uuid5(uuid.NAMESPACE_OID, repr(sorted(fields.items())))))
    return Resource(**fields)


def practitioner(name: str = "Anne Martin", profession: str = "91", **changes: Any) -> Resource:
    """A practitioner (« given family »); `specialities` may be plain codes."""
    given, _, family = name.partition(" ")
    changes["specialities"] = tuple(
        speciality_coding(one) if isinstance(one, str) else one
        for one in changes.get("specialities", ())
    )
    fields: dict[str, Any] = {
        "kind": ResourceKind.PRACTITIONER,
        "given": given,
        "family": family,
        "profession": profession_coding(profession),
        **changes,
    }
    return resource(name, **fields)


def programme(name: str, **changes: Any) -> Resource:
    """A patient-education programme (ETP)."""
    return resource(name, **{"kind": ResourceKind.PROGRAMME, **changes})


def annexe_3() -> list[Resource]:
    """The rows of ANNEXE_3 as entries."""
    return [
        resource(name, commune=place, rubric=_RUBRICS[rubric], phones=phones(number))
        for rubric, name, place, number in ANNEXE_3
    ]


def phones(*numbers: str) -> tuple[Phone, ...]:
    """Numbers as an entry shows them."""
    told = (number for number in numbers if number)
    return tuple(Phone(value=one, e164=parse_phone(one), source="annexe3") for one in told)


def category(code: str) -> Coding:
    """A FINESS category."""
    return category_coding(code)


def identifier(system: str, value: str) -> Identifier:
    """A number of an entry."""
    return Identifier(system=system, value=value)


def _located(place: Commune) -> dict[str, Any]:
    point = place.point
    return {
        "commune": place.name,
        "insee": place.insee,
        "postcode": place.postcodes[0],
        "address": f"2 rue de la Gare, {place.postcodes[0]} {place.name}",
        "point": point,
    }
