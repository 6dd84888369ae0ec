"""What is indexed of an entry, the same for every engine: codes, texts, and a neutral rank."""

import hashlib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

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

NO_CATEGORY = "sans catégorie"
SAYS_HOURS = "horaires connus"

AVAILABILITY = ("now", "six_months", "", "no")
"""Answers about new patients, the most welcoming first; most practitioners were never asked."""

MOST_YEARS = 150
"""No age is greater: where an entry states only the youngest it takes."""


def neutral_rank(entry_id: str) -> int:
    """A place drawn from the id: equal entries come in an order that favours nobody's name."""
    drawn = hashlib.blake2b(entry_id.encode(), digest_size=8, salt=b"recours").digest()
    return int.from_bytes(drawn, "big") >> 1


def entry_codes(resource: Resource) -> Iterator[tuple[str, str]]:
    """Fields that are found whole, as (name, value); CODES, `identifier` and `flag`."""
    yield "id", resource.id
    yield "kind", resource.kind.value
    if resource.profession is not None:
        yield "profession", resource.profession.code
    for code in {one.code for one in resource.specialities}:
        yield "speciality", code
    if resource.category is not None:
        yield "category", resource.category.code
    elif resource.kind is not ResourceKind.PRACTITIONER:
        yield "flag", NO_CATEGORY
    for insee in {resource.insee, *served(resource)} - {""}:
        yield "commune", insee
    for mode in set(resource.modes):
        yield "mode", mode
    for value in {one.value for one in resource.identifiers}:
        yield "identifier", value
    for number in _public_numbers(resource):
        yield "phone", number
    yield from (("covers", code) for code in served(resource))
    yield from (("served", code) for code in served_codes(resource))
    yield from (("activity", code) for code in {one.activity.code for one in resource.activities})
    yield from _choice_codes(resource)
    if (told := openings(resource.hours)) is not None:
        yield "flag", SAYS_HOURS
        yield from (("open", mark) for mark in told.marks)
        yield from (("exception", day) for day in told.exceptions)


def _choice_codes(resource: Resource) -> Iterator[tuple[str, str]]:
    for field, texts in (("public", resource.publics), ("member", resource.member_of)):
        yield from ((field, code) for code in {words_code(text) for text in texts} - {""})
    if resource.convention is not None:
        yield "sector", resource.convention.code
    if resource.new_patients is not None:
        yield "new_patients", resource.new_patients.answer


def words_code(text: str) -> str:
    """A text found whole: its folded words, « Personnes âgées » → `personnes agees`."""
    return " ".join(folded_words(text))


def entry_numbers(resource: Resource) -> Iterator[tuple[str, int]]:
    """Fields that are compared, as (name, value), each of NUMBERS at most once."""
    yield "rank", neutral_rank(resource.id)
    if resource.updated is not None:
        yield "updated", resource.updated.toordinal()
    answer = resource.new_patients.answer if resource.new_patients is not None else ""
    yield "availability", AVAILABILITY.index(answer if answer in AVAILABILITY else "")
    if resource.age_min is not None or resource.age_max is not None:
        yield "age_min", max(0, resource.age_min or 0)
        yield "age_max", MOST_YEARS if resource.age_max is None else max(0, resource.age_max)
    if (told := openings(resource.hours)) is not None:
        yield "hours_from", told.first_day
        yield "hours_to", told.last_day


def _public_numbers(resource: Resource) -> set[str]:
    """Numbers anybody may see: a search must not reveal whose the others are."""
    public = (one for one in resource.phones if one.confidentiality is Confidentiality.PUBLIC)
    return {one.e164 for one in public if one.e164}


def entry_texts(resource: Resource) -> Iterator[tuple[str, str]]:
    """Fields that are found by words, as (name, text), and `whole`, each name in one piece.

    `exact`, `words` and `stems` tell the same: to be kept as written, folded, and cut to stems
    (without names of persons nor addresses). `label` is for phrases in names and rubrics.
    """
    names = [resource.name, *resource.other_names]
    if resource.organization_name:
        names.append(resource.organization_name)
    person = [f"{resource.given} {resource.family}"] if resource.family else []
    given, family = _words(resource.given), _words(resource.family)
    split = [_words(name) for name in names]
    if person:
        split.append((*given, *family))
    glued = " ".join(pair for words in split for pair in glued_pairs(words))
    named = _composed("\n".join((*names, *person)))
    described = _composed(_description(resource))
    practitioner = resource.kind is ResourceKind.PRACTITIONER
    everything = f"{named}\n{described}\n{_composed(_location(resource))}"
    yield "exact", everything
    yield "words", f"{everything}\n{glued}"
    yield "name", f"{named}\n{glued}"
    yield "stems", described if practitioner else f"{named}\n{described}"
    yield "label", f"{named}\n{resource.rubric}"
    for whole in {" ".join(words) for words in split}:
        yield "whole", whole
    if person:
        yield "whole", " ".join((*family, *given))


@lru_cache(maxsize=16_384)
def _words(name: str) -> tuple[str, ...]:
    """Folded words; a register says the same first names and structures again and again."""
    return tuple(folded_words(name))


def _description(resource: Resource) -> str:
    parts = (
        _label(resource.profession),
        *(one.label for one in resource.specialities),
        _label(resource.category),
        resource.rubric,
        *(one.activity.label for one in resource.activities),
        *resource.acts,
        *resource.pathologies,
        *resource.publics,
        *resource.keywords,
        *resource.member_of,
    )
    return "\n".join(part for part in parts if part)


def _location(resource: Resource) -> str:
    """Where it is: found as written, never by a stem."""
    return f"{resource.address}\n{resource.postcode}\n{resource.commune}"


def _label(coding: Coding | None) -> str:
    return coding.label if coding is not None else ""


def _composed(text: str) -> str:
    """Accents composed: a decomposed « é » would be cut into two words."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
