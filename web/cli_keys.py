"""`recours keys`: rotation of the keys that protect patients' identities."""

import typer
from rich.console import Console

from web.cli_base import AsJson, print_json, read_settings

keys_app = typer.Typer(help="Clés qui protègent les identités.", no_args_is_help=True)


@keys_app.callback()
def keys() -> None:
    """Clés qui protègent les identités."""


@keys_app.command()
def rotate(as_json: AsJson = False) -> None:
    """Changer toutes les clés ; à faire aussi pendant que le service tourne."""
    from directory.base.database import open_database
    from directory.base.keys import open_keys
    from orientation.key_rotation import rewrap_table, rotate_keys
    from orientation.store import open_store
    from web.accounts.store import SPEC
    from web.accounts.tables import account

    settings = read_settings()
    database = open_store(settings)
    accounts = open_database(SPEC, settings.data_dir, settings.database_url)
    try:
        # The rotation drops the older keys: accounts must not need them any more.
        rewrap_table(accounts, open_keys(settings.data_dir), account.c.id)
        renewed = rotate_keys(database, settings.data_dir)
        sealed = rewrap_table(accounts, open_keys(settings.data_dir), account.c.id)
    finally:
        database.close()
        accounts.close()
    if as_json:
        print_json({"renewed": renewed, "accounts": sealed})
    else:
        Console().print(
            f"Clés changées, {renewed} ligne(s) et {sealed} compte(s) remis sous les nouvelles. Les anciennes restent "
            "dans le fichier de clés pour ce qui ne peut être réécrit ; sauvegardez-le."
        )
