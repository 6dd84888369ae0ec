"""What every search engine must do, whatever it is made of; each engine's tests subclass this."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.base.errors import ConflictError, UnavailableError
from directory.engines.base import Engine
from directory.engines.facets import FACETS
from directory.resource import Resource
from tests.directory.contract_asks import AsksContract
from tests.directory.contract_base import ROOT, OpenEngine, find, followed, names
from tests.directory.contract_conditions import ConditionsContract
from tests.directory.contract_coverage import CoverageContract
from tests.directory.contract_filters import FiltersContract
from tests.directory.contract_hours import HoursContract
from tests.directory.contract_places import PlacesContract
from tests.directory.contract_words import WordsContract
from tests.factories import resource


class EngineContract(
    AsksContract,
    WordsContract,
    FiltersContract,
    ConditionsContract,
    HoursContract,
    CoverageContract,
    PlacesContract,
):
    """The whole contract; what follows is how an index is built and put in service."""

    def test_the_former_index_can_be_put_back(self, open_engine: OpenEngine) -> None:
        engine, reader = open_engine(), open_engine()
        self.filled(engine, resource("Ancien"))
        before = engine.generation()
        self.filled(engine, resource("Nouveau"), resource("Autre"))
        assert followed(reader, 2)

        assert engine.roll_back() == before == engine.generation()
        assert followed(reader, 1)
        assert names(find(reader)) == ["Ancien"]

        engine.roll_back()
        assert followed(reader, 2)
        self.filled(engine, *(resource(f"Centre {n}") for n in range(3)))
        assert followed(reader, 3)

    def test_without_a_former_index_there_is_nothing_to_put_back(self, engine: Engine) -> None:
        with pytest.raises(ConflictError, match="pas d'index précédent"):
            engine.roll_back()
        self.filled(engine, resource("Seul"))

        with pytest.raises(ConflictError, match="pas d'index précédent"):
            engine.roll_back()
        assert names(find(engine)) == ["Seul"]

    def test_there_is_no_answer_before_the_first_build(self, engine: Engine) -> None:
        assert engine.generation() == ""
        with pytest.raises(UnavailableError, match="recours index rebuild"):
            find(engine)

    def test_rebuild_counts_and_reports_what_it_indexed(self, engine: Engine) -> None:
        seen: list[int] = []
        entries = (resource(f"Centre {n}") for n in range(2_500))

        assert engine.rebuild(entries, seen.append) == 2_500
        assert seen == sorted(seen)
        assert 0 < seen[-1] <= 2_500
        assert find(engine).total == 2_500

    def test_an_empty_directory_is_an_answer(self, engine: Engine) -> None:
        page = find(self.filled(engine), "pharmacie")

        assert (page.total, page.hits, page.next_cursor) == (0, (), "")
        assert set(page.facets) == set(FACETS)

    def test_rebuild_replaces_everything(self, engine: Engine) -> None:
        self.filled(engine, resource("Ancien"), resource("Gardé"))
        before = engine.generation()

        self.filled(engine, resource("Gardé"), resource("Nouveau"))

        assert followed(engine, 2)
        assert find(engine, "ancien").total == 0
        assert engine.generation() != before

    def test_two_engines_on_one_index_follow_each_other(self, open_engine: OpenEngine) -> None:
        one, other = open_engine(), open_engine()
        self.filled(one, resource("Un"))
        assert find(other).total == 1

        for built_by, watched, total in ((one, other, 2), (other, one, 3)):
            self.filled(built_by, *(resource(f"Centre {n}") for n in range(total)))
            assert followed(watched, total)

    def test_searches_go_on_during_a_rebuild(self, open_engine: OpenEngine) -> None:
        reader, builder = open_engine(), open_engine()
        self.filled(reader, *(resource(f"Avant {n}") for n in range(10)))
        totals: set[int] = set()
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                totals.add(find(reader).total)

        thread = threading.Thread(target=read)
        thread.start()
        for size in (20, 30, 40):
            builder.rebuild(resource(f"Après {n}") for n in range(size))
        assert followed(reader, 40)
        stop.set()
        thread.join()

        assert totals <= {10, 20, 30, 40}

    def test_a_build_that_fails_leaves_the_former_index(self, engine: Engine) -> None:
        self.filled(engine, resource("Avant"))

        def broken() -> Iterator[Resource]:
            yield resource("Après")
            raise RuntimeError("source coupée")

        with pytest.raises(RuntimeError, match="source coupée"):
            engine.rebuild(broken())
        assert names(find(engine)) == ["Avant"]

    def test_a_build_killed_halfway_leaves_the_former_index(
        self, open_engine: OpenEngine, tmp_path: Path
    ) -> None:
        engine = self.filled(open_engine(), resource("Avant"))
        killed = self.start_endless_build(tmp_path)
        killed.kill()
        killed.wait()

        assert names(find(open_engine())) == ["Avant"]
        self.filled(engine, resource("Après"))
        assert followed(engine, 1)
        assert names(find(open_engine())) == ["Après"]

    def start_endless_build(self, tmp_path: Path) -> subprocess.Popen[str]:
        """A process that has begun to build on the test's index and never ends."""
        process = subprocess.Popen(
            [sys.executable, "-c", self.endless_build, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "building\n"
        process.stdout.close()
        return process
