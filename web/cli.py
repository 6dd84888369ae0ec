"""The `recours` command: import, search, index, demo, serve, report."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from directory.base.errors import InputRefusedError, RecoursError, SettingsError, UsageError
from directory.query import Sort
from web.cli_accounts import accounts_app
from web.cli_apikeys import apikeys_app
from web.cli_audit import audit_app
from web.cli_base import AsJson, print_json, read_settings
from web.cli_changes import DIFF_ROWS, show_changes
from web.cli_correct import correct
from web.cli_crisis import crisis_app
from web.cli_figures import figures_app
from web.cli_index import index_app
from web.cli_indicators import indicators
from web.cli_keys import keys_app
from web.cli_locate import locate
from web.cli_privacy import privacy_app
from web.cli_score import score
from web.cli_template import template
from web.cli_update import update

# Each command imports what it needs when it runs: a search answers in one second where loading the
# server, the importers and the demonstration first would take three.

app = typer.Typer(
    name="recours",
    help="Recours : annuaire territorial et orientation de premier recours d'une CPTS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(index_app, name="index")
app.add_typer(crisis_app, name="crisis")
app.add_typer(keys_app, name="keys")
app.add_typer(accounts_app, name="account")
app.add_typer(figures_app, name="figures")
app.add_typer(apikeys_app, name="apikey")
app.add_typer(audit_app, name="audit")
app.add_typer(privacy_app, name="privacy")
app.command()(correct)
app.command()(indicators)

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port d'écoute.")]


def main() -> None:
    """Entry point: expected errors end in one French sentence on stderr and an exit code.

    0: done; 1: the input was refused; 2: wrong usage or wrong setting.
    """
    try:
        app(standalone_mode=True)
    except (SettingsError, UsageError) as error:
        _fail(error, 2)
    except RecoursError as error:
        _fail(error, 1)


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="finess, rpps, table, communes…")],
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FICHIER|URL]…", help="Fichiers ou adresses.")
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(metavar="TOML", help="Correspondance des colonnes (source table)."),
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Garder aussi ce qui est hors du territoire.")
    ] = False,
    partial: Annotated[
        bool,
        typer.Option(
            "--partial",
            help="Le fichier est un extrait : bornes et âge avertissent, rien n'est retiré.",
        ),
    ] = False,
    reread: Annotated[
        bool,
        typer.Option("--reread", help="Relire même des fichiers identiques à ceux en vigueur."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Importer un listing : chaque ligne est gardée, ignorée avec raison, ou mise de côté."""
    from importers.registry import cards
    from web.imports import import_source
    from web.progress import import_progress
    from web.services import services

    if source not in cards():
        raise typer.BadParameter(
            f"« {source} » n'est pas une source connue : {', '.join(cards())}."
        )
    with services(read_settings()) as opened, import_progress(quiet=as_json) as progress:
        told = import_source(
            opened,
            source,
            files or [],
            mapping=mapping,
            everywhere=everywhere,
            partial=partial,
            reread=reread,
            progress=progress,
        )
    _show_report(told.as_dict(), as_json)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Ce que l'on cherche, comme on le dirait.")],
    near: Annotated[str, typer.Option(metavar="LAT,LON", help="Autour de ce point.")] = "",
    radius: Annotated[float | None, typer.Option(metavar="KM", help="Rayon, en km.")] = None,
    sort: Annotated[Sort, typer.Option(help="Ce qui vient d'abord.")] = Sort.RELEVANCE,
    as_json: AsJson = False,
) -> None:
    """Chercher dans l'annuaire."""
    from directory.base.clock import system_clock
    from directory.communes import open_communes
    from directory.engines import open_engine
    from directory.territory import load_territory
    from directory.understanding import ask
    from web.documents import page_document, parse_near

    settings = read_settings()
    territory = load_territory(settings.territory)
    try:
        around = parse_near(near, radius)
    except InputRefusedError as exc:
        raise typer.BadParameter(exc.detail) from exc
    communes = open_communes(settings.data_dir)
    engine = open_engine(settings, communes=communes)
    try:
        page = ask(
            engine,
            text,
            near=around,
            communes=communes,
            territory_communes=territory.everywhere,
            sort=sort,
            now=system_clock().astimezone(territory.zone).replace(tzinfo=None),
            calendar=territory.holidays_subdivision,
        )
    finally:
        engine.close()
    document = page_document(page)
    if as_json:
        print_json(document)
    else:
        _show_results(document)


