"""ETP: one statement a programme, from our form filled in CSV or Excel."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from directory.model import EntityKind, SourceRecord, Statement
from importers.cleaning import clean, mask_mails
from importers.contract import (
    WRONG_LENGTH,
    Card,
    Context,
    Ignored,
    Quarantined,
    Row,
    load_card,
)
from importers.etp.form import Form, blocks, check_header, join, note_strays, tell
from importers.etp.programme import declared_number, make_programme, make_structure
from importers.etp.titles import in_our_words, read_mapping
from importers.inputs import OpenedFile, open_file
from importers.text import (
    Columns,
    choose_encoding,
    cut_off,
    ends_short,
    guess_delimiter,
    read_csv,
    read_lines,
    refuse_json,
)

EMPTY = Ignored("ligne vide")


class EtpImporter:
    """Reads the form `modele_etp.csv`, or a list that says as much under other titles.

    Columns come in any order; `titles` are those a mapping names, by plain title.
    """

    def __init__(self, card: Card, titles: Mapping[str, str] | None = None) -> None:
        self.card = card
        self.mapping: Mapping[str, str] = titles or {}

    def shipped(self) -> Path | None:
        """Nothing ships: programmes are told by those who carry them."""
        return None

    def data_date(self, file: OpenedFile) -> date | None:
        """The form says no date; its name or its file does."""
        refuse_json(file)
        return file.own_date()

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Programmes in order; consecutive rows of one programme make one row."""
        encoding = choose_encoding(file.source, self.card.member, self.card.encodings)
        with open_file(file.source, file.member) as again:
            delimiter = guess_delimiter(next(read_lines(again, encoding)))
        rows = read_csv(file, delimiter, encoding)
        columns = Columns(in_our_words(next(rows).cells, self.mapping))
        check_header(file, columns)
        for block in blocks(rows, columns):
            if ends_short(block[-1].raw, block[-1].cells, len(columns)):
                raise cut_off(file, block[-1].line)
            raw = "".join(one.raw for one in block).rstrip("\r\n")
            yield Row(block[0].line, [one.cells for one in block], raw, columns)

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """One programme; without a title or a structure it is set aside."""
        columns: Columns = row.layout
        if not any(clean(cell) for cells in row.cells for cell in cells):
            return EMPTY
        if len(row.cells[0]) != len(columns):
            return Quarantined(WRONG_LENGTH, f"{len(row.cells[0])} au lieu de {len(columns)}")
        for cells in row.cells:
            note_strays(cells, columns, context)
        form = join([tell(cells, columns) for cells in row.cells], context)
        key = record_key(form)
        for field, called in (("title", "intitulé"), ("structure", "structure porteuse")):
            if not clean(form[field]):
                return Quarantined(f"{called} absent", f"colonne « {called} » vide", key)
        return SourceRecord(
            key=key,
            statement=_statement(key, form, context),
            raw=mask_mails(row.raw),
            data_date=context.data_date,
        )


def record_key(form: Form) -> str:
    """The number declared to the ARS, else structure and title; raw values, never cleaned."""
    return declared_number(form) or f"{form['structure']}|{form['title']}"


def _statement(key: str, form: Form, context: Context) -> Statement:
    service = make_programme(form, context)
    return Statement(
        subject=EntityKind.SERVICE,
        subject_key=f"etp|{key}",
        organization_key=f"etp|{form['structure']}",
        organization=make_structure(form, context),
        service=service,
        demo=context.demo,
    )


def with_mapping(path: Path) -> EtpImporter:
    """The importer of a list whose titles a mapping names; raises InputRefusedError."""
    return EtpImporter(IMPORTER.card, read_mapping(path))


IMPORTER = EtpImporter(load_card(Path(__file__).parent))
