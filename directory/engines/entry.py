"""What is indexed of an entry, the same for every engine: codes, texts, and a neutral rank."""

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from directory.activities import Activity
from directory.coverage import served, served_codes
from directory.model import Coding, Confidentiality, ResourceKind
from directory.openings import openings
from directory.resource import Resource
from directory.text import folded_words, glued_pairs

SCHEMA_VERSION = 3
"""To be raised with any change of this file or of an engine's schema: an index of another
version is refused, and asks to be rebuilt."""

CODES = (
    "id", "kind", "profession", "speciality", "category", "commune", "mode", "phone",
    "public", "sector", "new_patients", "member", "open", "exception", "covers",
    "served", "activity",
)  # fmt: skip
NUMBERS = ("rank", "updated", "availability", "age_min", "age_max", "hours_from", "hours_to")
"""Whole numbers of 63 bits; an entry that says nothing of one has none."""

Fields = dict[str, list[str]]
"""Name of a field → its values."""

NO_CATEGORY = "sans catégorie"
SAYS_HOURS = "horaires connus"

AVAILABILITY = ("now", "six_months", "", "no")
"""Answers about new patients, the most welcoming first; most practitioners were never asked."""

_WELCOME = {answer: place for place, answer in enumerate(AVAILABILITY)}
_UNKNOWN = _WELCOME[""]

MOST_YEARS = 150
"""No age is greater: where an entry states only the youngest it takes."""


def neutral_rank(entry_id: str) -> int:
    """A place drawn from the id: equal entries come in an order that favours nobody's name."""
    drawn = _UNDRAWN.copy()
    drawn.update(entry_id.encode())
    return int.from_bytes(drawn.digest(), "big") >> 1


_UNDRAWN = hashlib.blake2b(digest_size=8, salt=b"recours")


def entry_codes(resource: Resource) -> Fields:
    """Fields that are found whole, with their values, each once; CODES, `identifier` and `flag`."""
    told: Fields = {"id": [resource.id], "kind": [str(resource.kind)]}
    if resource.profession is not None:
        told["profession"] = [resource.profession.code]
    if resource.specialities:
        told["speciality"] = _once([one.code for one in resource.specialities])
    if resource.category is not None:
        told["category"] = [resource.category.code]
    elif resource.kind is not ResourceKind.PRACTITIONER:
        told["flag"] = [NO_CATEGORY]
    if resource.identifiers:
        told["identifier"] = _once([one.value for one in resource.identifiers])
    if resource.phones:
        told["phone"] = _public_numbers(resource)
    if resource.insee:
        told["commune"] = [resource.insee]
    if resource.modes:
        told["mode"] = _once(resource.modes)
    if resource.activities or resource.covered:
        _add_coverage(told, resource)
    if resource.hours:
        _add_hours(told, resource)
    _add_choices(told, resource)
    return told


def _once(values: Sequence[str]) -> list[str]:
    return list(values if len(values) < 2 else dict.fromkeys(values))


def _add_coverage(told: Fields, resource: Resource) -> None:
    told["covers"] = list(served(resource))
    told["served"] = list(served_codes(resource))
    told["activity"] = _once([one.activity.code for one in resource.activities])
    told["commune"] = [one for one in _once((resource.insee, *told["covers"])) if one]


def _add_hours(told: Fields, resource: Resource) -> None:
    if (openings_told := _openings(resource.hours)) is not None:
        told["flag"] = [*told.get("flag", ()), SAYS_HOURS]
        told["open"] = list(openings_told.marks)
        told["exception"] = list(openings_told.exceptions)


def _add_choices(told: Fields, resource: Resource) -> None:
    if resource.publics:
        told["public"] = _choices(resource.publics)
    if resource.member_of:
        told["member"] = _choices(resource.member_of)
    if resource.convention is not None:
        told["sector"] = [resource.convention.code]
    if resource.new_patients is not None:
        told["new_patients"] = [resource.new_patients.answer]


def _choices(texts: Sequence[str]) -> list[str]:
    return [code for code in _once([words_code(text) for text in texts]) if code]


