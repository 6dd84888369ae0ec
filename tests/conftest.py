"""Fixtures shared by every package: real servers for whoever asks (markers `postgres`, `elastic`)."""

import pytest

from tests import memory
from tests.opensearch import engine_server, engine_settings
from tests.postgres import postgres_agenda, postgres_model, postgres_server, postgres_url
from tests.stores import migrated_from_nothing, stores_migrated_once

__all__ = [
    "engine_server",
    "engine_settings",
    "migrated_from_nothing",
    "postgres_agenda",
    "postgres_model",
    "postgres_server",
    "postgres_url",
    "stores_migrated_once",
]

MEMORY = memory.settle()


LONGEST = ("test_browser_everywhere.py", "test_browser_reading.py", "test_browser_agenda.py")
"""Files of few and long tests, begun first: one begun last would keep the other cores waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the longest files first; all else in the order of the folders."""
    order = {name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give back what the run took of the memory."""
    if MEMORY:
        memory.leave(MEMORY)
