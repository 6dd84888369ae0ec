"""A record cut once into what is compared, however many times it is."""

import re
from functools import lru_cache
from typing import NamedTuple

from directory.matching.activities import Activity, activity_of
from directory.matching.names import Family, Given, family_of, given_of, is_given_name, is_particle
from directory.matching.places import Place, place_of
from directory.matching.record import MatchRecord
from directory.matching.sites import Site, site_of
from directory.matching.words import words_of
from directory.phones import parse_phone, split_phones

_CIVILITY = re.compile(
    r"\s*(?:dr|docteure?|pr|professeure?|mme|mlle|mr?|monsieur|madame)\b\.?\s+", re.IGNORECASE
)
_NOT_DIGITS = re.compile(r"[^0-9]")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]")


class Prepared(NamedTuple):
    """A record ready to be compared; `person` tells a practitioner from an establishment."""

    person: bool
    rpps: str
    finess: str
    siret: str
    family: Family
    given: Given
    activity: Activity
    site: Site
    place: Place
    phones: frozenset[str]
    city: str


@lru_cache(maxsize=1 << 16)
def prepare(record: MatchRecord) -> Prepared:
    """Everything `compare` and `candidates` need to know of a record."""
    family, given, name = _who(record)
    return Prepared(
        person=bool(family or given or record.rpps.strip()),
        rpps=_rpps(record.rpps),
        finess=_finess(record.finess),
        siret=_NOT_DIGITS.sub("", record.siret),
        family=family_of(family),
        given=given_of(given),
        activity=activity_of(record.profession, record.speciality),
        site=site_of(name, f"{record.profession} {record.speciality}"),
        place=place_of(record.street_number, record.street, record.postcode, record.city),
        phones=phones_of(record.phone),
        city=record.city,
    )


@lru_cache(maxsize=1 << 16)
def phones_of(told: str) -> frozenset[str]:
    """The last nine digits of each number of a cell; a number that cannot exist still compares."""
    return frozenset(filter(None, map(_phone, split_phones(told[:100]))))


def _phone(told: str) -> str:
    """A plain French number needs no library: 37 µs saved on each of two million rows."""
    digits = _NOT_DIGITS.sub("", told)
    if len(digits) == 10 and digits[0] == "0":
        return digits[1:]
    return parse_phone(told)[-9:] or (digits[-9:] if len(digits) >= 9 else "")


def _who(record: MatchRecord) -> tuple[str, str, str]:
    """Family, given name and establishment; « Dr Anne MARTIN » alone in `name` is a person."""
    family, given, name = record.family.strip(), record.given.strip(), record.name.strip()
    if family and not given and any(word.islower() or word.istitle() for word in family.split()):
        family, given = _split_capitals(family)
    if family or given or not name:
        return family, given, name
    civility = _CIVILITY.match(name)
    if civility is None and not record.rpps.strip() and not _reads_as_person(record, name):
        return "", "", name
    return *_split_name(name[civility.end() :] if civility else name), ""


def _reads_as_person(record: MatchRecord, name: str) -> bool:
    """« MARTIN Anne », infirmière: two to four words, a usual given name, a profession."""
    words = words_of(name)
    if record.finess.strip() or not 2 <= len(words) <= 4:
        return False
    if not any(map(is_given_name, words)) or site_of(name, "").kinds:
        return False
    return bool(activity_of(record.profession, record.speciality).professions)


def _split_name(name: str) -> tuple[str, str]:
    """Family and given name of one line: capitals are the family's, else the usual given name's.

    A wrong guess only swaps them, which `compare` sees.
    """
    family, given = _split_capitals(name)
    if given:
        return family, given
    words = name.split()
    usual = [all(map(is_given_name, words_of(word) or ("",))) for word in words]
    if all(usual):
        usual = [True] + [False] * (len(words) - 1)
    return _part(words, usual, taken=False), _part(words, usual, taken=True)


def _split_capitals(name: str) -> tuple[str, str]:
    """« MARTIN Anne » → MARTIN, Anne; a line of one case is left whole."""
    words = name.split()
    capitals = [word.isupper() and (len(word) > 2 or is_particle(word)) for word in words]
    if not any(capitals):
        return name, ""
    return _part(words, capitals, taken=True), _part(words, capitals, taken=False)


def _part(words: list[str], chosen: list[bool], *, taken: bool) -> str:
    return " ".join(word for word, one in zip(words, chosen, strict=True) if one is taken)


def _rpps(told: str) -> str:
    """11 digits; the national identifier puts an 8 before them (FORMATS.md b, column 3)."""
    digits = _NOT_DIGITS.sub("", told)
    return digits[1:] if len(digits) == 12 and digits[0] == "8" else digits


def _finess(told: str) -> str:
    """9 characters; a spreadsheet loses the first zero of `010000024`."""
    value = _NOT_ALPHANUMERIC.sub("", told.upper())
    return value.zfill(9) if len(value) == 8 else value
