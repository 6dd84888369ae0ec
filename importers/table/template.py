"""The template of a mapping: its columns explained by their field, unless the mapping does it."""

import csv
from collections.abc import Mapping as Told
from functools import cache
from importlib import resources
from typing import NamedTuple

from directory.vocabulary import professions
from importers.table.mapping import Mapping
from importers.template import Column, Template


class _Field(NamedTuple):
    help: str
    choices: tuple[str, ...]


@cache
def field_helps() -> Told[str, _Field]:
    """What each field expects, in French, with the few words it knows."""
    path = resources.files("importers") / "table" / "help.csv"
    with path.open(encoding="utf-8") as file:
        return {
            row["field"]: _Field(row["help"], tuple(filter(None, row["choices"].split(";"))))
            for row in csv.DictReader(file)
        }


def mapping_template(mapping: Mapping) -> Template:
    """The list that a mapping reads, its columns in the order the mapping names them."""
    fields = {title: field for field, title in mapping.columns.items()}
    return Template(
        name=mapping.card.name,
        title=mapping.card.title,
        purpose=mapping.template.purpose,
        columns=tuple(_column(title, fields[title], mapping) for title in fields),
        command=f"recours import table --mapping {mapping.card.name} FICHIER",
    )


def _column(title: str, field: str, mapping: Mapping) -> Column:
    told = mapping.template
    return Column(
        title=title,
        help=told.help.get(title) or field_helps()[field].help,
        example=told.example.get(title, ""),
        required=field == mapping.naming,
        choices=told.allowed.get(title) or _choices(field, mapping),
    )


def _choices(field: str, mapping: Mapping) -> tuple[str, ...]:
    if words := mapping.values.get(field):
        return tuple(words)
    if field == "profession":
        return tuple(sorted(one.label for one in professions().values()))
    return field_helps()[field].choices
