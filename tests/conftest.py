"""Fixtures shared by every package: real servers for whoever asks (markers `postgres`, `elastic`)."""

from tests.opensearch import engine_server, engine_settings
from tests.postgres import postgres_server, postgres_url

__all__ = ["engine_server", "engine_settings", "postgres_server", "postgres_url"]
