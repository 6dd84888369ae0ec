"""`recours account`: the first coordinator, and what the machine's keeper may do to accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from directory.base.errors import InputRefusedError, NotFoundError
from web.access import ROLE_LABELS, Role
from web.cli_base import AsJson, print_json, read_settings

if TYPE_CHECKING:
    from web.accounts.store import Accounts

AUTHOR = "la ligne de commande"
LOCAL_SITE = "http://127.0.0.1:8000"

accounts_app = typer.Typer(help="Comptes : créer, lister, suspendre.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="Adresse mail du compte.")]


@accounts_app.callback()
def accounts() -> None:
    """Comptes : créer, lister, suspendre, remettre à zéro."""


@accounts_app.command()
def create(
    email: Annotated[str, typer.Option(help="Adresse mail de la personne.")],
    name: Annotated[str, typer.Option(help="Prénom et nom.")],
    role: Annotated[list[Role], typer.Option(help="Rôle ; répétez l'option pour plusieurs.")],
    rpps: Annotated[str, typer.Option(help="Numéro RPPS (médecins).")] = "",
    as_json: AsJson = False,
) -> None:
    """Créer un compte et donner l'adresse, valable une fois, où choisir son mot de passe."""
    from web.accounts.links import send_link
    from web.accounts.model import Purpose
    from web.accounts.registry import create_account
    from web.demo import is_demo_folder

    with open_store() as opened:
        if is_demo_folder(opened.settings):
            raise InputRefusedError(
                f"Le dossier {opened.settings.data_dir} est une démonstration : indiquez-en un "
                "autre (RECOURS_DATA_DIR)."
            )
        account = create_account(
            opened, email=email, name=name, roles=role, author=AUTHOR, rpps=rpps
        )
        link = send_link(opened, account, Purpose.INVITATION, _site(opened))
    if as_json:
        print_json({"id": str(account), "link": link})
    else:
        _say(f"Compte créé. Adresse où choisir le mot de passe, valable 7 jours :\n{link}")


@accounts_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Lister les comptes du territoire."""
    from web.accounts.model import STATE_LABELS
    from web.accounts.registry import list_accounts

    with open_store() as opened:
        found = list_accounts(opened)
    if as_json:
        print_json(
            [
                {
                    **{"id": str(one.id), "email": one.email, "name": one.name, "rpps": one.rpps},
                    **{"state": one.state.value, "roles": sorted(one.roles)},
                    "last_seen_at": one.last_seen_at,
                }
                for one in found
            ]
        )
        return
    table = Table("Adresse", "Nom", "Rôles", "État")
    for one in found:
        roles = ", ".join(label for role, label in ROLE_LABELS.items() if role in one.roles)
        table.add_row(one.email or f"RPPS {one.rpps}", one.name, roles, STATE_LABELS[one.state])
    Console().print(table)


@accounts_app.command()
def suspend(email: Email) -> None:
    """Fermer un compte et ses sessions, tout de suite."""
    from web.accounts.registry import suspend_account

    with open_store() as opened:
        suspend_account(opened, _find(opened, email))
    _say("Compte suspendu, sessions fermées.")


@accounts_app.command()
def reset(email: Email, as_json: AsJson = False) -> None:
    """Oublier mot de passe et second facteur, et donner une nouvelle adresse d'invitation."""
    from web.accounts.links import send_link
    from web.accounts.model import Purpose
    from web.accounts.registry import reset_account

    with open_store() as opened:
        account = _find(opened, email)
        reset_account(opened, account)
        link = send_link(opened, account, Purpose.INVITATION, _site(opened))
    if as_json:
        print_json({"id": str(account), "link": link})
    else:
        _say(f"Compte remis à zéro. Adresse où choisir le mot de passe, valable 7 jours :\n{link}")


@contextmanager
def open_store() -> "Iterator[Accounts]":
    """The accounts store alone, for the length of a block."""
    from directory.base.clock import system_clock
    from directory.base.keys import open_keys
    from directory.territory import load_territory
    from web.accounts.store import open_accounts

    settings = read_settings()
    territory = load_territory(settings.territory)
    opened = open_accounts(settings, territory, open_keys(settings.data_dir), system_clock)
    try:
        yield opened
    finally:
        opened.database.close()


def _find(opened: "Accounts", email: str) -> UUID:
    from web.accounts.registry import find_by_email

    found = find_by_email(opened, email)
    if found is None:
        raise NotFoundError(f"Aucun compte pour {email} sur ce territoire.")
    return found.id


def _site(opened: "Accounts") -> str:
    return opened.settings.public_url or LOCAL_SITE


def _say(told: str) -> None:
    Console(soft_wrap=True).print(told, highlight=False, markup=False)
