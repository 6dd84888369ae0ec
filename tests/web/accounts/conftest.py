"""One accounts store for the tests of a module, each with people of its own; `alone` is fresh."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.accounts.people import open_at
from web.accounts.store import Accounts


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
