"""`recours score`: the search measured on questions of which somebody wrote the right answer."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from web.cli_base import AsJson, print_json, read_settings

if TYPE_CHECKING:
    from directory.scoring import Scores


def score(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FICHIER", help="Question, morceau du nom attendu, classe ; tabulations."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Noter la recherche : la bonne fiche est-elle la première, sur des questions étiquetées ?"""
    from directory.base.clock import system_clock
    from directory.communes import open_communes
    from directory.engines import open_engine
    from directory.scoring import SHOWN, read_labelled
    from directory.scoring import score as score_questions
    from directory.territory import load_territory
    from directory.understanding import ask

    settings = read_settings()
    questions = read_labelled(file)
    territory = load_territory(settings.territory)
    now = system_clock().astimezone(territory.zone).replace(tzinfo=None)
    communes = open_communes(settings.data_dir)
    engine = open_engine(settings, communes=communes)
    try:
        scores = score_questions(
            lambda text: ask(
                engine,
                text,
                size=SHOWN,
                communes=communes,
                territory_communes=territory.everywhere,
                now=now,
                calendar=territory.holidays_subdivision,
            ),
            questions,
        )
    finally:
        engine.close()
    if as_json:
        print_json(scores_document(scores))
    else:
        _show(scores)


def scores_document(scores: "Scores") -> dict[str, Any]:
    """The scores as `--json` gives them."""
    import msgspec

    by_class = {name: msgspec.to_builtins(one) for name, one in scores.by_class.items()}
    misses = [
        {
            "query": one.query,
            "expected": one.expected,
            "class": one.kind,
            "rank": one.rank,
            "first": one.first,
        }
        for one in scores.misses
    ]
    return {**msgspec.to_builtins(scores.overall), "by_class": by_class, "misses": misses}


def _show(scores: "Scores") -> None:
    console = Console()
    table = Table("class", "queries", "success_at_1", "success_at_3", "mrr", title="by_class")
    for name, one in (*scores.by_class.items(), ("total", scores.overall)):
        shares = (f"{value:.3f}" for value in (one.success_at_1, one.success_at_3, one.mrr))
        table.add_row(name, str(one.queries), *shares)
    console.print(table)
    console.print(f"misses : {len(scores.misses)}")
    for miss in scores.misses:
        rank = f"rang {miss.rank}" if miss.rank else "absente de la première page"
        first = f"première : {miss.first}" if miss.first else "aucune fiche"
        console.print(
            f"  {miss.kind} « {miss.query} » : « {miss.expected} » {rank}, {first}", markup=False
        )
