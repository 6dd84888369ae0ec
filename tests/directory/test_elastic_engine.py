"""The server engine keeps the contract on a real server; what is its own: swaps, errors, cleaning."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from directory.base.errors import ConflictError, UnavailableError
from directory.base.settings import Settings
from directory.engines import open_engine as open_chosen
from directory.engines.base import Engine
from directory.engines.elastic.connection import PlainNode
from directory.query import DirectoryQuery
from tests.directory.contract_base import OpenEngine, find, names
from tests.directory.engine_contract import EngineContract
from tests.factories import resource
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

    def test_a_server_that_is_full_is_given_time(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """429 is the server's way to slow us down: what it refused is sent again, later."""
        waited: list[float] = []
        monkeypatch.setattr("elasticsearch.helpers.actions.time.sleep", waited.append)
        refusals = refuse_bulks(monkeypatch, times=7)

        assert engine.rebuild(resource(f"Centre {n}") for n in range(1_200)) == 1_200
        assert refusals == []
        assert waited
        assert waited == sorted(waited)
        assert find(engine).total == 1_200

    def test_a_server_that_stays_full_keeps_the_former_index(
        self, engine: Engine, engine_settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.filled(engine, resource("Avant"))
        monkeypatch.setattr("elasticsearch.helpers.actions.time.sleep", lambda _: None)
        refuse_bulks(monkeypatch, times=1_000)

        with pytest.raises(UnavailableError, match="429"):
            engine.rebuild([resource("Après")])
        assert names(find(engine)) == ["Avant"]
        assert len(indexes(engine_settings)) == 1

    def test_an_entry_the_server_refuses_is_named(
        self, engine: Engine, engine_settings: Settings
    ) -> None:
        self.filled(engine, resource("Avant"))

        with pytest.raises(UnavailableError, match="trop-long.*l'ancien index reste"):
            engine.rebuild([resource("x" * 40_000, id="trop-long")])
        assert names(find(engine)) == ["Avant"]
        assert len(indexes(engine_settings)) == 1

    def test_two_entries_of_one_id_never_hide_each_other(
        self, engine: Engine, engine_settings: Settings
    ) -> None:
        self.filled(engine, resource("Avant"))

        with pytest.raises(UnavailableError, match="1 fiches indexées pour 2 données"):
            engine.rebuild([resource("Un", id="a"), resource("Deux", id="a")])
        assert names(find(engine)) == ["Avant"]
        assert len(indexes(engine_settings)) == 1

    def test_an_index_that_does_not_find_its_entries_never_serves(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.filled(engine, resource("Avant"))
        monkeypatch.setattr(
            "directory.engines.elastic.building.term", lambda *_: {"match_none": {}}
        )

        with pytest.raises(UnavailableError, match="« Après » ne se retrouve pas"):
            engine.rebuild([resource("Après")])
        assert names(find(engine)) == ["Avant"]

    def test_an_index_in_service_is_never_written_again(
        self, engine: Engine, engine_settings: Settings
    ) -> None:
        self.filled(engine, resource("Un"))
        url = f"{engine_settings.engine_url}/{engine_settings.engine_index}/_doc/autre"

        assert httpx.put(url, json={"words": "autre"}).status_code == 403

    def test_a_dead_build_s_leftovers_go_later(
        self,
        engine: Engine,
        engine_settings: Settings,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.filled(engine, resource("Avant"))
        killed = self.start_endless_build(tmp_path)
        killed.kill()
        killed.wait()
        self.filled(engine, resource("Après"))
        self.filled(engine, resource("Encore"))
        assert len(indexes(engine_settings)) == 3  # in service, the former one, what may be alive

        monkeypatch.setattr("directory.engines.elastic.generations.ABANDONED_AFTER_HOURS", 0)
        self.filled(engine, resource("Enfin"))
        assert len(indexes(engine_settings)) == 2

    def test_installations_share_a_server(self, engine: Engine, engine_settings: Settings) -> None:
        changes = {"engine_index": f"{engine_settings.engine_index}-melun"}
        other = open_chosen(engine_settings.model_copy(update=changes))
        self.filled(engine, resource("Ici"))
        self.filled(other, resource("Là-bas"))
        self.filled(engine, resource("Ici"))

        assert names(find(engine)) == ["Ici"]
        assert names(find(other)) == ["Là-bas"]
        other.close()

    def test_an_index_of_another_version_is_refused(
        self, open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.filled(open_engine(), resource("Un"))
        monkeypatch.setattr("directory.engines.elastic.engine.SCHEMA_VERSION", 10_000)
        newer = open_engine()

        with pytest.raises(UnavailableError, match="autre version.*recours index rebuild"):
            find(newer)
        self.filled(newer, resource("Un"))
        assert find(newer).total == 1
        with pytest.raises(ConflictError, match="autre version"):
            newer.roll_back()

    def test_pages_have_no_depth_and_no_gap_across_a_swap(self, open_engine: OpenEngine) -> None:
        """More entries than a server lets offsets reach, and another index halfway."""
        reader, builder = open_engine(), open_engine()
        entries = [resource(f"Centre {n}") for n in range(10_300)]
        self.filled(builder, *entries)
        seen: list[str] = []
        query = DirectoryQuery(size=200)
        while page := reader.search(query):
            seen.extend(names(page))
            if len(seen) == 5_000:
                self.filled(builder, *entries[::-1])
                self.filled(builder, *entries[::-1], resource("Tout neuf"))
            if not page.next_cursor:
                break
            query = DirectoryQuery(size=200, cursor=page.next_cursor)

        assert len(seen) == len(set(seen))
        assert set(seen) - {"Tout neuf"} == {entry.name for entry in entries}


def refuse_bulks(monkeypatch: pytest.MonkeyPatch, *, times: int) -> list[int]:
    """Make the server answer 429 to the next bulk requests; the list empties as it does."""
    left = list(range(times))
    send = PlainNode.perform_request

    def refusing(self: PlainNode, method: str, target: str, *rest: Any, **others: Any) -> Any:
        answer = send(self, method, target, *rest, **others)
        if "_bulk" in target and left:
            left.pop()
            answer.meta.status = 429
        return answer

    monkeypatch.setattr(PlainNode, "perform_request", refusing)
    return left


def indexes(settings: Settings) -> list[str]:
    """Indexes of this name on the server."""
    told = httpx.get(f"{settings.engine_url}/{settings.engine_index}-*/_alias").json()
    return list(told)
