"""The server engine keeps the contract on a real server; what is its own: swaps, errors, cleaning."""

from collections.abc import Iterator

import pytest

from directory.base.settings import Settings
from directory.engines import open_engine as open_chosen
from directory.engines.base import Engine
from tests.directory.contract_base import OpenEngine
from tests.directory.engine_contract import EngineContract
from tests.places import COMMUNES

pytestmark = pytest.mark.elastic

ENDLESS_BUILD = """
from itertools import count
from directory.base.settings import Settings
from directory.engines import open_engine
from directory.model import ResourceKind
from directory.resource import Resource

def entries():
    for n in count():
        if n == 5_000:
            print("building", flush=True)
        yield Resource(id=str(n), alias="a", kind=ResourceKind.ESTABLISHMENT, name=f"Perdu {n}")

open_engine(Settings()).rebuild(entries())
"""


class TestElasticEngine(EngineContract):
    endless_build = ENDLESS_BUILD

    @pytest.fixture
    def open_engine(
        self, engine_settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[OpenEngine]:
        for name in ("engine", "engine_url", "engine_index"):
            monkeypatch.setenv(f"RECOURS_{name.upper()}", getattr(engine_settings, name))
        opened: list[Engine] = []

        def another() -> Engine:
            opened.append(open_chosen(engine_settings, communes=COMMUNES))
            return opened[-1]

        yield another
        for engine in opened:
            engine.close()
