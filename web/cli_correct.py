"""`recours correct`: the same corrections as on the pages, from a terminal."""

from typing import Annotated

import typer
from rich.console import Console

from directory.base.errors import UsageError
from web.cli_base import AsJson, print_json, read_settings


def correct(
    ref: Annotated[str, typer.Argument(metavar="FICHE", help="UUID, adresse ou systeme|valeur.")],
    field: Annotated[str, typer.Argument(metavar="CHAMP", help="organization.name, role.hours…")],
    cells: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CASE=VALEUR]…", help="Rien : l'information est retirée."),
    ] = None,
    author: Annotated[str, typer.Option(help="Qui le dit.")] = "",
    reason: Annotated[str, typer.Option(help="Comment on le sait.")] = "",
    key: Annotated[
        str, typer.Option(help="Laquelle de plusieurs valeurs, par exemple phone|+33146656222.")
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Dire que la valeur est exacte, vérifiée aujourd'hui.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Corriger, retirer ou vérifier une information d'une fiche."""
    from directory.local.signing import sign
    from web.corrections import confirm_fact, correct_fact
    from web.services import services

    typed = _cells(cells or [])
    if check and typed:
        raise UsageError("--check vérifie ce que dit la fiche : ne donnez pas de CASE=VALEUR.")
    by = sign(author, reason)
    with services(read_settings()) as opened:
        if check:
            number = confirm_fact(opened, ref, field, key, by)
        else:
            number = correct_fact(opened, ref, field, key, typed or None, by)
        opened.catch_up_index()
    if as_json:
        print_json({"act": number})
    else:
        Console().print(f"Acte n° {number} : la fiche le dit dès maintenant.")


def _cells(told: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in told]
    if wrong := [name for name, equals, _ in pairs if not (name and equals)]:
        raise UsageError(f"« {wrong[0][:60]} » : CASE=VALEUR attendu, par exemple value=Fresnes.")
    return {name: value for name, _, value in pairs}
