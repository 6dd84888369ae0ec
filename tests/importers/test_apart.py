"""A long file shaped by a second process: the same register and report, whatever happens to it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from directory.base.errors import InputRefusedError, RecoursError
from directory.prepared import BATCH_ROWS
from importers import apart, reader
from importers.apart import AHEAD
from tests.importers.finess.rows import legacy, legacy_line
from tests.importers.ror.rows import bundle, legal_entity, offer, place, site
from tests.importers.rpps.rows import line, listing
from tests.importers.world import World

RPPS = "importers.rpps.importer"
ACTIVITIES = "PS_LibreAcces_Personne_activite_202611210312.txt"
LINES = [
    *(line(number=f"101{n:08d}", national=f"8101{n:08d}", family=f"ESSAI {n}") for n in range(300)),
    line(number="10199999999", national="810199999999", commune="75056", postcode="75001"),
    line(number="10199999998", national="810199999998", activity="GENR04"),
    line(number="10199999997", national="810199999997", family=""),
    line(number="10199999996", national="810199999996", mode="\\u0000"),
    line(number="10199999995", national="810199999995", phone="numéro inconnu"),
    line(number="10199999994", national="810199999994").replace("|", "", 3),
    line(number="10100000000", national="810100000000", family="ESSAI 0"),
]


@pytest.fixture
def worlds(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[bool], World]]:
    """Two registers, one filled by this process and one with the other's help."""
    other = World(tmp_path / "apart", world.territory, world.communes)

    def chosen(with_help: bool) -> World:
        monkeypatch.setattr(apart, "APART_BYTES", 0 if with_help else 1 << 40)
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
        return other if with_help else world

    yield chosen
    other.close()


def _kept(world: World, source: str) -> dict[str, Any]:
    return {
        key: (row.digest, row.statement, row.raw, row.data_date)
        for key, row in world.records(source).items()
    }


def _told(world: World, source: str, path: Path, **options: Any) -> dict[str, Any]:
    return world.run(source, path, partial=True, **options).as_dict()


def _readers() -> list[psutil.Process]:
    """Our children that read for an import; servers of other tests are children too."""
    return [
        one for one in psutil.Process().children() if reader.__name__ in " ".join(one.cmdline())
    ]


@pytest.mark.parametrize("everywhere", [True, False])
@pytest.mark.parametrize(
    ("source", "name", "content"),
    [
        ("rpps", ACTIVITIES, listing(*LINES)),
        ("finess", "f.csv", legacy(*(legacy_line(nofinesset=f"94{n:07d}") for n in range(30)))),
    ],
)
def test_the_register_and_the_report_are_the_same(
    worlds: Callable[[bool], World],
    tmp_path: Path,
    source: str,
    name: str,
    content: str,
    everywhere: bool,
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    told = [_told(worlds(apart), source, path, everywhere=everywhere) for apart in (False, True)]
    assert told[0] == told[1]
    assert told[0]["kept"] >= 30
    assert _kept(worlds(False), source) == _kept(worlds(True), source)
    again = [_told(worlds(apart), source, path, everywhere=everywhere) for apart in (False, True)]
    assert again[0] == again[1]
    assert (again[0]["kept"], again[0]["unchanged"]) == (0, told[0]["kept"])


def test_a_refusal_of_the_reader_is_told_as_here(
    worlds: Callable[[bool], World], tmp_path: Path
) -> None:
    path = tmp_path / ACTIVITIES
    path.write_text(listing(*LINES)[:-40], encoding="utf-8")
    refusals = []
    for with_help in (False, True):
        with pytest.raises(InputRefusedError, match="fichier tronqué") as caught:
            worlds(with_help).run("rpps", path, partial=True)
        refusals.append((caught.value.detail, caught.value.extra["line"]))
        assert worlds(with_help).records("rpps") == {}
    assert refusals[0] == refusals[1]


@pytest.mark.slow
def test_a_reader_that_dies_publishes_nothing_and_the_next_run_succeeds(
    worlds: Callable[[bool], World], tmp_path: Path
) -> None:
    path = tmp_path / ACTIVITIES
    rows = (AHEAD + 3) * BATCH_ROWS  # it cannot have said all when the first batch is written
    many = (line(number=f"102{n:08d}", national=f"8102{n:08d}") for n in range(rows))
    path.write_text(listing(*LINES, *many), encoding="utf-8")
    world = worlds(True)

    killed: list[psutil.Process] = []

    def kill(done: int, total: int, rows: int) -> None:
        if not killed:  # what it had said before is still written
            killed.extend(_readers())
            killed[0].kill()

    with pytest.raises(RecoursError, match="lecture du fichier s'est interrompue"):
        world.run("rpps", path, partial=True, everywhere=True, progress=kill)
    assert world.records("rpps") == {}
    assert world.run("rpps", path, partial=True, everywhere=True).kept > rows


def test_a_reader_that_dies_before_it_has_its_orders_says_what_to_do(
    worlds: Callable[[bool], World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ACTIVITIES
    path.write_text(listing(*LINES), encoding="utf-8")
    world = worlds(True)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", shutil.which("false"))
        with pytest.raises(RecoursError, match="relancez l'import"):
            world.run("rpps", path, partial=True, everywhere=True)
    assert world.records("rpps") == {}
    assert world.run("rpps", path, partial=True, everywhere=True).kept > 60


def test_the_reader_ends_with_the_import(worlds: Callable[[bool], World], tmp_path: Path) -> None:
    path = tmp_path / ACTIVITIES
    path.write_text(listing(*LINES * 30), encoding="utf-8")

    def give_up(done: int, total: int, rows: int) -> None:
        assert _readers()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worlds(True).run("rpps", path, partial=True, everywhere=True, progress=give_up)
    assert not _readers()


def test_what_an_extract_ends_is_ended_and_counted(
    worlds: Callable[[bool], World], tmp_path: Path
) -> None:
    whole, update = tmp_path / "ror-20261119.json", tmp_path / "delta-20261121.json"
    whole.write_text(bundle(offer(), place(), site(), legal_entity()), encoding="utf-8")
    update.write_text(bundle(offer(active=False)), encoding="utf-8")
    for with_help in (False, True):
        world = worlds(with_help)
        world.run("ror", whole)
        assert world.run("ror", update, partial=True).removed == 1
        assert "HealthcareService/1" not in world.records("ror")


@pytest.mark.slow
def test_the_reader_loads_neither_the_store_nor_the_network() -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {reader.__name__}, {RPPS}; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(told.stdout.split())
    assert {reader.__name__, RPPS} <= loaded
    assert not loaded & {"sqlalchemy", "alembic", "httpx", "openpyxl", "numpy", "psycopg"}
