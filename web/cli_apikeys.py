"""`recours apikey`: keys of partners' programs, by secret or by client certificate."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from directory.base.errors import InputRefusedError
from web.cli_accounts import AUTHOR, open_store
from web.cli_base import AsJson, print_json

apikeys_app = typer.Typer(help="Clés d'API des partenaires.", no_args_is_help=True)


@apikeys_app.callback()
def apikeys() -> None:
    """Clés d'API des partenaires : créer, lister, révoquer."""


@apikeys_app.command()
def create(
    name: Annotated[str, typer.Option(help="Partenaire et programme.")],
    scope: Annotated[list[str], typer.Option(help="Droit (docs/securite.md) ; répétez l'option.")],
    days: Annotated[int, typer.Option(help="Durée, en jours (730 au plus).")] = 365,
    certificate: Annotated[
        Path | None,
        typer.Option(metavar="PEM", help="Certificat du client, qui tient lieu de clé (mTLS)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Créer une clé et la montrer une fois, ou reconnaître un certificat."""
    from web.accounts.api_keys import create_key
    from web.accounts.certificates import read_pem

    told = None
    if certificate is not None:
        if not certificate.is_file():
            raise InputRefusedError(f"{certificate} : fichier introuvable.")
        told = read_pem(certificate.read_bytes())
    with open_store() as opened:
        key, secret = create_key(
            opened, name=name, scopes=scope, days=days, author=AUTHOR, certificate=told
        )
    if as_json:
        print_json({"id": str(key), "key": secret})
    elif secret:
        _say(f"Clé {key}. Elle ne sera plus montrée :\n{secret}")
    else:
        _say(f"Certificat reconnu ({key}).")


@apikeys_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Lister les clés du territoire."""
    from web.accounts.api_keys import list_keys

    with open_store() as opened:
        found = list_keys(opened)
        now = opened.clock()
    if as_json:
        print_json(
            [
                {
                    **{"id": str(one.id), "name": one.name, "scopes": list(one.scopes)},
                    **{"certificate": one.certificate, "expires_at": one.expires_at},
                    **{"used_at": one.used_at, "revoked_at": one.revoked_at},
                }
                for one in found
            ]
        )
        return
    table = Table("Identifiant", "Partenaire", "Droits", "Fin", "État")
    for one in found:
        state = "révoquée" if one.revoked_at else "expirée" if one.expires_at <= now else "valable"
        table.add_row(
            str(one.id), one.name, " ".join(one.scopes), f"{one.expires_at:%d/%m/%Y}", state
        )
    Console().print(table)


@apikeys_app.command()
def revoke(key: Annotated[str, typer.Argument(help="Identifiant, montré par list.")]) -> None:
    """Fermer une clé, tout de suite."""
    from web.accounts.api_keys import revoke_key

    try:
        wanted = UUID(key)
    except ValueError as exc:
        raise InputRefusedError("Donnez l'identifiant de la clé (recours apikey list).") from exc
    with open_store() as opened:
        revoke_key(opened, wanted)
    _say("Clé révoquée.")


def _say(told: str) -> None:
    Console(soft_wrap=True).print(told, highlight=False, markup=False)
