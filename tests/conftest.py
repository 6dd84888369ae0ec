"""Fixtures shared by every package: real servers for whoever asks (markers `postgres`, `elastic`)."""

import pytest

from tests import memory
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

MEMORY = memory.settle()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give back what the run took of the memory."""
    if MEMORY:
        memory.leave(MEMORY)
