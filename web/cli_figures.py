"""`recours figures`: figures of a source outside, imported from a table or listed."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from directory.base.errors import InputRefusedError
from web.cli_base import AsJson, print_json, read_settings

if TYPE_CHECKING:
    from orientation.indicators.outside import NewFigure

figures_app = typer.Typer(
    help="Chiffres que donne une source extérieure : CPAM, urgences.", no_args_is_help=True
)
COLUMNS = ("code", "premier_jour", "dernier_jour", "valeur", "source", "date_source")


@figures_app.command("import")
def import_figures(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="CSV : " + ";".join(COLUMNS))],
    author: Annotated[str, typer.Option(help="Qui saisit : nom et fonction.")],
) -> None:
    """Saisir les chiffres d'un tableau ; une ligne refusée, et rien n'est gardé."""
    from web.services import services

    with services(read_settings()) as opened:
        entered = opened.orientation.indicators.enter_all(_read(file), author)
    Console().print(f"{len(entered)} chiffre(s) gardé(s).")


@figures_app.command("list")
def list_figures(as_json: AsJson = False) -> None:
    """Montrer les chiffres en vigueur, avec leur source et sa date."""
    from orientation.indicators.export import outside_document
    from web.services import services

    with services(read_settings()) as opened:
        known = [outside_document(one) for one in opened.orientation.indicators.outside()]
    if as_json:
        print_json(known)
        return
    for one in known:
        Console().print(
            f"{one['title']}, du {one['from']} au {one['to']} : {one['value']:g} {one['unit']} "
            f"({one['source']}, {one['source_date']})"
        )


def _read(file: Path) -> "list[NewFigure]":
    """The rows of a CSV in UTF-8, with commas or semicolons; InputRefusedError names the line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise InputRefusedError(f"{file} : fichier illisible, CSV en UTF-8 attendu.") from exc
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
        raise InputRefusedError(f"{file} : il manque la colonne {', '.join(missing)}.")
    try:
        return [_figure(row, rows.line_num) for row in rows]
    except csv.Error as exc:
        raise InputRefusedError(f"{file}, ligne {rows.line_num} : {exc}.") from exc


def _figure(row: dict[str, str | None], line: int) -> "NewFigure":
    from orientation.indicators.model import Period
    from orientation.indicators.outside import NewFigure

    told = {name: (row.get(name) or "").strip() for name in COLUMNS}
    try:
        return NewFigure(
            code=told["code"],
            period=Period(
                date.fromisoformat(told["premier_jour"]), date.fromisoformat(told["dernier_jour"])
            ),
            value=float("".join(told["valeur"].split()).replace(",", ".")),
            source=told["source"],
            source_date=date.fromisoformat(told["date_source"]),
        )
    except ValueError as exc:
        raise InputRefusedError(
            f"Ligne {line} : dates attendues sous la forme 2026-12-31, valeur comme 12,2."
        ) from exc
