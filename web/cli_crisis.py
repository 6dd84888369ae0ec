"""`recours crisis`: start, stop or show the crisis mode from a terminal."""

from typing import Annotated

import typer
from rich.console import Console

from web.cli_base import AsJson, print_json, read_settings
from web.wording import say_moment

crisis_app = typer.Typer(
    help="Mode de crise : bandeau, numéros, créneaux gardés, jusqu'à une date.",
    no_args_is_help=True,
)
Author = Annotated[str, typer.Option(help="Qui décide : nom et fonction.")]


@crisis_app.command()
def start(
    title: Annotated[str, typer.Argument(metavar="TITRE", help="« Canicule ».")],
    banner: Annotated[str, typer.Option(help="Texte du bandeau du secrétariat.")],
    until: Annotated[str, typer.Option(metavar="DATE", help="Fin : 2026-12-01T20:00.")],
    author: Author,
    number: Annotated[
        list[str] | None, typer.Option(metavar="LIBELLÉ=NUMÉRO", help="Numéro montré d'abord.")
    ] = None,
    keep_share: Annotated[int, typer.Option(help="Part des créneaux gardés, en %.")] = 0,
    keep_mode: Annotated[
        list[str] | None, typer.Option(help="Mode gardé : cabinet, home ou video.")
    ] = None,
    order: Annotated[str, typer.Option(help="Ordre des critères, séparés par des virgules.")] = "",
) -> None:
    """Mettre en vigueur un mode de crise ; il finit seul à sa date."""
    from web.crises import read_plan
    from web.services import services

    with services(read_settings()) as opened:
        plan = read_plan(
            opened,
            title=title,
            banner=banner,
            until=until,
            numbers=number or (),
            kept_share=str(keep_share),
            kept_modes=keep_mode or (),
            order=order,
        )
        running = opened.orientation.start_crisis(plan, author)
        end = say_moment(running.until, opened.territory.zone)
    Console().print(f"Mode de crise « {running.title} » en vigueur jusqu'au {end}.")


@crisis_app.command()
def stop(author: Author) -> None:
    """Arrêter le mode de crise avant sa date."""
    from web.services import services

    with services(read_settings()) as opened:
        opened.orientation.stop_crisis(author)
    Console().print("Mode de crise arrêté.")


@crisis_app.command()
def show(as_json: AsJson = False) -> None:
    """Montrer le mode de crise en vigueur."""
    import msgspec

    from web.services import services

    with services(read_settings()) as opened:
        running = opened.orientation.crisis()
    if as_json:
        print_json(msgspec.to_builtins(running))
    elif running is None:
        Console().print("Aucun mode de crise.")
    else:
        Console().print(f"« {running.title} », décidé par {running.author} : {running.banner}")
