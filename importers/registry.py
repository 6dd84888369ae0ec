"""Which sources exist: the folders that hold a card, and the mappings of `table`."""

import importlib
from pathlib import Path
from typing import Any

from importers.contract import Card, Importer, Listing, load_card

FOLDER = Path(__file__).parent
MAPPINGS = FOLDER / "table" / "mappings"
TABLE = "table"
"""The source that is a way of reading: it needs a mapping, and takes its name."""


def cards() -> dict[str, Card]:
    """The card of every folder, by the name the command line uses."""
    folders = (path.parent for path in sorted(FOLDER.glob("*/source.toml")))
    return {folder.name: load_card(folder) for folder in folders}


def sources() -> dict[str, Importer[Any]]:
    """Every source that ships, by the name the register gives it: folders, then mappings."""
    plain = {name: source(name) for name in cards() if name != TABLE}
    return plain | {name: table_source(path) for name, path in mappings().items()}


def source(name: str) -> Importer[Any]:
    """The importer of one folder, which is not `table`."""
    importer: Importer[Any] = importlib.import_module(f"importers.{name}.importer").IMPORTER
    return importer


def listings(name: str) -> tuple[Listing[Any], ...]:
    """The listings a source is made of, in the order they are to be read; empty for most."""
    if name not in cards() or name == TABLE:
        return ()
    found: tuple[Listing[Any], ...] = getattr(
        importlib.import_module(f"importers.{name}.importer"), "LISTINGS", ()
    )
    return found


def followers(name: str) -> list[str]:
    """The listings and sources that say more about the people a source tells of."""
    own = [one.card.name for one in listings(name) if one.card.follows == name]
    return own + [card.name for card in cards().values() if card.follows == name]


def table_source(path: Path) -> Importer[Any]:
    """The source a mapping file describes."""
    importer: Importer[Any] = importlib.import_module("importers.table.importer").open_table(path)
    return importer


def mappings() -> dict[str, Path]:
    """The column mappings that ship with the `table` source, by name."""
    return {path.stem: path for path in sorted(MAPPINGS.glob("*.toml"))}
