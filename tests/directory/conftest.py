"""Fixtures of the core: a fresh register in a temporary folder for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.base.settings import Settings
from directory.communes import Communes, read_communes
from directory.register import Register, open_register


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = open_register(Settings(data_dir=tmp_path))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def communes() -> Communes:
    return read_communes()
