"""`recours update`: the directory kept current, by hand or by a timer."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from web.cli_base import AsJson, print_json, read_settings

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from web.updating.documents import Status
    from web.updating.model import UpdateReport

OUTCOMES = {
    "updated": "mis à jour",
    "unchanged": "inchangé",
    "would_change": "serait mis à jour",
    "refused": "refusé",
    "unreachable": "hors d'atteinte",
}

NEEDS_SOMEBODY = 3
"""Exit code of an update that ended but waits for a person."""


def update(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SOURCE", help="Cette source seulement (répétable)."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dire ce qui changerait, sans rien publier.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Où en est chaque source, sans rien faire.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Mettre l'annuaire à jour depuis les sources : ce qui a changé est pris, vérifié, publié.

    Code de sortie : 0, à jour ; 3, une source demande un humain ; 1 ou 2, rien n'a pu être fait.
    """
    from web.progress import import_progress
    from web.services import services
    from web.updating import documents
    from web.updating.run import update as run_update

    with services(read_settings()) as opened, import_progress(quiet=as_json or status) as progress:
        if status:
            _show_status(documents.status(opened), opened.territory.zone, as_json)
            return
        console = Console(stderr=True, quiet=as_json)
        report = run_update(
            opened, only=only or (), dry_run=dry_run, progress=progress, say=console.print
        )
    if as_json:
        print_json(documents.to_json(report))
    else:
        _show_report(report)
    if report.needs:
        raise typer.Exit(NEEDS_SOMEBODY)


def _show_report(report: "UpdateReport") -> None:
    console = Console()
    table = Table(title_justify="left")
    table.title = f"Mise à jour n° {report.number}" if report.number else "Ce qui changerait"
    for name in ("Source", "Résultat", "Nouvelles", "Modifiées", "Retirées"):
        table.add_column(name)
    for one in report.sources:
        changes = one.changes
        counts = map(str, (changes.new, changes.changed, changes.gone))
        known = one.outcome == "updated"
        table.add_row(Text(one.title), OUTCOMES[one.outcome], *(counts if known else "–––"))
    console.print(table)
    for one in report.sources:
        if one.detail:
            console.print(Text(f"{one.title} : {one.detail}", style="dim"))
        if one.outcome == "updated":
            reports = ", ".join(f"recours report {run} --diff" for run in one.runs)
            console.print(
                Text(
                    f"{one.title} : {one.changes.moved} changements d'adresse, "
                    f"{one.changes.phones} de téléphone. Ce qui a changé : {reports}",
                    style="dim",
                )
            )
    for step in report.steps:
        console.print(Text(step))
    for need in report.needs:
        console.print(Text(f"À traiter : {need}", style="bold red"))


def _show_status(told: "Status", zone: "ZoneInfo", as_json: bool) -> None:
    import msgspec

    from web.wording import say_moment

    if as_json:
        print_json(msgspec.to_builtins(told))
        return
    console = Console()
    table = Table("Source", "Données du", "Âge", "Vérifiée le", "Résultat", "Prochaine")
    for one in told.sources:
        table.add_row(
            Text(one.title),
            f"{one.data_date:%d/%m/%Y}" if one.data_date else "–",
            f"{one.age_days} j{' (périmée)' if one.stale else ''}" if one.data_date else "–",
            say_moment(one.checked_at, zone),
            OUTCOMES.get(one.outcome, "–") if one.automatic else "donnée à la main",
            say_moment(one.due_at, zone) if one.due_at else "–",
        )
    console.print(table)
    if told.running:
        console.print(f"Mise à jour n° {told.running} en cours, ou coupée et à reprendre.")
    for need in told.needs:
        console.print(Text(f"À traiter : {need}", style="bold red"))
