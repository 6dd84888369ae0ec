"""Fixtures shared by every package: a real PostgreSQL for whoever asks (marker `postgres`)."""

from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
