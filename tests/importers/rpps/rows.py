"""Rows of RPPS written in the published layout: an invented physiotherapist of Fresnes unless told."""

from pathlib import Path

from importers.rpps.layout import COLUMNS, NEWER_COLUMNS

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
