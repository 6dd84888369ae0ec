"""Writes PS_LibreAcces_Personne_activite in its exact layout: 56 columns, `|`, no quoting, one
more `|` at the end of each line, one line per person × activity × savoir-faire."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from directory.vocabulary import professions, specialities
from importers.demo.people import Activity, Practitioner

SECTORS = {
    "SA05": "Centre de santé",
    "SA07": "Cabinet individuel",
    "SA08": "Cabinet de groupe",
}
MODES = {"L": "Libéral", "S": "Salarié"}
CATEGORIES = {"C": "Civil", "E": "Etudiant"}
_CIVILITIES = {"M": "Monsieur", "MME": "Madame"}


@cache
def columns() -> tuple[str, ...]:
    """Column names, as published on 2026-10-08."""
    header = resources.files("importers.demo") / "data" / "rpps_header.txt"
    return tuple(header.read_text(encoding="utf-8").strip().split("|"))


def write_rpps(path: Path, practitioners: Iterable[Practitioner]) -> None:
    """Write the file, UTF-8 without mark; the header has no trailing separator, lines have one."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("|".join(columns()) + "\n")
        for practitioner in practitioners:
            file.writelines(to_line(cells) for cells in rows(practitioner))


def to_line(cells: Mapping[str, str]) -> str:
    """One line of the file from cells by column name; the others are empty."""
    return "|".join(cells.get(column, "") for column in columns()) + "|\n"


def rows(practitioner: Practitioner) -> Iterator[dict[str, str]]:
    """The rows of a person: one per activity and savoir-faire."""
    for activity in practitioner.activities:
        where = person_cells(practitioner) | activity_cells(practitioner, activity)
        for skill in activity.skills or ("",):
            yield where | skill_cells(skill)


def person_cells(practitioner: Practitioner) -> dict[str, str]:
    """Who the row is about."""
    name, category = practitioner.name, "E" if practitioner.student else "C"
    return {
        "Type d'identifiant PP": "8",
        "Identifiant PP": practitioner.rpps,
        "Identification nationale PP": f"8{practitioner.rpps}",
        "Code civilité d'exercice": practitioner.title,
        "Libellé civilité d'exercice": "Docteur" if practitioner.title else "",
        "Code civilité": name.civility,
        "Libellé civilité": _CIVILITIES[name.civility],
        "Nom d'exercice": name.family,
        "Prénom d'exercice": name.given,
        "Code catégorie professionnelle": category,
        "Libellé catégorie professionnelle": CATEGORIES[category],
    }


def activity_cells(practitioner: Practitioner, activity: Activity) -> dict[str, str]:
    """What is exercised, how and where; coordinates do not exist in this file."""
    structure = activity.structure
    return _place_cells(activity) | {
        "Code profession": activity.profession,
        "Libellé profession": professions()[activity.profession].label,
        "Code mode exercice": activity.mode,
        "Libellé mode exercice": MODES[activity.mode],
        "Numéro FINESS site": structure.finess,
        "Numéro FINESS établissement juridique": structure.legal_entity,
        "Identifiant technique de la structure": structure.key,
        "Raison sociale site": structure.name,
        "Ancien identifiant de la structure": f"1{structure.finess}" if structure.finess else "",
        "Téléphone (coord. structure)": structure.phone,
        "Autorité d'enregistrement": "CNOM/CNOM/ARS" if practitioner.title else "",
        "Code secteur d'activité": structure.sector,
        "Libellé secteur d'activité": SECTORS[structure.sector],
        "Code genre activité": "GENR01",
        "Libellé genre activité": "Activité de soin et de pharmacie",
    }


def skill_cells(code: str) -> dict[str, str]:
    """The savoir-faire of a row; empty for professions that have none."""
    if not code:
        return {}
    return {
        "Code type savoir-faire": "S",
        "Libellé type savoir-faire": "Spécialité ordinale",
        "Code savoir-faire": code,
        "Libellé savoir-faire": specialities()[code].removesuffix(" (SM)"),
    }


def _place_cells(activity: Activity) -> dict[str, str]:
    structure, place = activity.structure, activity.structure.place
    return {
        "Numéro Voie (coord. structure)": place.number,
        "Indice répétition voie (coord. structure)": place.repetition,
        "Code type de voie (coord. structure)": place.road_type,
        "Libellé type de voie (coord. structure)": place.road_label,
        "Libellé Voie (coord. structure)": place.road,
        "Code postal (coord. structure)": place.postcode,
        "Code commune (coord. structure)": structure.told_insee,
        "Libellé commune (coord. structure)": place.commune.name,
    }
