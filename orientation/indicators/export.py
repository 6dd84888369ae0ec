"""Indicators for a spreadsheet or a program: nothing here names a patient."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from directory.base.cells import safe_cell
from orientation.indicators.model import Figure, Period, Reading
from orientation.indicators.outside import OutsideFigure, outside_indicator
from orientation.indicators.service import Report

COLUMNS = (
    *("indicateur", "titre", "du", "au", "ventilation", "libellé", "code"),
    *("valeur", "unité", "définition", "source", "date de la source"),
)
MASKED = "masqué"
BOM = "\ufeff"


def report_csv(report: Report) -> str:
    """The report as a spreadsheet opens it in French: `;`, comma decimals, UTF-8 with its mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(report):
        writer.writerow([safe_cell(cell) for cell in row])
    return BOM + text.getvalue()


def report_document(report: Report) -> dict[str, Any]:
    """The report as JSON values."""
    return {
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "public": report.public,
        "indicators": [_reading_document(one) for one in report.readings],
        "outside": [outside_document(one) for one in report.outside],
    }


def say_value(value: float | None) -> str:
    """« 12 », « 4,5 »; empty when there is nothing to measure."""
    if value is None:
        return ""
    return f"{value:.10g}".replace(".", ",")


def _rows(report: Report) -> Iterator[list[str]]:
    for reading in report.readings:
        told = reading.indicator
        for figure in reading.figures:
            yield [
                *(told.code, told.title, *_days(reading.period)),
                *(figure.group, figure.label, figure.code),
                MASKED if figure.masked else say_value(figure.value),
                *(figure.unit or told.unit, told.definition, told.source, ""),
            ]
    for one in report.outside:
        known = outside_indicator(one.code)
        yield [
            *(known.code, known.title, *_days(one.period), "", "", ""),
            *(say_value(one.value), known.unit, known.definition),
            *(one.source, one.source_date.isoformat()),
        ]


def _days(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()


def _reading_document(reading: Reading) -> dict[str, Any]:
    told = reading.indicator
    return {
        "code": told.code,
        "title": told.title,
        "definition": told.definition,
        "unit": told.unit,
        "source": told.source,
        "figures": [_figure_document(one, told.unit) for one in reading.figures],
    }


def _figure_document(figure: Figure, unit: str) -> dict[str, Any]:
    return {
        "code": figure.code,
        "group": figure.group,
        "label": figure.label,
        "value": figure.value,
        "unit": figure.unit or unit,
        "masked": figure.masked,
    }


def outside_document(one: OutsideFigure) -> dict[str, Any]:
    """A figure of a source outside, with its definition."""
    known = outside_indicator(one.code)
    return {
        "id": str(one.id),
        "code": known.code,
        "title": known.title,
        "definition": known.definition,
        "unit": known.unit,
        "from": one.period.first.isoformat(),
        "to": one.period.last.isoformat(),
        "value": one.value,
        "source": one.source,
        "source_date": one.source_date.isoformat(),
    }
