"""The `geolocalisation` section of cs1100507, and what its `sourcecoordet` means."""

import re
from typing import NamedTuple

from directory.model import Point, Precision
from importers.finess.cells import Position
from importers.finess.coordinates import point_in_metres
from importers.inputs import OpenedFile, open_file

SECTION = "geolocalisation"
CELLS = 6
"""geolocalisation;nofinesset;coordxet;coordyet;sourcecoordet;datemaj"""

_PRECISIONS = {"1": Precision.ADDRESS, "2": Precision.STREET, "4": Precision.COMMUNE}
"""First part of `sourcecoordet` (FORMATS.md a.2); some 4 646 rows are 4, the centre of a commune."""

_EPSG = re.compile(r"EPSG:(\d{4,5})")


class Source(NamedTuple):
    """What `1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)` says; `score` may be `.`."""

    precision: Precision
    score: float | None
    crs: str


def read_source(told: str) -> Source:
    """Level, score and projection of a row; `crs` is empty when no EPSG number is written.

    Two are not: UTM 21N of Saint-Pierre-et-Miquelon and UTM 1S of Wallis.
    """
    parts = told.split(",")
    level = parts[0].strip().removesuffix(".0")
    score = parts[2].strip() if len(parts) > 2 else ""
    epsg = _EPSG.search(told)
    return Source(
        precision=_PRECISIONS.get(level, Precision.UNKNOWN),
        score=float(score) if score.replace(".", "", 1).isdigit() else None,
        crs=f"EPSG:{epsg[1]}" if epsg else "",
    )


def place_site(position: Position, insee: str) -> Point | None:
    """The WGS84 point of a row, None when it falls out of the commune's part of France."""
    said = read_source(position.source)
    return point_in_metres(position.x, position.y, insee, said.crs, said.precision)


def read_section(file: OpenedFile, encoding: str) -> dict[str, Position]:
    """Positions by FINESS number, read ahead: the section comes after the sites it is about.

    About 100,000 short texts at the most; nothing when the file has no such section.
    """
    found: dict[str, Position] = {}
    start = f"{SECTION};".encode()
    shared: dict[str, str] = {}
    with open_file(file.source, file.member) as again:
        for line in again.stream:
            if line.startswith(start):
                cells = line.decode(encoding, "replace").rstrip("\r\n").split(";")
                if is_position(cells):
                    source, day = (shared.setdefault(one, one) for one in cells[4:6])
                    found[cells[1]] = Position(cells[2], cells[3], source, day)
    return found


def is_position(cells: list[str]) -> bool:
    """Whether a line of the section is whole; one more `;` at its end is no cell."""
    return len(cells) == CELLS or (len(cells) == CELLS + 1 and not cells[-1])


def has_section(file: OpenedFile) -> bool:
    """Whether a file places its sites; looked for in the content, whatever its name is."""
    start = f"{SECTION};".encode()
    with open_file(file.source, file.member) as again:
        return any(line.startswith(start) for line in again.stream)
