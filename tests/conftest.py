"""Fixtures shared by every package: real servers for whoever asks (markers `postgres`, `elastic`)."""

from tests.opensearch import engine_server, engine_settings
from tests.postgres import postgres_server, postgres_url
from tests.stores import migrated_from_nothing, stores_migrated_once

__all__ = [
    "engine_server",
    "engine_settings",
    "migrated_from_nothing",
    "postgres_server",
    "postgres_url",
    "stores_migrated_once",
]
