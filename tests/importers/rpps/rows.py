"""Rows of RPPS written in the published layout: an invented physiotherapist of Fresnes unless told."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from importers.rpps import diplomas, skills
from importers.rpps.layout import COLUMNS, NEWER_COLUMNS
from importers.rpps.listing import IDENTITY

FIXTURES = Path(__file__).parent / "fixtures"
HEADER = (FIXTURES / "header_56_20261008.txt").read_text(encoding="utf-8").strip()
NAMES = HEADER.split("|")
OLDER_NAMES = NAMES[:52]

SOUND = {
    "type": "8",
    "number": "10100000016",
    "national": "810100000016",
    "civility": "MME",
    "family": "DEMONSTRATION",
    "given": "Agathe",
    "profession": "70",
    "profession_label": "Masseur-Kinésithérapeute",
    "category": "C",
    "mode": "L",
    "mode_label": "Libéral",
    "structure": "R10100000000001",
    "company": "CABINET DE DEMONSTRATION",
    "street_number": "12",
    "street_code": "AV",
    "street_type": "Avenue",
    "street": "DE LA PAIX",
    "postcode": "94260",
    "commune": "94034",
    "commune_label": "Fresnes",
    "phone": "0146000000",
    "sector": "SA07",
    "sector_label": "Cabinet individuel",
    "activity": "GENR01",
}
KEY = "810100000016|R10100000000001|70||L"


def line(names: list[str] = NAMES, /, **changes: str) -> str:
    """One line, which ends with one more `|` as published ones do."""
    titles = {**COLUMNS, **NEWER_COLUMNS}
    cells = {titles[name]: cell for name, cell in {**SOUND, **changes}.items()}
    return "|".join(cells.get(name, "") for name in names) + "|\n"


def listing(*lines: str, names: list[str] = NAMES) -> str:
    """A whole file."""
    return "|".join(names) + "\n" + "".join(lines)


SKILL_NAMES = (FIXTURES / "header_savoir_faire.txt").read_text(encoding="utf-8").strip().split("|")
DIPLOMA_NAMES = (
    (FIXTURES / "header_dipl_autexerc.txt").read_text(encoding="utf-8").strip().split("|")
)
ACTIVITIES_FILE = "PS_LibreAcces_Personne_activite_202611210312.txt"
SKILLS_FILE = "PS_LibreAcces_SavoirFaire_202611210312.txt"
DIPLOMAS_FILE = "PS_LibreAcces_Dipl_AutExerc_202611210312.txt"

DOCTOR = {
    "number": "10100000024",
    "national": "810100000024",
    "given": "Basile",
    "title": "DR",
    "profession": "10",
    "profession_label": "Médecin",
    "skill_kind": "S",
    "skill_kind_label": "Spécialité ordinale",
    "skill": "SM54",
    "skill_label": "Médecine Générale",
}
"""A general practitioner beside the physiotherapist of `SOUND`."""

SKILL = {
    **{name: DOCTOR[name] for name in ("number", "national", "profession", "profession_label")},
    "type": "8",
    "category": "C",
    "kind": "CAPA",
    "kind_label": "Capacité",
    "skill": "CAPA05",
    "skill_label": "Gérontologie",
}
DIPLOMA = {
    "type": "8",
    "number": DOCTOR["number"],
    "national": DOCTOR["national"],
    "diploma_kind": "DU",
    "diploma_kind_label": "Diplôme d'université",
    "diploma": "DU001",
    "diploma_label": "Soins palliatifs",
}


def skill(**changes: str) -> str:
    """One line of `SavoirFaire`: the doctor's capacity unless told."""
    return _line(SKILL_NAMES, IDENTITY | skills.TITLES, {**SKILL, **changes})


def diploma(**changes: str) -> str:
    """One line of `Dipl_AutExerc`: the doctor's DU unless told."""
    return _line(DIPLOMA_NAMES, IDENTITY | diplomas.TITLES, {**DIPLOMA, **changes})


def archive(members: Mapping[str, str]) -> bytes:
    """A ZIP of these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        for name, text in members.items():
            zipped.writestr(name, text)
    return content.getvalue()


def _line(names: list[str], titles: Mapping[str, str], cells: Mapping[str, str]) -> str:
    told = {titles[name]: cell for name, cell in cells.items()}
    return "|".join(told.get(name, "") for name in names) + "|\n"
