"""FINESS, in all its generations: the legacy CSV files and the FINESS+ JSON."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from directory.model import SourceRecord
from importers.contract import Card, Context, Ignored, Quarantined, Row, load_card
from importers.finess import geolocation, legacy, plus, reexposed
from importers.finess.activities import ACTIVITIES
from importers.inputs import OpenedFile
from importers.text import choose_encoding


class FinessImporter:
    """One row a site (FINESS ET); the generation of a file is told by its content."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def shipped(self) -> Path | None:
        """Nothing ships: the listing is downloaded."""
        return None

    def holds(self, file: OpenedFile) -> bool:
        """Whether a file tells of sites: all of them but that of activities."""
        return not ACTIVITIES.holds(file)

    def data_date(self, file: OpenedFile) -> date | None:
        """`generatedAt` of FINESS+, the first line of an extract, the latest update of a table."""
        if file.kind() == "json":
            return plus.generated_on(file) or file.own_date()
        if reexposed.is_table(file):
            return reexposed.updated_on(file, self._encoding(file)) or file.own_date()
        return legacy.extracted_on(file) or file.own_date()

    def detail(self, file: OpenedFile) -> int:
        """How much a file tells of a site: of two of the same day, the one that places it counts."""
        if file.kind() == "json" or reexposed.is_table(file):
            return 1
        return int(geolocation.has_section(file))

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Sites, and legal entities that have none."""
        if file.kind() == "json":
            return plus.read_sites(file, context)
        if reexposed.is_table(file):
            return reexposed.read_sites(file, self._encoding(file), context)
        return legacy.read_sites(file, self._encoding(file), context)

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """One site as the directory keeps it."""
        if row.layout is plus.LAYOUT:
            return plus.to_record(row, context)
        return legacy.to_record(row, context)

    def _encoding(self, file: OpenedFile) -> str:
        return choose_encoding(file.source, self.card.member, self.card.encodings)


IMPORTER = FinessImporter(load_card(Path(__file__).parent))
LISTINGS = (IMPORTER, ACTIVITIES)
"""Sites first: the activities add to those these tell of."""