@lru_cache(maxsize=4_096)
def words_code(text: str) -> str:
    """A text found whole: its folded words, « Personnes âgées » → `personnes agees`."""
    return " ".join(folded_words(text))


def entry_numbers(resource: Resource) -> dict[str, int]:
    """Fields that are compared, each of NUMBERS that the entry says something of."""
    answer = resource.new_patients.answer if resource.new_patients is not None else ""
    told = {"rank": neutral_rank(resource.id), "availability": _WELCOME.get(answer, _UNKNOWN)}
    if resource.updated is not None:
        told["updated"] = resource.updated.toordinal()
    if resource.age_min is not None or resource.age_max is not None:
        told["age_min"] = max(0, resource.age_min or 0)
        told["age_max"] = MOST_YEARS if resource.age_max is None else max(0, resource.age_max)
    if resource.hours and (openings_told := _openings(resource.hours)) is not None:
        told["hours_from"] = openings_told.first_day
        told["hours_to"] = openings_told.last_day
    return told


_PUBLIC = Confidentiality.PUBLIC
_openings = lru_cache(maxsize=1_024)(openings)


def _public_numbers(resource: Resource) -> list[str]:
    """Numbers anybody may see: a search must not reveal whose the others are."""
    return _once(
        [one.e164 for one in resource.phones if one.confidentiality is _PUBLIC and one.e164]
    )


def entry_texts(resource: Resource) -> Fields:
    """Fields that are found by words, and `whole`, each name in one piece.

    `exact`, `words` and `stems` tell the same: to be kept as written, folded, and cut to stems
    (without names of persons nor addresses). `label` is for phrases in names and rubrics.
    """
    names = _names(resource)
    whole = [_folded(name) for name in names]
    pairs = [" ".join(glued_pairs(words)) for one in whole if len(words := one.split()) > 1]
    if resource.family:
        whole.append(_folded(f"{resource.family} {resource.given}"))
    named, described = _composed("\n".join(names)), _description(resource)
    told = [named, described, _location(resource)]
    practitioner = resource.kind is ResourceKind.PRACTITIONER
    return {
        "exact": told,
        "words": told + pairs,
        "name": [named, *pairs],
        "stems": [described] if practitioner else [named, described],
        "label": [f"{named}\n{resource.rubric}" if resource.rubric else named],
        "whole": _once(whole),
    }


def _names(resource: Resource) -> list[str]:
    """What it is called, each name once: a practitioner is often named by given and family name."""
    names = [resource.name, *resource.other_names]
    if resource.organization_name:
        names.append(resource.organization_name)
    if resource.family and (person := f"{resource.given} {resource.family}") not in names:
        names.append(person)
    return _once(names)


def _folded(name: str) -> str:
    """Folded words. A register says the same first names, families and « Pharmacie » again and
    again, seldom together: each piece is folded once.
    """
    return " ".join(filter(None, map(_folded_piece, name.split(" "))))


@lru_cache(maxsize=65_536)
def _folded_piece(piece: str) -> str:
    return " ".join(folded_words(piece))


def _description(resource: Resource) -> str:
    return _described(
        (resource.profession, *resource.specialities, resource.category),
        resource.rubric,
        resource.activities,
        (
            *resource.acts,
            *resource.pathologies,
            *resource.publics,
            *resource.keywords,
            *resource.member_of,
        ),
    )


@lru_cache(maxsize=4_096)
def _described(
    codings: tuple[Coding | None, ...],
    rubric: str,
    activities: tuple[Activity, ...],
    texts: tuple[str, ...],
) -> str:
    """Said once for all who do the same, as most practitioners do."""
    parts = [
        *(one.label for one in codings if one is not None),
        rubric,
        *(one.activity.label for one in activities),
        *texts,
    ]
    return _composed("\n".join(part for part in parts if part))


def _location(resource: Resource) -> str:
    """Where it is: found as written, never by a stem."""
    return _composed(f"{resource.address}\n{resource.postcode}\n{resource.commune}")


def _composed(text: str) -> str:
    """Accents composed: a decomposed « é » would be cut into two words."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
