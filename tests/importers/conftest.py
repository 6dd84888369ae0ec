"""Fixtures of the importers: small hand-written files, the real register on SQLite, a fixed day.

Every row of a fixture stands for one trap of the documented layouts; people are invented. National
bounds are lifted by `partial=True`, or by `lenient` where a complete listing is what is tested.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.communes import Communes, read_communes
from directory.territory import Territory, load_territory
from importers import inputs
from importers.finess.importer import LISTINGS as FINESS
from importers.perimeter import Perimeter
from importers.rpps.importer import LISTINGS as RPPS
from tests.importers.world import DAY, World


@pytest.fixture(scope="session", autouse=True)
def written_on_the_fixed_day() -> Iterator[None]:
    """Files of the repository are as old as its checkout: never younger than the tests' day."""
    real = inputs.written_on
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "written_on", lambda path: min(real(path), DAY))
        yield


@pytest.fixture(scope="session")
def communes() -> Communes:
    return read_communes()


@pytest.fixture(scope="session")
def territory() -> Territory:
    return load_territory("bievre")


@pytest.fixture(scope="session")
def perimeter(territory: Territory, communes: Communes) -> Perimeter:
    return Perimeter(territory, communes)


@pytest.fixture
def world(tmp_path: Path, territory: Territory, communes: Communes) -> Iterator[World]:
    opened = World(tmp_path, territory, communes)
    yield opened
    opened.close()


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards that take a listing of a few rows, most of them traps, for a complete one."""
    for importer in (*FINESS, *RPPS):
        small = importer.card.model_copy(update={"min_rows": 1, "max_quarantined_share": 0.9})
        monkeypatch.setattr(importer, "card", small)
