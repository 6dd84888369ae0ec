"""Excel workbooks (XLSX) read as the CSV their one sheet would be, merged cells given to each row."""

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from directory.base.errors import InputRefusedError

DELIMITER = ";"
"""What separates cells of the text made from a sheet; every cell is quoted."""

LINE_BREAK = "\r"
"""A new line inside a cell: no line of its own, so that line numbers stay those of the sheet."""

GUIDE_SHEET = "Mode d'emploi"
"""The sheet of our templates that explains the other one: never a list to import."""

MAX_UNPACKED = 60 * 2**20
"""Bytes of XML past which a workbook is not a hand-kept list, and would fill the memory.

Measured 2026-11-22: 24 MB (20,000 rows of 20 cells) take 230 MB of memory and 9 seconds.
"""

MOST_CELLS = 5_000_000
"""A sheet is as wide and long as its last cell: one cell at the end of Excel makes 17 billion."""

_BROKEN = (InvalidFileException, ParseError, zipfile.BadZipFile, KeyError, ValueError, OSError)
_MERGED = re.compile(
    rb"""mergeCell\s[^>]*ref=["']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})["']"""
)
_LITERALS = re.compile(r'"[^"]*"|\\.|[ _]')
_DIGITS = re.compile(r"0[0#]+")


def workbook_csv(path: Path, name: str) -> bytes:
    """The one visible sheet that holds anything, as UTF-8 CSV; raises InputRefusedError.

    Line *n* is row *n* of the sheet, an empty row an empty line. `name` is for messages.
    """
    stat = path.stat()
    return _converted(path, name, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1)
def _converted(path: Path, name: str, modified: int, size: int) -> bytes:
    """Remembered until the file changes: one import opens the same workbook several times."""
    _check_size(path, name)
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # styles and validations that are not read here
            book = openpyxl.load_workbook(file, data_only=True)
            _check_extent(book, name)
            return _as_csv(_choose_sheet(book, name))
    except _BROKEN as exc:
        raise InputRefusedError(
            f"{name} : classeur Excel illisible ({exc}). Enregistrez la feuille en « CSV UTF-8 » "
            "puis recommencez.",
            file=name,
        ) from exc


def _check_size(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(one.file_size for one in archive.infolist())
        if unpacked <= MAX_UNPACKED:
            _check_merged(archive, name)
    if unpacked > MAX_UNPACKED:
        raise InputRefusedError(
            f"{name} : classeur Excel trop volumineux. Enregistrez la feuille en « CSV UTF-8 » "
            "puis recommencez.",
            file=name,
        )


def _check_merged(archive: zipfile.ZipFile, name: str) -> None:
    """Before openpyxl, which makes every cell of a merged block as it loads it."""
    for sheet in archive.namelist():
        if not (sheet.startswith("xl/worksheets/") and sheet.endswith(".xml")):
            continue
        if sum(map(_cells_of, _merged_blocks(archive.read(sheet)))) > MOST_CELLS:
            raise InputRefusedError(
                f"{name} : des cellules fusionnées s'étendent sur plus de {MOST_CELLS} "
                "cellules. Défusionnez-les, puis recommencez.",
                file=name,
            )


def _cells_of(block: str) -> int:
    left, top, right, low = (int(edge or 0) for edge in range_boundaries(block))
    return (right - left + 1) * (low - top + 1)


def _merged_blocks(sheet: bytes) -> list[str]:
    return [found.decode() for found in _MERGED.findall(sheet)]


def _check_extent(book: Any, name: str) -> None:
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column > MOST_CELLS:
            raise InputRefusedError(
                f"{name} : la feuille « {sheet.title} » s'étend sur plus de {MOST_CELLS} cellules. "
                "Effacez ce qui est loin de la liste, puis recommencez.",
                file=name,
            )


def _choose_sheet(book: Any, name: str) -> Any:
    """The only sheet with something in it; hidden ones (lists of choices) and guides do not count."""
    filled = [
        sheet
        for sheet in book.worksheets
        if sheet.sheet_state == "visible"
        and sheet.title != GUIDE_SHEET
        and any(any(row) for row in sheet.values)
    ]
    if len(filled) == 1:
        return filled[0]
    titles = ", ".join(f"« {sheet.title} »" for sheet in filled[:10]) or "aucune"
    raise InputRefusedError(
        f"{name} : le classeur Excel doit contenir une seule feuille remplie et visible ; "
        f"feuilles remplies : {titles}. Gardez celle à importer, puis recommencez.",
        file=name,
    )


def _as_csv(sheet: Any) -> bytes:
    _share_merged(sheet)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for row in sheet.iter_rows():
        cells = [cell_text(cell.value, cell.number_format) for cell in row]
        if any(cells):
            writer.writerow(cells)
        else:
            text.write("\n")
    return text.getvalue().encode()


def _share_merged(sheet: Any) -> None:
    """Give the value of a merged block to each of its rows, in its first column only.

    Across columns it is not repeated: a name written over three columns is no postcode.
    """
    for block in list(sheet.merged_cells.ranges):
        first = sheet.cell(block.min_row, block.min_col)
        sheet.unmerge_cells(str(block))
        for number in range(block.min_row + 1, block.max_row + 1):
            below = sheet.cell(number, block.min_col, first.value)
            below.number_format = first.number_format


def cell_text(value: Any, shown_as: str = "General") -> str:
    """A cell as a person would have typed it: numbers keep the zeros that their format shows."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case float() if value.is_integer():
            return cell_text(int(value), shown_as)
        case int():
            return str(value).zfill(_width(shown_as))
        case dt.datetime():
            return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
        case dt.date():
            return value.isoformat()
        case _:
            lines = str(value).replace("\x00", "").splitlines()
            return LINE_BREAK.join(lines).strip()


def _width(shown_as: str) -> int:
    """Digits a number is shown with: five for `00000`, ten for `0#" "##" "##" "##" "##`."""
    plain = _LITERALS.sub("", shown_as)
    return len(plain) if _DIGITS.fullmatch(plain) else 0
