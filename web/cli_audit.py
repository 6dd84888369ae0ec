"""`recours audit`: is the trail of who read and changed what intact, and what does it say."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from directory.base.audit_keeping import Verdict
from directory.base.errors import RecoursError
from web.cli_base import AsJson, print_json, read_settings
from web.wording import say_moment

UNIVERSAL = ZoneInfo("UTC")

audit_app = typer.Typer(help="Journal des accès.", no_args_is_help=True)

Noted = Annotated[
    list[str] | None,
    typer.Option(help="Sceau noté lors d'une vérification passée ; répétez pour plusieurs."),
]


class BrokenTrailError(RecoursError):
    """A trail is not the one that was written."""

    title = "Journal des accès altéré"


@audit_app.callback()
def audit() -> None:
    """Journal des accès : vérifier qu'il est entier."""


@audit_app.command()
def verify(noted: Noted = None, as_json: AsJson = False) -> None:
    """Suivre la chaîne des trois journaux ; dit le premier maillon rompu et finit en erreur."""
    from directory.base.audit_keeping import verify_trail
    from web.trails import opened_trails

    with opened_trails(read_settings()) as trails:
        seals = dict(one.split(":", 1) for one in noted or [] if ":" in one)
        said = [verify_trail(trail, seals.get(trail.title, "")) for trail in trails]
    if as_json:
        print_json([_document(one) for one in said])
    else:
        console = Console(soft_wrap=True)
        for one in said:
            console.print(_sentence(one))
    broken = [one.title for one in said if not one.intact]
    if broken:
        raise BrokenTrailError(
            f"Le journal « {', '.join(broken)} » n'est pas celui qui a été écrit : gardez une copie "
            "des bases en l'état, et comparez avec une sauvegarde."
        )


def _document(one: Verdict) -> dict[str, object]:
    return {
        "trail": one.title,
        "intact": one.intact,
        "lines": one.lines,
        "seal": f"{one.title}:{one.head}",
        "broken": one.broken,
        "broken_at": one.broken_at.isoformat() if one.broken_at else None,
        "noted_seal_missing": one.missing,
    }


def _sentence(one: Verdict) -> str:
    if one.broken is not None:
        at = f" du {say_moment(one.broken_at, UNIVERSAL)} UTC" if one.broken_at else ""
        return (
            f"{one.title} : rompu à la ligne {one.broken}{at}, après {one.lines} lignes intactes."
        )
    if one.missing:
        return f"{one.title} : le sceau noté n'y est plus ; la fin du journal a été coupée."
    return (
        f"{one.title} : {one.lines} lignes, intact. Sceau à noter ailleurs : {one.title}:{one.head}"
    )
