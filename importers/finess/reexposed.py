"""The re-exposed table `finess_etablissements.csv`: the legacy cells by column name, and where."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from importers.cleaning import parse_date
from importers.contract import Context, Row
from importers.finess.cells import SECTION, Cells, Position, Told, split_cells
from importers.inputs import OpenedFile, open_file
from importers.text import Columns, cut_off, first_line, guess_delimiter, plain_header, read_lines

LAYOUT = "finess_etablissements"
KEY = "nofinesset"
_NEEDED = (KEY, "rs", "commune", "departement", "ligneacheminement", "categetab")
_SITE = Cells._fields[1:]
_WHERE = ("coordxet", "coordyet", "sourcecoordet", "datemaj_geoloc")
_DATES = ("datemaj", "datemaj_geoloc")


def is_table(file: OpenedFile) -> bool:
    """Whether the first line names the columns of a legacy extract, in any order."""
    first = first_line(file)
    return KEY in map(plain_header, split_cells(first, 0, guess_delimiter(first)))


def updated_on(file: OpenedFile, encoding: str) -> date | None:
    """The latest day a row was updated: the table is built anew from data frozen since 2026-05.

    Days to come are slips of the source. None when no row tells.
    """
    days: set[str] = set()
    with open_file(file.source, file.member) as again:
        lines = read_lines(again, encoding)
        columns, cut = _columns(file, next(lines))
        at = [index for name in _DATES if (index := columns.at(name)) >= 0]
        for line in lines:
            cells = cut(line.rstrip("\r\n"))
            days.update(cells[index] for index in at if index < len(cells))
    told = [found for day in days if (found := parse_date(day))]
    return max((day for day in told if day <= file.source.modified), default=None)


def read_sites(file: OpenedFile, encoding: str, context: Context) -> Iterator[Row]:
    """Rows of the table in the shape of the positional extract; unknown columns are left out."""
    lines = read_lines(file, encoding)
    columns, cut = _columns(file, next(lines))
    columns.require(file, _NEEDED)
    for name in columns.missing((*_SITE, *_WHERE)):
        context.note(f"colonne « {name} » absente du fichier")
    sites = [columns.at(name) for name in _SITE]
    where = [columns.at(name) for name in _WHERE]
    for number, line in enumerate(lines, start=2):
        raw = line.rstrip("\r\n")
        if not raw.strip():
            continue
        cells = cut(raw)
        if len(cells) < len(columns) and not line.endswith("\n"):
            raise cut_off(file, number)
        yield Row(number, _tell(cells, len(columns), sites, where), raw, LAYOUT)


def _columns(file: OpenedFile, header: str) -> tuple[Columns, partial[list[str]]]:
    """The columns of the first line, and what cuts the lines below it."""
    delimiter = guess_delimiter(header)
    names = split_cells(header.rstrip("\r\n"), 0, delimiter)
    return Columns(names), partial(split_cells, expected=len(names), delimiter=delimiter)


def _tell(cells: list[str], width: int, sites: list[int], where: list[int]) -> Told:
    if len(cells) != width:
        return Told(cells, expected=width)
    told = [SECTION, *(cells[at] if at >= 0 else "" for at in sites)]
    return Told(told, Position(*(cells[at] if at >= 0 else "" for at in where)))
