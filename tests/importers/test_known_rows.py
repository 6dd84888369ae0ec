"""Rows that come back word for word are passed over; whatever else they depend on, all are read."""

import os
from array import array
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from directory import staging
from directory.base.errors import InputRefusedError
from directory.communes import Communes
from directory.known import KnownRows, Marking
from directory.packing import Packer, decode_packed
from directory.prepared import Ready, Repeated, ShapedRoles
from importers import apart, text, version
from importers import run as importing
from importers.rpps.importer import IMPORTER
from tests.importers.rpps.rows import ACTIVITIES_FILE, DOCTOR, NAMES, line, listing
from tests.importers.world import World

pytestmark = pytest.mark.usefixtures("lenient")

OTHERS = [line(number=f"101{n:08d}", national=f"8101{n:08d}", family=f"N {n}") for n in range(9)]
DOCTOR_ROW = line(**DOCTOR)
ELSEWHERE = line(**DOCTOR, structure="R2", commune="94021", postcode="94550")
"""The same doctor in another place: a neighbour of the first row."""
NOTED = line(number="10199999999", national="810199999999", commune="75056", postcode="94260")
ROWS = [*OTHERS, DOCTOR_ROW, ELSEWHERE, NOTED, OTHERS[0]]


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each row that is kept, whether it was passed over."""
    told: list[bool] = []

    class Spied(Packer):
        def add(self, one: Ready) -> None:
            told.append(False)
            super().add(one)

        def add_together(self, rows: ShapedRoles) -> None:
            told.extend([False] * len(rows.keys))
            super().add_together(rows)

        def add_known(self, known: Iterable[Repeated]) -> None:
            rows = [*known]
            told.extend([True] * len(rows))
            super().add_known(rows)

    monkeypatch.setattr(staging, "Packer", Spied)
    return told


@pytest.fixture
def other(world: World, tmp_path: Path) -> Iterator[World]:
    """A register whose every row is read every time."""
    opened = World(tmp_path / "whole", world.territory, world.communes)
    opened.folder.mkdir(exist_ok=True)
    yield opened
    opened.close()


@pytest.fixture
def there(world: World, tmp_path: Path, postgres_url: str) -> Iterator[World]:
    opened = World(tmp_path / "there", world.territory, world.communes, postgres_url)
    opened.folder.mkdir(exist_ok=True)
    yield opened
    opened.close()


def _run(world: World, *rows: str, names: list[str] = NAMES, **options: Any) -> dict[str, Any]:
    path = world.write(ACTIVITIES_FILE, listing(*rows, names=names))
    return world.run("rpps", path, **{"everywhere": True, "reread": False, **options}).as_dict()


def _said(world: World) -> dict[str, Any]:
    return {
        key: (row.digest, row.statement, row.raw, row.since_run)
        for key, row in world.records("rpps").items()
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "then",
    [
        [*ROWS, line(**DOCTOR, structure="R3")],
        [one.replace("|Fresnes|", "|FRESNES|") if one is ELSEWHERE else one for one in ROWS],
        [DOCTOR_ROW.replace("Basile", "Bastien"), *ROWS],
        [*ROWS, DOCTOR_ROW.replace("Basile", "Bastien")],
        [*reversed(ROWS), ROWS[3], ROWS[3]],
        [ROWS[0].replace("|C|", "|E|"), *ROWS[1:]],
        [ROWS[0].replace("|C|", "|E|"), *ROWS[1:-1]],
        ROWS[2:-1],
        [*ROWS[:4], DOCTOR_ROW.replace("|", "", 3), *ROWS[5:9]],
    ],
)
def test_the_register_and_the_report_are_those_of_a_whole_reading(
    world: World, other: World, passed: list[bool], then: list[str]
) -> None:
    told = []
    for one, reread in ((world, False), (other, True)):
        told.append([_run(one, *rows, reread=reread) for rows in (ROWS, then, [*ROWS, then[0]])])
    assert told[0] == told[1]
    assert _said(world) == _said(other)
    assert passed.count(True) > 6


def test_a_neighbour_that_changes_is_read_and_no_other(world: World, passed: list[bool]) -> None:
    _run(world, *OTHERS, DOCTOR_ROW, ELSEWHERE)
    before = _said(world)
    passed.clear()
    report = _run(world, *OTHERS, DOCTOR_ROW, ELSEWHERE.replace("Basile", "Bastien"))
    assert (report["kept"], report["unchanged"]) == (1, len(OTHERS) + 1)
    assert passed == [True] * (len(OTHERS) + 1) + [False]
    after = _said(world)
    assert [key for key in after if after[key] != before[key]] == ["810100000024|R2|10|SM54|L"]


def test_a_row_that_counts_among_the_remarks_is_read_each_time(
    world: World, passed: list[bool]
) -> None:
    notes = [_run(world, *OTHERS[:n], NOTED)["notes"] for n in (2, 3)]
    assert notes[0] == notes[1] != {}
    assert passed == [False] * 3 + [True] * 2 + [False] * 2


@pytest.mark.parametrize("change", ["code", "communes", "card", "demo", "header", "reread", "part"])
def test_anything_else_that_counts_has_every_row_read(
    world: World, passed: list[bool], change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(world, *OTHERS)
    passed.clear()
    names, options = NAMES, dict[str, Any]()
    match change:
        case "code":
            monkeypatch.setattr(importing, "code_version", lambda: "another")
        case "communes":
            world.communes = Communes([one for one in world.communes if one.insee != "01001"])
        case "card":
            card = IMPORTER.card.model_copy(update={"title": "Un autre titre"})
            monkeypatch.setattr(IMPORTER, "card", card)
        case "header":
            names = [name.replace("Code civilité", "Code civilité ") for name in NAMES]
        case "part":
            options = {"partial": True}
        case _:
            options = {change: True}
    _run(world, *OTHERS, DOCTOR_ROW, names=names, **options)
    assert passed == [False] * (len(OTHERS) + 1)


def test_a_refused_run_leaves_what_the_one_in_force_knows(world: World, passed: list[bool]) -> None:
    _run(world, *OTHERS)
    with pytest.raises(InputRefusedError):
        _run(world, *OTHERS[:5], *["|\n"] * 80)
    passed.clear()
    _run(world, *OTHERS, DOCTOR_ROW)
    assert passed == [True] * len(OTHERS) + [False]


def test_what_is_known_goes_on_with_files_that_are_taken_over(
    world: World, passed: list[bool]
) -> None:
    _run(world, *OTHERS)
    assert _run(world, *OTHERS)["same_as"] > 0
    passed.clear()
    _run(world, *OTHERS, DOCTOR_ROW)
    assert passed == [True] * len(OTHERS) + [False]


def test_a_run_killed_half_way_goes_on(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = [DOCTOR_ROW.replace("Basile", "Bastien"), *ROWS]
    for one in (world, other):
        _run(one, *ROWS)
    with monkeypatch.context() as killed:
        killed.setattr(staging, "BATCH_ROWS", 4)
        killed.setattr(text, "BLOCK_BYTES", 1000)
        killed.setattr(staging.Staging, "finish", _die)
        with pytest.raises(KeyboardInterrupt):
            _run(world, *changed)
    told = [_run(one, *changed) for one in (world, other)]
    assert (told[0]["kept"], told[0]["unchanged"]) == (told[1]["kept"], told[1]["unchanged"])
    assert {key: row[:3] for key, row in _said(world).items()} == {
        key: row[:3] for key, row in _said(other).items()
    }


def _die(self: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.slow
def test_the_other_process_passes_over_them_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "APART_BYTES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    sent: list[int] = []

    def counted(packed: bytes) -> Any:
        found = decode_packed(packed)
        sent.append(len(found.repeated))
        return found

    monkeypatch.setattr(apart, "decode_packed", counted)
    _run(world, *OTHERS)
    report = _run(world, *OTHERS, DOCTOR_ROW)
    assert (report["kept"], report["unchanged"]) == (1, len(OTHERS))
    assert sum(sent) == len(OTHERS)


@pytest.mark.postgres
def test_on_postgresql_too(there: World, passed: list[bool]) -> None:
    _run(there, *ROWS)
    passed.clear()
    report = _run(there, *ROWS, line(**DOCTOR, structure="R3"))
    assert (report["kept"], report["unchanged"]) == (1, len(ROWS) - 1)
    assert passed.count(True) == len(ROWS) - 1


def test_marks_that_share_a_place_are_told_apart() -> None:
    marks = array("Q", [5, 5 + (1 << 40), 5 + (1 << 50), 7, (1 << 64) - 1])
    known = KnownRows(marks, array("q", range(10, 15)))
    assert [known.find(one) for one in marks] == [10, 11, 12, 13, 14]
    assert [known.find(one) for one in (6, 5 + (1 << 41), 8)] == [None] * 3
    assert Marking("une façon").marks([b"a|b"]) != Marking("une autre").marks([b"a|b"])


def test_another_library_of_numbers_is_another_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version.code_version()
    version.code_version.cache_clear()
    try:
        monkeypatch.setattr(metadata, "version", lambda name: f"another {name}")
        assert version.code_version() != before
    finally:
        version.code_version.cache_clear()
