"""Rows of FINESS written from the documented layouts, a sound site of Fresnes unless told."""

import csv
import json
from collections.abc import Sequence
from io import StringIO
from typing import Any

from importers.finess.cells import Cells

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


def position_line(number: str = "940000011", **changes: str) -> str:
    """One line of the second section of cs1100507: a point of Fresnes."""
    told = {
        "x": "650533.0",
        "y": "6850909.0",
        "source": "1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)",
        "updated": "2026-05-04",
        **changes,
    }
    return ";".join(("geolocalisation", number, *told.values())) + "\n"


TABLE = (*Cells._fields[1:], "coordxet", "coordyet", "sourcecoordet", "datemaj_geoloc")
"""The 35 columns of the re-exposed table."""


def table_line(*, columns: Sequence[str] = TABLE, delimiter: str = ";", **changes: str) -> str:
    """One line of the re-exposed table, its columns in any order."""
    told = {**SOUND._asdict(), "coordxet": "650533.0", "coordyet": "6850909.0"}
    told |= {"sourcecoordet": "1,ATLASANTE,96,BAN,EPSG:2154", "datemaj_geoloc": "2026-05-04"}
    cells = StringIO()
    row = [{**told, **changes}.get(name, "") for name in columns]
    csv.writer(cells, delimiter=delimiter, lineterminator="\n").writerow(row)
    return cells.getvalue()


def table(*lines: str, columns: Sequence[str] = TABLE, delimiter: str = ";") -> str:
    """A whole re-exposed table."""
    return delimiter.join(columns) + "\n" + "".join(lines)


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


def plus_entity(*sites: dict[str, Any], **about: Any) -> dict[str, Any]:
    """A legal entity (PMEJ) with its sites; `about` changes its general information."""
    return {
        "informationsGeneralesPMEJ": {
            "pmSmsseId": "100",
            "numFinessPm": "940000029",
            "denominationPm": "ASSOCIATION LES TILLEULS",
            **about,
        },
        "ege": list(sites),
    }


def plus(*sites: dict[str, Any] | None, day: str = "2026-11-20", **root: Any) -> str:
    """A FINESS+ document, one legal entity a site; None stands for an entity without sites."""
    entities = [plus_entity(*([] if site is None else [site])) for site in sites]
    return plus_document(*entities, day=day, **root)


def plus_document(*entities: dict[str, Any], day: str = "2026-11-20", **root: Any) -> str:
    """A FINESS+ document of these legal entities; `root` adds its groups before them."""
    head = {"schemaVersion": "v1.0.0", "generatedAt": f"{day}T02:00:00Z"}
    return json.dumps({**head, **root, "pmej": entities})
