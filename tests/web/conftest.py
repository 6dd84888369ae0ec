"""One filled folder for all the tests of the pages, at a fixed moment: Monday 23 November 2026,
10 o'clock in Paris, the line open.

Tests share the stores: each call it makes is a request of its own. `empty_services` has no index
and no team; `filled_alone` has the directory and no team, for one test. The end of a hold follows
the store's own clock, which no test sets.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi.testclient import TestClient

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from tests.browser import chromium, live, open_page
from tests.web.sample import fill_directory, fill_team
from tests.web.sites import SITE, open_site
from tests.web.visitor import Visitor
from web.services import Services, open_services

__all__ = ["SITE", "chromium", "live", "open_page"]

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def open_at(folder: Path, at: datetime = MONDAY) -> Services:
    settings = Settings(
        data_dir=folder, demo=True, horizon_days=14, territory="bievre", map_tiles=""
    )
    return open_services(settings, FixedClock(at))


@pytest.fixture(scope="session", autouse=True)
def one_loop() -> Iterator[None]:
    """The requests of all visitors run in one event loop, as a server's do; not one loop each."""
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Visitor, "portal", portal)
        yield


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    opened = open_at(tmp_path_factory.mktemp("filled"))
    fill_directory(opened)
    fill_team(opened.orientation)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that nobody has open: the directory imported and indexed, no team."""
    folder = tmp_path_factory.mktemp("model")
    opened = open_at(folder)
    fill_directory(opened)
    opened.close()
    return folder


@pytest.fixture
def filled_alone(filled_folder: Path, tmp_path: Path) -> Iterator[Services]:
    """The directory imported and indexed, for this test alone."""
    shutil.copytree(filled_folder, tmp_path, dirs_exist_ok=True)
    opened = open_at(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def empty_services(tmp_path: Path) -> Iterator[Services]:
    opened = open_at(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def site(services: Services) -> TestClient:
    return open_site(services)


@pytest.fixture
def empty_site(empty_services: Services) -> TestClient:
    return open_site(empty_services)
