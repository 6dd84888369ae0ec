"""FINESS, in both its generations: the legacy positional CSV and the FINESS+ JSON."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from directory.model import SourceRecord
from importers.contract import Card, Context, Ignored, Quarantined, Row, load_card
from importers.finess import legacy, plus
from importers.inputs import OpenedFile
from importers.text import choose_encoding


class FinessImporter:
    """One row a site (FINESS ET); the generation of a file is told by its content."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def shipped(self) -> Path | None:
        """Nothing ships: the listing is downloaded."""
        return None

    def data_date(self, file: OpenedFile) -> date | None:
        """`generatedAt` of FINESS+, or the first line of the legacy extract."""
        if file.kind() == "json":
            return plus.generated_on(file) or file.own_date()
        return legacy.extracted_on(file) or file.own_date()

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Sites, and legal entities that have none."""
        if file.kind() == "json":
            return plus.read_sites(file)
        encoding = choose_encoding(file.source, self.card.member, self.card.encodings)
        return legacy.read_sites(file, encoding)

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """One site as the directory keeps it."""
        if row.layout is plus.LAYOUT:
            return plus.to_record(row, context)
        return legacy.to_record(row, context)


IMPORTER = FinessImporter(load_card(Path(__file__).parent))
