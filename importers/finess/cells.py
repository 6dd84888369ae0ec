"""The cells both legacy tables share, and how one line of them is cut."""

import csv
import re
from typing import NamedTuple

_QUOTES = re.compile(r'"{2,}')


class Cells(NamedTuple):
    """The 32 cells of `structureet`, by position; the re-exposed table names the same ones."""

    section: str
    nofinesset: str
    nofinessej: str
    rs: str
    rslongue: str
    complrs: str
    compldistrib: str
    numvoie: str
    typvoie: str
    voie: str
    compvoie: str
    lieuditbp: str
    commune: str
    departement: str
    libdepartement: str
    ligneacheminement: str
    telephone: str
    telecopie: str
    categetab: str
    libcategetab: str
    categagretab: str
    libcategagretab: str
    siret: str
    codeape: str
    codemft: str
    libmft: str
    codesph: str
    libsph: str
    dateouv: str
    dateautor: str
    datemaj: str
    numuai: str


CELLS = len(Cells._fields)
SECTION = "structureet"


class Position(NamedTuple):
    """Where a site is, as the files tell it: coordxet, coordyet, sourcecoordet and its datemaj."""

    x: str
    y: str
    source: str
    updated: str


class Told(NamedTuple):
    """What a row says of a site: its cells, and where it is when the file tells.

    A row of another length than its file's keeps its cells as they are, with the length expected.
    """

    cells: list[str]
    position: Position | None = None
    expected: int = CELLS


def split_cells(line: str, expected: int = CELLS, delimiter: str = ";") -> list[str]:
    """Cells of one line, which is always one record.

    A reader of the whole file would lose every row after an unbalanced quote; here it loses one.
    Some extracts end every line with one more `;`.
    """
    if '"' not in line:
        cells = line.split(delimiter)
    else:
        cells = next(csv.reader([line], delimiter=delimiter))
        if len(cells) not in (expected, expected + 1):
            cells = line.split(delimiter)
        cells = [_QUOTES.sub('"', cell) for cell in cells]
    return cells[:-1] if len(cells) == expected + 1 and not cells[-1] else cells
