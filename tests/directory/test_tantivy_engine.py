"""The embedded engine keeps the contract; what is its own: folders, versions, cleaning."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.base.errors import ConflictError, UnavailableError
from directory.base.settings import Settings
from directory.engines import open_engine as open_chosen
from directory.engines.base import Engine
from directory.query import DirectoryQuery
from directory.resource import Resource
from tests.directory.contract_base import OpenEngine, find, followed, names
from tests.directory.engine_contract import EngineContract
from tests.factories import resource
from tests.places import COMMUNES

ENDLESS_BUILD = """
import sys
from itertools import count
from pathlib import Path
from directory.engines.tantivy.engine import TantivyEngine
from directory.model import ResourceKind
from directory.resource import Resource

def entries():
    for n in count():
        if n == 5_000:
            print("building", flush=True)
        yield Resource(id=str(n), alias="a", kind=ResourceKind.ESTABLISHMENT, name=f"Perdu {n}")

TantivyEngine(Path(sys.argv[1]) / "index").rebuild(entries())
"""


class TestTantivyEngine(EngineContract):
    endless_build = ENDLESS_BUILD

    @pytest.fixture
    def open_engine(self, tmp_path: Path) -> Iterator[OpenEngine]:
        opened: list[Engine] = []

        def another() -> Engine:
            opened.append(open_chosen(Settings(data_dir=tmp_path), communes=COMMUNES))
            return opened[-1]

        yield another
        for engine in opened:
            engine.close()

    def test_a_dead_build_s_leftovers_go_with_the_next_build(
        self, engine: Engine, tmp_path: Path
    ) -> None:
        self.filled(engine, resource("Avant"))
        killed = self.start_endless_build(tmp_path)
        killed.kill()
        killed.wait()
        assert len(generations(tmp_path)) == 2

        self.filled(engine, resource("Après"))

        assert len(generations(tmp_path)) == 2  # the one in service and the former one
        self.filled(engine, resource("Encore"))
        assert len(generations(tmp_path)) == 2
        assert followed(engine, 1)
        assert names(find(engine)) == ["Encore"]

    def test_a_live_build_is_not_cleaned_away(
        self, open_engine: OpenEngine, tmp_path: Path
    ) -> None:
        """Two rebuilds at once are the caller's mistake; the last to end is in service, whole."""
        slow, quick = open_engine(), open_engine()
        halfway, resume = threading.Event(), threading.Event()

        def entries() -> Iterator[Resource]:
            for n in range(100):
                if n == 50:
                    halfway.set()
                    assert resume.wait(timeout=30)
                yield resource(f"Lent {n}")

        building = threading.Thread(target=slow.rebuild, args=(entries(),))
        building.start()
        assert halfway.wait(timeout=30)
        self.filled(quick, resource("Un"))
        self.filled(quick, resource("Un"), resource("Deux"))
        assert followed(quick, 2)
        resume.set()
        building.join()

        assert followed(quick, 100)
        assert followed(slow, 100)

    def test_an_index_of_another_version_is_refused(
        self, open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.filled(open_engine(), resource("Un"))
        monkeypatch.setattr("directory.engines.tantivy.engine.SCHEMA_VERSION", 10_000)
        newer = open_engine()

        with pytest.raises(UnavailableError, match="autre version.*recours index rebuild"):
            find(newer)
        self.filled(newer, resource("Un"))
        assert find(newer).total == 1

    def test_a_former_index_of_another_version_is_not_put_back(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.filled(engine, resource("Un"))
        monkeypatch.setattr("directory.engines.tantivy.engine.SCHEMA_VERSION", 10_000)
        self.filled(engine, resource("Un"), resource("Deux"))

        with pytest.raises(ConflictError, match="autre version"):
            engine.roll_back()
        assert find(engine).total == 2

    def test_a_damaged_index_says_how_to_rebuild(
        self, open_engine: OpenEngine, tmp_path: Path
    ) -> None:
        engine = self.filled(open_engine(), resource("Un"))
        for path in (tmp_path / "index" / engine.generation()).iterdir():
            path.write_bytes(b"")

        with pytest.raises(UnavailableError, match="recours index rebuild"):
            find(open_engine())

    def test_a_torn_pointer_is_no_index(self, open_engine: OpenEngine, tmp_path: Path) -> None:
        self.filled(open_engine(), resource("Un"))
        (tmp_path / "index" / "current").write_bytes(b'{"generation":"0')

        with pytest.raises(UnavailableError, match="recours index rebuild"):
            find(open_engine())

    def test_a_closed_engine_still_names_its_generation(self, engine: Engine) -> None:
        self.filled(engine, resource("Un"))
        engine.close()

        assert engine.generation()
        assert engine.search(DirectoryQuery()).total == 1

    def test_threads_share_one_engine(self, engine: Engine) -> None:
        self.filled(engine, *(resource(f"Centre {n}") for n in range(50)))
        totals: list[int] = []

        def read() -> None:
            totals.extend(find(engine, "centre").total for _ in range(20))

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert totals == [50] * 80


def generations(data_dir: Path) -> list[str]:
    return [path.name for path in (data_dir / "index").iterdir() if path.is_dir()]
