"""A layout that changed is told by the names of its columns."""

import json
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from importers.columns import check_columns
from importers.contract import Card
from importers.finess.importer import IMPORTER as FINESS
from importers.inputs import local_file
from importers.registry import cards
from importers.report import Report
from tests.importers.rpps.rows import NAMES, OLDER_NAMES

AMELI = cards()["ameli"]


def said(card: Card, path: Path, *, strict: bool = False) -> list[str]:
    report = Report("essai", "Essai")
    check_columns(card, [local_file(path)], report, strict=strict)
    return report.warnings


def table(folder: Path, names: list[str], delimiter: str = "|") -> Path:
    path = folder / "listing.txt"
    path.write_text(delimiter.join(names) + "\n", encoding="utf-8")
    return path


def test_the_known_layouts_say_nothing(tmp_path: Path) -> None:
    assert said(cards()["rpps"], table(tmp_path, [*NAMES, ""])) == []
    for layout in AMELI.columns:
        names = [f'"{name}"' for name in reversed(layout)]
        assert said(AMELI, table(tmp_path, names, ";")) == [], "the order says nothing"


def test_new_and_missing_columns_are_named(tmp_path: Path) -> None:
    (warning,) = said(cards()["rpps"], table(tmp_path, [*OLDER_NAMES, "Code surprise"]))
    assert "colonne nouvelle : Code surprise ; colonnes disparues : Code rôle, Libellé" in warning
    ps, _ = AMELI.columns
    with pytest.raises(InputRefusedError, match="colonne disparue : ps_activite_nom"):
        said(AMELI, table(tmp_path, list(ps[1:]), ";"), strict=True)


def test_many_are_counted(tmp_path: Path) -> None:
    more = [f"colonne {number}" for number in range(20)]
    (warning,) = said(cards()["rpps"], table(tmp_path, [*NAMES, *more]))
    assert "colonne 7 et 12 autres" in warning


def test_another_kind_of_file_is_left_to_its_importer(tmp_path: Path) -> None:
    assert said(FINESS.card, table(tmp_path, ["structureet", "010000024"], ";")) == []
    assert said(cards()["rpps"], table(tmp_path, ["a", "b"])) == []
    path = tmp_path / "autre.json"
    path.write_text('{"resourceType": "Bundle"}')
    assert said(FINESS.card, path) == []


def test_keys_of_json_are_columns(tmp_path: Path) -> None:
    adresse = dict.fromkeys(
        path.rpartition(".")[2] for path in FINESS.card.columns[0] if path.startswith("adresse.")
        and path.count(".") == 1
    )  # fmt: skip
    path = tmp_path / "finess.json"
    known = dict.fromkeys(one for one in FINESS.card.columns[0] if "." not in one)
    path.write_text(json.dumps({"pmej": [{**known, "adresse": [adresse]}]}))
    assert said(FINESS.card, path) == []
    del adresse["cogCommune"]
    path.write_text(json.dumps({"pmej": [{**known, "adresse": [{**adresse, "cogInsee": "1"}]}]}))
    (warning,) = said(FINESS.card, path)
    assert "adresse.cogInsee" in warning
    assert "disparue : adresse.cogCommune" in warning
