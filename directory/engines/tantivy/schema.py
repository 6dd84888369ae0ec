"""What is indexed of an entry, and how its text is cut: the index's schema."""

from functools import cache
from typing import Any

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

from directory.engines.entry import CODES, NUMBERS, entry_codes, entry_numbers, entry_texts
from directory.engines.facets import FACETS
from directory.engines.tantivy.cells import cells_of
from directory.resource import Resource, encode_resource


@cache
def schema() -> Schema:
    """Fields of the index, filled by `entry_codes`, `entry_texts` and `entry_numbers`."""
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
    for name in NUMBERS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("cell", indexed=True)
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


def document(resource: Resource) -> Document:
    """An entry as the index keeps it."""
    fields: dict[str, Any] = {
        **entry_codes(resource),
        **entry_texts(resource),
        **entry_numbers(resource),
    }
    if resource.point is not None:
        fields["lat"], fields["lon"] = resource.point.lat, resource.point.lon
        fields["cell"] = cells_of(resource)
    fields["body"] = encode_resource(resource)
    # In one call: a call for each value costs more than the values.
    return Document.from_dict(fields, schema())
