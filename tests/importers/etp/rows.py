"""Rows of the ETP form: an invented programme of Fresnes unless told, as CSV or as a sheet."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from importers.etp.form import COLUMNS

SOUND = {
    "number": "125-2026 DSP",
    "title": "Mieux vivre avec son asthme",
    "structure": "Association Souffle de démonstration",
    "structure_address": "1 rue de la Paix, 94260 Fresnes",
    "sites": "Centre municipal, 12 avenue de la Division Leclerc, 94260 Fresnes",
    "pathologies": "asthme",
}
KEY = SOUND["number"]
NAMES = list(COLUMNS.values())


def cells(**changes: str) -> list[str]:
    """One row of the form."""
    told = {**SOUND, **changes}
    return [told.get(field, "") for field in COLUMNS]


def listing(*rows: Sequence[str], names: Sequence[str] = NAMES) -> str:
    """A whole CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([names, *rows])
    return text.getvalue()


def workbook(path: Path, *rows: Sequence[object], merge: Sequence[str] = ()) -> Path:
    """A workbook of one sheet with these rows under the header, some blocks merged."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (NAMES, *rows):
        sheet.append(list(row))
    for block in merge:
        sheet.merge_cells(block)
    book.save(path)
    return path
