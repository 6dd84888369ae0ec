"""A newer table of communes: checked row by row, then put in place of the former in one step."""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from directory.communes import COMMUNES_FILE, Commune, commune_from_row, open_communes
from directory.comparing import StagedCounts
from importers.contract import WRONG_LENGTH, Card, Context, Ignored, Quarantined, Row, load_card
from importers.inputs import OpenedFile
from importers.text import Columns, cut_off, ends_short, read_csv, refuse_json

COLUMNS = (
    "insee",
    "nom",
    "departement",
    "region",
    "codes_postaux",
    "anciens_codes",
    "population",
    "lat",
    "lon",
)
_INSEE = re.compile(r"(\d{2}|2[AB])\d{3}")
_POSTCODE = re.compile(r"\d{5}")


class CommunesImporter:
    """Reads the layout of `directory/data/communes.csv`."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def shipped(self) -> Path | None:
        """The table the project comes with."""
        return Path(str(resources.files("directory") / "data" / COMMUNES_FILE))

    def data_date(self, file: OpenedFile) -> date | None:
        """The table says no date; its name or its file does."""
        refuse_json(file)
        return file.own_date()

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Rows of the table, the header checked and left out."""
        rows = read_csv(file, ",")
        columns = Columns(next(rows).cells)
        columns.require(file, COLUMNS)
        for line, cells, raw in rows:
            if ends_short(raw, cells, len(columns)):
                raise cut_off(file, line)
            yield Row(line, cells, raw, columns)

    def to_record(self, row: Row, context: Context) -> Commune | Ignored | Quarantined:
        """One commune; a row with a code or a point that cannot be is set aside."""
        columns: Columns = row.layout
        if len(row.cells) != len(columns):
            return Quarantined(WRONG_LENGTH, f"{len(row.cells)} au lieu de {len(columns)}")
        told = {name: row.cells[columns.at(name)].strip() for name in COLUMNS}
        if not _INSEE.fullmatch(told["insee"]):
            return Quarantined("code INSEE mal formé", told["insee"])
        commune = commune_from_row(told)
        if problem := _problem(commune):
            return Quarantined("commune incohérente", problem, commune.insee)
        return commune


def _problem(commune: Commune) -> str:
    if not commune.name or not commune.departement:
        return "nom ou département absent"
    if wrong := [code for code in commune.postcodes if not _POSTCODE.fullmatch(code)]:
        return f"code postal mal formé : {wrong[0]}"
    if commune.population < 0:
        return f"population négative : {commune.population}"
    lat, lon = commune.lat, commune.lon
    if (lat is None) != (lon is None) or not (
        -90 <= (lat or 0) <= 90 and -180 <= (lon or 0) <= 180
    ):
        return f"point impossible : {lat}, {lon}"
    return ""


class CommuneTable:
    """Where communes go: a file of the data folder, replaced whole."""

    run_id = 0

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / COMMUNES_FILE
        self._former = {one.insee: one for one in open_communes(data_dir)}
        self._told: dict[str, Commune] = {}
        self._broken: set[str] = set()
        self._duplicates = 0

    def add(self, told: Commune, line: int) -> None:
        """Take one commune; the first of two with one code counts."""
        if told.insee in self._told:
            self._duplicates += 1
        else:
            self._told[told.insee] = told

    def quarantine(self, line: int, key: str, reason: str, detail: str, raw: str) -> None:
        """A commune told badly today stays as it was."""
        if key in self._former:
            self._broken.add(key)

    def end(self, key: str, told_on: date | None = None) -> int:
        """A commune ends only by its absence from a whole table."""
        return 0

    def keep_turn(self) -> None:
        """Nobody waits for a table that is read in a second."""

    def finish(self) -> StagedCounts:
        """Compare with the table in force."""
        same = sum(self._former.get(code) == one for code, one in self._told.items())
        absent = self._former.keys() - self._told.keys() - self._broken
        return StagedCounts(
            kept=len(self._told) - same,
            unchanged=same,
            duplicates=self._duplicates,
            absent=len(absent),
        )

    def publish(self, report: Mapping[str, Any], *, remove_absent: bool) -> None:
        """Write the new table beside the former, then take its place in one step."""
        stay = self._broken if remove_absent else self._former.keys()
        former = {code: one for code, one in self._former.items() if code in stay}
        communes = {**former, **self._told}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}.draft")
        with draft.open("w", encoding="utf-8", newline="") as file:
            _write(file, (communes[code] for code in sorted(communes)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)

    def refuse(self, report: Mapping[str, Any]) -> None:
        """Nothing was written yet."""
        self._told.clear()


def _write(file: Any, communes: Iterable[Commune]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in communes:
        writer.writerow(
            (
                one.insee,
                one.name,
                one.departement,
                one.region,
                " ".join(one.postcodes),
                " ".join(one.old_codes),
                one.population or "",
                "" if one.lat is None else one.lat,
                "" if one.lon is None else one.lon,
            )
        )


IMPORTER = CommunesImporter(load_card(Path(__file__).parent))
