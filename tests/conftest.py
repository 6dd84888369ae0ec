"""Fixtures shared by every package: real servers for whoever asks (markers `postgres`, `elastic`)."""

import gc

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


LONGEST = (
    "test_browser_everywhere.py",
    "test_elastic_engine.py",
    "test_processes.py",
    "test_concurrency.py",
    "test_browser_directory.py",
    "test_form_fuzz.py",
    "test_update_seen.py",
    "test_browser_agenda.py",
    "test_browser_reading.py",
    "test_browser_steps.py",
    "test_route_roles.py",
    "test_live.py",
    "test_browser_axe.py",
)
"""Files of 30 s of processor and more, begun first, the longest before: one begun last would keep
the other cores waiting. The others take less, so that the cores end nearly together."""

gc.set_threshold(50_000, 20, 20)
"""Thousands of modules and tests stay: looking for garbage among them takes a quarter of the time
of their collection."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the longest files first; all else in the order of the folders."""
    order = {name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: it is not looked at again."""
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give back what the run took of the memory."""
    if MEMORY:
        memory.leave(MEMORY)
