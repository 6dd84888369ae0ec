"""A table read through its mapping: columns, constants and rules make one statement a row."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from directory.base.errors import InputRefusedError
from directory.model import EntityKind, SourceRecord, Statement
from importers.cleaning import clean, mask_mails
from importers.contract import WRONG_LENGTH, Card, Context, Ignored, Quarantined, Row
from importers.inputs import OpenedFile, SourceFile, open_file
from importers.table.fields import make_organization, make_provider, make_service
from importers.table.mapping import LISTS, Mapping, load_mapping
from importers.table.people import make_practice
from importers.text import (
    Columns,
    CsvRow,
    choose_encoding,
    cut_off,
    ends_short,
    guess_delimiter,
    read_csv,
    read_lines,
    refuse_json,
)

Told = dict[str, str]


class TableImporter:
    """One mapping, which is one source: `card` is the mapping's."""

    def __init__(self, mapping: Mapping, data: Path | None) -> None:
        self.mapping = mapping
        self._data = data

    @property
    def card(self) -> Card:
        """The mapping's card."""
        return self.mapping.card

    def shipped(self) -> Path | None:
        """The file that comes with the mapping."""
        return self._data

    def data_date(self, file: OpenedFile) -> date | None:
        """The mapping's date, else the file's, unless the mapping says that none holds."""
        refuse_json(file)
        told = self.mapping.data_date
        return told or (file.own_date() if self.mapping.dated else None)

    def fits(self, file: SourceFile) -> bool:
        """Whether a file has every column of the mapping; its content is not judged."""
        try:
            with open_file(file) as opened:
                header = next(self._rows(opened)).cells
        except InputRefusedError:
            return False
        return not Columns(header).missing(self.mapping.needed_columns())

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Rows after the header, `;` or `,` found by itself."""
        rows = self._rows(file)
        columns = Columns(next(rows).cells)
        columns.require(file, self.mapping.needed_columns())
        for line, cells, raw in rows:
            if ends_short(raw, cells, len(columns)):
                raise cut_off(file, line)
            yield Row(line, cells, raw.rstrip("\r\n"), columns)

    def _rows(self, file: OpenedFile) -> Iterator[CsvRow]:
        encoding = choose_encoding(file.source, self.card.member, self.card.encodings)
        delimiter = "" if file.is_sheet else self.mapping.delimiter
        if not delimiter:
            with open_file(file.source, file.member) as again:
                delimiter = guess_delimiter(next(read_lines(again, encoding)))
        return read_csv(file, delimiter, encoding)

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """One row; without a key or a name it is set aside."""
        columns: Columns = row.layout
        if len(row.cells) != len(columns):
            counted = f"{len(row.cells)} au lieu de {len(columns)}"
            return Quarantined(WRONG_LENGTH, counted, self._partial_key(row, columns))
        key_cells = [row.cells[columns.at(name)] for name in self.mapping.key]
        if not any(cell.strip() for cell in key_cells):
            return Quarantined("clé absente", f"colonnes vides : {', '.join(self.mapping.key)}")
        key = "|".join(key_cells)
        told = self._told(row, columns)
        if not told.get(self.mapping.naming):
            return Quarantined("nom absent", "la colonne du nom est vide", key)
        return SourceRecord(
            key=key,
            statement=self._statement(key, told, context),
            raw=mask_mails(row.raw) if self.card.personal else row.raw,
            data_date=context.data_date,
        )

    def _partial_key(self, row: Row, columns: Columns) -> str:
        """The key of a row cut short, so that its last good version stays; empty if lost."""
        places = [columns.at(name) for name in self.mapping.key]
        return "|".join(row.cells[at] for at in places) if max(places) < len(row.cells) else ""

    def _told(self, row: Row, columns: Columns) -> Told:
        """Fields of a row: its cells, then what rules add, then the constants."""
        mapping = self.mapping
        told = {
            field: _cell(field, row.cells[columns.at(column)])
            for field, column in mapping.columns.items()
        }
        added: Told = {}
        for rule in mapping.rules:
            if all(re.search(p, told.get(f, ""), re.IGNORECASE) for f, p in rule.when.items()):
                for field, value in rule.set.items():
                    added.setdefault(field, _text(value))
        constants = {field: _text(value) for field, value in mapping.constants.items()}
        return {**constants, **{f: v for f, v in told.items() if v}, **added}

    def _statement(self, key: str, told: Told, context: Context) -> Statement:
        mapping, name = self.mapping, self.card.name
        if mapping.subject == "role":
            return make_practice(f"{name}|{key}", told, mapping, context)
        own_key = f"finess|{told['finess_et']}" if told.get("finess_et") else f"{name}|{key}"
        scope = mapping.scope.covered() if mapping.scope else None
        if mapping.subject == "organization":
            return Statement(
                subject=EntityKind.ORGANIZATION,
                subject_key=own_key,
                organization_key=own_key,
                organization=make_organization(told, mapping, context),
                scope=scope,
                demo=context.demo,
            )
        provider = make_provider(told)
        carried_by = f"{name}|{provider.name}" if provider else ""
        if provider and told.get("provider_finess"):
            carried_by = f"finess|{told['provider_finess']}"
        return Statement(
            subject=EntityKind.SERVICE,
            subject_key=f"{name}|{key}",
            organization_key=carried_by,
            organization=provider,
            service=make_service(told, mapping, context),
            scope=scope,
            demo=context.demo,
        )


def _cell(field: str, cell: str) -> str:
    """A cell cleaned; the lines of one that holds several values stay apart."""
    if field not in LISTS:
        return clean(cell)
    return "\n".join(filter(None, map(clean, cell.splitlines())))


def _text(value: str | bool) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value


def open_table(path: Path) -> TableImporter:
    """The source a mapping file describes; raises SettingsError naming file and field."""
    return TableImporter(*load_mapping(path))
