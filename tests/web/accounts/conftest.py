"""One accounts store for the tests of a module, each with people of its own; `alone` is fresh.

`desk` is the whole site out of demonstration, one for a module, and `app` what serves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.web.accounts.people import open_at
from tests.web.accounts.site import real_services
from web.accounts.store import Accounts
from web.app import create_app
from web.services import Services


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    opened = open_at(tmp_path_factory.mktemp("accounts"))
    yield opened
    opened.database.close()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Accounts]:
    opened = open_at(tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with real_services(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(desk: Services) -> FastAPI:
    return create_app(desk)
