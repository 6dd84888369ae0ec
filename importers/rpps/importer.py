"""RPPS: from one row per person, activity and savoir-faire to statements on roles."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from directory.model import EntityKind, SourceRecord, Statement
from importers.cleaning import mask_mails
from importers.contract import (
    ELSEWHERE,
    WRONG_LENGTH,
    Card,
    Context,
    Ignored,
    Quarantined,
    Row,
    TakesTogether,
    load_card,
)
from importers.inputs import OpenedFile
from importers.perimeter import Where
from importers.rpps.activity import (
    ACTOR,
    NO_MAIL,
    NOT_A_PRACTITIONER,
    NOT_CARE_KIND,
    person_of,
    place_key,
    record_key,
    role_of,
)
from importers.rpps.diplomas import DIPLOMAS
from importers.rpps.layout import COLUMNS, Layout, Place, Told, town
from importers.rpps.listing import person_key
from importers.rpps.pieces import Pieces
from importers.rpps.skills import CIVILIAN_OR_MILITARY, SKILLS, STUDENT
from importers.rpps.workplace import workplace_of
from importers.text import (
    Columns,
    cut_off,
    decoding,
    ends_short,
    first_line,
    read_blocks,
    read_lines,
    refuse_json,
)

NOT_CARE = Ignored("activité non soignante")

_FRANCE = "99100"


class RppsImporter:
    """Reads `PS_LibreAcces_Personne_activite`, `|`-separated and never quoted."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def shipped(self) -> Path | None:
        """Nothing ships: the listing is downloaded."""
        return None

    def holds(self, file: OpenedFile) -> bool:
        """Whether these columns are of activities, which happen somewhere."""
        return Columns(first_line(file).split("|")).at(COLUMNS["structure"]) >= 0

    def data_date(self, file: OpenedFile) -> date | None:
        """The file says no date; its name does (`…_AAAAMMJJHHMM.txt`)."""
        refuse_json(file)
        Layout(file, first_line(file).split("|"))
        return file.own_date()

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Rows after the header; `"` is an ordinary character of names."""
        lines = read_lines(file)
        layout = Layout(file, next(lines).rstrip("\r\n").split("|"))
        width, place_of, passed = layout.width, layout.place_of, context.passed
        known = {} if context.everywhere else layout.known
        for number, line in enumerate(lines, start=2):
            raw = line.rstrip("\r\n")
            cells = raw.split("|")
            size = len(cells)
            if size < width and ends_short(line, cells, width):
                raise cut_off(file, number)
            fits = size == width or (size == width + 1 and not cells[-1])  # `fits`, ten times less
            if fits and known and (out := known.get(place_of(cells))):
                passed[out] += 1
                continue
            yield Row(number, cells, raw, layout)

    def pour(self, file: OpenedFile, context: Context, into: TakesTogether) -> Iterator[Row | int]:
        """The same rows, put together from what is known of their pieces."""
        blocks = read_blocks(file)
        with decoding(file):
            header = next(blocks)[0].decode("utf-8-sig").rstrip("\r\n")
            layout = Layout(file, header.split("|"))
            pieces, number = Pieces(layout, context, header), 2
            for lines in blocks:
                raws = [line.rstrip(b"\r\n") for line in lines]
                last = lines[-1].decode()
                if last[-1] != "\n" and ends_short(last, last.split("|"), layout.width):
                    raise cut_off(file, number + len(lines) - 1)
                alone = 0
                for at in pieces.pour(raws, into):
                    raw = raws[at].decode()
                    alone += 1
                    yield Row(number + at, raw.split("|"), raw, layout)
                yield len(raws) - alone - context.passed.total()
                number += len(raws)

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """One activity; most rows of the national file end at the first look at their place."""
        layout: Layout = row.layout
        if not layout.fits(row.cells):
            found = f"{len(row.cells)} cellules au lieu de {layout.width}"
            return Quarantined(WRONG_LENGTH, found)
        if not context.everywhere:
            place = layout.place_of(row.cells)
            try:
                out = layout.known[place]
            except KeyError:
                out = layout.learn(place, _elsewhere(place, context))
            if out:
                return out
        told = layout.tell(row.cells)
        return _refusal(told) or _record(told, row, context)


def _elsewhere(place: Place, context: Context) -> Ignored | None:
    commune, postcode, cedex, label, country = place
    if country.startswith("99") and country != _FRANCE:
        return ELSEWHERE[Where.OUTSIDE]
    postcode, city = town(postcode, cedex, label)
    return ELSEWHERE[context.where(commune.strip(), postcode, city)]


def _refusal(told: Told) -> Ignored | Quarantined | None:
    if ACTOR in told.profession_label:
        return NOT_A_PRACTITIONER
    if told.category not in CIVILIAN_OR_MILITARY:
        return STUDENT
    if told.activity == NOT_CARE_KIND:
        return NOT_CARE
    if not told.national or not told.number:
        return Quarantined("identifiant absent", "ni RPPS ni ADELI")
    if not told.profession:
        return Quarantined("profession absente", "code profession vide", record_key(told))
    if not told.family:
        return Quarantined("nom absent", "nom d'exercice vide", record_key(told))
    return None


def _record(told: Told, row: Row, context: Context) -> SourceRecord:
    key = person_key(told.type, told.number)
    place = workplace_of(told, row.layout, context)
    if told.mail:
        context.note(NO_MAIL)
    statement = Statement(
        subject=EntityKind.ROLE,
        subject_key=f"{key}|{place_key(told)}|{told.profession}",
        person_key=key,
        organization_key=place.organization_key,
        person=person_of(
            *(told.type, told.number, told.national, told.family),
            *(told.given, told.civility, told.title),
        ),
        organization=place.organization,
        role=role_of(told, place),
        demo=context.demo,
    )
    return SourceRecord(
        key=record_key(told),
        statement=statement,
        raw=mask_mails(row.raw),
        data_date=context.data_date,
    )


IMPORTER = RppsImporter(load_card(Path(__file__).parent))
LISTINGS = (IMPORTER, SKILLS, DIPLOMAS)
"""The source's listings, activities first: the others add to the people these tell of."""
