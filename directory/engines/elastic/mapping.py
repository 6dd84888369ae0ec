"""What a server keeps of an entry, and how it cuts its text: settings and explicit mapping."""

import datetime as dt
from typing import Any

import msgspec

from directory.engines.entry import (
    CODES,
    NUMBERS,
    entry_codes,
    entry_numbers,
    entry_texts,
    neutral_rank,
)
from directory.engines.facets import FACETS
from directory.resource import Resource, encode_resource

LONGEST_START = 15
"""Beginnings of words are indexed up to that many letters; longer ones are looked for as such."""

TURNS = 7
"""Neutral orders kept of each entry, one a day: a server without scripts cannot turn one around."""

_ANALYSIS = {
    # Letters and digits, as the embedded engine: the standard tokenizer keeps « l'hay » whole.
    "tokenizer": {"letters": {"type": "pattern", "pattern": r"[^\p{IsAlphabetic}\p{N}]+"}},
    "filter": {
        "french_stop": {"type": "stop", "stopwords": "_french_"},
        "french_stem": {"type": "stemmer", "language": "french"},
        "starts": {"type": "edge_ngram", "min_gram": 2, "max_gram": LONGEST_START},
    },
    "analyzer": {
        name: {"type": "custom", "tokenizer": "letters", "filter": ["lowercase", *filters]}
        for name, filters in {
            "exact": (),
            "folded": ("asciifolding",),
            "starts": ("asciifolding", "starts"),
            # Folding comes first so that accents typed or not meet.
            "stems": ("asciifolding", "french_stop", "french_stem"),
        }.items()
    },
}


def index_settings() -> dict[str, Any]:
    """Settings of an index to be built: one shard, which holds millions of entries, and a copy of
    it wherever there is a second node. It is refreshed once, when whole.
    """
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "analysis": _ANALYSIS,
    }


def index_mapping(version: int) -> dict[str, Any]:
    """Fields of the index, filled by `entry_codes`, `entry_texts`, `entry_numbers`; nothing is guessed."""
    codes = {name: _code(name) for name in (*CODES, "identifier", "flag", "whole")}
    found_by_start = {"start": _text("starts") | {"search_analyzer": "folded"}}
    return {
        "dynamic": "strict",
        "_meta": {"version": version},
        "_source": {"includes": ["body"]},
        "properties": codes
        | {
            "exact": _text("exact"),
            "words": _text("folded") | {"fields": found_by_start},
            "name": _text("folded") | {"fields": found_by_start},
            "stems": _text("stems"),
            "label": _text("folded") | {"index_options": "positions"},
            "point": {"type": "geo_point"},
            **{name: {"type": "long"} for name in NUMBERS},
            **{f"turn{place}": {"type": "long", "index": False} for place in range(TURNS)},
            "body": {"type": "object", "enabled": False},
        },
    }


def turn_field(day: dt.date) -> str:
    """The field equals are ordered by that day, around a place."""
    return f"turn{day.toordinal() % TURNS}"


def _code(name: str) -> dict[str, Any]:
    return {"type": "keyword", "doc_values": name in FACETS}


def _text(analyzer: str) -> dict[str, Any]:
    return {"type": "text", "analyzer": analyzer, "norms": False, "index_options": "docs"}


def document(resource: Resource) -> bytes:
    """An entry as sent to the server, in JSON."""
    fields: dict[str, Any] = entry_codes(resource) | entry_texts(resource)
    point = resource.point
    # A server refuses the whole entry for a point out of the Earth.
    if point is not None and abs(point.lat) <= 90 and abs(point.lon) <= 180:
        fields["point"] = {"lat": point.lat, "lon": point.lon}
    fields |= entry_numbers(resource)
    for place in range(TURNS):
        fields[f"turn{place}"] = neutral_rank(f"{place} {resource.id}")
    fields["body"] = msgspec.Raw(encode_resource(resource))
    return msgspec.json.encode(fields)
