"""What the parts of the engine contract share: the index under test and how it is asked."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from directory.engines.base import Engine
from directory.query import (
    DirectoryQuery,
    Near,
)
from directory.resource import Resource
from directory.results import Page
from tests.places import RUNGIS

OpenEngine = Callable[[], Engine]
ROOT = Path(__file__).resolve().parents[2]
FOLLOWED_WITHIN_SECONDS = 1.0
AT_RUNGIS = Near(lat=RUNGIS.lat or 0, lon=RUNGIS.lon or 0, label="Rungis")


def names(page: Page) -> list[str]:
    return [hit.resource.name for hit in page.hits]


def facet(page: Page, name: str) -> dict[str, int]:
    return {value.code: value.count for value in page.facets[name]}


def find(engine: Engine, text: str = "", size: int = 100, near: Near | None = None) -> Page:
    return engine.search(DirectoryQuery(text=text, size=size, near=near))


def followed(engine: Engine, total: int) -> bool:
    """Whether the engine comes to answer `total` entries within the second it is allowed."""
    deadline = time.monotonic() + FOLLOWED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if find(engine).total == total:
            return True
        time.sleep(0.02)
    return False


class ContractBase:
    """Subclasses give `open_engine`, which opens one more engine on the test's own index, and a
    script that, given the test's folder, prints `building` once a build of that index is under way
    and never ends.
    """

    endless_build: str

    @pytest.fixture
    def open_engine(self) -> OpenEngine:
        raise NotImplementedError

    @pytest.fixture
    def engine(self, open_engine: OpenEngine) -> Engine:
        return open_engine()

    def filled(self, engine: Engine, *resources: Resource) -> Engine:
        engine.rebuild(resources)
        return engine
