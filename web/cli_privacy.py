"""`recours privacy`: what a person may ask about themselves, a copy or the erasure."""

from typing import Annotated

import typer
from rich.console import Console

from web.cli_base import AsJson, print_json, read_settings

privacy_app = typer.Typer(help="Droits des personnes : accès, effacement.", no_args_is_help=True)

ACTOR = "la ligne de commande"
Phone = Annotated[str, typer.Option(help="Numéro de rappel de la personne.")]
Family = Annotated[str, typer.Option(help="Son nom.")]
Given = Annotated[str, typer.Option(help="Son prénom.")]


@privacy_app.callback()
def privacy() -> None:
    """Droits des personnes : donner une copie de ce qui est gardé, ou l'effacer."""


@privacy_app.command()
def export(phone: Phone = "", family: Family = "", given: Given = "") -> None:
    """Écrire, en JSON sur la sortie standard, tout ce qui est gardé sur une personne."""
    from orientation.rights import Person
    from web.services import services

    with services(read_settings()) as opened:
        print_json(opened.orientation.export_person(Person(phone, family, given), ACTOR))


@privacy_app.command()
def erase(
    phone: Phone = "",
    family: Family = "",
    given: Given = "",
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander de confirmation.")] = False,
    as_json: AsJson = False,
) -> None:
    """Effacer aussitôt tout ce qui est gardé sur une personne, sans retour."""
    from orientation.rights import Person
    from web.services import services

    if not yes:
        typer.confirm("Effacer pour toujours l'identité de cette personne ?", abort=True, err=True)
    with services(read_settings()) as opened:
        said = opened.orientation.erase_person(Person(phone, family, given), ACTOR)
    if as_json:
        print_json({"requests": said.requests, "waits": said.waits, "left": list(said.left)})
        return
    console = Console(soft_wrap=True)
    console.print(f"{said.requests} demande(s) et {said.waits} inscription(s) effacées.")
    for one in said.left:
        console.print(
            f"Demande {one} gardée : un rendez-vous est à venir. Annulez-le, puis recommencez."
        )
