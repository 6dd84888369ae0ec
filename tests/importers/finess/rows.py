"""Rows of FINESS written from the documented layouts, a sound site of Fresnes unless told."""

import json
from typing import Any

from importers.finess.legacy import Cells

HEADER = "finess;etalab;111;2026-11-20\n"

SOUND = Cells(
    section="structureet",
    nofinesset="940000011",
    nofinessej="940000029",
    rs="EHPAD LES TILLEULS",
    rslongue="",
    complrs="",
    compldistrib="",
    numvoie="2",
    typvoie="R",
    voie="DE WISSOUS",
    compvoie="",
    lieuditbp="",
    commune="034",
    departement="94",
    libdepartement="VAL DE MARNE",
    ligneacheminement="94260 FRESNES",
    telephone="0149849200",
    telecopie="",
    categetab="500",
    libcategetab="EHPAD",
    categagretab="4401",
    libcategagretab="",
    siret="",
    codeape="",
    codemft="",
    libmft="",
    codesph="",
    libsph="",
    dateouv="2001-01-15",
    dateautor="",
    datemaj="2026-01-02",
    numuai="",
)


def legacy_line(**changes: str) -> str:
    """One line of the legacy extract; cells are joined as they are, quotes included."""
    return ";".join(SOUND._replace(**changes)) + "\n"


def legacy(*lines: str, header: str = HEADER) -> str:
    """A whole legacy extract."""
    return header + "".join(lines)


def plus_address(**changes: Any) -> dict[str, Any]:
    """The address of a site of Fresnes."""
    return {
        "usageAdresse": "03",
        "numeroVoie": "2",
        "typeVoie": "R",
        "libelleVoie": "DE WISSOUS",
        "complementVoie": None,
        "complementPointGeographique": None,
        "lieuDit": None,
        "cogCommune": "94034",
        "codePostal": "94260",
        "ligneAcheminement": "FRESNES",
        "coordonneesGeographique": None,
        **changes,
    }


def plus_site(
    number: str = "940000011", *addresses: dict[str, Any], about: Any = None, **changes: Any
) -> dict[str, Any]:
    """A site (EGE); `about` changes its general information."""
    return {
        "informationsGeneralesEGE": {
            "egeId": number,
            "numFinessEge": number,
            "nomEgeCourt": "EHPAD LES TILLEULS",
            "nomEgeLong": None,
            "complementDenominationEg": None,
            "dateOuverture": "2001-01-15",
            "dateFermeture": None,
            "siret": None,
            **(about or {}),
        },
        "categorieentiteGeographiqueExercice": "500",
        "adresse": list(addresses) or [plus_address()],
        "contact": [],
        "etatObjet": "A",
        "dateDerniereMaj": "2026-09-04 23:42:46",
        **changes,
    }


def plus(*sites: dict[str, Any] | None, day: str = "2026-11-20") -> str:
    """A FINESS+ document, one legal entity a site; None stands for an entity without sites."""
    entities = [
        {
            "informationsGeneralesPMEJ": {
                "numFinessPm": "940000029",
                "denominationPm": "ASSOCIATION LES TILLEULS",
            },
            "ege": [] if site is None else [site],
        }
        for site in sites
    ]
    root = {"schemaVersion": "v1.0.0", "generatedAt": f"{day}T02:00:00Z", "pmej": entities}
    return json.dumps(root)
