"""A small demonstration that updates itself from a local server, in this process."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from tests.importers.fetching.server import Station, open_station
from tests.importers.rpps.rows import DOCTOR, line, listing
from tests.web.updating.publisher import Publisher
from web.services import Services, open_services

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TITLE = "PS_LibreAcces_Personne_activite_202611210312.txt"


@pytest.fixture
def station() -> Iterator[Station]:
    with open_station() as opened:
        yield opened


@pytest.fixture
def publisher(station: Station) -> Publisher:
    """The RPPS of two people, published."""
    told = Publisher(station)
    told.publish("rpps", (TITLE, people(line(), line(**DOCTOR))))
    return told


class House:
    """A data folder and its open parts; `open` opens them anew with other settings."""

    def __init__(self, folder: Path, publisher: Publisher) -> None:
        self.folder = folder
        self.clock = FixedClock(NOON)
        self.settings: dict[str, Any] = {
            "data_dir": folder,
            "fetch_mirrors": publisher.mirrors,
            "fetch_private": True,
            "update_sources": "rpps",
        }
        self._opened: list[Services] = []

    def open(self, **changes: Any) -> Services:
        self.settings |= changes
        opened = open_services(Settings(_env_file=None, **self.settings), self.clock)
        self._opened.append(opened)
        return opened

    def close(self) -> None:
        for one in self._opened:
            one.close()


@pytest.fixture
def house(tmp_path: Path, publisher: Publisher) -> Iterator[House]:
    (tmp_path / "demo.json").write_text(json.dumps({"territory": "bievre", "seed": 2026}))
    opened = House(tmp_path, publisher)
    yield opened
    opened.close()


def people(*lines: str) -> bytes:
    """A file of RPPS activities."""
    return listing(*lines).encode()
