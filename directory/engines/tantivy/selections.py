"""Tantivy's queries, by what they select."""

from collections.abc import Sequence

from tantivy import FieldType, Occur, Query

from directory.engines.tantivy.schema import schema
from directory.geo import Box


def term(field: str, value: str) -> Query:
    """Entries whose `field` holds exactly this term."""
    return Query.term_query(schema(), field, value, index_option="basic")


def among(field: str, values: Sequence[str]) -> Query:
    """Entries whose `field` holds one of these terms."""
    return any_of([term(field, value) for value in values])


def phrase(field: str, words: list[str]) -> Query:
    """Entries whose `field` holds these words in a row."""
    if len(words) == 1:
        return term(field, words[0])
    return Query.phrase_query(schema(), field, list(words))


def starting_with(field: str, start: str) -> Query:
    """Entries whose `field` holds a term that starts so."""
    return Query.fuzzy_term_query(schema(), field, start, distance=0, prefix=True)


def any_of(queries: Sequence[Query]) -> Query:
    """Entries that at least one of these selects; none at all for an empty list."""
    match queries:
        case []:
            return Query.empty_query()
        case [single]:
            return single
        case _:
            return Query.boolean_query([(Occur.Should, one) for one in queries])


def all_of(queries: Sequence[Query]) -> Query:
    """Entries that all of these select; every entry for an empty list."""
    match queries:
        case []:
            return Query.all_query()
        case [single]:
            return single
        case _:
            return Query.boolean_query([(Occur.Must, one) for one in queries])


def in_box(box: Box) -> Query:
    """Entries whose point lies in a box."""
    sides = (("lat", box.south, box.north), ("lon", box.west, box.east))
    return all_of(
        [Query.range_query(schema(), name, FieldType.Float, low, high) for name, low, high in sides]
    )


def numbered(field: str, values: Sequence[int]) -> Query:
    """Entries whose `field` of numbers holds one of these."""
    return Query.term_set_query(schema(), field, list(values)) if values else any_of([])


def restricted(query: Query, to: Query) -> Query:
    """The part of an answer that `to` selects too, its scores unchanged."""
    return all_of([query, Query.const_score_query(to, 0.0)])
