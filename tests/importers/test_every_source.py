"""Every source has the same shape: a complete card, a README, one name everywhere."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from directory.base.errors import SettingsError
from importers.contract import Card, parse_card
from importers.registry import FOLDER, cards, mappings, sources

FOLDERS = sorted(path.parent.name for path in FOLDER.glob("*/source.toml"))
CLI_NAMES = ["ameli", "annuaire", "communes", "etp", "finess", "ror", "rpps", "table"]
BY_READING = "table"
GIVEN_BY_HAND = {
    "annuaire", "etp", "ror", "equipes", "formes_etp", "lignes_directes", "membres", "psychologues", "sages_femmes",
}  # fmt: skip
"""Sources nobody publishes for everyone: their file is always given."""


def test_the_command_line_names_are_the_folders() -> None:
    assert FOLDERS == CLI_NAMES == list(cards())


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_has_its_four_files(name: str) -> None:
    for file in ("__init__.py", "importer.py", "source.toml", "README.md"):
        assert (FOLDER / name / file).is_file()
    assert (Path(__file__).parent / name).is_dir()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_card_is_complete_and_named_as_its_folder(name: str) -> None:
    _check_card(cards()[name], name)


@pytest.mark.parametrize("name", list(sources()))
def test_a_source_keeps_the_contract(name: str) -> None:
    importer = sources()[name]
    _check_card(importer.card, name)
    assert all(callable(getattr(importer, part)) for part in ("read", "to_record", "data_date"))
    shipped = importer.shipped()
    assert shipped is None or shipped.is_file()
    assert bool(shipped or importer.card.url) is (name not in GIVEN_BY_HAND)


def test_every_mapping_is_a_source() -> None:
    assert set(sources()) == (set(FOLDERS) - {BY_READING}) | set(mappings())


@pytest.mark.parametrize("name", [*FOLDERS, "demo"])
def test_a_source_does_not_know_the_others(name: str) -> None:
    others = {one for one in FOLDERS if one != name}
    for path in (FOLDER / name).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [one for one in others if f"importers.{one}" in text], path


def test_a_card_says_which_field_is_wrong() -> None:
    with pytest.raises(SettingsError, match=r"x/source\.toml : .*champ licence"):
        parse_card(Path("x/source.toml"), {"name": "x", "title": "Essai"})
    with pytest.raises(ValidationError, match="unknown_field"):
        Card.model_validate({**cards()["rpps"].model_dump(), "unknown_field": 1})


def _check_card(card: Card, name: str) -> None:
    assert card.name == name
    assert card.title
    assert card.publisher
    assert card.licence
    assert card.cadence
    assert 0 <= card.min_rows < card.max_rows
    assert 0 < card.max_quarantined_share < 0.1
