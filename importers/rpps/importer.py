"""RPPS: from one row per person, activity and savoir-faire to statements on roles."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from directory.model import (
    Coding,
    EntityKind,
    Identifier,
    Person,
    Role,
    SourceRecord,
    Statement,
)
from directory.vocabulary import profession_coding
from importers.cleaning import mask_mails
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
from importers.perimeter import Where
from importers.rpps.diplomas import DIPLOMAS
from importers.rpps.layout import COLUMNS, Layout, Place, Told, town
from importers.rpps.listing import person_key
from importers.rpps.skills import CIVILIAN_OR_MILITARY, SKILLS, STUDENT, skill_coding
from importers.rpps.workplace import Workplace, workplace_of
from importers.text import Columns, cut_off, ends_short, first_line, read_lines, refuse_json

MODE_SYSTEM = "TRE_R23-ModeExercice"
SECTOR_SYSTEM = "TRE_R02-SecteurActivite"

NOT_A_PRACTITIONER = Ignored("acteur caractérisé par un rôle, sans profession de santé")
NOT_CARE = Ignored("activité non soignante")
REPLACEMENTS = ("GENR02", "GENR03")

_GENRES = {"GENR01": False} | dict.fromkeys(REPLACEMENTS, True)
"""Whether each kind of activity is a replacement."""

_ACTOR = "caractérisé par un rôle"
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
    if _ACTOR in told.profession_label:
        return NOT_A_PRACTITIONER
    if told.category not in CIVILIAN_OR_MILITARY:
        return STUDENT
    if told.activity == "GENR04":
        return NOT_CARE
    if not told.national or not told.number:
        return Quarantined("identifiant absent", "ni RPPS ni ADELI")
    if not told.profession:
        return Quarantined("profession absente", "code profession vide", record_key(told))
    if not told.family:
        return Quarantined("nom absent", "nom d'exercice vide", record_key(told))
    return None


def record_key(told: Told) -> str:
    """A row's key, from raw values only: cleaning must never rename a record.

    A replacement beside an installed activity of the same place is a row of its own.
    """
    key = "|".join((told.national, _place_key(told), told.profession, told.skill, told.mode))
    return f"{key}|{told.activity}" if told.activity in REPLACEMENTS else key


def _place_key(told: Told) -> str:
    """What tells a person's places apart: the structure, else what its row says of where it is."""
    street = (told.street_number, told.street, told.postcode or told.cedex, told.commune)
    return told.structure or told.finess_et or told.siret or " ".join(filter(None, street))


def _record(told: Told, row: Row, context: Context) -> SourceRecord:
    system = "rpps" if told.type == "8" else "adeli"
    key = person_key(told.type, told.number)
    place = workplace_of(told, row.layout, context)
    if told.mail:
        context.note("adresse électronique non publiée")
    statement = Statement(
        subject=EntityKind.ROLE,
        subject_key=f"{key}|{_place_key(told)}|{told.profession}",
        person_key=key,
        organization_key=place.organization_key,
        person=_person(told, system),
        organization=place.organization,
        role=_role(told, place),
        demo=context.demo,
    )
    return SourceRecord(
        key=record_key(told),
        statement=statement,
        raw=mask_mails(row.raw),
        data_date=context.data_date,
    )


def _person(told: Told, system: str) -> Person:
    numbers = [Identifier(system=system, value=told.number)]
    if told.national != told.number:
        numbers.append(Identifier(system="idnps", value=told.national))
    return Person(
        family=told.family,
        given=told.given,
        civility=told.civility,
        title=told.title,
        identifiers=tuple(numbers),
    )


def _role(told: Told, place: Workplace) -> Role:
    return Role(
        profession=profession_coding(told.profession, told.profession_label),
        specialities=_skills(told),
        practice_mode=_coding(told.mode, told.mode_label, MODE_SYSTEM),
        sector=_coding(told.sector, told.sector_label, SECTOR_SYSTEM),
        replacement=_GENRES.get(told.activity),
        organization_name=place.name,
        addresses=place.addresses,
        contacts=place.contacts,
        notes=_replacement_note(told),
    )


def _skills(told: Told) -> tuple[Coding, ...]:
    if not told.skill:
        return ()
    return (skill_coding(told.skill_kind, told.skill_kind_label, told.skill, told.skill_label),)


def _replacement_note(told: Told) -> tuple[str, ...]:
    return (told.activity_label or "Remplacement",) if told.activity in REPLACEMENTS else ()


@lru_cache(maxsize=4096)
def _coding(code: str, label: str, system: str) -> Coding | None:
    return Coding(code=code, label=label, system=system) if code else None


IMPORTER = RppsImporter(load_card(Path(__file__).parent))
LISTINGS = (IMPORTER, SKILLS, DIPLOMAS)
"""The source's listings, activities first: the others add to the people these tell of."""
