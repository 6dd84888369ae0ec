"""Columns of ETP lists as ARS publish them, read under the titles of our form.

No national layout exists (FORMATS.md d): the usual titles are in `titles.csv`, and a mapping in
TOML gives those that are not: `[columns]`, then `title = "Nom du dispositif"`.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from directory.base.errors import InputRefusedError
from importers.etp.form import COLUMNS, LEFT_OUT, OTHERS
from importers.text import plain_header


@cache
def usual_titles() -> Mapping[str, str]:
    """Fields of our form by the usual titles of lists; an empty field leaves the column out."""
    path = resources.files("importers.etp") / "titles.csv"
    with path.open(encoding="utf-8") as file:
        return {plain_header(row["title"]): row["field"] for row in csv.DictReader(file)}


def read_mapping(path: Path) -> dict[str, str]:
    """Fields by plain title, of a mapping file; raises InputRefusedError saying what is wrong."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))["columns"]
        named = {str(field): str(title) for field, title in told.items()}
    except (OSError, UnicodeDecodeError, ValueError, KeyError, AttributeError) as exc:
        raise InputRefusedError(
            f"{path} : correspondance illisible ({exc}). Attendu : [columns], puis une ligne par "
            'colonne, title = "Nom du dispositif".'
        ) from exc
    known = COLUMNS | OTHERS
    if unknown := sorted(named.keys() - known.keys()):
        raise InputRefusedError(
            f"{path} : champ inconnu {', '.join(unknown)}. Champs : {', '.join(known)}."
        )
    return {plain_header(title): field for field, title in named.items()}


def in_our_words(names: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """The titles of a file, each under our form's name where it is known by another.

    Our own titles come first, then the mapping, then the usual titles of lists.
    """
    ours = {plain_header(title) for title in (COLUMNS | OTHERS).values()}
    return [_in_our_words(name, ours, mapping) for name in names]


def _in_our_words(name: str, ours: set[str], mapping: Mapping[str, str]) -> str:
    plain = plain_header(name)
    if not plain or plain in ours:
        return name
    field = mapping.get(plain, usual_titles().get(plain))
    if field is None:
        return name
    return (COLUMNS | OTHERS)[field] if field else f"{LEFT_OUT} : {name}"
