"""What the cells of a row say of a person's activity: keys, person, trade and conditions."""

from functools import lru_cache

from msgspec.structs import replace

from directory.model import Coding, Identifier, Person, Role
from directory.vocabulary import profession_coding
from importers.contract import Ignored
from importers.rpps.layout import Told
from importers.rpps.skills import skill_coding
from importers.rpps.workplace import Workplace

MODE_SYSTEM = "TRE_R23-ModeExercice"
SECTOR_SYSTEM = "TRE_R02-SecteurActivite"

ACTOR = "caractérisé par un rôle"
"""In the profession of those who exercise none."""
NOT_A_PRACTITIONER = Ignored("acteur caractérisé par un rôle, sans profession de santé")
NO_MAIL = "adresse électronique non publiée"
"""Counted once per row whose e-mail is left out."""

NOT_CARE_KIND = "GENR04"
REPLACEMENTS = ("GENR02", "GENR03")

_GENRES = {"GENR01": False} | dict.fromkeys(REPLACEMENTS, True)
"""Whether each kind of activity is a replacement."""


Exercise = tuple[str, str, str, str, str]


def record_key(told: Told) -> str:
    """A row's key, from raw values only: cleaning must never rename a record.

    A replacement beside an installed activity of the same place is a row of its own.
    """
    return join_key(told.national, place_key(told), told.profession, told.skill, key_end(told))


def join_key(national: str, place: str, profession: str, skill: str, end: str) -> str:
    """The key of a row whose parts are known."""
    return f"{national}|{place}|{profession}|{skill}|{end}"


def key_end(told: Told) -> str:
    """How the key of a row ends: what it says of how the activity is exercised."""
    return f"{told.mode}|{told.activity}" if told.activity in REPLACEMENTS else told.mode


def place_key(told: Told) -> str:
    """What tells a person's places apart: the structure, else what its row says of where it is."""
    street = (told.street_number, told.street, told.postcode or told.cedex, told.commune)
    return told.structure or told.finess_et or told.siret or " ".join(filter(None, street))


def person_of(
    kind: str, number: str, national: str, family: str, given: str, civility: str, title: str
) -> Person:
    """Who exercises, with their numbers: 8 is RPPS, 0 is ADELI."""
    numbers = [Identifier(system="rpps" if kind == "8" else "adeli", value=number)]
    if national != number:
        numbers.append(Identifier(system="idnps", value=national))
    return Person(
        family=family, given=given, civility=civility, title=title, identifiers=tuple(numbers)
    )


def role_of(told: Told, place: Workplace) -> Role:
    """The whole activity."""
    trade = trade_of(told)
    conditions = conditions_of(told, place)
    return replace(conditions, profession=trade.profession, specialities=trade.specialities)


def trade_of(told: Told) -> Role:
    """Of an activity, its profession and savoir-faire."""
    return Role(
        profession=profession_coding(told.profession, told.profession_label),
        specialities=_skills(told),
    )


def conditions_of(told: Told, place: Workplace) -> Role:
    """Of an activity, where and how it is exercised."""
    return replace(
        exercise_of(*exercise_cells(told)),
        organization_name=place.name,
        addresses=place.addresses,
        contacts=place.contacts,
        notes=replacement_note(told),
    )


def exercise_cells(told: Told) -> Exercise:
    """The cells that say how an activity is exercised, wherever it is."""
    return told.mode, told.mode_label, told.sector, told.sector_label, told.activity


@lru_cache(maxsize=4096)
def exercise_of(mode: str, mode_label: str, sector: str, sector_label: str, activity: str) -> Role:
    """Of an activity, how it is exercised."""
    return Role(
        practice_mode=_coding(mode, mode_label, MODE_SYSTEM),
        sector=_coding(sector, sector_label, SECTOR_SYSTEM),
        replacement=_GENRES.get(activity),
    )


def _skills(told: Told) -> tuple[Coding, ...]:
    if not told.skill:
        return ()
    return (skill_coding(told.skill_kind, told.skill_kind_label, told.skill, told.skill_label),)


def replacement_note(told: Told) -> tuple[str, ...]:
    """What a replacement is called."""
    return (told.activity_label or "Remplacement",) if told.activity in REPLACEMENTS else ()


def _coding(code: str, label: str, system: str) -> Coding | None:
    return Coding(code=code, label=label, system=system) if code else None
