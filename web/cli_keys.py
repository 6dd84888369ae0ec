"""`recours keys`: rotation of the key that protects patients' identities."""

import typer
from rich.console import Console

from web.cli_base import AsJson, print_json, read_settings

keys_app = typer.Typer(help="Clés qui protègent les identités.", no_args_is_help=True)


@keys_app.callback()
def keys() -> None:
    """Clés qui protègent les identités."""


@keys_app.command()
def rotate(as_json: AsJson = False) -> None:
    """Changer la clé d'enveloppe ; à faire aussi pendant que le service tourne."""
    from orientation.key_rotation import rotate_keys
    from orientation.store import open_store

    settings = read_settings()
    database = open_store(settings)
    try:
        rewrapped = rotate_keys(database, settings.data_dir)
    finally:
        database.close()
    if as_json:
        print_json({"requests": rewrapped})
    else:
        Console().print(
            f"Clé changée, {rewrapped} demande(s) remises sous la nouvelle. L'ancienne reste dans "
            "le fichier de clés jusqu'au prochain changement ; sauvegardez-le."
        )
