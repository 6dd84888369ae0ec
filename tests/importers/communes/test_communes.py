"""The table of communes: replaced whole, row by row checked, never half-written."""

from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from directory.communes import COMMUNES_FILE, open_communes
from importers.communes.importer import COLUMNS, IMPORTER
from tests.importers.world import World

FRESNES = "94034,Fresnes,94,11,94260,75034,29528,48.75713,2.32613\n"
CACHAN = "94016,Cachan,94,11,94230,75016,31103,48.79161,2.33153\n"


def _table(world: World, *rows: str, name: str = "communes-2027.csv") -> Path:
    return world.write(name, ",".join(COLUMNS) + "\n" + "".join(rows))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    card = IMPORTER.card.model_copy(update={"min_rows": 1, "max_quarantined_share": 0.9})
    monkeypatch.setattr(IMPORTER, "card", card)


def test_the_shipped_table_is_already_in_force(world: World) -> None:
    report = world.run("communes")
    assert (report.read, report.unchanged, report.removed) == (35014, 35014, 0)
    assert len(open_communes(world.data_dir)) == 35014


def test_a_new_table_takes_the_place_of_the_former(world: World) -> None:
    report = world.run("communes", _table(world, FRESNES.replace("29528", "30000"), CACHAN))
    assert (report.kept, report.unchanged, report.removed) == (1, 1, 35012)
    found = open_communes(world.data_dir).get("94034")
    assert found is not None
    assert found.population == 30000
    assert len(open_communes(world.data_dir)) == 2


def test_an_extract_completes_the_former_table(world: World) -> None:
    report = world.run("communes", _table(world, FRESNES.replace("29528", "30000")), partial=True)
    assert (report.kept, report.removed) == (1, 0)
    assert len(open_communes(world.data_dir)) == 35014


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("9403,Fresnes,94,11,94260,,1,,\n", "code INSEE mal formé"),
        ("94034,,94,11,94260,,1,,\n", "commune incohérente"),
        ("94034,Fresnes,94,11,9426,,1,,\n", "commune incohérente"),
        ("94034,Fresnes,94,11,94260,,1,148.7,2.3\n", "commune incohérente"),
        ("94034,Fresnes,94,11,94260,,1,48.7,\n", "commune incohérente"),
        ("94034,Fresnes,94,11,94260,,beaucoup,,\n", "ligne illisible"),
        ("94034,Fresnes\n", "nombre de colonnes inattendu"),
        (CACHAN, "doublon dans le fichier"),
    ],
)
def test_a_row_that_cannot_be_is_counted(world: World, row: str, reason: str) -> None:
    report = world.run("communes", _table(world, CACHAN, row))
    assert (report.read, report.reasons) == (2, {reason: 1})


def test_a_commune_told_badly_stays_as_it_was(world: World) -> None:
    world.run("communes", _table(world, CACHAN, "94034,,94,11,94260,,1,,\n"))
    found = open_communes(world.data_dir).get("94034")
    assert found is not None
    assert found.name == "Fresnes"


def test_a_refused_table_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IMPORTER, "card", IMPORTER.card.model_copy(update={"min_rows": 34000}))
    with pytest.raises(InputRefusedError, match="moins que les 34000"):
        world.run("communes", _table(world, CACHAN))
    assert not (world.data_dir / COMMUNES_FILE).exists()
    with pytest.raises(InputRefusedError, match="colonnes manquantes : departement"):
        world.run("communes", world.write("x.csv", "insee,nom\n94034,Fresnes\n"))
    assert [one.name for one in world.data_dir.glob("communes*")] == []
