"""Annuaire santé Ameli: two listings of one source, told apart by their columns."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from directory.model import SourceRecord
from importers.ameli import centre, practitioner
from importers.ameli.layout import DELIMITER, Centre, Layout, read_header, refuse_former
from importers.contract import (
    ELSEWHERE,
    WRONG_LENGTH,
    Card,
    Context,
    Ignored,
    Quarantined,
    Row,
    load_card,
)
from importers.inputs import OpenedFile
from importers.text import cut_off, ends_short, read_csv, refuse_json


class AmeliImporter:
    """Reads `liste-ps` and `liste-cds`: UTF-8 with a BOM, `;`, quoted when needed."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def shipped(self) -> Path | None:
        """Nothing ships: the listings are downloaded."""
        return None

    def data_date(self, file: OpenedFile) -> date | None:
        """The file says no date; its name does (`liste-ps-AAAAMMJJ-HHMMSS.csv`)."""
        refuse_json(file)
        names = read_header(file)
        refuse_former(file, names)
        Layout(file, names)
        return file.own_date()

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Rows after the header."""
        rows = read_csv(file, DELIMITER)
        layout = Layout(file, next(rows).cells)
        context.parts.add(layout.part)
        for line, cells, raw in rows:
            if ends_short(raw, cells, layout.width):
                raise cut_off(file, line)
            yield Row(line, cells, raw.rstrip("\r\n"), layout)

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """One row; most of the national listing ends at the first look at its place."""
        layout: Layout = row.layout
        if len(row.cells) != layout.width:
            found = f"{len(row.cells)} cellules au lieu de {layout.width}"
            return Quarantined(WRONG_LENGTH, found)
        if not context.everywhere and (elsewhere := _elsewhere(layout, row, context)):
            return elsewhere
        told = layout.tell(row.cells)
        if isinstance(told, Centre):
            return centre.to_record(told, row, context)
        return practitioner.to_record(told, row, context)


def _elsewhere(layout: Layout, row: Row, context: Context) -> Ignored | None:
    place = layout.place_of(row.cells)
    if place in layout.known:
        return layout.known[place]
    postcode, city = (cell.strip() for cell in place)
    return layout.learn(place, ELSEWHERE[context.where("", postcode, city)])


IMPORTER = AmeliImporter(load_card(Path(__file__).parent))
