"""A list as a coordinator starts it: titled columns, each explained, with one row as an example."""

import csv
import io
from pathlib import Path
from typing import NamedTuple

BOM = "\ufeff"
"""Without it, Excel reads the accents of a UTF-8 CSV askew."""

DELIMITER = ";"


class Column(NamedTuple):
    """One column: what it expects, the words it knows, and the cell of the example row."""

    title: str
    help: str
    example: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()


class Template(NamedTuple):
    """A list to fill: its columns in order, what it is for and the command that reads it."""

    name: str
    title: str
    purpose: str
    columns: tuple[Column, ...]
    command: str

    @property
    def titles(self) -> list[str]:
        """The header row."""
        return [one.title for one in self.columns]

    @property
    def example(self) -> list[str]:
        """The example row."""
        return [one.example for one in self.columns]


def explain(column: Column) -> str:
    """What a column expects, its known words named unless they are many."""
    words = ", ".join(column.choices) if len(column.choices) <= _NAMED else ""
    return f"{column.help} Choix : {words}." if words else column.help


_NAMED = 12
"""Words past which a column's choices are left to the drop-down list."""


def template_csv(template: Template) -> str:
    """The header row alone, as the CSV that Excel and the importers both read."""
    text = io.StringIO()
    csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n").writerow(template.titles)
    return BOM + text.getvalue()


def template_guide(template: Template) -> str:
    """What goes beside a CSV, which has no room for explanations."""
    lines = [template.title, "", template.purpose, "", "Pour l'importer :", f"  {template.command}"]
    for column in template.columns:
        lines += ["", column.title, f"  {explain(column)}"]
        if column.example:
            lines.append(f"  Exemple : {column.example}")
    return "\n".join(lines) + "\n"


def guide_path(path: Path) -> Path:
    """Where the explanations of a CSV are written: the same name, as text."""
    return path.with_suffix(".txt")
