"""`recours indicators`: the indicators of a period, on screen, as CSV or as JSON."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from directory.base.errors import UsageError
from web.cli_base import AsJson, print_json, read_settings

if TYPE_CHECKING:
    from orientation.indicators.service import Report

Day = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Premier jour.")]
LastDay = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Dernier jour, compris.")
]


def indicators(
    first: Day = None,
    last: LastDay = None,
    public: Annotated[
        bool, typer.Option("--public", help="Ce qui peut être publié : petits effectifs masqués.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV pour un tableur.")] = False,
    as_json: AsJson = False,
) -> None:
    """Montrer les indicateurs d'une période : par défaut, l'année jusqu'à ce jour."""
    from orientation.indicators.export import report_csv, report_document
    from web.services import services

    if as_csv and as_json:
        raise UsageError("Choisissez --csv ou --json, pas les deux.")
    with services(read_settings()) as opened:
        asked = opened.orientation.indicators
        period = asked.period(first.date() if first else None, last.date() if last else None)
        report = asked.read(period, public=public)
    if as_json:
        print_json(report_document(report))
    elif as_csv:
        sys.stdout.buffer.write(report_csv(report).encode())
        sys.stdout.buffer.flush()
    else:
        _print(report)


def _print(report: "Report") -> None:
    from web.indicator_contexts import say_figure, show_outside

    console = Console()
    console.print(f"Du {report.period.first:%d/%m/%Y} au {report.period.last:%d/%m/%Y}")
    for reading in report.readings:
        table = Table(title=f"{reading.indicator.title} ({reading.indicator.unit})")
        for column in ("Ventilation", "Libellé"):
            table.add_column(column)
        table.add_column("Valeur", justify="right")
        for figure in reading.figures:
            table.add_row(figure.group, figure.label, say_figure(figure))
        console.print(table)
    for one in map(show_outside, report.outside):
        console.print(
            f"{one.told.title} : {one.shown} ({one.told.unit}), "
            f"{one.figure.source}, {one.figure.source_date:%d/%m/%Y}"
        )