@app.command()
def report(
    run: Annotated[int, typer.Argument(help="Numéro de l'import.")],
    diff: Annotated[
        bool, typer.Option("--diff", help="Ce qui a changé, ligne par ligne : avant, après.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Revoir le compte rendu d'un import, ou ce qu'il a changé."""
    from directory.communes import open_communes
    from directory.differences import run_changes
    from directory.register import open_register

    settings = read_settings()
    register = open_register(settings)
    try:
        view = register.run(run)
        changes = None
        if diff:
            changes = run_changes(register, open_communes(settings.data_dir), run, DIFF_ROWS)
    finally:
        register.close()
    if changes is not None:
        show_changes(changes, as_json)
        return
    if not view.report:
        raise InputRefusedError(f"L'import {run} est « {view.state} » : il n'a pas de rapport.")
    _show_report(dict(view.report), as_json)


@app.command()
def link(as_json: AsJson = False) -> None:
    """Comparer à nouveau toutes les fiches entre sources (après un changement des règles)."""
    from directory.indexing import rebuild_index
    from directory.links.review import count_questions, relink_all
    from web.services import services

    with services(read_settings()) as opened:
        database = opened.register.database
        plan = relink_all(database)
        rebuild_index(opened.register, opened.engine, opened.communes)
        told = {"pairs_written": len(plan.pairs), "questions": count_questions(database)}
    if as_json:
        print_json(told)
    else:
        Console().print(
            f"{told['pairs_written']} rapprochements nouveaux ou changés ; "
            f"{told['questions']} questions attendent sur la page Rapprochements."
        )


@app.command()
def match(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Paires étiquetées, JSON Lines.")],
    as_json: AsJson = False,
) -> None:
    """Éprouver le rapprochement : même entrée ou non, sur des paires dont on sait la réponse."""
    from directory.matching import evaluate, read_pairs

    told = msgspec.to_builtins(evaluate(read_pairs(file)))
    if not told["pairs"]:
        raise InputRefusedError(f"{file} : aucune paire. Attendu : une ligne JSON par paire.")
    if as_json:
        print_json(told)
    else:
        _show_evaluation(told)


app.command()(score)
app.command()(locate)
app.command()(template)
app.command()(update)


@app.command()
def demo(
    port: Port = 8000,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Préparer les données sans servir.")
    ] = False,
) -> None:
    """Préparer la démonstration (praticiens inventés) et la servir."""
    from web.demo import prepare_demo
    from web.serving import serve_app

    settings = read_settings(demo=True)
    prepare_demo(settings)
    if not no_serve:
        serve_app(settings, "127.0.0.1", port)


@app.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Dossier de démonstration, sans comptes.")
    ] = False,
    host: Annotated[str, typer.Option(help="Adresse d'écoute (docs/comptes.md).")] = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Servir les pages et l'API."""
    from web.demo import is_demo_folder, prepare_demo
    from web.serving import check_listening, serve_app

    settings = read_settings(demo=demo)
    check_listening(settings, host)
    if demo and not is_demo_folder(settings):
        prepare_demo(settings)
    serve_app(settings, host, port)


def _show_report(report: dict[str, Any], as_json: bool) -> None:
    from importers.report import render_report

    if as_json:
        print_json(report)
    else:
        Console().print(render_report(report))


def _show_results(document: dict[str, Any]) -> None:
    console = Console()
    table = Table(title=f"{document['total']} fiche(s)", show_lines=False)
    for column in ("Nom", "Profession ou catégorie", "Commune", "Téléphone", "Pourquoi"):
        table.add_column(column)
    for found in document["results"]:
        what = found["profession"] or found["category"] or {"label": ""}
        phones = ", ".join(phone["value"] for phone in found["phones"])
        table.add_row(
            found["name"], what["label"], found["commune"], phones, ", ".join(found["why"])
        )
    console.print(table)


def _show_evaluation(told: dict[str, Any]) -> None:
    console = Console()
    console.print(
        f"{told['pairs']} paires : précision {told['precision']:.4f}, rappel {told['recall']:.4f}, "
        f"{told['asked']} à trancher par un humain, {len(told['wrong'])} fausses"
    )
    for wrong in told["wrong"]:
        expected = "les mêmes" if wrong["expected"] else "différentes"
        console.print(f"\n[bold]Attendues {expected}, dites « {wrong['outcome']} »[/]")
        for side in ("left", "right"):
            console.print("  " + ", ".join(f"{k} {v}" for k, v in wrong[side].items() if v))
        for reason in wrong["reasons"]:
            console.print(f"    {reason}", style="dim", markup=False)


def _fail(error: RecoursError, code: int) -> None:
    Console(stderr=True).print(f"[bold red]{error.title}[/] : {error.detail}", highlight=False)
    raise SystemExit(code)
