"""`recours template`: a list to fill, as CSV or as an Excel workbook."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from directory.base.errors import UsageError
from web.cli_base import AsJson, print_json

if TYPE_CHECKING:
    from importers.template import Template


def template(
    name: Annotated[
        str, typer.Argument(metavar="[LISTE]", help="equipes, membres, etp… (voir --list).")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="Dire quelles listes existent.")] = False,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Un classeur Excel, au lieu d'un CSV.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FICHIER", help="Où l'écrire.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Écraser un fichier qui existe.")] = False,
    as_json: AsJson = False,
) -> None:
    """Écrire un modèle de liste vide, chaque colonne expliquée, prêt à remplir puis à importer."""
    from importers.templates import templates

    known = templates()
    if listed:
        _show(list(known.values()), as_json)
        return
    if name not in known:
        raise UsageError(f"« {name} » n'est pas une liste connue : {', '.join(known)}.")
    contents = _contents(known[name], _path(name, output, xlsx=xlsx))
    written = _write(contents, force=force)
    if as_json:
        print_json({"files": written})
    else:
        Console().print(f"Écrit : {', '.join(written)}", highlight=False)
        Console().print(f"Rempli, il s'importe par : {known[name].command}", highlight=False)


def _path(name: str, output: Path | None, *, xlsx: bool) -> Path:
    """Where to write: the name given says the format, unless `--xlsx` does."""
    path = output or Path(f"{name}.xlsx" if xlsx else f"{name}.csv")
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx") or (xlsx and suffix == ".csv"):
        wanted = ".xlsx" if xlsx else ".csv ou .xlsx"
        raise UsageError(f"{path} : le nom du modèle doit finir par {wanted}.")
    return path


def _contents(told: "Template", path: Path) -> dict[Path, bytes]:
    """The files of a template: a workbook explains itself, a CSV has a text beside it."""
    from importers.template import guide_path, template_csv, template_guide

    if path.suffix.lower() == ".xlsx":
        from importers.template_book import template_book

        return {path: template_book(told)}
    return {
        path: template_csv(told).encode(),
        guide_path(path): template_guide(told).encode(),
    }


def _write(contents: dict[Path, bytes], *, force: bool) -> list[str]:
    there = [str(path) for path in contents if path.exists()]
    if there and not force:
        raise UsageError(
            f"{', '.join(there)} existe déjà. Donnez un autre nom (-o FICHIER), ou --force pour "
            "l'écraser."
        )
    for path, content in contents.items():
        try:
            path.write_bytes(content)
        except OSError as exc:
            raise UsageError(
                f"{path} : impossible d'écrire ({exc.strerror}). Vérifiez le dossier et ses droits."
            ) from exc
    return [str(path) for path in contents]


def _show(known: "list[Template]", as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "title": one.title,
                    "purpose": one.purpose,
                    "columns": one.titles,
                }
                for one in known
            ]
        )
        return
    table = Table("Liste", "À quoi elle sert", "Colonnes")
    for one in known:
        table.add_row(one.name, one.purpose, ", ".join(one.titles))
    Console().print(table)
