"""A local server, and a fetcher that waits for nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from importers.fetching.files import Fetcher
from importers.fetching.options import FetchOptions
from tests.importers.fetching.server import Station, open_station


@pytest.fixture
def station() -> Iterator[Station]:
    with open_station() as opened:
        yield opened


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that were asked for, none of which is made."""
    return []


@pytest.fixture
def options(tmp_path: Path, pauses: list[float]) -> FetchOptions:
    return FetchOptions(
        tmp_path / "fetched", private=True, attempts=3, read_seconds=2, pause=pauses.append
    )


@pytest.fixture
def fetcher(options: FetchOptions) -> Iterator[Fetcher]:
    opened = Fetcher(options)
    yield opened
    opened.close()
