"""What is indexed of an entry, the same for every engine: codes, texts, and a neutral rank."""

import hashlib
import unicodedata
from collections.abc import Iterator

from directory.model import Coding, Confidentiality, ResourceKind
from directory.resource import Resource
from directory.text import folded_words, glued_pairs

SCHEMA_VERSION = 1
"""To be raised with any change of this file or of an engine's schema: an index of another
version is refused, and asks to be rebuilt."""

CODES = ("id", "kind", "profession", "speciality", "category", "commune", "mode", "phone")
NO_CATEGORY = "sans catégorie"


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
    for insee in {resource.insee, *resource.covered} - {""}:
        yield "commune", insee
    for mode in set(resource.modes):
        yield "mode", mode
    for value in {one.value for one in resource.identifiers}:
        yield "identifier", value
    for number in _public_numbers(resource):
        yield "phone", number


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
    split = [folded_words(name) for name in (*names, *person)]
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
        yield "whole", " ".join(folded_words(f"{resource.family} {resource.given}"))


def _description(resource: Resource) -> str:
    parts = (
        _label(resource.profession),
        *(one.label for one in resource.specialities),
        _label(resource.category),
        resource.rubric,
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
