"""The listings of 13 columns on people: what `SavoirFaire` and `Dipl_AutExerc` have in common."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from directory.model import EntityKind, Person, Role, SourceRecord, Statement
from importers.cleaning import mask_mails
from importers.contract import WRONG_LENGTH, Card, Context, Ignored, Quarantined, Row
from importers.inputs import OpenedFile
from importers.text import Columns, cut_off, ends_short, first_line, read_lines, refuse_json

IDENTITY = {
    "type": "Type d'identifiant PP",
    "number": "Identifiant PP",
    "national": "Identification nationale PP",
}
NO_ACTIVITY = Ignored("personne sans activité dans l'annuaire")

Cells = Mapping[str, str]
"""The cells of a row by our names, without padding."""


class Said(NamedTuple):
    """What a row adds to a person, and what tells it from the person's other rows."""

    codes: Sequence[str]
    person: Person | None = None
    role: Role | None = None


Say = Callable[[Cells], Said | Ignored | Quarantined]


def person_key(kind: str, number: str) -> str:
    """Key of a person, as `Personne_activite` gives it: 8 is RPPS, 0 is ADELI."""
    return f"{'rpps' if kind == '8' else 'adeli'}|{number}"


def with_kind(label: str, kind: str) -> str:
    """« Gérontologie (capacité) », unless the label says it already: « Capacité de gérontologie »."""
    first = kind.casefold().split(" ", 1)[0].removesuffix("s")
    if not first or first in label.casefold():
        return label
    return f"{label} ({kind[0].lower()}{kind[1:]})" if label else kind


class PeopleLayout:
    """Where the columns of one file are."""

    def __init__(self, file: OpenedFile, names: Sequence[str], titles: Mapping[str, str]) -> None:
        columns = Columns([name for name in names if name.strip()])
        columns.require(file, titles.values())
        self.width = len(columns)
        self.who: Callable[[Sequence[str]], tuple[str, str]] = itemgetter(
            columns.at(IDENTITY["type"]), columns.at(IDENTITY["number"])
        )
        self._at = {name: columns.at(title) for name, title in titles.items()}

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row has as many cells as the header; lines end with one more `|`."""
        more = len(cells) - self.width
        return more == 0 or (more == 1 and not cells[-1])

    def tell(self, cells: Sequence[str]) -> Cells:
        """The cells of a row of a right length."""
        return {name: cells[index].strip() for name, index in self._at.items()}


class PeopleListing:
    """A listing of the Annuaire Santé whose rows add to the people told elsewhere.

    A person's rows attach to every activity of theirs; on people without any in the directory it
    says nothing, so that no entry comes from here.
    """

    def __init__(self, card: Card, titles: Mapping[str, str], mark: str, say: Say) -> None:
        self.card = card
        self._titles = {**IDENTITY, **titles}
        self._mark = self._titles[mark]
        self._say = say

    def shipped(self) -> Path | None:
        """Nothing ships: the listing is downloaded."""
        return None

    def holds(self, file: OpenedFile) -> bool:
        """Whether these columns are this listing's, by the one no other has."""
        return Columns(first_line(file).split("|")).at(self._mark) >= 0

    def data_date(self, file: OpenedFile) -> date | None:
        """The file says no date; its name does (`…_AAAAMMJJHHMM.txt`)."""
        refuse_json(file)
        PeopleLayout(file, first_line(file).split("|"), self._titles)
        return file.own_date()

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Rows after the header, never quoted."""
        lines = read_lines(file)
        layout = PeopleLayout(file, next(lines).rstrip("\r\n").split("|"), self._titles)
        for number, line in enumerate(lines, start=2):
            raw = line.rstrip("\r\n")
            if not raw:
                continue
            cells = raw.split("|")
            if ends_short(line, cells, layout.width):
                raise cut_off(file, number)
            yield Row(number, cells, raw, layout)

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """What a row adds to a person; most of the national file ends at the first look at whom."""
        layout: PeopleLayout = row.layout
        if not layout.fits(row.cells):
            found = f"{len(row.cells)} cellules au lieu de {layout.width}"
            return Quarantined(WRONG_LENGTH, found)
        kind, number = layout.who(row.cells)
        key = person_key(kind.strip(), number.strip())
        if key not in context.people:
            known = number.strip() != ""
            return NO_ACTIVITY if known else Quarantined("identifiant absent", "ni RPPS ni ADELI")
        told = layout.tell(row.cells)
        said = self._say(told)
        if not isinstance(said, Said):
            return said
        return SourceRecord(
            key="|".join((told["national"], *said.codes)),
            statement=Statement(
                subject=EntityKind.PERSON,
                subject_key=key,
                person_key=key,
                person=said.person,
                role=said.role,
                demo=context.demo,
            ),
            raw=mask_mails(row.raw),
            data_date=context.data_date,
        )
