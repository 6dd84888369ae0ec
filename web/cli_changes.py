"""`recours report RUN --diff`: what an import changed, for a terminal or as JSON."""

from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from directory.differences import RunChanges

DIFF_ROWS = 100_000
"""Rows listed at the most: a listing of a territory is far below."""


def show_changes(changes: "RunChanges", as_json: bool) -> None:
    """Print counts, changed fields with both values, and the rows that left."""
    if as_json:
        print(msgspec.json.encode(changes).decode())
        return
    table = Table("Fiche", "Information", "Avant", "Après", title_justify="left")
    table.title = f"{changes.new} nouvelles, {changes.changed} modifiées, {changes.gone} retirées"
    table.title += f" ; {changes.moved} ont changé d'adresse, {changes.phones} de téléphone"
    for came in changes.new_rows:
        table.add_row(Text(came.name or "sans nom"), "nouvelle", "–", "–")
    for row in changes.rows:
        for field in row.fields:
            cells = (row.name, field.label, field.before or "–", field.after or "–")
            table.add_row(*map(Text, cells))
    console = Console()
    console.print(table)
    for gone in changes.gone_rows:
        console.print(Text(f"Retirée : {gone.name or gone.key}"))
    if changes.forgotten:
        console.print("Un import plus récent est en vigueur : anciennes valeurs oubliées.")
