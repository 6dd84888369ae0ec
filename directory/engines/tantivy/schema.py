"""What is indexed of an entry, and how its text is cut: the index's schema."""

import hashlib
import unicodedata
from functools import cache

from tantivy import (
    Document,
    Filter,
    Index,
    Schema,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from directory.model import Coding, Confidentiality, ResourceKind
from directory.resource import Resource, encode_resource
from directory.text import folded_words, glued_pairs

SCHEMA_VERSION = 1
"""To be raised with any change of this file: an index of another version is refused."""

CODES = ("id", "kind", "profession", "speciality", "category", "commune", "mode", "phone")
FACETS = ("kind", "profession", "category", "commune")
NO_CATEGORY = "sans catégorie"


@cache
def schema() -> Schema:
    """Fields of the index.

    `exact`, `words` and `stems` hold the same text: as written, folded, and cut to its stem
    (without names of persons nor addresses). `label` keeps positions for phrases in names and rubrics.
    """
    builder = SchemaBuilder()
    for name in (*CODES, "identifier", "flag", "whole"):
        fast = name in FACETS
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=fast)
    for name, analyzer in (("exact", "exact"), ("words", "folded"), ("name", "folded")):
        builder.add_text_field(name, tokenizer_name=analyzer, index_option="basic")
    builder.add_text_field("stems", tokenizer_name="stem", index_option="basic")
    builder.add_text_field("label", tokenizer_name="folded", index_option="position")
    builder.add_float_field("lat", fast=True)
    builder.add_float_field("lon", fast=True)
    builder.add_unsigned_field("rank", indexed=True, fast=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


@cache
def stem_analyzer() -> TextAnalyzer:
    """Folded French stems; folding comes first so that accents typed or not meet."""
    return _analyzer(Filter.ascii_fold(), Filter.stopword("french"), Filter.stemmer("french"))


def register_analyzers(index: Index) -> None:
    """Give an index to be written the analyzers its schema names."""
    index.register_tokenizer("exact", _analyzer())
    index.register_tokenizer("folded", _analyzer(Filter.ascii_fold()))
    index.register_tokenizer("stem", stem_analyzer())


def _analyzer(*filters: Filter) -> TextAnalyzer:
    """Letters and digits in lower case, through `filters`. A builder serves once."""
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    for one in filters:
        builder = builder.filter(one)
    return builder.build()


def neutral_rank(entry_id: str) -> int:
    """A place drawn from the id: equal entries come in an order that favours nobody's name."""
    drawn = hashlib.blake2b(entry_id.encode(), digest_size=8, salt=b"recours").digest()
    return int.from_bytes(drawn, "big") >> 1


def document(resource: Resource) -> Document:
    """An entry as the index keeps it."""
    made = Document()
    _add_codes(made, resource)
    _add_text(made, resource)
    if resource.point is not None:
        made.add_float("lat", resource.point.lat)
        made.add_float("lon", resource.point.lon)
    made.add_unsigned("rank", neutral_rank(resource.id))
    made.add_bytes("body", encode_resource(resource))
    return made


def _add_codes(made: Document, resource: Resource) -> None:
    made.add_text("id", resource.id)
    made.add_text("kind", resource.kind.value)
    if resource.profession is not None:
        made.add_text("profession", resource.profession.code)
    for code in {one.code for one in resource.specialities}:
        made.add_text("speciality", code)
    if resource.category is not None:
        made.add_text("category", resource.category.code)
    elif resource.kind is not ResourceKind.PRACTITIONER:
        made.add_text("flag", NO_CATEGORY)
    for insee in {resource.insee, *resource.covered} - {""}:
        made.add_text("commune", insee)
    for mode in set(resource.modes):
        made.add_text("mode", mode)
    for value in {one.value for one in resource.identifiers}:
        made.add_text("identifier", value)
    for number in _public_numbers(resource):
        made.add_text("phone", number)


def _public_numbers(resource: Resource) -> set[str]:
    """Numbers anybody may see: a search must not reveal whose the others are."""
    public = (one for one in resource.phones if one.confidentiality is Confidentiality.PUBLIC)
    return {one.e164 for one in public if one.e164}


def _add_text(made: Document, resource: Resource) -> None:
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
    made.add_text("exact", everything)
    made.add_text("words", f"{everything}\n{glued}")
    made.add_text("name", f"{named}\n{glued}")
    made.add_text("stems", described if practitioner else f"{named}\n{described}")
    made.add_text("label", f"{named}\n{resource.rubric}")
    for whole in {" ".join(words) for words in split}:
        made.add_text("whole", whole)
    if person:
        made.add_text("whole", " ".join(folded_words(f"{resource.family} {resource.given}")))


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
